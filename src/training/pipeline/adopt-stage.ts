import { cp, mkdir } from 'node:fs/promises';
import { createRandom } from '../../core/random.js';
import { asPictureStore } from '../data/picture-store.js';
import { PairBatch } from '../data/pair-batch.js';
import { PairSource } from '../data/pair-source.js';
import { normalisedCrops } from '../network/normalised-crops.js';
import { readFoldedStacks } from '../network/read-folded.js';
import { networkGeometry } from '../network/spec.js';
import { encodeTensorFile } from '../network/tensor-file.js';
import { unfoldNetwork } from '../network/unfold.js';
import { pairAugmentation } from '../presets.js';
import { writeFileAtomic } from '../stage/atomic.js';
import { openFrameStore } from '../store/frame-store.js';
import { heldOut } from './fit-network.js';
import { openRunEngine, stageFolders, type TrainingRun } from './training-run.js';

/** Pairs on which the statistics of the network's layers are measured. */
const measuredPairs = 96;

/**
 * Takes the weights of a model folder for what round `round` has learned, so that the next round mines with it and fits it on: the way from a
 * model that ships to one that knows the footage at hand.
 * @throws TrainingError when its layers are not those of the preset's network.
 */
export async function adoptStage(run: TrainingRun, round: number, model: string): Promise<void> {
  const { spec, imageShare } = run.preset;
  const folders = stageFolders(run);
  const stacks = await readFoldedStacks(model, spec);
  await using store = await openFrameStore(folders.store);
  const batch = new PairBatch({ spec, batchSize: measuredPairs });
  const holdOut = await heldOut(run);
  new PairSource(asPictureStore(store, holdOut), {
    spec,
    seed: run.seed,
    batchSize: measuredPairs,
    ...pairAugmentation,
    tracklets: [],
    minedShare: 0,
    maxInterval: 0,
    imageShare,
    holdOut,
  }).render(0, batch);
  const engine = await openRunEngine(run);
  try {
    const { tf } = engine;
    const { stride } = networkGeometry(spec);
    const extents = batch.facts().flatMap(({ extent }) => extent.map((side) => side / stride));
    const inputs = {
      templates: normalisedCrops(tf, batch.templates, batch.size, spec.templateSize, spec.normalisation),
      searches: normalisedCrops(tf, batch.searches, batch.size, spec.searchSize, spec.normalisation),
      extents: tf.tensor2d(extents, [batch.size, 2]),
    };
    const tensors = unfoldNetwork(engine, stacks, spec, inputs, createRandom(run.seed));
    await mkdir(folders.fit(round), { recursive: true });
    await writeFileAtomic(folders.adopted(round), encodeTensorFile({ tensors, metadata: { model } }));
  } finally {
    await engine[Symbol.asyncDispose]();
  }
  await cp(model, folders.model(round), { recursive: true });
  run.progress.note(`round ${round} is ${model}`);
}

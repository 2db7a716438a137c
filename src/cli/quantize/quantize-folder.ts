import { access } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { TrainingError, UsageError } from '../../core/errors.js';
import { type ModelFolder, readModelFolder } from '../../runtime/inference/model-folder.js';
import { terminalProgress } from '../../training/progress/terminal-progress.js';
import * as quantize from '../../training/quantize/index.js';
import { openFrameStore } from '../../training/store/frame-store.js';
import type { QuantizeFlags } from '../commands/quantize.js';
import { temporaryFolder } from '../temporary-folder.js';
import { layerAuc, scoreModels } from './score-models.js';

/**
 * Quantizes a model folder as `tagalong quantize` is asked to, and prints what came of it.
 * @throws UsageError, ModelError, TrainingError
 */
export async function quantizeFolder(
  model: string,
  flags: QuantizeFlags,
  signal: AbortSignal,
): Promise<void> {
  const load = loadavg()[0] ?? 0;
  const folder = await readModelFolder(model, signal);
  const { contract } = folder;
  if (contract.precision !== 'fp32') {
    throw new UsageError(
      `model "${model}" is ${contract.precision} already: give the float model it was made of`,
    );
  }
  // told before the footage is looked at, which may take long
  const aucOf = flags.layerAuc ? layerAuc(requireSequences(flags), contract, signal) : undefined;
  const runtime = quantize.loadOrt(1);
  const graphs = { template: folder.templateGraph, search: folder.searchGraph };
  const command = `tagalong quantize ${commandLine(model, flags)}`;
  const progress = terminalProgress();
  try {
    const samples =
      flags.calibration === undefined && flags.precision === 'fp16'
        ? null
        : await takeSamples(folder, runtime, flags, signal, progress);
    if (flags.precision === 'fp16' || samples === null) {
      const check = samples?.check ?? [];
      const half = await quantize.exportHalf({ runtime, contract, graphs, out: flags.out, check, command });
      progress.finish();
      console.log(describeHalf(half, flags.out));
      return;
    }
    const made = await quantize.quantizeModel({
      ...{ runtime, contract, graphs, samples, progress, signal },
      calibrator: flags.calibrator,
      equalise: flags.equalise,
      biasCorrection: flags.biasCorrection,
      keepFloat: flags.keepFloat,
      timeLayers: flags.timeLayers,
      fineTune: flags.fineTune,
      aucOf,
    });
    await quantize.writeForms(flags.out, made);
    const frames = flags.frames ?? flags.writeFrames ?? join(flags.out, 'frames.yaml');
    if (flags.frames === undefined) await quantize.writeFrameManifest(frames, samples.manifest);
    progress.finish();
    const scores =
      flags.sequences === undefined ? {} : await scoreModels(flags.sequences, model, flags.out, signal);
    const machine = cpus()[0]?.model.trim() ?? 'an unknown processor';
    const report = quantize.reportOf({ model: made, machine, load, scores });
    await quantize.writeReport(flags.out, report, { command, frames });
    console.log(describe(report, flags.out, frames));
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new TrainingError('interrupted', { cause });
  } finally {
    progress.finish();
  }
}

function requireSequences({ sequences }: QuantizeFlags): string {
  if (sequences === undefined) throw new UsageError('--layer-auc needs --sequences DIR');
  return sequences;
}

async function takeSamples(
  { contract, templateGraph }: ModelFolder,
  runtime: quantize.OrtRuntime,
  flags: QuantizeFlags,
  signal: AbortSignal,
  progress: ReturnType<typeof terminalProgress>,
): Promise<quantize.ChosenSamples> {
  const { calibration, frames, seed, jobs } = flags;
  if (calibration === undefined) {
    throw new UsageError('quantize needs --calibration DIR: unlabelled videos, or a frame store');
  }
  await using scratch = await temporaryFolder('quantize');
  const dir = (await isStore(calibration))
    ? calibration
    : await ingestFootage(calibration, join(scratch.path, 'store'), jobs, signal);
  await using store = await openFrameStore(dir);
  if (frames !== undefined) {
    return quantize.loadSamples(store, await quantize.readFrameManifest(frames), contract);
  }
  using embedder = quantize.openEmbedder(runtime, contract, templateGraph);
  const embed = (crop: Uint8Array): Float32Array => embedder.embed(crop);
  const { calibrateCrops: calibrateCount, checkCrops: checkCount } = flags;
  return quantize.chooseSamples(store, {
    ...{ contract, embed, calibrateCount, checkCount, seed, progress, signal },
  });
}

async function isStore(dir: string): Promise<boolean> {
  return access(join(dir, 'index.json')).then(
    () => true,
    () => false,
  );
}

async function ingestFootage(
  dir: string,
  out: string,
  threads: number,
  signal: AbortSignal,
): Promise<string> {
  const { ingest } = await import('../../training/ingest/ingest.js');
  const { openSource } = await import('../../runtime/sources/open-source.js');
  const openVideo = (path: string, stop?: AbortSignal) => openSource(path, stop ? { signal: stop } : {});
  await ingest({ videos: dir, images: dir, out, threads, openVideo, signal, progress: terminalProgress() });
  return out;
}

/** The command that would make the same again, where footage and sequences lie elsewhere. */
function commandLine(model: string, flags: QuantizeFlags): string {
  const said: [string, string | undefined][] = [
    ['--calibration', flags.calibration === undefined ? undefined : 'FOOTAGE'],
    ['--frames', flags.frames ?? flags.writeFrames],
    ['--sequences', flags.sequences === undefined ? undefined : 'SEQUENCES'],
    ['--precision', flags.precision === 'int8' ? undefined : flags.precision],
    ['--calibrator', flags.calibrator ?? undefined],
    ['--keep-float', flags.keepFloat.length > 0 ? flags.keepFloat.join(',') : undefined],
    ['--fine-tune', flags.fineTune > 0 ? String(flags.fineTune) : undefined],
    ['--out', flags.out],
  ];
  return [model, ...said.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))].join(
    ' ',
  );
}

function describe(report: quantize.QuantizationReport, out: string, frames: string): string {
  const { recipe, harmful, slow, folded, unknown } = report;
  const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'none');
  return [
    quantize.formatComparison(report),
    '',
    `ranges by ${recipe.calibrator}, channels equalised: ${recipe.equalise ? 'yes' : 'no'}, biases corrected: ${recipe.biasCorrection ? 'yes' : 'no'}`,
    `BatchNorm folded: ${list(folded)}`,
    `in float because 8 bits hurt: ${list(harmful)}`,
    `in float because that is faster here: ${list(slow)}`,
    ...quantize.fineTuningLines(report),
    ...unknown.map((node) => `operator not known to the pass, left in float: ${node}`),
    `written to ${out} and ${quantize.formFolder(out, 'int8-trt')}; frames in ${frames}`,
  ].join('\n');
}

function describeHalf({ contract, left, agreement }: quantize.HalfModel, out: string): string {
  return [
    agreement
      ? `peak within 1 cell of fp32: ${(100 * agreement.peak).toFixed(1)} %, overlap of the boxes ${agreement.boxIou.toFixed(3)}`
      : 'not judged: give --calibration DIR for crops to judge by',
    ...left.map((name) => `left in float32: ${name}`),
    `${contract.name} written to ${out}`,
  ].join('\n');
}

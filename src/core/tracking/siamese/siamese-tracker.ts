import { type Box, clampBox } from '../../geometry/box.js';
import type { Frame } from '../../image/frame.js';
import type { Network } from '../../model/network.js';
import { checkSelection } from '../check-selection.js';
import type { Track, TrackState } from '../track.js';
import type { Tracker } from '../tracker.js';
import { BoxCalibration } from './box-calibration.js';
import type { Evidence } from './evidence.js';
import { confidenceOf, evidenceOf, shunDistractors, shunUnbelieved, trustIn } from './judgement.js';
import { type Look, Looker } from './looker.js';
import { believe, blendSize, coast, followCamera, predict } from './motion.js';
import { parseSiameseOptions, type SiameseOptions } from './options.js';
import { createTarget, meanSide, type Target } from './target.js';
import { TargetSearch } from './target-search.js';
import { idleTrack, trackOf } from './track-facts.js';

export interface SiameseTrackerHooks {
  /** Told in every update what speaks for the place that was chosen, whatever was made of it; the box in image pixels. */
  readonly onEvidence?: (evidence: Evidence, box: Box) => void;
}

/**
 * Follows one target with a Siamese network: one template, one search crop and one network run a frame while it is seen.
 *
 * Parameters come from the defaults, the model's contract, then `options`. The network stays the caller's to dispose.
 * @throws UsageError when a parameter is unknown or out of range.
 */
export function createSiameseTracker(
  network: Network,
  options: Partial<SiameseOptions> = {},
  hooks: SiameseTrackerHooks = {},
): Tracker {
  return new SiameseTracker(network, parseSiameseOptions({ ...network.contract.tracker, ...options }), hooks);
}

/** Share of a frame's score in the usual one. */
const usualRate = 0.05;

class SiameseTracker implements Tracker {
  readonly #network: Network;
  readonly #options: SiameseOptions;
  readonly #hooks: SiameseTrackerHooks;
  readonly #looker: Looker;
  readonly #search: TargetSearch;
  #target: Target | null = null;
  #selections = 0;

  constructor(network: Network, options: SiameseOptions, hooks: SiameseTrackerHooks) {
    this.#network = network;
    this.#options = options;
    this.#hooks = hooks;
    this.#looker = new Looker(network);
    this.#search = new TargetSearch(this.#looker, network.contract, options);
  }

  async init(frame: Frame, box: Box): Promise<Track> {
    checkSelection(box, frame, 'box');
    const { boxCalibration, egoMotion } = this.#options;
    const features = await this.#looker.embed(frame, box);
    this.#selections += 1;
    const target = createTarget(
      { box, features, id: this.#selections },
      this.#network.contract,
      this.#options,
    );
    if (boxCalibration > 0) {
      const seen = await this.#search.settle(target, frame);
      target.calibration = new BoxCalibration(box, seen, boxCalibration);
    }
    if (target.classifier) {
      const region = this.#search.regionAround(box);
      const { cells } = await this.#looker.respond(frame, region, features);
      target.classifier.learn(cells!, this.#search.inCrop(box, region));
    }
    if (egoMotion > 0) target.egoMotion.keep(frame);
    this.#target = target;
    return answer(target, frame, box, 'tracking', 1);
  }

  async update(frame: Frame): Promise<Track> {
    const target = this.#target;
    if (!target) return idleTrack(frame);
    const options = this.#options;
    target.frames += 1;
    // 1. predict where the target is now
    followCamera(target, frame, options);
    const predicted = predict(target, frame, options);
    target.distractors.predict();
    // 2. look there (a lost target: wherever its turn is), ask the network, pick a place
    const wasLost = target.states.state === 'lost';
    const chosen = wasLost
      ? { ...(await this.#search.lost(target, frame)), claim: 0 }
      : shunDistractors(target, await this.#search.ahead(target, frame, predicted), predicted, options);
    // 3. decide whether it was seen
    const evidence = evidenceOf(chosen, wasLost ? chosen.seen : predicted);
    this.#hooks.onEvidence?.(evidence, target.calibration.restore(chosen.seen));
    const confidence = confidenceOf(evidence, chosen, options) * trustIn(target, chosen, predicted, options);
    const state = target.states.step(confidence, target.kalman.sigma / meanSide(target.box));
    // 4. believe it, or (mostly) the prediction
    if (state === 'tracking') {
      const seen = blendSize(wasLost ? chosen.seen : predicted, chosen, options);
      believe(target, seen, frame, { confidence, wasLost, minSide: options.minSide });
      await this.#learn(target, frame, chosen, confidence);
    } else if (state === 'coasting') {
      shunUnbelieved(target, chosen, evidence, options);
      coast(target, chosen.seen, frame, confidence, options);
    } else {
      target.candidate = confidence >= options.reacquireAbove ? chosen.seen : null;
    }
    // 5. answer the box that was meant
    const meant = clampBox(target.calibration.restore(target.box), frame, options.minSide);
    return answer(target, frame, meant, state, confidence);
  }

  stop(): Promise<void> {
    this.#target = null;
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.stop();
  }

  /** A confident view teaches the classifier, and enters the template memory, each at its own interval. */
  async #learn(
    target: Target,
    frame: Frame,
    { likeness, region, score }: Look,
    confidence: number,
  ): Promise<void> {
    const { memoryWeight, memoryThreshold, memoryInterval, classifierThreshold, classifierInterval } =
      this.#options;
    const { classifier, frames, box, memory, usualScore } = target;
    target.usualScore = usualScore === null ? score : usualScore + usualRate * (score - usualScore);
    if (
      classifier &&
      likeness.cells &&
      confidence >= classifierThreshold &&
      frames % classifierInterval === 0
    )
      classifier.learn(likeness.cells, this.#search.inCrop(box, region));
    if (memoryWeight === 0 || confidence < memoryThreshold || frames % memoryInterval !== 0) return;
    memory.add(await this.#looker.embed(frame, box));
  }
}

function answer(target: Target, frame: Frame, box: Box, state: TrackState, confidence: number): Track {
  const { calibration, kalman, id, distractors } = target;
  const list = distractors.list.map((each) => ({ ...each, box: calibration.restore(each.box) }));
  return trackOf(frame, { state, box, kalman, id, distractors: list }, confidence);
}

import { type Box, centreDistance, clamp, clampBox, type Point } from '../../geometry/box.js';
import { type CropRegion, searchRegion, toCrop } from '../../geometry/crop-region.js';
import type { Frame } from '../../image/frame.js';
import type { Network } from '../../model/network.js';
import { checkSelection } from '../check-selection.js';
import { CentreKalman } from '../kalman.js';
import { StateMachine } from '../state-machine.js';
import type { Track, TrackState } from '../track.js';
import type { Tracker } from '../tracker.js';
import { BoxCalibration } from './box-calibration.js';
import { continuity } from './continuity.js';
import type { Peak } from './decode-response.js';
import { type Candidate, Distractors, plausibility } from './distractors.js';
import { EgoMotion } from './ego-motion.js';
import { calibratedConfidence, type Evidence } from './evidence.js';
import { type Look, Looker, type LookOptions } from './looker.js';
import { lostSearchRegions } from './lost-search.js';
import { parseSiameseOptions, type SiameseOptions } from './options.js';
import { TargetClassifier } from './target-classifier.js';
import { TemplateMemory } from './template-memory.js';
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

/** All that is known of the selected target. */
interface Target {
  /** As the network sees it; `calibration` makes of it what is answered. Image pixels. */
  box: Box;
  calibration: BoxCalibration;
  kalman: CentreKalman;
  readonly states: StateMachine;
  readonly memory: TemplateMemory;
  /** Learned from this target while it is tracked; null where it is off or the model keeps its cells to itself. */
  readonly classifier: TargetClassifier | null;
  readonly distractors: Distractors;
  readonly egoMotion: EgoMotion;
  readonly id: number;
  frames: number;
  /** Running mean of the network's score while tracking; null before the first update. */
  usualScore: number | null;
  /** The camera's motion per frame when the target was last seen, as far as it was estimated; image pixels. */
  cameraVelocity: Point | null;
  /** Where to look next while it is lost; null while it is not. */
  lostSearch: Generator<CropRegion, never> | null;
  /** Where a lost target was seen in the last frame, to be confirmed in this one. */
  candidate: Box | null;
}

/** Weight of the window while the box settles in the first frame: the target is in the middle. */
const settlingWindow = 0.4;
/** Motion less plausible than this is too far. */
const farOff = 0.1;
/** Share of a frame's score in the usual one. */
const usualRate = 0.05;

class SiameseTracker implements Tracker {
  readonly #network: Network;
  readonly #options: SiameseOptions;
  readonly #hooks: SiameseTrackerHooks;
  readonly #looker: Looker;
  #target: Target | null = null;
  #selections = 0;

  constructor(network: Network, options: SiameseOptions, hooks: SiameseTrackerHooks) {
    this.#network = network;
    this.#options = options;
    this.#hooks = hooks;
    this.#looker = new Looker(network);
  }

  async init(frame: Frame, box: Box): Promise<Track> {
    checkSelection(box, frame, 'box');
    const { memoryWeight, memoryRate, memorySlots, memoryDiversity, egoMotion } = this.#options;
    const features = await this.#looker.embed(frame, box);
    this.#selections += 1;
    const target: Target = {
      box,
      calibration: new BoxCalibration(box, box, 0),
      kalman: new CentreKalman({ x: box.cx, y: box.cy }, meanSide(box)),
      states: new StateMachine(this.#options),
      memory: new TemplateMemory(features, {
        weight: memoryWeight,
        rate: memoryRate,
        slots: memorySlots,
        diversity: memoryDiversity,
      }),
      classifier: this.#createClassifier(),
      distractors: new Distractors(),
      egoMotion: new EgoMotion(),
      id: this.#selections,
      frames: 0,
      usualScore: null,
      cameraVelocity: null,
      lostSearch: null,
      candidate: null,
    };
    target.calibration = await this.#calibrate(target, frame);
    if (target.classifier) {
      const region = this.#regionAround(box);
      const { cells } = await this.#looker.respond(frame, region, features);
      target.classifier.learn(cells!, this.#inCrop(box, region));
    }
    if (egoMotion > 0) target.egoMotion.keep(frame);
    this.#target = target;
    return this.#answer(target, frame, box, 'tracking', 1);
  }

  async update(frame: Frame): Promise<Track> {
    const target = this.#target;
    if (!target) return idleTrack(frame);
    target.frames += 1;
    // 1. predict where the target is now
    this.#followCamera(target, frame);
    const predicted = this.#predict(target, frame);
    target.distractors.predict();
    // 2. look there (a lost target: wherever its turn is), ask the network, pick a place
    const wasLost = target.states.state === 'lost';
    const chosen = wasLost
      ? { ...(await this.#seek(target, frame)), claim: 0 }
      : this.#shunDistractors(target, await this.#lookAhead(target, frame, predicted), predicted);
    // 3. decide whether it was seen
    const evidence = this.#evidence(chosen, wasLost ? chosen.seen : predicted);
    this.#hooks.onEvidence?.(evidence, target.calibration.restore(chosen.seen));
    const confidence =
      this.#confidence(evidence, chosen) *
      (1 - chosen.claim) *
      this.#familiarity(target, chosen.score) *
      this.#continuity(target, chosen, predicted);
    const state = target.states.step(confidence, target.kalman.sigma / meanSide(target.box));
    // 4. believe it, or (mostly) the prediction
    if (state === 'tracking') {
      const usual = target.usualScore ?? chosen.score;
      target.usualScore = usual + usualRate * (chosen.score - usual);
      this.#believe(
        target,
        this.#blendSize(wasLost ? chosen.seen : predicted, chosen),
        confidence,
        frame,
        wasLost,
      );
      await this.#learn(target, frame, chosen, confidence);
    } else if (state === 'coasting') {
      this.#shunUnbelieved(target, chosen, evidence);
      target.box = clampBox(this.#coast(target, chosen.seen, confidence), frame, this.#options.minSide);
    } else {
      target.candidate = confidence >= this.#options.reacquireAbove ? chosen.seen : null;
    }
    const answered = clampBox(target.calibration.restore(target.box), frame, this.#options.minSide);
    return this.#answer(target, frame, answered, state, confidence);
  }

  stop(): Promise<void> {
    this.#target = null;
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.stop();
  }

  /** Lets the box settle in the first frame as it would in a picture that stands still. */
  async #calibrate(target: Target, frame: Frame): Promise<BoxCalibration> {
    const { boxCalibration, settleRuns } = this.#options;
    const { box: selected } = target;
    let seen = selected;
    for (let run = 0; boxCalibration > 0 && run < settleRuns; run += 1) {
      const options = this.#lookOptions(target, settlingWindow);
      const next = this.#blendSize(
        seen,
        await this.#looker.look(frame, this.#regionAround(seen), seen, options),
      );
      // something beside the target was seen: not to be learned from
      if (centreDistance(next, selected) > meanSide(selected) / 2) break;
      seen = next;
    }
    return new BoxCalibration(selected, seen, boxCalibration);
  }

  #answer(target: Target, frame: Frame, box: Box, state: TrackState, confidence: number): Track {
    const { calibration, kalman, id, distractors } = target;
    const list = distractors.list.map((each) => ({ ...each, box: calibration.restore(each.box) }));
    return trackOf(frame, { state, box, kalman, id, distractors: list }, confidence);
  }

  #createClassifier(): TargetClassifier | null {
    const { search, response } = this.#network.contract;
    const { classifierWeight, classifierRate, classifierAnchor, classifierRidge, classifierTargetShare } =
      this.#options;
    if (classifierWeight === 0 || search.cells === undefined) return null;
    return new TargetClassifier(search.cells, response, {
      rate: classifierRate,
      anchor: classifierAnchor,
      ridge: classifierRidge,
      targetShare: classifierTargetShare,
    });
  }

  /**
   * An unseen target is taken along by the camera's motion. Its filter's velocity holds the camera's of when it was last
   * seen; what the camera does differently since then is added to the place.
   */
  #followCamera(target: Target, frame: Frame): void {
    const { egoMotion } = this.#options;
    if (egoMotion === 0) return;
    const { states } = target;
    const seen = states.state === 'tracking';
    if (seen && egoMotion < 2) {
      target.egoMotion.keep(frame);
      target.cameraVelocity = null;
      return;
    }
    const shift = target.egoMotion.shiftAt(frame, target.box);
    if (!shift) return;
    if (states.state === 'lost') {
      target.box = { ...target.box, cx: target.box.cx + shift.x, cy: target.box.cy + shift.y };
      return;
    }
    const before = target.cameraVelocity ?? shift;
    target.kalman.shift({ x: shift.x - before.x, y: shift.y - before.y });
    target.box = {
      ...target.box,
      cx: target.box.cx + shift.x - before.x,
      cy: target.box.cy + shift.y - before.y,
    };
    if (seen) target.cameraVelocity = shift;
    else target.cameraVelocity ??= shift;
  }

  /** The last box, moved ahead by (a share of) the velocity; a lost target stays where it was last believed. */
  #predict(target: Target, frame: Frame): Box {
    const { box, kalman, states } = target;
    if (states.state === 'lost') return box;
    kalman.predict(meanSide(box));
    const ahead = moved(target, states.state === 'coasting' ? 1 : this.#options.motionWeight);
    return { ...ahead, cx: clamp(ahead.cx, 0, frame.width), cy: clamp(ahead.cy, 0, frame.height) };
  }

  #lookAhead(target: Target, frame: Frame, predicted: Box): Promise<Look> {
    target.lostSearch = null;
    target.candidate = null;
    const { windowInfluence, windowSigma } = this.#options;
    // the less is known of where it is, the less the middle is preferred
    const sigma = target.kalman.sigma / meanSide(target.box);
    const certainty = windowSigma === 0 ? 1 : Math.min(1, windowSigma / Math.max(sigma, 1e-6));
    const options = this.#lookOptions(target, windowInfluence * certainty);
    return this.#looker.look(frame, this.#regionAround(predicted), predicted, options);
  }

  /** Looks for a lost target: first where it was perhaps seen in the last frame, then wherever its turn is. @returns the best look */
  async #seek(target: Target, frame: Frame): Promise<Look> {
    const { lostSearchScale, lostRuns, reacquireAbove } = this.#options;
    const options = this.#lookOptions(target, 0);
    if (target.candidate) {
      const look = await this.#looker.look(
        frame,
        this.#regionAround(target.candidate),
        target.candidate,
        options,
      );
      if (this.#confidence(this.#evidence(look, look.seen), look) >= reacquireAbove) return look;
      target.candidate = null;
    }
    target.lostSearch ??= lostSearchRegions(this.#regionAround(target.box), frame, {
      widen: lostSearchScale,
    });
    const looks: Look[] = [];
    for (let run = 0; run < lostRuns; run += 1)
      looks.push(await this.#looker.look(frame, target.lostSearch.next().value, target.box, options));
    const best = looks.reduce((a, b) => (b.peak.score > a.peak.score ? b : a));
    // a later look wrote over the response of a promising one
    const isStale = best !== looks.at(-1) && best.peak.score >= reacquireAbove;
    return isStale ? this.#looker.look(frame, best.region, target.box, options) : best;
  }

  /**
   * When the best peak lies where a known distractor was expected and not where the target was, a good rival at the
   * target's own place is taken instead; without one, the distractor's claim stands against the peak.
   */
  #shunDistractors(target: Target, look: Look, predicted: Box): Look & { readonly claim: number } {
    const { distractorAbove, distractorRatio } = this.#options;
    if (distractorAbove === 1) return { ...look, claim: 0 };
    const { distractors } = target;
    const excess = (box: Box): number => distractors.claim(box) - plausibility(predicted, box);
    let chosen: Candidate & { readonly rival: boolean } = {
      box: look.seen,
      score: look.peak.score,
      rival: false,
    };
    if (excess(look.seen) > 0) {
      const better = look.rivals.find(
        ({ box, score }) => excess(box) < 0 && score >= distractorRatio * look.peak.score,
      );
      if (better) chosen = { ...better, rival: true };
    }
    const others = chosen.rival
      ? [{ box: look.seen, score: look.peak.score }, ...look.rivals.filter(({ box }) => box !== chosen.box)]
      : look.rivals;
    distractors.update(others);
    if (!chosen.rival) return { ...look, claim: Math.max(0, excess(look.seen)) };
    const share = chosen.score / Math.max(look.peak.score, 1e-6);
    return {
      ...look,
      seen: chosen.box,
      peak: { ...look.peak, score: chosen.score },
      score: look.score * share,
      classifier: look.classifier * share,
      claim: 0,
    };
  }

  #lookOptions({ memory, classifier }: Target, windowInfluence: number): LookOptions {
    const { classifierWeight, sizePenalty, distractorAbove } = this.#options;
    return {
      template: memory.template,
      classifier,
      classifierWeight,
      windowInfluence,
      sizePenalty,
      rivalsAbove: distractorAbove,
    };
  }

  #evidence({ score, classifier, apce, seen }: Look, expected: Box): Evidence {
    return { score, classifier, apce, motion: plausibility(expected, seen) };
  }

  #confidence(evidence: Evidence, { peak }: Pick<Look, 'peak'>): number {
    const o = this.#options;
    const model = {
      bias: o.confidenceBias,
      score: o.confidenceScore,
      classifier: o.confidenceClassifier,
      apce: o.confidenceApce,
      motion: o.confidenceMotion,
    };
    return Object.values(model).every((weight) => weight === 0)
      ? peak.score
      : calibratedConfidence(evidence, model);
  }

  /**
   * 1 while the network finds the target about as alike as usual, less when its score breaks down at once: a slow change is
   * the target's own, a sudden one a cover, which the classifier, learning all the time, would take for the target.
   */
  #familiarity({ usualScore }: Target, score: number): number {
    const { coverRatio } = this.#options;
    if (usualScore === null || coverRatio === 0) return 1;
    return Math.min(1, score / Math.max(coverRatio * usualScore, 1e-6));
  }

  #continuity({ kalman, states, usualScore }: Target, { seen, score }: Look, predicted: Box): number {
    const plausible = plausibility(predicted, seen, kalman.sigma);
    const alike = usualScore === null ? 1 : score / Math.max(usualScore, 1e-6);
    return continuity(states.state, { plausible, alike }, this.#options);
  }

  /** What looks like the target, far from where a coasting one can be, is something else: it is followed as such. */
  #shunUnbelieved({ distractors }: Target, { seen, peak }: Look, { motion }: Evidence): void {
    const { coastDoubt, distractorAbove } = this.#options;
    if (coastDoubt > 0 && peak.score >= distractorAbove && motion < farOff)
      distractors.add({ box: seen, score: peak.score });
  }

  /** The region searched for a target expected at `box`. */
  #regionAround(box: Box): CropRegion {
    const { template, search, context } = this.#network.contract;
    return searchRegion(box, context, { templateSize: template.cropSize, searchSize: search.cropSize });
  }

  #inCrop(box: Box, region: CropRegion): Box {
    return toCrop(box, region, this.#network.contract.search.cropSize);
  }

  /** The centre is taken as seen; the size moves by `sizeRate`, less when the change is implausible or the score low. */
  #blendSize(known: Box, { seen, peak }: { readonly seen: Box; readonly peak: Peak }): Box {
    const rate = this.#options.sizeRate * peak.penalty * peak.score;
    return {
      cx: seen.cx,
      cy: seen.cy,
      width: known.width + rate * (seen.width - known.width),
      height: known.height + rate * (seen.height - known.height),
    };
  }

  /** Takes the box over, and its centre into the filter. */
  #believe(target: Target, box: Box, confidence: number, frame: Frame, wasLost: boolean): void {
    target.box = clampBox(box, frame, this.#options.minSide);
    const centre = { x: target.box.cx, y: target.box.cy };
    // a target found elsewhere did not fly there: it starts at rest
    if (wasLost) target.kalman = new CentreKalman(centre, meanSide(target.box));
    else target.kalman.correct(centre, meanSide(target.box), confidence);
  }

  /** The prediction, drawn towards what was faintly seen, the more the nearer it was to being enough. The size stays. */
  #coast(target: Target, faint: Box, confidence: number): Box {
    const ahead = moved(target, 1);
    const trust = (this.#options.coastTrust * confidence) / Math.max(this.#options.resumeAbove, 1e-6);
    const cx = ahead.cx + trust * (faint.cx - ahead.cx);
    const cy = ahead.cy + trust * (faint.cy - ahead.cy);
    target.kalman.correct({ x: cx, y: cy }, meanSide(ahead), confidence);
    return { ...ahead, cx, cy };
  }

  /** A confident view teaches the classifier, and enters the template memory, each at its own interval. */
  async #learn(target: Target, frame: Frame, { likeness, region }: Look, confidence: number): Promise<void> {
    const { memoryWeight, memoryThreshold, memoryInterval, classifierThreshold, classifierInterval } =
      this.#options;
    const { classifier, frames, box, memory } = target;
    if (
      classifier &&
      likeness.cells &&
      confidence >= classifierThreshold &&
      frames % classifierInterval === 0
    )
      classifier.learn(likeness.cells, this.#inCrop(box, region));
    if (memoryWeight === 0 || confidence < memoryThreshold || frames % memoryInterval !== 0) return;
    memory.add(await this.#looker.embed(frame, box));
  }
}

function moved({ box, kalman }: Target, share: number): Box {
  const { x, y } = kalman.velocity;
  return { ...box, cx: box.cx + share * x, cy: box.cy + share * y };
}

function meanSide({ width, height }: Box): number {
  return Math.sqrt(width * height);
}

import { type Box, clamp, clampBox } from '../../geometry/box.js';
import {
  type CropRegion,
  searchRegion,
  templateRegion,
  toCrop,
  toImage,
} from '../../geometry/crop-region.js';
import type { Frame } from '../../image/frame.js';
import { createCropSampler } from '../../image/sampler.js';
import type { Network } from '../../model/network.js';
import { checkSelection } from '../check-selection.js';
import { CentreKalman } from '../kalman.js';
import { StateMachine } from '../state-machine.js';
import type { Track } from '../track.js';
import type { Tracker } from '../tracker.js';
import { cosineWindow, findPeak, type Peak } from './decode-response.js';
import { lostSearchRegions } from './lost-search.js';
import { parseSiameseOptions, type SiameseOptions } from './options.js';
import { TemplateMemory } from './template-memory.js';
import { idleTrack, trackOf } from './track-facts.js';

/**
 * Follows one target with a Siamese network: one template, one search crop and one network run a frame.
 *
 * Parameters come from the defaults, the model's contract, then `options`. The network stays the caller's to dispose.
 * @throws UsageError when a parameter is unknown or out of range.
 */
export function createSiameseTracker(network: Network, options: Partial<SiameseOptions> = {}): Tracker {
  return new SiameseTracker(network, parseSiameseOptions({ ...network.contract.tracker, ...options }));
}

/** All that is known of the selected target. */
interface Target {
  box: Box;
  kalman: CentreKalman;
  readonly states: StateMachine;
  readonly memory: TemplateMemory;
  readonly id: number;
  frames: number;
  /** Where to look next while it is lost; null while it is not. */
  lostSearch: Generator<CropRegion, never> | null;
}

class SiameseTracker implements Tracker {
  readonly #network: Network;
  readonly #options: SiameseOptions;
  readonly #sampler = createCropSampler();
  readonly #window: Float32Array;
  readonly #templateCrop: Uint8Array;
  readonly #searchCrop: Uint8Array;
  #target: Target | null = null;
  #selections = 0;

  constructor(network: Network, options: SiameseOptions) {
    this.#network = network;
    this.#options = options;
    const { template, search, response } = network.contract;
    this.#window = cosineWindow(response, search.cropSize);
    this.#templateCrop = new Uint8Array(3 * template.cropSize ** 2);
    this.#searchCrop = new Uint8Array(3 * search.cropSize ** 2);
  }

  async init(frame: Frame, box: Box): Promise<Track> {
    checkSelection(box, frame, 'box');
    const { memoryWeight: weight, memoryRate: rate } = this.#options;
    const features = await this.#embed(frame, box);
    this.#selections += 1;
    this.#target = {
      box,
      kalman: new CentreKalman({ x: box.cx, y: box.cy }, meanSide(box)),
      states: new StateMachine(this.#options),
      memory: new TemplateMemory(features, { weight, rate }),
      id: this.#selections,
      frames: 0,
      lostSearch: null,
    };
    return trackOf(frame, { ...this.#target, state: 'tracking' }, 1);
  }

  async update(frame: Frame): Promise<Track> {
    const target = this.#target;
    if (!target) return idleTrack(frame);
    target.frames += 1;
    // 1. predict where the target is now, and cut the search region there
    const predicted = this.#predict(target, frame);
    const wasLost = target.states.state === 'lost';
    const region = this.#region(target, predicted, frame);
    const { cropSize } = this.#network.contract.search;
    this.#sampler.sampleCrop(frame, region, cropSize, this.#searchCrop);
    // 2. ask the network
    const response = await this.#network.respond(target.memory.template, this.#searchCrop);
    // 3. pick the cell and its box
    const known = toCrop(predicted, region, cropSize);
    const { windowInfluence, sizePenalty } = this.#options;
    const peak = findPeak(response, this.#network.contract.response, this.#window, {
      widthInCrop: known.width,
      heightInCrop: known.height,
      windowInfluence: wasLost ? 0 : windowInfluence,
      sizePenalty,
    });
    // 4. decide whether it was seen, and believe it or (mostly) the prediction
    const state = target.states.step(peak.score);
    const seen = toImage(peak.boxInCrop, region, cropSize);
    if (state === 'tracking') {
      this.#believe(target, this.#blendSize(predicted, seen, peak), peak.score, frame, wasLost);
      await this.#remember(target, frame, peak.score);
    } else if (state === 'coasting') {
      target.box = clampBox(this.#coast(target, seen, peak.score), frame, this.#options.minSide);
    }
    return trackOf(frame, { ...target, state }, peak.score);
  }

  stop(): Promise<void> {
    this.#target = null;
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.stop();
  }

  async #embed(frame: Frame, box: Box) {
    const { template, context } = this.#network.contract;
    this.#sampler.sampleCrop(frame, templateRegion(box, context), template.cropSize, this.#templateCrop);
    return this.#network.embed(this.#templateCrop);
  }

  /** The last box, moved ahead by (a share of) the velocity; a lost target stays where it was last believed. */
  #predict(target: Target, frame: Frame): Box {
    const { box, kalman, states } = target;
    if (states.state === 'lost') return box;
    kalman.predict(meanSide(box));
    const ahead = moved(target, states.state === 'coasting' ? 1 : this.#options.motionWeight);
    return { ...ahead, cx: clamp(ahead.cx, 0, frame.width), cy: clamp(ahead.cy, 0, frame.height) };
  }

  #region(target: Target, predicted: Box, frame: Frame): CropRegion {
    const { template, search, context } = this.#network.contract;
    const sizes = { templateSize: template.cropSize, searchSize: search.cropSize };
    const region = searchRegion(predicted, context, sizes);
    if (target.states.state !== 'lost') {
      target.lostSearch = null;
      return region;
    }
    target.lostSearch ??= lostSearchRegions(region, frame, { widen: this.#options.lostSearchScale });
    return target.lostSearch.next().value;
  }

  /** The centre is taken as seen; the size moves by `sizeRate`, less when the change is implausible or the score low. */
  #blendSize(known: Box, seen: Box, { score, penalty }: Peak): Box {
    const rate = this.#options.sizeRate * penalty * score;
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

  async #remember(target: Target, frame: Frame, confidence: number): Promise<void> {
    const { memoryWeight, memoryThreshold, memoryInterval } = this.#options;
    if (memoryWeight === 0 || confidence < memoryThreshold || target.frames % memoryInterval !== 0) return;
    target.memory.add(await this.#embed(frame, target.box));
  }
}

function moved({ box, kalman }: Target, share: number): Box {
  const { x, y } = kalman.velocity;
  return { ...box, cx: box.cx + share * x, cy: box.cy + share * y };
}

function meanSide({ width, height }: Box): number {
  return Math.sqrt(width * height);
}

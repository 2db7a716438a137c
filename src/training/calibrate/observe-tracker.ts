import { type Box, centreDistance } from '../../core/geometry/box.js';
import { templateRegion } from '../../core/geometry/crop-region.js';
import type { Frame } from '../../core/image/frame.js';
import { createCropSampler } from '../../core/image/sampler.js';
import type { Network, Response, TemplateFeatures } from '../../core/model/network.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import type { OnEvidence } from './evidence.js';
import type { ObservableTracker } from './recording-tracker.js';

/**
 * Watches any tracker over a network from outside: what the network answered, how the box looks beside the first
 * template, how far it lies from where the last frames led. Frames without a box have no evidence.
 */
export function observeTracker(network: Network, create: (network: Network) => Tracker): ObservableTracker {
  return (onEvidence) => {
    const watched = new WatchedNetwork(network);
    return new ObservedTracker(create(watched), watched, onEvidence);
  };
}

/** The network, and what its last response showed. */
class WatchedNetwork implements Network {
  score = 0;
  apce = 1;
  readonly #inner: Network;

  constructor(inner: Network) {
    this.#inner = inner;
  }

  get contract(): Network['contract'] {
    return this.#inner.contract;
  }

  embed(templateCrop: Uint8Array): Promise<TemplateFeatures> {
    return this.#inner.embed(templateCrop);
  }

  async respond(template: TemplateFeatures, searchCrop: Uint8Array): Promise<Response> {
    const response = await this.#inner.respond(template, searchCrop);
    this.score = response.scores.reduce((most, value) => Math.max(most, value), 0);
    this.apce = peakToCorrelationEnergy(response.scores);
    return response;
  }

  /** The inner network stays its owner's. */
  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

/** APCE = (max - min)^2 / mean((value - min)^2) (Wang, Liu, Huang 2017, "Large Margin Object Tracking with Circulant Feature Maps", eq. 10); 1 of a flat response. */
export function peakToCorrelationEnergy(scores: Float32Array): number {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const energy = scores.reduce((sum, value) => sum + (value - least) ** 2, 0) / scores.length;
  return energy === 0 ? 1 : (most - least) ** 2 / energy;
}

/** Standard deviation of a plausible move away from the prediction, in target sizes. */
const motionSigma = 0.5;

class ObservedTracker implements Tracker {
  readonly #sampler = createCropSampler();
  #first: TemplateFeatures | null = null;
  #expected: Box | null = null;

  constructor(
    readonly inner: Tracker,
    readonly network: WatchedNetwork,
    readonly onEvidence: OnEvidence,
  ) {}

  async init(frame: Frame, box: Box): Promise<Track> {
    const { data, shape } = await this.#embed(frame, box);
    this.#first = { data: Float32Array.from(data), shape };
    this.#expected = box;
    return this.inner.init(frame, box);
  }

  async update(frame: Frame): Promise<Track> {
    const track = await this.inner.update(frame);
    const { box, velocity } = track;
    if (!box) return track;
    const { score, apce } = this.network;
    const similarity = cosine((await this.#embed(frame, box)).data, this.#first!.data);
    const off = centreDistance(box, this.#expected ?? box) / Math.sqrt(box.width * box.height);
    this.onEvidence({ score, apce, similarity, motion: Math.exp(-0.5 * (off / motionSigma) ** 2) }, box);
    this.#expected = { ...box, cx: box.cx + (velocity?.x ?? 0), cy: box.cy + (velocity?.y ?? 0) };
    return track;
  }

  stop(): Promise<void> {
    return this.inner.stop();
  }

  dispose(): Promise<void> {
    return this.inner.dispose();
  }

  #embed(frame: Frame, box: Box): Promise<TemplateFeatures> {
    const { template, context } = this.network.contract;
    const crop = new Uint8Array(3 * template.cropSize ** 2);
    this.#sampler.sampleCrop(frame, templateRegion(box, context), template.cropSize, crop);
    return this.network.embed(crop);
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i += 1) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return ab / Math.sqrt(Math.max(aa * bb, 1e-12));
}

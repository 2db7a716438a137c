import { type Box, isValidBox } from '../../core/geometry/box.js';
import { type Frame } from '../../core/image/frame.js';
import { createCropSampler } from '../../core/image/sampler.js';
import { mix, createRandom, type Random } from '../../core/random.js';
import { TrainingError } from '../../core/errors.js';
import { type NetworkSpec } from '../network/spec.js';
import { type PairAugmentation } from './augmentation.js';
import { type PairBatch } from './pair-batch.js';
import { type Sighting, ViewRenderer } from './view.js';

/** The part of the frame store that pairs are drawn from. */
export interface PictureStore {
  readonly clips: readonly {
    readonly name: string;
    readonly kind: 'video' | 'image';
    readonly frames: number;
  }[];
  /** A frame that stays valid until the next read into the same buffer. */
  readFrame(clip: string, index: number, into: Uint8Array): Frame;
  /** Proposed boxes of every frame of the clip, best first. */
  proposals(clip: string): readonly (readonly (Box & { readonly score: number })[])[];
  /** Bytes of the largest frame. */
  readonly maxFrameBytes: number;
}

/** An object seen in several frames of one clip: what mining finds. */
export interface Tracklet {
  readonly clip: string;
  readonly sightings: readonly {
    readonly frame: number;
    readonly box: Box;
    /** Trust in this box, 0..1. */ readonly grade: number;
  }[];
}

export interface PairSourceOptions {
  readonly spec: NetworkSpec;
  readonly batchSize: number;
  readonly seed: number;
  readonly self: PairAugmentation;
  readonly mined: PairAugmentation;
  readonly tracklets: readonly Tracklet[];
  /** Share of pairs drawn from the tracklets, when there are any. */
  readonly minedShare: number;
  /** Longest interval of a mined pair, in stored frames. */
  readonly maxInterval: number;
  /** Share of self-pairs drawn from still images rather than from video frames. */
  readonly imageShare: number;
}

/** One frame and box, by name. */
interface Place {
  readonly clip: string;
  readonly frame: number;
  readonly box: Box;
}

/**
 * Draws training pairs. Batch `index` depends on the seed and the index alone: whoever renders it, in whatever order,
 * gets the same bytes, so a resumed training sees what an uninterrupted one would have seen.
 */
export class PairSource {
  readonly #store: PictureStore;
  readonly #options: PairSourceOptions;
  readonly #templates: ViewRenderer;
  readonly #searches: ViewRenderer;
  readonly #images: readonly string[];
  readonly #videos: readonly string[];
  readonly #frames = new Map<string, number>();
  readonly #buffers: readonly [Uint8Array, Uint8Array];

  constructor(store: PictureStore, options: PairSourceOptions) {
    const { spec } = options;
    this.#store = store;
    this.#options = options;
    const sampler = createCropSampler();
    const zoom = spec.searchSize / spec.templateSize;
    this.#templates = new ViewRenderer(sampler, { size: spec.templateSize, zoom: 1, context: spec.context });
    this.#searches = new ViewRenderer(sampler, { size: spec.searchSize, zoom, context: spec.context });
    const named = (kind: 'video' | 'image'): string[] =>
      store.clips
        .filter((clip) => clip.kind === kind && store.proposals(clip.name).some((boxes) => boxes.length > 0))
        .map(({ name }) => name);
    this.#images = named('image');
    this.#videos = named('video');
    for (const { name, frames } of store.clips) this.#frames.set(name, frames);
    if (this.#images.length + this.#videos.length === 0)
      throw new TrainingError('the frame store holds no proposed box: ingest found nothing to train on');
    this.#buffers = [new Uint8Array(store.maxFrameBytes), new Uint8Array(store.maxFrameBytes)];
  }

  /** Renders batch `index` into `batch`. */
  render(index: number, batch: PairBatch): void {
    const random = createRandom(mix(this.#options.seed, index));
    for (let slot = 0; slot < this.#options.batchSize; slot += 1)
      this.#renderPair(batch, slot, random.fork(random.below(2 ** 31)));
  }

  #renderPair(batch: PairBatch, slot: number, random: Random): void {
    const { tracklets, minedShare, self, mined } = this.#options;
    const isMined = tracklets.length > 0 && random.chance(minedShare);
    const { template, search, weight } = isMined ? this.#drawMined(random) : this.#drawSelf(random);
    const augmentation = isMined ? mined : self;
    const other = (): Sighting => this.#read(this.#drawPlace(random), 1);
    this.#templates.render(
      this.#read(template, 0),
      augmentation.template,
      other,
      random,
      batch.template(slot),
    );
    const box = this.#searches.render(
      this.#read(search, 0),
      augmentation.search,
      other,
      random,
      batch.search(slot),
    );
    batch.setBox(slot, box, weight);
  }

  #drawSelf(random: Random): { template: Place; search: Place; weight: number } {
    const place = this.#drawPlace(random);
    return { template: place, search: place, weight: 1 };
  }

  #drawMined(random: Random): { template: Place; search: Place; weight: number } {
    const { clip, sightings } = random.pick(this.#options.tracklets);
    const first = random.below(sightings.length);
    const anchor = sightings[first]!;
    const near = sightings.filter(({ frame }) => Math.abs(frame - anchor.frame) <= this.#options.maxInterval);
    const found = random.pick(near);
    return {
      template: { clip, frame: anchor.frame, box: anchor.box },
      search: { clip, frame: found.frame, box: found.box },
      weight: Math.min(anchor.grade, found.grade),
    };
  }

  /** A proposed box of a random frame; better-scored ones more often. */
  #drawPlace(random: Random): Place {
    const fromImages =
      this.#videos.length === 0 || (this.#images.length > 0 && random.chance(this.#options.imageShare));
    const clips = fromImages ? this.#images : this.#videos;
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const clip = random.pick(clips);
      const frame = random.below(this.#frames.get(clip)!);
      const boxes = this.#store.proposals(clip)[frame] ?? [];
      if (boxes.length === 0) continue;
      // the square of a uniform number prefers the front of the list
      const box = boxes[Math.floor(random.next() ** 1.5 * boxes.length)]!;
      if (isValidBox(box)) return { clip, frame, box: jitter(box, random) };
    }
    throw new TrainingError('no proposed box found in 100 draws: the frame store is nearly empty');
  }

  #read({ clip, frame, box }: Place, buffer: 0 | 1): Sighting {
    return { frame: this.#store.readFrame(clip, frame, this.#buffers[buffer]), box };
  }
}

/** Proposals are no ground truth: any box near one is as good an "object", and variety of extent helps. */
function jitter(box: Box, random: Random): Box {
  return {
    cx: box.cx + random.normal(0.05) * box.width,
    cy: box.cy + random.normal(0.05) * box.height,
    width: box.width * random.logUniform(1.15),
    height: box.height * random.logUniform(1.15),
  };
}

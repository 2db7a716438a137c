import type { Box } from '../../core/geometry/box.js';
import { createCropSampler } from '../../core/image/sampler.js';
import { mix, createRandom, type Random } from '../../core/random.js';
import type { NetworkSpec } from '../network/spec.js';
import type { PairAugmentation } from './augmentation.js';
import type { PairBatch, PairBatchShape } from './pair-batch.js';
import type { PictureStore } from './picture-store.js';
import { type Place, PlacePicker } from './place-picker.js';
import { type Sighting, ViewRenderer } from './view.js';

/** An object seen in several frames of one clip: what mining finds. */
export interface Tracklet {
  readonly clip: string;
  readonly sightings: readonly {
    readonly frame: number;
    readonly box: Box;
    /** Trust in this box, 0..1. */ readonly grade: number;
  }[];
}

export interface PairSourceOptions extends PairBatchShape {
  readonly spec: NetworkSpec;
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

/**
 * Draws training pairs. Batch `index` depends on the seed and the index alone: whoever renders it, in whatever order,
 * gets the same bytes, so a resumed training sees what an uninterrupted one would have seen.
 */
export class PairSource {
  readonly #store: PictureStore;
  readonly #options: PairSourceOptions;
  readonly #templates: ViewRenderer;
  readonly #searches: ViewRenderer;
  readonly #picker: PlacePicker;
  readonly #buffers: readonly [Uint8Array, Uint8Array];

  constructor(store: PictureStore, options: PairSourceOptions) {
    const { spec } = options;
    this.#store = store;
    this.#options = options;
    const sampler = createCropSampler();
    const zoom = spec.searchSize / spec.templateSize;
    this.#templates = new ViewRenderer(sampler, { size: spec.templateSize, zoom: 1, context: spec.context });
    this.#searches = new ViewRenderer(sampler, { size: spec.searchSize, zoom, context: spec.context });
    this.#picker = new PlacePicker(store, options.imageShare);
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
    const other = (): Sighting => this.#read(this.#picker.draw(random), 1);
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
    const place = this.#picker.draw(random);
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

  #read({ clip, frame, box }: Place, buffer: 0 | 1): Sighting {
    return { frame: this.#store.readFrame(clip, frame, this.#buffers[buffer]), box };
  }
}

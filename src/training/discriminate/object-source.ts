import { type Box, iou } from '../../core/geometry/box.js';
import { templateRegion } from '../../core/geometry/crop-region.js';
import type { Frame } from '../../core/image/frame.js';
import { createCropSampler, type CropSampler } from '../../core/image/sampler.js';
import { createRandom, mix, type Random } from '../../core/random.js';
import type { ViewOptions } from '../data/augmentation.js';
import { PlacePicker } from '../data/place-picker.js';
import type { PictureStore } from '../data/picture-store.js';
import { ViewRenderer } from '../data/view.js';
import type { NetworkSpec } from '../network/spec.js';
import type { ObjectBatch, ObjectBatchShape } from './object-batch.js';

export interface ObjectSourceOptions extends ObjectBatchShape {
  readonly spec: NetworkSpec;
  readonly seed: number;
  /** Change between an anchor and its positive. */
  readonly augmentation: ViewOptions;
  /** Share of objects drawn from still images rather than from video frames. */
  readonly imageShare: number;
  /** Clips that nothing is drawn from, see heldOutClips(); none when absent. */
  readonly holdOut?: readonly string[];
}

/** Largest overlap with the object a crop may have and still be background. */
export const backgroundIou = 0.3;

/** Draws the crops of background discrimination; batch `index` depends on the seed and the index alone. */
export class ObjectSource {
  readonly #store: PictureStore;
  readonly #options: ObjectSourceOptions;
  readonly #picker: PlacePicker;
  readonly #views: ViewRenderer;
  readonly #sampler: CropSampler = createCropSampler();
  readonly #buffers: readonly [Uint8Array, Uint8Array];

  constructor(store: PictureStore, options: ObjectSourceOptions) {
    this.#store = store;
    this.#options = options;
    this.#picker = new PlacePicker(store, options.imageShare, options.spec);
    this.#views = new ViewRenderer(this.#sampler, {
      size: options.spec.templateSize,
      zoom: 1,
      context: options.spec.context,
    });
    this.#buffers = [new Uint8Array(store.maxFrameBytes), new Uint8Array(store.maxFrameBytes)];
  }

  /** Renders batch `index` into `batch`. */
  render(index: number, batch: ObjectBatch): void {
    const { objects, backgrounds, seed, augmentation } = this.#options;
    const random = createRandom(mix(seed, index));
    for (let slot = 0; slot < objects; slot += 1) {
      const { clip, frame: number, box } = this.#picker.draw(random);
      const frame = this.#store.readFrame(clip, number, this.#buffers[0]);
      this.#crop(frame, box, batch.anchor(slot));
      this.#views.render(
        { frame, box },
        augmentation,
        { other: () => this.#other(random), rival: () => this.#other(random) },
        random,
        batch.positive(slot),
      );
      for (let k = 0; k < backgrounds; k += 1) {
        this.#crop(frame, backgroundBox(box, frame, random), batch.background(slot, k));
      }
    }
  }

  #crop(frame: Frame, box: Box, out: Uint8Array): void {
    const { spec } = this.#options;
    this.#sampler.sampleCrop(frame, templateRegion(box, spec.context), spec.templateSize, out, {
      layout: 'hwc',
    });
  }

  #other(random: Random) {
    const { clip, frame, box } = this.#picker.draw(random);
    return { frame: this.#store.readFrame(clip, frame, this.#buffers[1]), box };
  }
}

/** A box of the object's size, in its surroundings, that overlaps it by less than {@link backgroundIou}. */
export function backgroundBox(
  object: Box,
  frame: { readonly width: number; readonly height: number },
  random: Random,
): Box {
  for (let attempt = 0; ; attempt += 1) {
    // near at first, anywhere in the frame when the object fills its neighbourhood
    const reach = 1.5 + attempt * 0.25;
    const box = {
      cx: object.cx + random.uniform(-reach, reach) * object.width,
      cy: object.cy + random.uniform(-reach, reach) * object.height,
      width: object.width * random.logUniform(1.3),
      height: object.height * random.logUniform(1.3),
    };
    const inside = box.cx >= 0 && box.cy >= 0 && box.cx <= frame.width && box.cy <= frame.height;
    if ((inside || attempt > 20) && iou(box, object) < backgroundIou) return box;
  }
}

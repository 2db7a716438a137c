import type { NetworkSpec } from '../network/spec.js';

export interface ObjectBatchShape {
  readonly spec: Pick<NetworkSpec, 'templateSize'>;
  readonly objects: number;
  /** Background crops per object, of the object's own frame. */
  readonly backgrounds: number;
}

/** One batch of background discrimination in shared memory: uint8 HWC RGB template crops. */
export class ObjectBatch {
  readonly buffer: SharedArrayBuffer;
  /** Anchors, then their other views, then background crops grouped by anchor. */
  readonly crops: Uint8Array;
  readonly objects: number;
  readonly backgrounds: number;
  readonly #bytes: number;

  constructor({ spec, objects, backgrounds }: ObjectBatchShape, buffer?: SharedArrayBuffer) {
    this.#bytes = spec.templateSize ** 2 * 3;
    this.objects = objects;
    this.backgrounds = backgrounds;
    this.buffer = buffer ?? new SharedArrayBuffer(objects * (2 + backgrounds) * this.#bytes);
    this.crops = new Uint8Array(this.buffer);
  }

  anchor(slot: number): Uint8Array {
    return this.#crop(slot);
  }

  positive(slot: number): Uint8Array {
    return this.#crop(this.objects + slot);
  }

  background(slot: number, index: number): Uint8Array {
    return this.#crop(2 * this.objects + slot * this.backgrounds + index);
  }

  #crop(index: number): Uint8Array {
    return this.crops.subarray(index * this.#bytes, (index + 1) * this.#bytes);
  }
}

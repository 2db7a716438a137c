import type { TemplateFeatures } from '../../model/network.js';

export interface TemplateMemoryOptions {
  /** Weight of the later views against the first, 0..1. */
  readonly weight: number;
  /** Share of a new view in the slot it is like. */
  readonly rate: number;
  /** Later views that are kept apart, at most. */
  readonly slots: number;
  /** A view less alike than this (cosine) to all that is kept gets a slot of its own. */
  readonly diversity: number;
}

/**
 * The first template stays for ever. Confident later views are kept beside it in a few slots: a view like one of them is averaged into it, a
 * view unlike all of them gets a slot of its own, the place of the one that has waited longest when all are taken. The network is asked with
 * their weighted mean: correlation is linear, so that is the mean of their responses in one network run.
 */
export class TemplateMemory {
  readonly #first: Float32Array;
  readonly #blend: Float32Array;
  readonly #options: TemplateMemoryOptions;
  readonly #shape: TemplateFeatures['shape'];
  /** The selected box's: what was meant does not change. */
  readonly #extent: TemplateFeatures['extent'];
  /** The one that was taken in or refreshed last is the last. */
  #slots: Float32Array[];

  constructor(first: TemplateFeatures, options: TemplateMemoryOptions) {
    this.#first = Float32Array.from(first.data);
    this.#blend = Float32Array.from(first.data);
    this.#slots = [Float32Array.from(first.data)];
    this.#shape = first.shape;
    this.#extent = first.extent;
    this.#options = options;
  }

  /** Valid until the next `add`. */
  get template(): TemplateFeatures {
    return { data: this.#blend, shape: this.#shape, extent: this.#extent };
  }

  /** Later views that are kept apart. */
  get size(): number {
    return this.#slots.length;
  }

  /** Takes a view in. */
  add({ data }: TemplateFeatures): void {
    const { rate, slots, diversity } = this.#options;
    const alike = this.#slots.map((slot) => cosine(slot, data));
    const nearest = alike.indexOf(Math.max(...alike));
    if (slots > 1 && alike[nearest]! < diversity) {
      if (this.#slots.length === slots) this.#slots.shift();
      this.#slots.push(Float32Array.from(data));
    } else {
      const [slot] = this.#slots.splice(nearest, 1);
      for (let i = 0; i < data.length; i += 1) slot![i] = (1 - rate) * slot![i]! + rate * data[i]!;
      this.#slots.push(slot!);
    }
    this.#mix();
  }

  #mix(): void {
    const { weight } = this.#options;
    const share = weight / this.#slots.length;
    for (let i = 0; i < this.#blend.length; i += 1) {
      let sum = (1 - weight) * this.#first[i]!;
      for (const slot of this.#slots) sum += share * slot[i]!;
      this.#blend[i] = sum;
    }
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, lengthA, lengthB] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    product += a[i]! * b[i]!;
    lengthA += a[i]! * a[i]!;
    lengthB += b[i]! * b[i]!;
  }
  return product / Math.max(Math.sqrt(lengthA * lengthB), 1e-12);
}

import type { TemplateFeatures } from '../../model/network.js';

/**
 * The first template stays for ever; confident later views are averaged into a slow memory beside it. What the network
 * is asked with is their weighted mean: one network run, whatever the memory holds.
 */
export class TemplateMemory {
  readonly #first: Float32Array;
  readonly #memory: Float32Array;
  readonly #blend: Float32Array;
  readonly #weight: number;
  readonly #rate: number;
  readonly #shape: TemplateFeatures['shape'];

  constructor(first: TemplateFeatures, { weight, rate }: { readonly weight: number; readonly rate: number }) {
    this.#first = Float32Array.from(first.data);
    this.#memory = Float32Array.from(first.data);
    this.#blend = Float32Array.from(first.data);
    this.#shape = first.shape;
    this.#weight = weight;
    this.#rate = rate;
  }

  /** Valid until the next `add`. */
  get template(): TemplateFeatures {
    return { data: this.#blend, shape: this.#shape };
  }

  /** Takes a view in: memory <- (1 - rate) memory + rate view. */
  add({ data }: TemplateFeatures): void {
    for (let i = 0; i < this.#memory.length; i += 1) {
      const mixed = (1 - this.#rate) * this.#memory[i]! + this.#rate * data[i]!;
      this.#memory[i] = mixed;
      this.#blend[i] = (1 - this.#weight) * this.#first[i]! + this.#weight * mixed;
    }
  }
}

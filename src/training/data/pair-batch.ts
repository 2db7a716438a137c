import type { Box } from '../../core/geometry/box.js';
import type { NetworkSpec } from '../network/spec.js';

const boxNumbers = 5;

export interface PairBatchShape {
  readonly spec: Pick<NetworkSpec, 'templateSize' | 'searchSize'>;
  readonly batchSize: number;
}

/**
 * One batch of pairs in shared memory: uint8 HWC RGB crops, the target's box in search-crop pixels and the pair's
 * weight. A worker fills it, the trainer reads it; who may touch it is agreed by messages.
 */
export class PairBatch {
  readonly buffer: SharedArrayBuffer;
  readonly templates: Uint8Array;
  readonly searches: Uint8Array;
  readonly #numbers: Float32Array;
  readonly #templateBytes: number;
  readonly #searchBytes: number;
  readonly size: number;

  constructor({ spec, batchSize: size }: PairBatchShape, buffer?: SharedArrayBuffer) {
    this.size = size;
    this.#templateBytes = spec.templateSize ** 2 * 3;
    this.#searchBytes = spec.searchSize ** 2 * 3;
    const numbersAt = 0;
    const templatesAt = size * boxNumbers * 4;
    const searchesAt = templatesAt + size * this.#templateBytes;
    this.buffer = buffer ?? new SharedArrayBuffer(searchesAt + size * this.#searchBytes);
    this.#numbers = new Float32Array(this.buffer, numbersAt, size * boxNumbers);
    this.templates = new Uint8Array(this.buffer, templatesAt, size * this.#templateBytes);
    this.searches = new Uint8Array(this.buffer, searchesAt, size * this.#searchBytes);
  }

  template(slot: number): Uint8Array {
    return this.templates.subarray(slot * this.#templateBytes, (slot + 1) * this.#templateBytes);
  }

  search(slot: number): Uint8Array {
    return this.searches.subarray(slot * this.#searchBytes, (slot + 1) * this.#searchBytes);
  }

  setBox(slot: number, { cx, cy, width, height }: Box, weight: number): void {
    this.#numbers.set([cx, cy, width, height, weight], slot * boxNumbers);
  }

  boxes(): Box[] {
    return Array.from({ length: this.size }, (_, slot) => {
      const [cx, cy, width, height] = this.#numbers.subarray(slot * boxNumbers) as unknown as [
        number,
        number,
        number,
        number,
      ];
      return { cx, cy, width, height };
    });
  }

  weights(): Float32Array {
    return Float32Array.from({ length: this.size }, (_, slot) => this.#numbers[slot * boxNumbers + 4]!);
  }
}

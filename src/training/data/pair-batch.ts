import type { Box } from '../../core/geometry/box.js';
import type { NetworkSpec } from '../network/spec.js';

const numbersPerPair = 10;

/** What a pair is besides its crops. */
export interface PairFacts {
  /** The target in search-crop pixels. */
  readonly box: Box;
  /** Width and height of the target in the template crop, crop pixels. */
  readonly extent: readonly [number, number];
  /** False where something else lies in the target's place. */
  readonly visible: boolean;
  /** Trust in the pair, 0..1: the lower grade of its two boxes. */
  readonly weight: number;
  /** Two frames of a mined tracklet, which may be wrong, rather than two views of one picture. */
  readonly mined: boolean;
  /** Number of the clip: two pairs of one clip may show the same object. */
  readonly clip: number;
}

export interface PairBatchShape {
  readonly spec: Pick<NetworkSpec, 'templateSize' | 'searchSize'>;
  readonly batchSize: number;
}

/**
 * One batch of pairs in shared memory: uint8 HWC RGB crops and the pairs' facts. A worker fills it, the trainer reads it; who may touch it is agreed by messages.
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
    const templatesAt = size * numbersPerPair * 4;
    const searchesAt = templatesAt + size * this.#templateBytes;
    this.buffer = buffer ?? new SharedArrayBuffer(searchesAt + size * this.#searchBytes);
    this.#numbers = new Float32Array(this.buffer, numbersAt, size * numbersPerPair);
    this.templates = new Uint8Array(this.buffer, templatesAt, size * this.#templateBytes);
    this.searches = new Uint8Array(this.buffer, searchesAt, size * this.#searchBytes);
  }

  template(slot: number): Uint8Array {
    return this.templates.subarray(slot * this.#templateBytes, (slot + 1) * this.#templateBytes);
  }

  search(slot: number): Uint8Array {
    return this.searches.subarray(slot * this.#searchBytes, (slot + 1) * this.#searchBytes);
  }

  setFacts(
    slot: number,
    { box: { cx, cy, width, height }, extent, visible, weight, mined, clip }: PairFacts,
  ): void {
    this.#numbers.set(
      [cx, cy, width, height, visible ? 1 : 0, weight, mined ? 1 : 0, clip, ...extent],
      slot * numbersPerPair,
    );
  }

  facts(): PairFacts[] {
    return Array.from({ length: this.size }, (_, slot) => {
      const [cx, cy, width, height, visible, weight, mined, clip, wide, high] = this.#numbers.subarray(
        slot * numbersPerPair,
      ) as unknown as readonly [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return {
        box: { cx, cy, width, height },
        extent: [wide, high],
        visible: visible === 1,
        weight,
        mined: mined === 1,
        clip,
      };
    });
  }
}

import { ModelError } from '../../errors.js';
import type { ModelContract } from '../../model/contract.js';
import type { Network, Response, TemplateFeatures } from '../../model/network.js';

/** What a {@link MemoryNetwork} answers at one cell: the box sides lie `distances` crop pixels from the cell's centre. */
export interface ScriptedPeak {
  readonly row: number;
  readonly column: number;
  readonly score: number;
  readonly distances: readonly [left: number, top: number, right: number, bottom: number];
}

/**
 * Answers a script: call `n` of `respond` shows `script(n)` as its only peak, or nothing on null. The shipped fake of
 * {@link Network}: it makes the tracker's own arithmetic testable without weights.
 */
export class MemoryNetwork implements Network {
  readonly contract: ModelContract;
  readonly #script: (call: number) => ScriptedPeak | null;
  readonly #response: Response;
  #calls = 0;
  #disposed = false;

  constructor(contract: ModelContract, script: (call: number) => ScriptedPeak | null) {
    const { size } = contract.response;
    this.contract = contract;
    this.#script = script;
    this.#response = {
      size,
      scores: new Float32Array(size * size),
      distances: new Float32Array(4 * size * size),
      ...(contract.search.cells === undefined
        ? {}
        : { cells: new Float32Array(contract.search.cells * size * size) }),
    };
  }

  /** Every feature is the template crop's mean, 0..1: enough to tell templates apart. */
  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous
  async embed(templateCrop: Uint8Array): Promise<TemplateFeatures> {
    this.#check('template', templateCrop, this.contract.template.cropSize);
    const [channels, height, width] = this.contract.template.features;
    const mean = templateCrop.reduce((sum, value) => sum + value, 0) / templateCrop.length / 255;
    return {
      data: new Float32Array(channels * height * width).fill(mean),
      shape: [channels, height, width],
    };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous
  async respond(_template: TemplateFeatures, searchCrop: Uint8Array): Promise<Response> {
    this.#check('search', searchCrop, this.contract.search.cropSize);
    const { size, scores, distances } = this.#response;
    const peak = this.#script(this.#calls);
    this.#calls += 1;
    scores.fill(0);
    distances.fill(0);
    this.#fillCells(peak);
    if (peak) {
      const cell = peak.row * size + peak.column;
      scores[cell] = peak.score;
      peak.distances.forEach((distance, plane) => (distances[plane * size * size + cell] = distance));
    }
    return this.#response;
  }

  /** The first channel is lit at the peak, the second everywhere else; all others are dark. */
  #fillCells(peak: ScriptedPeak | null): void {
    const { size, cells } = this.#response;
    if (!cells) return;
    const plane = size * size;
    cells.fill(0).fill(1, plane, 2 * plane);
    if (!peak) return;
    cells[peak.row * size + peak.column] = 1;
    cells[plane + peak.row * size + peak.column] = 0;
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    return Promise.resolve();
  }

  #check(name: string, crop: Uint8Array, side: number): void {
    if (this.#disposed) throw new ModelError(`${this.contract.name}: the network is disposed`);
    const needed = 3 * side * side;
    if (crop.length === needed) return;
    throw new ModelError(`${this.contract.name}: ${name} crop of ${crop.length} bytes, ${needed} needed`);
  }
}

import type { Box } from '../../geometry/box.js';
import type { ModelContract } from '../../model/contract.js';
import { gram, solvePositive } from './least-squares.js';

export interface TargetClassifierOptions {
  /** Share of a newly learned frame in the running statistics. */
  readonly rate: number;
  /** Share that the selected frame keeps for ever. */
  readonly anchor: number;
  /** Ridge: share of the features' mean variance. */
  readonly ridge: number;
  /** Share of the target's cells in what is learned of a frame; its surroundings have the rest. */
  readonly targetShare: number;
}

/** A constant beside the features, of about their size: the classifier's bias. */
const bias = 1 / 3;

/**
 * A linear classifier of the search's cells, learned while tracking: target against its present surroundings, look-alikes
 * among them, which the network, learned beforehand, cannot know. Ridge regression of 1 on the target's cells and 0 on the
 * others (as correlation filters: Bolme et al. 2010; on deep features: Danelljan et al. 2019, "ATOM", eq. 1, with a filter
 * of one cell), solved from running second moments (recursive least squares with forgetting).
 */
export class TargetClassifier {
  readonly #options: TargetClassifierOptions;
  readonly #grid: ModelContract['response'];
  /** Channels and the bias. */
  readonly #width: number;
  readonly #first: Moments;
  readonly #running: Moments;
  readonly #fresh: Moments;
  readonly #matrix: Float64Array;
  readonly #weights: Float64Array;
  /** Learned cells, one row of `size * size` a channel, scaled by the root of their weight. */
  readonly #rows: Float32Array;
  readonly #cells: Int32Array;
  readonly #roots: Float32Array;
  #frames = 0;

  constructor(channels: number, grid: ModelContract['response'], options: TargetClassifierOptions) {
    this.#options = options;
    this.#grid = grid;
    this.#width = channels + 1;
    this.#first = emptyMoments(this.#width);
    this.#running = emptyMoments(this.#width);
    this.#fresh = emptyMoments(this.#width);
    this.#matrix = new Float64Array(this.#width ** 2);
    this.#weights = new Float64Array(this.#width);
    this.#rows = new Float32Array(this.#width * grid.size ** 2);
    this.#cells = new Int32Array(grid.size ** 2);
    this.#roots = new Float32Array(grid.size ** 2);
  }

  /**
   * Takes one frame in and solves anew.
   * @param cells features of the search, channels x size x size
   * @param target the believed box, crop pixels
   */
  learn(cells: Float32Array, target: Box): void {
    const { rate } = this.#options;
    const targets = this.#gather(cells, target);
    this.#accumulate(targets);
    const share = this.#frames === 0 ? 1 : rate;
    blend(this.#running, this.#fresh, share);
    if (this.#frames === 0) blend(this.#first, this.#fresh, 1);
    this.#frames += 1;
    this.#solve();
  }

  /** Likeness of every cell to the target, 0..1, row-major, into `out`. */
  respond(cells: Float32Array, out: Float32Array): void {
    const plane = this.#grid.size ** 2;
    out.fill(this.#weights[this.#width - 1]! * bias);
    for (let channel = 0; channel < this.#width - 1; channel += 1) {
      const weight = this.#weights[channel]!;
      const at = channel * plane;
      for (let cell = 0; cell < plane; cell += 1) out[cell] = out[cell]! + weight * cells[at + cell]!;
    }
    for (let cell = 0; cell < plane; cell += 1) out[cell] = Math.min(Math.max(out[cell]!, 0), 1);
  }

  /** Copies the cells to be learned together. @returns how many of them, the first ones, are the target's. */
  #gather(cells: Float32Array, target: Box): number {
    const { size } = this.#grid;
    const plane = size * size;
    const { own, others } = this.#labels(target);
    const list = [...own, ...others];
    const { targetShare } = this.#options;
    list.forEach((cell, i) => {
      this.#cells[i] = cell;
      this.#roots[i] = Math.sqrt(
        i < own.length ? targetShare / own.length : (1 - targetShare) / others.length,
      );
    });
    this.#count = list.length;
    for (let channel = 0; channel < this.#width; channel += 1) {
      const isBias = channel === this.#width - 1;
      for (let i = 0; i < list.length; i += 1) {
        const value = isBias ? bias : cells[channel * plane + this.#cells[i]!]!;
        this.#rows[channel * plane + i] = value * this.#roots[i]!;
      }
    }
    return own.length;
  }

  #count = 0;

  /** Cells inside the half-size ellipse are the target's, those outside the full one are others: every second of them, by turns. */
  #labels(target: Box): { own: number[]; others: number[] } {
    const { size, stride, offset } = this.#grid;
    const own: number[] = [];
    const others: number[] = [];
    let nearest = 0;
    let least = Infinity;
    for (let cell = 0; cell < size * size; cell += 1) {
      const column = cell % size;
      const row = (cell - column) / size;
      const dx = offset + column * stride - target.cx;
      const dy = offset + row * stride - target.cy;
      const radius = Math.hypot(dx / (target.width / 2), dy / (target.height / 2));
      const distance = dx * dx + dy * dy;
      if (distance < least) [nearest, least] = [cell, distance];
      if (radius <= 0.5) own.push(cell);
      else if (radius > 1.1 && (this.#frames === 0 || (row + column + this.#frames) % 2 === 0))
        others.push(cell);
    }
    // a target smaller than a cell has the cell nearest to its centre
    if (own.length === 0) own.push(nearest);
    return { own, others: others.filter((cell) => cell !== own[0]) };
  }

  /** Weighted second moments of the gathered cells, and their product with the labels. */
  #accumulate(targets: number): void {
    const plane = this.#grid.size ** 2;
    const { second, product } = this.#fresh;
    const rows = this.#rows;
    gram(rows, { width: this.#width, stride: plane, count: this.#count }, second);
    for (let a = 0; a < this.#width; a += 1) {
      let sum = 0;
      for (let i = 0; i < targets; i += 1) sum += rows[a * plane + i]! * this.#roots[i]!;
      product[a] = sum;
    }
  }

  /** (S + lambda I) w = p, S and p mixed of the first frame's moments and the running ones. */
  #solve(): void {
    const n = this.#width;
    const { anchor, ridge } = this.#options;
    const [first, running] = [this.#first, this.#running];
    const mixed = (a: Float64Array, b: Float64Array, i: number): number =>
      anchor * a[i]! + (1 - anchor) * b[i]!;
    let trace = 0;
    for (let i = 0; i < n; i += 1) trace += mixed(first.second, running.second, i * n + i);
    const lambda = (ridge * trace) / n;
    for (let j = 0; j < n; j += 1) {
      for (let i = j; i < n; i += 1) {
        const value = mixed(first.second, running.second, j * n + i);
        this.#matrix[i * n + j] = i === j ? value + lambda : value;
      }
      this.#weights[j] = mixed(first.product, running.product, j);
    }
    solvePositive(this.#matrix, this.#weights);
  }
}

/** Sums over weighted cells: x x^T (upper half, row-major) and x y. */
interface Moments {
  readonly second: Float64Array;
  readonly product: Float64Array;
}

function emptyMoments(width: number): Moments {
  return { second: new Float64Array(width * width), product: new Float64Array(width) };
}

/** into <- (1 - share) into + share from */
function blend(into: Moments, from: Moments, share: number): void {
  for (const key of ['second', 'product'] as const) {
    const [target, source] = [into[key], from[key]];
    for (let i = 0; i < target.length; i += 1) target[i] = target[i]! + share * (source[i]! - target[i]!);
  }
}

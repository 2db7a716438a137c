import { type Box, clamp, iou } from '../../core/geometry/box.js';
import { searchRegion, templateRegion, toImage } from '../../core/geometry/crop-region.js';
import type { Frame } from '../../core/image/frame.js';
import { createCropSampler } from '../../core/image/sampler.js';
import type { Network } from '../../core/model/network.js';
import { type Follower, rivalOverlap, type Seen } from './follower.js';

export interface BdFollowerOptions {
  /** Scales of the box that are compared, beside 1. */
  readonly scaleStep?: number;
  /** Cosine that a place half a search crop away has to bring along to win against one that was predicted. */
  readonly distancePenalty?: number;
  /** Share of the last displacement that is expected again. */
  readonly motionWeight?: number;
}

/**
 * The background-discrimination model as the miner (Wu, Wan, Chan 2021): of all places around the predicted one, the one whose
 * embedding lies closest to the object's, by a model folder of exportEmbedding().
 */
export function createBdFollower(network: Network, options: BdFollowerOptions = {}): Follower {
  return new BdFollower(network, options);
}

/** Cosines of every place of one dense pass, row by row. */
interface Grid {
  readonly cosines: Float32Array;
  readonly size: number;
}

class BdFollower implements Follower {
  readonly #network: Network;
  readonly #options: Required<BdFollowerOptions>;
  readonly #sampler = createCropSampler();
  readonly #crop: Uint8Array;
  readonly #search: Uint8Array;
  #first: Float32Array = new Float32Array(0);
  #latest: Float32Array = new Float32Array(0);
  #box: Box = { cx: 0, cy: 0, width: 1, height: 1 };
  #shift = { x: 0, y: 0 };

  constructor(
    network: Network,
    { scaleStep = 1.08, distancePenalty = 0.05, motionWeight = 0.5 }: BdFollowerOptions,
  ) {
    const { template, search } = network.contract;
    this.#network = network;
    this.#options = { scaleStep, distancePenalty, motionWeight };
    this.#crop = new Uint8Array(3 * template.cropSize ** 2);
    this.#search = new Uint8Array(3 * search.cropSize ** 2);
  }

  async init(frame: Frame, box: Box): Promise<void> {
    this.#box = box;
    this.#shift = { x: 0, y: 0 };
    this.#first = await this.#embed(frame, box);
    this.#latest = this.#first;
  }

  async step(frame: Frame): Promise<Seen | null> {
    // 1. the predicted place, and all shifts around it in one dense pass
    const predicted = this.#predict(frame);
    const { contract } = this.#network;
    const sizes = { templateSize: contract.template.cropSize, searchSize: contract.search.cropSize };
    const region = searchRegion(predicted, contract.context, sizes);
    this.#sampler.sampleCrop(frame, region, contract.search.cropSize, this.#search);
    const grid = await this.#respond(this.#search);
    // 2. the best place, finer than the grid; its rival is the best that does not overlap it
    const best = this.#bestCell(grid);
    const { row, column } = refined(grid, best);
    const { stride, offset } = contract.response;
    const placed = (r: number, c: number): Box => ({
      ...toImage(
        { cx: offset + c * stride, cy: offset + r * stride, width: 1, height: 1 },
        region,
        sizes.searchSize,
      ),
      width: predicted.width,
      height: predicted.height,
    });
    const rival = bestRival(grid, best, placed);
    // 3. scales at that place, by the embedding of the crop itself
    const { box, cosine, embedding } = await this.#bestScale(frame, placed(row, column));
    this.#shift = { x: box.cx - this.#box.cx, y: box.cy - this.#box.cy };
    this.#box = box;
    this.#latest = embedding;
    return { box, confidence: Math.max(0, cosine), margin: Math.max(0, grid.cosines[best]! - rival) };
  }

  #predict(frame: Frame): Box {
    const { motionWeight } = this.#options;
    return {
      ...this.#box,
      cx: clamp(this.#box.cx + motionWeight * this.#shift.x, 0, frame.width),
      cy: clamp(this.#box.cy + motionWeight * this.#shift.y, 0, frame.height),
    };
  }

  /** What is looked for: the view of the frame before, held by the very first one against drift. */
  #template(): Float32Array {
    const sum = this.#latest.map((value, i) => value + this.#first[i]!);
    const length = Math.hypot(...sum);
    return length > 0 ? sum.map((value) => value / length) : this.#first;
  }

  async #respond(crop: Uint8Array): Promise<Grid> {
    const data = this.#template();
    const { scores, size } = await this.#network.respond({ data, shape: [data.length, 1, 1] }, crop);
    return { cosines: scores.map((score) => 2 * score - 1), size };
  }

  async #embed(frame: Frame, box: Box): Promise<Float32Array> {
    const { template, context } = this.#network.contract;
    this.#sampler.sampleCrop(frame, templateRegion(box, context), template.cropSize, this.#crop);
    return (await this.#network.embed(this.#crop)).data;
  }

  #bestCell({ cosines, size }: Grid): number {
    const middle = (size - 1) / 2;
    let best = 0;
    let bestValue = -Infinity;
    for (let cell = 0; cell < cosines.length; cell += 1) {
      const away = Math.hypot(Math.floor(cell / size) - middle, (cell % size) - middle) / (size / 2);
      const value = cosines[cell]! - this.#options.distancePenalty * away * away;
      if (value > bestValue) [best, bestValue] = [cell, value];
    }
    return best;
  }

  async #bestScale(frame: Frame, box: Box) {
    const { scaleStep } = this.#options;
    const template = this.#template();
    const views = [];
    for (const exponent of [-1, 0, 1]) {
      const scale = scaleStep ** exponent;
      const embedding = await this.#embed(frame, scaled(box, scale));
      views.push({ embedding, cosine: dot(embedding, template) });
    }
    const [smaller, same, larger] = views as [View, View, View];
    const step = vertex(smaller.cosine, same.cosine, larger.cosine);
    return { ...same, box: scaled(box, scaleStep ** step) };
  }
}

interface View {
  readonly embedding: Float32Array;
  readonly cosine: number;
}

/** The best cosine among places that overlap the best one too little to be the same; -1 when all do. */
function bestRival(
  { cosines, size }: Grid,
  best: number,
  placed: (row: number, column: number) => Box,
): number {
  const boxOf = (cell: number): Box => placed(Math.floor(cell / size), cell % size);
  const own = boxOf(best);
  return cosines.reduce(
    (rival, cosine, cell) => (cosine > rival && iou(boxOf(cell), own) < rivalOverlap ? cosine : rival),
    -1,
  );
}

/** The maximum of parabolas through the best cell and its neighbours; at the rim the cell itself. */
function refined({ cosines, size }: Grid, best: number): { row: number; column: number } {
  const [row, column] = [Math.floor(best / size), best % size];
  const at = (r: number, c: number): number => cosines[r * size + c]!;
  const inside = (i: number): boolean => i > 0 && i < size - 1;
  const here = at(row, column);
  return {
    row: inside(row) ? row + vertex(at(row - 1, column), here, at(row + 1, column)) : row,
    column: inside(column) ? column + vertex(at(row, column - 1), here, at(row, column + 1)) : column,
  };
}

/** Where the parabola through (-1, a), (0, b), (1, c) is highest, -1..1; the better end where it opens upwards. */
function vertex(a: number, b: number, c: number): number {
  const bend = a - 2 * b + c;
  if (bend >= 0) return a === c ? 0 : a > c ? -1 : 1;
  return clamp((0.5 * (a - c)) / bend, -1, 1);
}

function scaled(box: Box, scale: number): Box {
  return { ...box, width: box.width * scale, height: box.height * scale };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

import type { YuvImage } from './yuv-image.js';

/** A picture cut into regions of like colour. */
export interface Segments {
  /** Number of every pixel's region, row-major. */
  readonly label: Int32Array;
  /** Pixels of every region. */
  readonly sizes: Int32Array;
}

export interface SegmentOptions {
  /** k of the paper: how much larger than inside a difference must be to part two regions; more gives larger regions. */
  readonly tolerance?: number;
  /** Smaller regions join a neighbour. */
  readonly minPixels?: number;
}

/** Differences are sorted into bins of half a grey level. */
const [bins, perLevel] = [512, 2];
const chromaWeight = 1.5;

/**
 * Efficient graph-based segmentation (Felzenszwalb & Huttenlocher 2004) of an 8-connected grid; an edge weighs the distance
 * of two pixels' blurred luma and chroma.
 */
export function segment(image: YuvImage, { tolerance = 60, minPixels = 12 }: SegmentOptions = {}): Segments {
  const { width, height } = image;
  const count = width * height;
  const edges = sortedEdges(image);
  const regions = new Regions(count);
  // regions join across an edge that is no stronger than what either of them bears inside
  for (let e = 0; e < edges.from.length; e++) {
    const a = regions.rootOf(edges.from[e]!);
    const b = regions.rootOf(edges.to[e]!);
    if (a === b) continue;
    const weight = edges.weight[e]! / perLevel;
    if (weight > regions.bears(a, tolerance) || weight > regions.bears(b, tolerance)) continue;
    regions.join(a, b, weight);
  }
  for (let e = 0; e < edges.from.length; e++) {
    const a = regions.rootOf(edges.from[e]!);
    const b = regions.rootOf(edges.to[e]!);
    if (a !== b && Math.min(regions.size[a]!, regions.size[b]!) < minPixels) regions.join(a, b, 0);
  }
  return numbered(regions, count);
}

/** Disjoint sets with union by size and path halving. */
class Regions {
  readonly size: Int32Array;
  readonly #parent: Int32Array;
  /** The strongest edge by which a region has grown. */
  readonly #strongest: Float32Array;

  constructor(count: number) {
    this.size = new Int32Array(count).fill(1);
    this.#parent = Int32Array.from({ length: count }, (_, i) => i);
    this.#strongest = new Float32Array(count);
  }

  rootOf(pixel: number): number {
    const parent = this.#parent;
    let at = pixel;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  }

  bears(root: number, tolerance: number): number {
    return this.#strongest[root]! + tolerance / this.size[root]!;
  }

  join(a: number, b: number, weight: number): void {
    const [large, small] = this.size[a]! >= this.size[b]! ? [a, b] : [b, a];
    this.#parent[small] = large;
    this.size[large]! += this.size[small]!;
    this.#strongest[large] = Math.max(weight, this.#strongest[large]!, this.#strongest[small]!);
  }
}

interface Edges {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Bin of the difference. */
  readonly weight: Uint16Array;
}

/** All edges to the right, below, and along both diagonals, weakest first: a counting sort. */
function sortedEdges(image: YuvImage): Edges {
  const { width, height } = image;
  const difference = differenceOf(image);
  const steps = [1, width, width + 1, width - 1];
  const starts = new Int32Array(bins + 1);
  const weights = steps.map(() => new Uint16Array(width * height).fill(bins));
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      for (let k = 0; k < 4; k++) {
        const toX = k === 1 ? x : k === 3 ? x - 1 : x + 1;
        const toY = k === 0 ? y : y + 1;
        if (toX < 0 || toX >= width || toY >= height) continue;
        const bin = Math.min(bins - 1, Math.floor(perLevel * difference(x, y, toX, toY)));
        weights[k]![i] = bin;
        starts[bin + 1]!++;
      }
    }
  }
  for (let bin = 0; bin < bins; bin++) starts[bin + 1]! += starts[bin]!;
  const total = starts[bins]!;
  const edges = { from: new Int32Array(total), to: new Int32Array(total), weight: new Uint16Array(total) };
  weights.forEach((ofStep, k) => {
    for (let i = 0; i < ofStep.length; i++) {
      const bin = ofStep[i]!;
      if (bin === bins) continue;
      const at = starts[bin]!++;
      edges.from[at] = i;
      edges.to[at] = i + steps[k]!;
      edges.weight[at] = bin;
    }
  });
  return edges;
}

/** Distance of two pixels in luma (3x3 binomial blur) and weighted chroma, grey levels. */
function differenceOf({ width, height, y, u, v, halfWidth }: YuvImage) {
  const blurred = blur(y, width, height);
  return (x0: number, y0: number, x1: number, y1: number): number => {
    const a = (y0 >> 1) * halfWidth + (x0 >> 1);
    const b = (y1 >> 1) * halfWidth + (x1 >> 1);
    const luma = blurred[y0 * width + x0]! - blurred[y1 * width + x1]!;
    const du = chromaWeight * (u[a]! - u[b]!);
    const dv = chromaWeight * (v[a]! - v[b]!);
    return Math.sqrt(luma * luma + du * du + dv * dv);
  };
}

function blur(plane: Uint8Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(width * height);
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const left = plane[x > 0 ? i - 1 : i]!;
      const right = plane[x < width - 1 ? i + 1 : i]!;
      rows[i] = (left + 2 * plane[i]! + right) / 4;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const up = rows[y > 0 ? i - width : i]!;
      const down = rows[y < height - 1 ? i + width : i]!;
      out[i] = (up + 2 * rows[i]! + down) / 4;
    }
  }
  return out;
}

function numbered(regions: Regions, count: number): Segments {
  const label = new Int32Array(count);
  const numbers = new Int32Array(count).fill(-1);
  const sizes: number[] = [];
  for (let i = 0; i < count; i++) {
    const root = regions.rootOf(i);
    if (numbers[root]! < 0) numbers[root] = sizes.push(regions.size[root]!) - 1;
    label[i] = numbers[root]!;
  }
  return { label, sizes: Int32Array.from(sizes) };
}

import type * as tf from '@tensorflow/tfjs';
import { size } from './sides.js';
import type { KernelCall } from './wasm/kernel-overrides.js';

/** `[batch, rows, inner] x [batch, inner, columns]`; a batch of 1 is repeated for the other's. */
export interface MatmulShape {
  readonly batchA: number;
  readonly batchB: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** The matrices lie in memory transposed. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The product that tfjs' BatchMatMul was asked for; undefined where it is not fp32 or repeats matrices in a mixed way. */
export function matmulShape({
  inputs,
  attrs,
}: KernelCall): { shape: MatmulShape; outShape: readonly number[] } | undefined {
  const [a, b] = [inputs['a']!, inputs['b']!];
  const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
  const [sidesA, sidesB] = [batchSides(a), batchSides(b)];
  const repeated = repeatedSides(sidesA, sidesB);
  if (!repeated || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const inner = a.shape.at(transposeA ? -2 : -1)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  return {
    shape: { batchA: size(sidesA), batchB: size(sidesB), rows, inner, columns, transposeA, transposeB },
    outShape: [...repeated, rows, columns],
  };
}

function batchSides({ shape }: tf.TensorInfo): number[] {
  return shape.slice(0, -2);
}

/** Sides of the batch where both are equal or one is a single matrix. */
function repeatedSides(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  if (a.join() === b.join()) return a;
  const rank = Math.max(a.length, b.length);
  const padded = (sides: readonly number[]): number[] => [
    ...new Array<number>(rank - sides.length).fill(1),
    ...sides,
  ];
  if (size(a) === 1) return padded(b);
  return size(b) === 1 ? padded(a) : undefined;
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrtRuntime } from '../../engine/ort/binding.js';
import { readGraph } from '../graph/model-graph.js';
import { openGraphSession } from '../session/graph-session.js';

/** What onnxruntime makes of a graph on the CPU. */
export interface FusedCount {
  /** Convolutions that run in 8 bits as one node, Relu and rounding included. */
  readonly int8: number;
  /** Convolutions that run in float. */
  readonly float: number;
  /** Relus that are nodes of their own. */
  readonly relus: number;
  /** Roundings to and from 8 bits that are nodes of their own. */
  readonly roundings: number;
}

/** Reads the graph that onnxruntime really runs (its extended optimisations, without what depends on the processor). */
export async function countFused(
  runtime: OrtRuntime,
  graph: Uint8Array,
  origin: string,
): Promise<FusedCount> {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-fused-'));
  try {
    const optimisedFile = join(folder, 'optimised.onnx');
    openGraphSession(runtime, graph, origin, { optimisation: 'extended', optimisedFile })[Symbol.dispose]();
    const { nodes } = readGraph(await readFile(optimisedFile), origin);
    const count = (...operators: readonly string[]): number =>
      nodes.filter(({ operator }) => operators.includes(operator)).length;
    return {
      int8: count('QLinearConv'),
      float: count('Conv', 'FusedConv'),
      relus: count('Relu'),
      roundings: count('QuantizeLinear', 'DequantizeLinear'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Training engines: GFLOP/s of each layer of the nano backbone, and pairs a second of a whole training step. One thread. */
import { type EngineName, openEngine, type Precision } from '../src/training/engine/engine.js';
import { layerShapes, type LayerSpeed, oneDnnLayers, tfjsLayers } from './engine-layers.js';
import { backbone, makeStep, type StepTimes } from './engine-step.js';

const [batch, searchSide] = [32, 255];
const runs: readonly (readonly [EngineName, Precision, steps: number])[] = [
  ['onednn', 'fp32', 12],
  ['onednn', 'bf16', 12],
  ['ort', 'fp32', 3],
];

export async function main(): Promise<void> {
  for (const [name, precision, steps] of runs) await report(name, precision, steps);
}

async function report(name: EngineName, precision: Precision, steps: number): Promise<void> {
  const engine = await openEngine({ wish: [name], precision, threads: 1 }).catch((error: unknown) => {
    console.log(`\n${name} ${precision}: skipped, ${String(error)}`);
  });
  if (!engine) return;
  try {
    console.log(`\n${engine.name}: ${engine.detail}`);
    const shapes = layerShapes(backbone, batch, searchSide);
    printLayers(name === 'onednn' ? oneDnnLayers(shapes, precision) : tfjsLayers(engine, shapes));
    const step = makeStep(engine, batch);
    step(); // makes primitives and grows the heap
    printStep(Array.from({ length: steps }, step));
  } finally {
    engine.tf.disposeVariables();
    await engine[Symbol.asyncDispose]();
  }
}

function printLayers(layers: readonly LayerSpeed[]): void {
  const columns = ['GFLOP/s: forward', 'input', 'filter', 'norm ms: forward', 'backward'];
  console.log(row(`layer, batch ${batch}`, columns));
  for (const { name, forward, inputGradient, filterGradient, normForwardMs, normBackwardMs } of layers) {
    const rates = [forward, inputGradient, filterGradient].map((rate) => rate.toFixed(0));
    const norms = [normForwardMs, normBackwardMs].map((ms) => ms?.toFixed(2) ?? '-');
    console.log(row(name, [...rates, ...norms]));
  }
}

/** The fastest step, and the share of its stages. */
function printStep(times: readonly StepTimes[]): void {
  const totals = times.map((stages) => sum(Object.values<number>({ ...stages })));
  const fastest = Math.min(...totals);
  const stages = Object.entries(times[totals.indexOf(fastest)]!) as [keyof StepTimes, number][];
  console.log(`whole step ${fastest.toFixed(1)} ms, ${((batch * 1000) / fastest).toFixed(0)} pairs/s`);
  for (const [stage, ms] of stages) {
    console.log(row(stage, [`${ms.toFixed(1)} ms`, `${((100 * ms) / fastest).toFixed(0)} %`]));
  }
}

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(20)}${cells.map((cell) => cell.padStart(18)).join('')}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

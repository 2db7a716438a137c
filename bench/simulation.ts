import { pathToFileURL } from 'node:url';
import { scenarioNames, simulatedFormats, type SimulationOptions } from '../src/core/simulation/options.js';
import { createSimulation } from '../src/core/simulation/simulation.js';

/** Milliseconds of one frame: the best and the median of some hundred, on one core. */
export interface SimulationTiming {
  readonly name: string;
  readonly buildMs: number;
  readonly renderMs: { readonly best: number; readonly median: number };
  readonly truthMs: { readonly best: number; readonly median: number };
}

/** Times building the world, drawing a frame, and telling its truth. */
export function timeSimulation(options: SimulationOptions, frames = 240): SimulationTiming {
  const { width, height } = options.size ?? { width: 640, height: 360 };
  const start = performance.now();
  const simulation = createSimulation(options);
  const buildMs = performance.now() - start;
  const data = new Uint8Array(simulation.frameBytes);
  const render: number[] = [];
  const truth: number[] = [];
  for (let i = 0; i < frames; i++) {
    const begin = performance.now();
    simulation.step(1 / 30);
    simulation.render(data);
    const drawn = performance.now();
    simulation.truth();
    render.push(drawn - begin);
    truth.push(performance.now() - drawn);
  }
  const name = `${options.scenario ?? 'flight'} ${width}x${height} ${options.format ?? 'rgb24'}`;
  return { name, buildMs, renderMs: summarise(render), truthMs: summarise(truth) };
}

function summarise(times: number[]): { best: number; median: number } {
  const sorted = times.toSorted((a, b) => a - b);
  return { best: sorted[0]!, median: sorted[sorted.length >> 1]! };
}

function main(): void {
  const small = { width: 640, height: 360 };
  const cases: SimulationOptions[] = [
    ...simulatedFormats.map((format) => ({ format, size: small })),
    ...scenarioNames.slice(1).map((scenario) => ({ scenario, size: small })),
    { size: { width: 1280, height: 720 } },
  ];
  console.log('simulation: ms a frame (best, median), ms of the truth, ms to build the world');
  for (const options of cases) {
    const { name, buildMs, renderMs, truthMs } = timeSimulation(options);
    const render = `${renderMs.best.toFixed(1)} ${renderMs.median.toFixed(1)}`;
    console.log(
      `${name.padEnd(30)} ${render.padEnd(12)} ${truthMs.median.toFixed(2)}  ${buildMs.toFixed(0)}`,
    );
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();

import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { scenarioNames, type ScenarioName } from '../../core/simulation/options.js';
import { runClosedLoop } from '../gimbal/closed-loop.js';
import { figuresOf } from '../gimbal/figures.js';
import { LoopView } from '../gimbal/loop-view.js';
import { loopReport } from '../gimbal/report.js';
import { interruptSignal } from '../interrupt.js';
import { defaultModel } from '../package-root.js';

interface GimbalDemoOptions {
  readonly scenario: ScenarioName;
  readonly seed: string;
  readonly seconds: string;
  readonly model: string;
  readonly exact?: boolean;
  readonly report: string;
}

/** `tagalong gimbal-demo`, which `npm run demo:gimbal` runs. */
export function gimbalDemoCommand(): Command {
  return new Command('gimbal-demo')
    .description(
      'a simulated MAVLink gimbal keeps the target of a simulated flight in the middle; plots how well',
    )
    .addOption(new Option('--scenario <name>', 'flight').choices(scenarioNames).default('orbit'))
    .option('--seed <n>', 'world and flight', '1')
    .option('--seconds <n>', 'length of the run', '30')
    .option('--model <dir>', 'model folder', defaultModel)
    .option('--exact', 'boxes from the simulation itself, not from the tracker')
    .option('--report <file>', 'page with the curves, written at the end', 'gimbal-report.html')
    .action(runGimbalDemo);
}

async function runGimbalDemo({
  scenario,
  seed,
  seconds,
  model,
  exact = false,
  report,
}: GimbalDemoOptions): Promise<void> {
  using interrupt = interruptSignal();
  const view = new LoopView(process.stdout);
  const samples = await runClosedLoop({
    ...{ scenario, seed: Number(seed), seconds: Number(seconds), fps: 60, signal: interrupt.signal },
    size: { width: 640, height: 360 },
    model: exact ? null : model,
    onSample: (sample) => {
      view.show(sample);
    },
  });
  view.end();
  await writeFile(report, await loopReport(samples, { scenario, exact }));
  const { tracks, fps, rmsOff, worstOff } = figuresOf(samples);
  const off = `off the middle ${(100 * rmsOff).toFixed(1)} % of the width RMS, ${(100 * worstOff).toFixed(1)} % at worst`;
  process.stdout.write(`${tracks} tracks at ${fps.toFixed(0)} fps; ${off}\n${report}\n`);
}

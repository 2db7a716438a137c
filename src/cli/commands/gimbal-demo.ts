import { Command, Option } from 'commander';
import { scenarioNames } from '../../core/simulation/options.js';
import type { GimbalDemoOptions } from '../gimbal/demo.js';
import { defaultModel } from '../package-root.js';
import { wholeNumber } from '../parse/numbers.js';

/** `tagalong gimbal-demo`, which `npm run demo:gimbal` runs. */
export function gimbalDemoCommand(): Command {
  return new Command('gimbal-demo')
    .description(
      'a simulated MAVLink gimbal keeps the target of a simulated flight in the middle; plots how well, in the console and here',
    )
    .addOption(new Option('--scenario <name>', 'flight').choices(scenarioNames).default('orbit'))
    .option('--seed <n>', 'world and flight', wholeNumber('--seed', 0), 1)
    .option('--seconds <n>', 'length of the run; 0: until Ctrl-C', wholeNumber('--seconds', 0), 120)
    .option('--model <dir>', 'model folder', defaultModel)
    .option('--exact', 'boxes from the simulation itself, not from the tracker', false)
    .option(
      '--console-port <n>',
      'port of the console; the next free one where it is taken',
      wholeNumber('--console-port', 0),
      8484,
    )
    .option('--console-host <address>', 'address the console listens on; 0.0.0.0: every network', '127.0.0.1')
    .option('--no-console', 'without the console')
    .option('--report <file>', 'page with the curves, written at the end', 'gimbal-report.html')
    .action(async (options: GimbalDemoOptions) => {
      const { runGimbalDemo } = await import('../gimbal/demo.js');
      await runGimbalDemo(options, process.stdout);
    });
}

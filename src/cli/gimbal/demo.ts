import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ScenarioName } from '../../core/simulation/options.js';
import { invitation } from '../../runtime/console/access/invitation.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import { interruptSignal } from '../interrupt.js';
import { runClosedLoop, type ClosedLoopSample, type LoopEquipment, type OpenedLoop } from './closed-loop.js';
import { openDemoConsole } from './demo-console.js';
import { figuresOf } from './figures.js';
import { LoopView } from './loop-view.js';
import { loopReport } from './report.js';

export interface GimbalDemoOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly seconds: number;
  readonly model: string;
  readonly exact: boolean;
  readonly console: boolean;
  readonly consoleHost: string;
  readonly consolePort: number;
  readonly report: string;
}

const fps = 60;
const size = { width: 640, height: 360 };

/**
 * The closed loop with its curves in the web console and in the terminal, until its time is over or Ctrl-C; then the report.
 * @throws what opening throws
 */
export async function runGimbalDemo(options: GimbalDemoOptions, terminal: NodeJS.WriteStream): Promise<void> {
  const { scenario, seed, seconds, model, exact, report } = options;
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const view = new LoopView(terminal);
  const consoles: ConsoleServer[] = [];
  const equip = async (loop: OpenedLoop): Promise<LoopEquipment> => {
    terminal.write(`${describeLoop(loop, options)}\n`);
    if (options.console) consoles.push(await openWebConsole(loop, options, terminal));
    terminal.write(`${describeView(seconds)}\n`);
    return { sinks: consoles, taps: consoles };
  };
  let samples: ClosedLoopSample[];
  try {
    samples = await runClosedLoop({
      ...{ scenario, seed, seconds, fps, size, signal, equip },
      model: exact ? null : model,
      onSample: (sample) => {
        view.show(sample);
      },
    });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    terminal.write('interrupted\n'); // while still opening
    process.exitCode = 130;
    return;
  } finally {
    for (const opened of consoles) await opened.close();
  }
  view.end();
  await writeFile(report, await loopReport(samples, { scenario, exact }));
  terminal.write(`${describeEnd(samples)}\nreport  ${resolve(report)}\n`);
}

async function openWebConsole(
  loop: OpenedLoop,
  { consoleHost, consolePort, scenario, seed, exact }: GimbalDemoOptions,
  terminal: NodeJS.WriteStream,
): Promise<ConsoleServer> {
  const settings = { scenario, seed, exact };
  const opened = await openDemoConsole(loop, { host: consoleHost, port: consolePort, settings });
  const { host, port, addresses, tokens } = opened;
  if (consolePort !== 0 && port !== consolePort) {
    terminal.write(`console port ${consolePort} is taken: the console listens on ${port}\n`);
  }
  terminal.write(await invitation({ addresses, host, tokens, qrCode: terminal.isTTY }));
  return opened;
}

function describeLoop(
  { tracker, gimbalUrl }: OpenedLoop,
  { scenario, seed }: Pick<GimbalDemoOptions, 'scenario' | 'seed'>,
): string {
  const { name = '?', precision = '', provider = '?' } = tracker.describeModel?.() ?? {};
  return [
    `flight  ${scenario}, seed ${seed}: ${size.width}x${size.height} at ${fps} fps, simulated`,
    `gimbal  60 deg/s, 40 ms to the motor; a process of its own that speaks MAVLink (${gimbalUrl})`,
    `boxes   ${name} ${precision} on ${provider}`,
  ].join('\n');
}

function describeView(seconds: number): string {
  const ends = seconds > 0 ? `${seconds} s; Ctrl-C ends it sooner` : 'Ctrl-C ends it';
  return `${ends}. How far the target is off the middle, in % of the picture's width:`;
}

/** What came out, and whether this machine kept up: a loop that runs slower than it should is no measure of the gimbal. */
function describeEnd(samples: readonly ClosedLoopSample[]): string {
  const { tracks, fps: reached, seconds, rmsOff, worstOff } = figuresOf(samples);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const lines = [
    `${tracks} tracks in ${seconds.toFixed(1)} s: ${reached.toFixed(0)} a second`,
    `off the middle by ${percent(rmsOff)} of the picture's width RMS, ${percent(worstOff)} at worst`,
  ];
  if (reached < 0.7 * fps) {
    lines.push(
      `this machine was too busy for ${fps} tracks a second: the figures are its own, not the gimbal's`,
    );
  }
  return lines.join('\n');
}

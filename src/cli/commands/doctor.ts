import { Command } from 'commander';
import { loadConfig } from '../../runtime/config/load-config.js';
import type { Config } from '../../runtime/config/schema.js';
import type { Finding, FindingLevel } from '../../runtime/doctor/finding.js';
import { interruptSignal } from '../interrupt.js';
import { defaultModel } from '../package-root.js';
import { addConfigFlags, configFile, flagSettings, type ConfigFlags } from '../service/flags.js';

interface DoctorFlags extends ConfigFlags {
  readonly json?: boolean;
}

/** `tagalong doctor`: what works on this machine, what does not, and what to do about it. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      'examine this machine: cameras, model, broker, ports, disk, clock, heat; with a fix for each finding',
    )
    .option('--json', 'findings as JSON');
  return addConfigFlags(command).action(runDoctor);
}

async function runDoctor(flags: DoctorFlags): Promise<void> {
  using interrupt = interruptSignal();
  const config = await configured(flags);
  const { machineChecks, runChecks } = await import('../../runtime/doctor/run-checks.js');
  const { checkRosNode } = await import('../doctor/check-ros-node.js');
  const { env: environment } = process;
  const context = { config, defaultModel, signal: interrupt.signal, root: '/', environment };
  const found = await runChecks(context, [...machineChecks, checkRosNode]);
  const text = flags.json === true ? `${JSON.stringify(found, null, 2)}\n` : describe(found);
  process.stdout.write(text);
  if (found.some(({ level }) => level === 'problem')) process.exitCode = 1;
}

/** Null when nothing was said about what is to run: then the machine alone is examined. */
async function configured(flags: DoctorFlags): Promise<Config | null> {
  const file = configFile(flags);
  const settings = flagSettings(flags);
  const { env: environment } = process;
  const said = file !== undefined || settings.length > 0 || environment['TAGALONG_SOURCE_URI'] !== undefined;
  if (!said) return null;
  const loaded = await loadConfig({
    ...(file !== undefined && { file }),
    environment,
    flags: settings,
    // the source need not be named to examine the rest
    defaults: [{ path: ['source', 'uri'], value: 'sim://', origin: { text: 'default' } }],
  });
  return loaded.config;
}

const marks: Readonly<Record<FindingLevel, string>> = { ok: '✔', note: '·', warning: '!', problem: '✘' };

function describe(found: readonly Finding[]): string {
  const lines = found.map(({ about, level, text, fix }) => {
    const line = `${marks[level]} ${about.padEnd(8)}  ${text}\n`;
    return fix === undefined ? line : `${line}  ${' '.repeat(8)}  -> ${fix}\n`;
  });
  const count = (level: FindingLevel): number => found.filter((it) => it.level === level).length;
  return `${lines.join('')}${count('problem')} problems, ${count('warning')} warnings\n`;
}

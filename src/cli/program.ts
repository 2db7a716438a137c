import { Command } from 'commander';
import { UsageError } from '../core/errors.js';
import { readPackage } from './package-root.js';

/** Loaded when asked for: following a target does not need what training needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.js')).startCommand(),
  run: async () => (await import('./commands/run.js')).runCommand(),
  ros: async () => (await import('./commands/ros.js')).rosCommand(),
  config: async () => (await import('./commands/config.js')).configCommand(),
  agent: async () => (await import('./commands/agent.js')).agentCommand(),
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand(),
  replay: async () => (await import('./commands/replay.js')).replayCommand(),
  track: async () => (await import('./commands/track.js')).trackCommand(),
  train: async () => (await import('./commands/train.js')).trainCommand(),
  evaluate: async () => (await import('./commands/evaluate.js')).evaluateCommand(),
  calibrate: async () => (await import('./commands/calibrate.js')).calibrateCommand(),
  'gimbal-demo': async () => (await import('./commands/gimbal-demo.js')).gimbalDemoCommand(),
  fleet: async () => (await import('./commands/fleet.js')).fleetCommand(),
  'fleet-demo': async () => (await import('./commands/fleet-demo.js')).fleetDemoCommand(),
  push: async () => (await import('./commands/push.js')).pushCommand(),
  engine: async () => (await import('./commands/engine.js')).engineCommand(),
  quantize: async () => (await import('./commands/quantize.js')).quantizeCommand(),
};

/**
 * @param wanted the first argument: when it is a command, only this one is loaded; otherwise all, for help and errors.
 * @throws UsageError for a command that a device install goes without.
 */
export async function createProgram(
  stderr: { write(text: string): unknown },
  wanted?: string,
): Promise<Command> {
  const { description, version, tagalong } = await readPackage();
  const without = tagalong?.withoutCommands ?? [];
  if (wanted !== undefined && without.includes(wanted)) {
    throw new UsageError(
      `"${wanted}" is not part of a device install: run it where the whole package is installed`,
    );
  }
  const program = new Command('tagalong')
    .description(description)
    .version(version)
    .option('--verbose', 'show what is underneath an error')
    .configureOutput({ writeErr: (text) => stderr.write(text) })
    .exitOverride() // one handler for all errors: see run.ts
    .showHelpAfterError('(tagalong --help lists commands and options)');
  const here = Object.entries(commands).filter(([name]) => !without.includes(name));
  const only = here.filter(([name]) => name === wanted);
  for (const [, load] of only.length > 0 ? only : here) {
    const command = await load();
    adopt(command, program);
    program.addCommand(command);
  }
  return program;
}

/** Commands are made apart from the program: this hands its error handling and `--verbose` down to them. */
function adopt(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  command.option('--verbose', 'show what is underneath an error');
  for (const child of command.commands) adopt(child, command);
}

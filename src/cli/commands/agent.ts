import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { FleetError, UsageError } from '../../core/errors.js';
import { interruptSignal } from '../interrupt.js';
import { positiveNumber, wholeNumber } from '../parse/numbers.js';

interface ConfigFlag {
  readonly config: string;
}

const configOption = (): Option =>
  new Option('--config <file>', 'settings of the agent (YAML)')
    .env('TAGALONG_AGENT_CONFIG')
    .default('/etc/tagalong/agent.yaml');

/** `tagalong agent`: keeps the model of this device as its fleet wants it. */
export function agentCommand(): Command {
  const command = new Command('agent')
    .description(
      'keep the model of this device as the fleet wants it: fetch, prove, exchange, watch, roll back',
    )
    .addOption(configOption())
    .action(async (flags: ConfigFlag) => {
      const [{ loadAgentConfig }, { openLog }, { runAgent }] = await Promise.all([
        import('../agent/agent-config.js'),
        import('../../runtime/log/open-log.js'),
        import('../agent/run-agent.js'),
      ]);
      const config = await loadAgentConfig(flags.config);
      const { stderr } = process;
      const journal = process.env['JOURNAL_STREAM'] !== undefined && !stderr.isTTY;
      const log = openLog({ ...config.log, stream: stderr, colour: stderr.isTTY, journal });
      using interrupt = interruptSignal();
      await runAgent(config, log, interrupt.signal);
    });
  for (const each of [status(), receive(), update(), rollback(), forgive(), enroll(), prove()]) {
    command.addCommand(each);
  }
  return command;
}

function status(): Command {
  return new Command('status')
    .description('what this device runs, and what its agent is at')
    .action(async (_own: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ConfigFlag>();
      const { showStatus } = await import('../agent/operate.js');
      await showStatus(flags.config);
    });
}

function receive(): Command {
  return new Command('receive')
    .description('take a pushed model from standard input; what `tagalong push` runs over ssh')
    .option('--allow-expired', 'take metadata that has expired: for an operator at the device')
    .action(async (_own: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ConfigFlag & { readonly allowExpired?: boolean }>();
      const { receiveFromStdin } = await import('../agent/operate.js');
      await receiveFromStdin(flags.config, { allowExpired: allowedHere(flags.allowExpired) });
    });
}

function update(): Command {
  return new Command('update')
    .description('look at the repository now')
    .option('--allow-expired', 'take metadata that has expired: for an operator at the device')
    .action(async (_own: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ConfigFlag & { readonly allowExpired?: boolean }>();
      const { updateNow } = await import('../agent/operate.js');
      await updateNow(flags.config, { allowExpired: allowedHere(flags.allowExpired) });
    });
}

function rollback(): Command {
  return new Command('rollback')
    .description('go back to the model in the other slot; the present one is not installed again')
    .action(async (_own: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ConfigFlag>();
      const { rollBackNow } = await import('../agent/operate.js');
      await rollBackNow(flags.config);
    });
}

function forgive(): Command {
  return new Command('forgive')
    .description('let models be tried again that were refused or rolled back here')
    .action(async (_own: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ConfigFlag>();
      const { forgiveNow } = await import('../agent/operate.js');
      await forgiveNow(flags.config);
    });
}

function enroll(): Command {
  return new Command('enroll')
    .description('have this device trust a fleet: its root.json, and the key that may push over the network')
    .option('--root <file>', 'root.json of the repository, brought by hand')
    .option('--push-key <file>', 'public ed25519 key (PEM) that may push over HTTP')
    .option('--anew', 'forget the repository that is trusted now')
    .action(async (_own: unknown, command: Command) => {
      const flags = command.optsWithGlobals<
        ConfigFlag & { root?: string; pushKey?: string; anew?: boolean }
      >();
      if ((flags.root ?? flags.pushKey) === undefined)
        throw new UsageError('enroll: give --root or --push-key');
      const { enrollHere } = await import('../agent/operate.js');
      await enrollHere(flags.config, {
        root: flags.root === undefined ? null : await given('--root', flags.root),
        pushKey: flags.pushKey === undefined ? null : await given('--push-key', flags.pushKey),
        anew: flags.anew === true,
      });
    });
}

function prove(): Command {
  return new Command('prove')
    .description('try a model folder on this device: golden clip, execution provider, time')
    .argument('<folder>')
    .option('--providers <list>', 'execution providers, best first', 'cpu')
    .option('--threads <n>', 'threads of one run', wholeNumber('--threads', 1), 1)
    .option('--budget <ms>', 'time of an update that is too long', positiveNumber('--budget'), 33)
    .action(async (folder: string, flags: { providers: string; threads: number; budget: number }) => {
      const [{ proveFolder }, { parseProviders }] = await Promise.all([
        import('../agent/prove-folder.js'),
        import('../../runtime/inference/execution-provider.js'),
      ]);
      const { threads, budget: updateBudgetMs } = flags;
      const providers = parseProviders(flags.providers.split(','));
      const proof = await proveFolder(folder, { providers, threads, updateBudgetMs });
      process.stdout.write(`${JSON.stringify(proof)}\n`);
    });
}

/** A push must not be able to ask for it: over ssh it takes a terminal. @throws FleetError */
function allowedHere(wanted: boolean | undefined): boolean {
  if (wanted !== true) return false;
  const { SSH_CONNECTION: overSsh, SSH_TTY: terminal } = process.env;
  if (overSsh !== undefined && terminal === undefined) {
    throw new FleetError('--allow-expired: only for an operator at the device, not for a push over ssh');
  }
  return true;
}

async function given(option: string, file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new UsageError(`${option} "${file}": ${(cause as Error).message}`, { cause });
  });
}

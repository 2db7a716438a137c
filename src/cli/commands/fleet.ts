import { Command, Option } from 'commander';
import { UsageError } from '../../core/errors.js';
import { architectures, channels, deviceId, type Channel } from '../../fleet/release.js';
import { mostRootKeys, Publisher } from '../../fleet/repository/publisher.js';
import { passphrases, type PassphraseOptions } from '../fleet/passphrase.js';
import { interruptSignal } from '../interrupt.js';
import { positiveNumber, wholeNumber } from '../parse/numbers.js';

interface FleetFlags extends PassphraseOptions {
  readonly fleet: string;
  readonly rootKeys?: string;
}

/** `tagalong fleet`: the operator's side: keys, releases, who runs what. */
export function fleetCommand(): Command {
  return new Command('fleet')
    .description('publish signed models to any number of devices')
    .addCommand(initCommand())
    .addCommand(publishCommand())
    .addCommand(statusCommand())
    .addCommand(rollbackCommand())
    .addCommand(refreshCommand())
    .addCommand(rotateCommand())
    .addCommand(listCommand())
    .addCommand(consoleCommand());
}

/** What every command but `init` takes. */
function withFleet(command: Command): Command {
  return withPassphrase(
    command.addOption(
      new Option('--fleet <dir>', 'folder made by "fleet init"').env('TAGALONG_FLEET').default('fleet'),
    ),
  );
}

function withPassphrase(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'its first line opens the keys; or TAGALONG_FLEET_PASSPHRASE')
    .option('--root-passphrase-file <file>', 'for the root keys; or TAGALONG_FLEET_ROOT_PASSPHRASE')
    .option('--root-keys <dir>', 'where the root keys are, such as a stick');
}

function publisherFor({ fleet, rootKeys, ...flags }: FleetFlags): Publisher {
  return new Publisher(fleet, { passphrase: passphrases(flags), rootKeys });
}

function initCommand(): Command {
  const command = new Command('init')
    .description('make keys and an empty repository')
    .argument('<dir>', 'folder to make')
    .option(
      '--root-key-count <n>',
      `keys of root, 1 to ${mostRootKeys}`,
      wholeNumber('--root-key-count', 1),
      3,
    )
    .option('--threshold <n>', 'how many of them it takes', wholeNumber('--threshold', 1), 2);
  return withPassphrase(command).action(runInit);
}

async function runInit(
  dir: string,
  flags: Omit<FleetFlags, 'fleet'> & { rootKeyCount: number; threshold: number },
): Promise<void> {
  const { initFleet } = await import('../../fleet/repository/init.js');
  const passphrase = passphrases({ ...flags, making: true });
  // both are asked for at once: a second question after the work on the first keys would find nobody there
  for (const name of ['targets', 'root-1']) await passphrase(name);
  const publisher = new Publisher(dir, { passphrase, rootKeys: flags.rootKeys });
  await initFleet(publisher, { rootKeys: flags.rootKeyCount, threshold: flags.threshold });
  console.log(`${publisher.layout.repository}
  is what devices read: serve it, copy it to a bucket, or carry it on a stick.
${publisher.layout.metadata}/1.root.json
  is what a device is to trust: put it there when it is enrolled.
${publisher.layout.pushPublicKey}
  goes to agents that shall take pushes by http.
${publisher.layout.keys}
  opens with your passphrase, to publish.
${publisher.rootKeysDir}
  decides who may publish: carry these ${flags.rootKeyCount} keys away, to different places. It takes ${flags.threshold} of them.`);
}

interface PublishFlags extends FleetFlags {
  readonly channel: Channel;
  readonly percent: number;
  readonly to?: readonly string[];
  readonly as?: string;
  readonly deviceType?: readonly string[];
  readonly arch?: readonly (typeof architectures)[number][];
  readonly minimumRuntime?: string;
  readonly dataManifest?: string;
  readonly licence?: string;
}

function publishCommand(): Command {
  const command = new Command('publish')
    .description('sign a model and put it into the repository; again, to change who is to have it')
    .argument('<model>', 'model folder, such as models/nano')
    .addOption(new Option('--channel <channel>', 'for whom').choices(channels).default('canary'))
    .option('--percent <n>', 'share of their devices, chosen by their names', percentage, 100)
    .option('--to <devices...>', 'only these devices, whatever their channel')
    .option('--as <version>', 'its version; by default the day of training and a hash of the contents')
    .option('--device-type <types...>', 'only devices of these types')
    .addOption(new Option('--arch <names...>', 'only these processors').choices(architectures))
    .option('--minimum-runtime <version>', 'oldest tagalong that can run it; by default this one')
    .option(
      '--data-manifest <file>',
      'manifest of the data it was trained on: its hash goes into provenance.json',
    )
    .option('--licence <file>', 'its licence, where the folder has none');
  return withFleet(command).action(runPublish);
}

function percentage(text: string): number {
  const value = wholeNumber('--percent', 0)(text);
  if (value <= 100) return value;
  throw new UsageError(`--percent "${text}": must be 0 to 100`);
}

async function runPublish(model: string, flags: PublishFlags): Promise<void> {
  const { modelBundle } = await import('../fleet/model-bundle.js');
  const { publish } = await import('../../fleet/repository/publish.js');
  const { readPackage } = await import('../package-root.js');
  for (const id of flags.to ?? []) {
    const { success, error } = deviceId.safeParse(id);
    if (!success) throw new UsageError(`--to "${id}": ${error.issues[0]!.message}`);
  }
  const files = await modelBundle(model, flags);
  const release = await publish(publisherFor(flags), files, {
    version: flags.as,
    channel: flags.channel,
    percent: flags.percent,
    devices: flags.to ? [...flags.to] : null,
    deviceTypes: flags.deviceType ? [...flags.deviceType] : null,
    architectures: flags.arch ? [...flags.arch] : null,
    minimumRuntime: flags.minimumRuntime ?? (await readPackage()).version,
  });
  const { packedBytes, unpackedBytes } = release;
  const share = Math.round((100 * packedBytes) / unpackedBytes);
  console.log(
    `${release.model} ${release.version} is release ${release.release}: ${packedBytes} bytes, ${share} % of its contents`,
  );
}

function statusCommand(): Command {
  return new Command('status')
    .description('what the repository says, and until when')
    .addOption(
      new Option('--fleet <dir>', 'folder made by "fleet init"').env('TAGALONG_FLEET').default('fleet'),
    )
    .action(async ({ fleet }: FleetFlags) => {
      const { formatStatus } = await import('../fleet/status-table.js');
      const publisher = new Publisher(fleet, { passphrase: passphrases({}) });
      console.log(formatStatus(await publisher.folder.readState(), new Date()));
    });
}

function rollbackCommand(): Command {
  const command = new Command('rollback')
    .description('withdraw the newest release of a model: devices go back to the one before it')
    .argument('<model>', 'its name')
    .addOption(new Option('--channel <channel>', 'the newest on this channel').choices(channels));
  return withFleet(command).action(async (model: string, flags: FleetFlags & { channel?: Channel }) => {
    const { rollback } = await import('../../fleet/repository/rollback.js');
    const { withdrawn, next } = await rollback(publisherFor(flags), { model, channel: flags.channel });
    console.log(`${model} ${withdrawn.version} is withdrawn; ${next.version} is the newest now`);
  });
}

function refreshCommand(): Command {
  const command = new Command('refresh')
    .description('sign the timestamp anew, so that devices go on believing the repository; for a timer')
    .option('--root', 'sign root anew instead, with its own keys');
  return withFleet(command).action(async (flags: FleetFlags & { root?: true }) => {
    const { refresh, refreshRoot } = await import('../../fleet/repository/refresh.js');
    const publisher = publisherFor(flags);
    if (flags.root) {
      const { signed } = await refreshRoot(publisher);
      console.log(`root ${signed.version} is good until ${signed.expires}`);
      return;
    }
    const { timestamp } = await refresh(publisher);
    console.log(`timestamp ${timestamp.signed.version} is good until ${timestamp.signed.expires}`);
  });
}

function rotateCommand(): Command {
  const command = new Command('rotate-key')
    .description('put a new key in the place of one, which counts no more from then on')
    .argument('<key>', 'targets, snapshot, timestamp, or root-1 and so on');
  return withFleet(command).action(async (name: string, flags: FleetFlags) => {
    const { rotateKey } = await import('../../fleet/repository/rotate-key.js');
    const { oldId, newId, rootVersion } = await rotateKey(publisherFor(flags), name);
    console.log(
      `${name} is ${newId.slice(0, 12)}… now, not ${oldId.slice(0, 12)}…; root is version ${rootVersion}`,
    );
  });
}

interface BrokerFlags {
  readonly broker: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly ca?: string;
  readonly prefix: string;
}

function withBroker(command: Command): Command {
  return command
    .addOption(
      new Option('--broker <url>', 'where devices report')
        .env('TAGALONG_BROKER')
        .default('mqtt://127.0.0.1:1883'),
    )
    .option('--username <name>', 'at the broker')
    .option('--password-file <file>', 'its first line is the password')
    .option('--ca <file>', 'authorities that may sign the broker (PEM), for mqtts://')
    .option('--prefix <level>', 'first level of the topics', 'tagalong');
}

function listCommand(): Command {
  const command = new Command('list')
    .description('the devices: model, slot, health, last seen')
    .option('--wait <seconds>', 'how long to gather reports', positiveNumber('--wait'), 2)
    .option('--json', 'as JSON, one device a line');
  return withBroker(command).action(async (flags: BrokerFlags & { wait: number; json?: true }) => {
    const { listFleet } = await import('../fleet/list-fleet.js');
    console.log(await listFleet({ ...flags, url: flags.broker }, flags));
  });
}

function consoleCommand(): Command {
  const command = new Command('console')
    .description('the fleet as a page')
    .option('--port <n>', 'the next free one where it is taken', wholeNumber('--port', 0), 8486)
    .option('--host <address>', 'address to listen on; anybody who reaches it sees the fleet', '127.0.0.1');
  return withBroker(command).action(async (flags: BrokerFlags & { port: number; host: string }) => {
    const { runFleetConsole } = await import('../fleet/fleet-console.js');
    using interrupt = interruptSignal();
    await runFleetConsole({ ...flags, url: flags.broker }, { ...flags, signal: interrupt.signal });
  });
}

import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { FleetError, UsageError } from '../../core/errors.js';
import type { PushMessage, PushResult } from '../../fleet/push/messages.js';
import { Publisher } from '../../fleet/repository/publisher.js';
import { passphrases, type PassphraseOptions } from '../fleet/passphrase.js';
import { interruptSignal } from '../interrupt.js';
import { wholeNumber } from '../parse/numbers.js';

interface PushFlags extends PassphraseOptions {
  readonly fleet: string;
  readonly canary: number;
  readonly parallel: number;
  readonly ssh: string;
  readonly remoteCommand: string;
}

/** `tagalong push`: a published model straight to devices, without any network but theirs. */
export function pushCommand(): Command {
  return new Command('push')
    .description('bring a published model to devices, over ssh or to their agent; works without internet')
    .argument('<model>', 'its name, or its folder')
    .argument('<hosts...>', 'as ssh takes them, or http://device:port')
    .addOption(
      new Option('--fleet <dir>', 'folder made by "fleet init"').env('TAGALONG_FLEET').default('fleet'),
    )
    .option('--canary <n>', 'so many first; the rest when they are well', wholeNumber('--canary', 0), 0)
    .option('--parallel <n>', 'devices at a time', wholeNumber('--parallel', 1), 8)
    .option('--ssh <command>', 'program and options in place of "ssh -T"', 'ssh -T')
    .option('--remote-command <command>', 'what is run on the device', 'tagalong agent receive')
    .option('--passphrase-file <file>', 'opens the push key, for http://; or TAGALONG_FLEET_PASSPHRASE')
    .action(runPush);
}

async function runPush(model: string, hosts: string[], flags: PushFlags): Promise<void> {
  const { repositoryArchive } = await import('../../fleet/push/repository-archive.js');
  const { pushToMany, isWell } = await import('../../fleet/push/push-many.js');
  const { PushProgress, formatOutcomes } = await import('../fleet/push-view.js');
  const [twice] = hosts.filter((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw new UsageError(`host "${twice}": is given twice`);
  const publisher = new Publisher(flags.fleet, { passphrase: passphrases(flags) });
  const { archive, releases } = await repositoryArchive(flags.fleet, publisher.folder, await nameOf(model));
  const [newest] = releases;
  console.error(
    `${newest!.model} ${newest!.version}, ${(archive.length / 1024).toFixed(0)} KiB, to ${hosts.length} devices`,
  );
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const progress = new PushProgress(hosts, process.stderr);
  const send = await sender(publisher, hosts, flags);
  const outcomes = await pushToMany(
    hosts,
    (host) =>
      send(host, archive, {
        signal,
        onMessage: (message) => {
          progress.show(host, message);
        },
      }),
    { canary: flags.canary, parallel: flags.parallel, signal },
  );
  progress.end();
  console.log(formatOutcomes(outcomes));
  if (!outcomes.every((outcome) => outcome.kind === 'done' && isWell(outcome.result))) process.exitCode = 1;
}

interface Sending {
  readonly signal: AbortSignal;
  readonly onMessage: (message: PushMessage) => void;
}

async function sender(
  publisher: Publisher,
  hosts: readonly string[],
  { ssh, remoteCommand }: PushFlags,
): Promise<(host: string, archive: Buffer, sending: Sending) => Promise<PushResult>> {
  const isUrl = (host: string): boolean => /^https?:\/\//.test(host);
  const { pushBySsh } = await import('../../fleet/push/ssh-push.js');
  const { pushByHttp } = await import('../../fleet/push/send-http.js');
  const key = hosts.some(isUrl) ? await pushKey(publisher) : null;
  const command = ssh.split(/\s+/).filter((word) => word !== '');
  if (command.length === 0) throw new UsageError(`--ssh "${ssh}": names no program`);
  return (host, archive, sending) =>
    isUrl(host)
      ? pushByHttp(host, archive, { ...sending, key: key!.privateKey })
      : pushBySsh(host, archive, { ...sending, ssh: command, remoteCommand });
}

async function pushKey({ keys, layout }: Publisher) {
  const ids = await keys.has('push');
  if (ids.length === 0) throw new FleetError(`key "push": is not in ${layout.keys}`);
  return keys.open('push', ids);
}

/** A model's name, or that of the model in a folder. */
async function nameOf(model: string): Promise<string> {
  const found = await stat(model).catch(() => null);
  if (!found?.isDirectory()) return model;
  const { readModelFolder } = await import('../../runtime/inference/model-folder.js');
  return (await readModelFolder(model)).contract.name;
}

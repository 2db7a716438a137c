import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { freePort } from '../../runtime/mqtt/support/mosquitto.js';
import type { NetworkNamespace } from './network-namespace.js';
import { temporaryFolder } from './test-fleet.js';

const run = promisify(execFile);
const sshd = '/usr/sbin/sshd';

export interface SshDevice {
  /** Program and options that reach it. */
  readonly ssh: string[];
}

/** A real sshd on a free port, with keys made for it alone: on this machine, or in a namespace of its own; null where there is none. */
export async function openSshDevice(
  t: ExecutionContext,
  namespace: NetworkNamespace | null = null,
): Promise<SshDevice | null> {
  if (!existsSync(sshd) || !existsSync('/usr/bin/ssh')) {
    t.log('skipped: no openssh-server');
    t.pass();
    return null;
  }
  const dir = await temporaryFolder(t);
  const file = (name: string): string => join(dir, name);
  for (const name of ['host', 'user']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  }
  await writeFile(file('authorized'), await readFile(file('user.pub')), { mode: 0o600 });
  const port = await freePort();
  const address = namespace?.address ?? '127.0.0.1';
  await writeFile(
    file('sshd_config'),
    [
      `Port ${port}`,
      `ListenAddress ${address}`,
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('authorized')}`,
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      `PidFile ${file('pid')}`,
    ].join('\n'),
  );
  await mkdir('/run/sshd', { recursive: true }).catch(() => undefined); // where it wants to be separated
  const [program, ...args] = [...(namespace?.inside ?? []), sshd, '-D', '-e', '-f', file('sshd_config')];
  const server = spawn(program, args, { stdio: 'ignore' });
  t.teardown(() => server.kill());
  await untilOpen(port, address);
  const known = ['StrictHostKeyChecking=accept-new', `UserKnownHostsFile=${file('known')}`];
  const options = [...known, 'BatchMode=yes', 'ConnectTimeout=30', 'IdentitiesOnly=yes'];
  return {
    ssh: [
      'ssh',
      '-T',
      ...['-F', 'none', '-p', String(port), '-i', file('user'), '-l', userInfo().username],
      ...options.flatMap((option) => ['-o', option]),
    ],
  };
}

async function untilOpen(port: number, address: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const open = await new Promise<boolean>((done) => {
      const socket = connect(port, address, () => {
        socket.destroy();
        done(true);
      }).on('error', () => {
        done(false);
      });
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error('sshd does not listen');
}

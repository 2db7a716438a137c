import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { needing } from '../../support/tools.js';
import { RunningService } from './support/running-service.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-systemd-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Receives datagrams as systemd does: Node cannot. */
const manager = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(s.recv(4096).decode().replace(chr(10), ' '), flush=True)
`;

needing(test, 'python3')(
  'systemd hears when the service is ready, alive, reloading and stopping',
  async (t) => {
    const socket = join(folder, 'notify');
    const child = spawn('python3', ['-c', manager, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.teardown(() => child.kill());
    let heard = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
    let over = new Promise<unknown>(() => undefined);
    const hears = async (line: RegExp): Promise<void> => {
      while (!line.test(heard)) {
        const ended = over.then((result) => {
          throw new Error(`the service has ended: ${JSON.stringify(result)}`);
        });
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
    };
    await hears(/^listening$/m);
    const service = new RunningService(t, ['--source', 'sim://?fps=20'], {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: '2000000',
    });
    await hears(/^READY=1$/m);
    await hears(/^STATUS=idle at [\d.]+ fps on sim:/m);
    await hears(/^WATCHDOG=1$/m);
    heard = '';
    service.signal('SIGHUP');
    await hears(/^RELOADING=1 MONOTONIC_USEC=\d+\n(.*\n)*READY=1$/m);
    over = new Promise(() => undefined);
    service.signal('SIGTERM');
    await hears(/^STOPPING=1$/m);
    t.is((await service.ended).code, 0);
  },
);

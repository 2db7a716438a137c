import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openNotifier } from '../../../src/runtime/systemd/notifier.js';
import { needing } from '../../support/tools.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-notify-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Receives datagrams as a service manager does: Node cannot. */
const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind(chr(0) + name[1:] if name[0] == '@' else name)
print('listening', flush=True)
for _ in range(int(sys.argv[2])):
    print(repr(s.recv(4096).decode()), flush=True)
`;

for (const socket of [join(folder, 'notify'), `@tagalong-test-${process.pid}`]) {
  needing(test, 'python3')(
    `a service manager hears us on ${socket.startsWith('@') ? 'an abstract name' : 'a path'}`,
    async (t) => {
      const child = spawn('python3', ['-c', receiver, socket, '4'], { stdio: ['ignore', 'pipe', 'inherit'] });
      t.teardown(() => child.kill());
      let heard = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
      while (!heard.includes('listening')) await once(child.stdout, 'data');
      const notifier = openNotifier({ environment: { NOTIFY_SOCKET: socket }, clock: () => 5_000n });
      notifier.ready();
      notifier.status('tracking\ntarget 1');
      notifier.reloading();
      notifier.alive();
      await once(child, 'close');
      t.is(
        heard,
        String.raw`listening
'READY=1'
'STATUS=tracking target 1'
'RELOADING=1\nMONOTONIC_USEC=5'
'WATCHDOG=1'
`,
      );
    },
  );
}

test('without a service manager nothing is said', (t) => {
  const said: string[] = [];
  const send = (_: string, text: string): boolean => said.push(text) > 0;
  openNotifier({ environment: {}, send }).ready();
  t.deepEqual(said, []);
});

test('a socket that is not there is no fault', (t) => {
  const notifier = openNotifier({ environment: { NOTIFY_SOCKET: join(folder, 'nobody') } });
  t.notThrows(() => {
    notifier.ready();
  });
});

test('the watchdog is fed twice in its time, and only by the process it is meant for', (t) => {
  const watchdog = (environment: Record<string, string>): number | null =>
    openNotifier({ environment, processId: 7 }).watchdogMs;
  t.is(watchdog({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '7' }), 5000);
  t.is(watchdog({ WATCHDOG_USEC: '10000000' }), 5000);
  t.is(watchdog({ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '8' }), null);
  t.is(watchdog({}), null);
});

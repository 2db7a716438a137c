import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { startTagalong } from '../../support/command-line.js';
import { hasTool, needing } from '../../support/tools.js';

const mosquittoTest = hasTool('mosquitto_sub') ? test : needing(test, 'mosquitto_sub', 'mosquitto-clients');

mosquittoTest.serial(
  'npm start publishes on its own broker: mosquitto_sub shows it, mosquitto_pub selects and stops',
  async (t) => {
    const { child, ended } = startTagalong(['start', 'sim://?fps=10']);
    t.teardown(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    let shown = '';
    child.stdout.on('data', (text: string) => (shown += text));
    const told =
      /^broker {2}mqtt:\/\/([\d.]+):(\d+) {2}\(mosquitto_sub -h \S+ -p \d+ -t 'tagalong\/#' -v\)$/m;
    while (!told.test(shown)) await once(child.stdout, 'data');
    const [, host = '', port = ''] = told.exec(shown)!;
    const broker = ['-h', host, '-p', port];

    const heard = subscribe(t, [...broker, '-v', '-t', 'tagalong/#']);
    const tracking = await heard(/^(tagalong\/[^/]+)\/track \{.*"state":"tracking"/m);
    const device = tracking[1]!;
    t.truthy(await heard(/\/availability online$/m));

    await publish([...broker, '-q', '1', '-t', `${device}/command`, '-m', '{"command":"stop"}']);
    await heard(/\/track \{.*"state":"idle"/m);
    const box = { x: 300, y: 150, width: 48, height: 36 };
    const select = JSON.stringify({ command: 'select', box, id: 'again' });
    await publish([...broker, '-q', '1', '-t', `${device}/command`, '-m', select]);
    await heard(/\/command\/response \{.*"id":"again".*"accepted":true/m);
    await heard(/\/track \{.*"target":2/m);

    child.kill('SIGTERM');
    t.is((await ended).code, 0);
  },
);

/** What a subscriber has printed so far is searched, and what it prints then, until it fits. */
function subscribe(t: ExecutionContext, args: readonly string[]) {
  const child = spawn('mosquitto_sub', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill());
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  return async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(text);
      if (found) return found;
      await once(child.stdout, 'data');
    }
  };
}

async function publish(args: readonly string[]): Promise<void> {
  const child = spawn('mosquitto_pub', args, { stdio: 'inherit' });
  await once(child, 'close');
}

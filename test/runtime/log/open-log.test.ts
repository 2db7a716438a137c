import test from 'ava';
import { humanLine } from '../../../src/runtime/log/human-line.js';
import { secretMasker } from '../../../src/runtime/log/mask-secrets.js';
import { openLog, type OpenLogOptions } from '../../../src/runtime/log/open-log.js';

function record(options: Partial<OpenLogOptions> = {}) {
  const lines: string[] = [];
  const log = openLog({ stream: { write: (text) => lines.push(text) }, ...options });
  return { log, lines };
}

test('a line is one JSON object with level, time, fields and message', (t) => {
  const { log, lines } = record();
  log.child({ part: 'mqtt' }).info({ attempts: 3 }, 'connected');
  t.is(lines.length, 1);
  const { time, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>;
  t.deepEqual(rest, { level: 30, part: 'mqtt', attempts: 3, msg: 'connected' });
  t.is(typeof time, 'number');
});

test('the level can be changed while running, also for children made before', (t) => {
  const { log, lines } = record({ level: 'warn' });
  const child = log.child({ part: 'x' });
  child.info({}, 'unheard');
  log.setLevel('debug');
  child.debug({}, 'heard');
  t.deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['heard'],
  );
});

test('secrets appear in no line: not in messages, fields, errors or URLs', (t) => {
  const { log, lines } = record();
  log.setSecrets(['hunter"2 x']);
  log.warn({ url: 'rtsp://user:pw@host/path', err: new Error('refused: hunter"2 x') }, 'hunter"2 x');
  log.info({ a: 'sim://', b: 'a@b' }, 'kept');
  t.notRegex(lines.join(''), /hunter|user:pw/);
  t.regex(lines[0]!, /rtsp:\/\/\*\*\*@host\/path/);
  t.regex(lines[1]!, /"sim:\/\/","b":"a@b"/);
});

test('short secrets are not searched for in free text, but never stand in a URL', (t) => {
  t.is(secretMasker(['ab'])('table mqtt://me:ab@host'), 'table mqtt://***@host');
});

test('on a terminal a line is for people, with the error behind it', (t) => {
  const { log, lines } = record({ format: 'human' });
  log.child({ part: 'camera' }).error({ tries: 2, err: new Error('it is\ngone') }, 'lost');
  t.regex(lines[0]!, /^\d\d:\d\d:\d\d error camera: lost tries=2 \(it is gone\)\n$/);
  t.is(humanLine('not JSON\n'), 'not JSON\n');
});

test('under journald every line begins with its priority', (t) => {
  const { log, lines } = record({ journal: true });
  log.info({}, 'a');
  log.warn({}, 'b');
  log.error({}, 'c');
  t.deepEqual(
    lines.map((line) => line.slice(0, 3)),
    ['<6>', '<4>', '<3>'],
  );
});

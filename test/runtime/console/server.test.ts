import { request } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { recordedTracksSchema, recordingsSchema } from '../../../src/core/console/server-messages.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { FakePage, logIn, openTestConsole, postJson, tokens } from './support.js';

sinkContract(test, 'the console', {
  open: async () => {
    const { server } = await openTestConsole({ teardown: () => undefined } as never);
    return server;
  },
});

test('every answer forbids other sites to frame, load or script it; the page alone runs', async (t) => {
  const { address } = await openTestConsole(t);
  for (const path of ['/', '/assets/a.js', '/session', '/nothing']) {
    const { headers } = await fetch(`${address}${path}`);
    const policy = headers.get('content-security-policy') ?? '';
    t.regex(policy, /default-src 'none'; script-src 'self'; style-src 'self';/, path);
    t.regex(policy, /frame-ancestors 'none'/);
    t.notRegex(policy, /unsafe/);
    t.is(headers.get('x-content-type-options'), 'nosniff');
    t.is(headers.get('referrer-policy'), 'no-referrer');
  }
});

test('only files of the page are served, whatever the path', async (t) => {
  const { address, server } = await openTestConsole(t);
  t.is((await fetch(`${address}/`)).status, 200);
  t.regex((await fetch(`${address}/assets/a.js`)).headers.get('cache-control') ?? '', /immutable/);
  const raw = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ port: server.port, host: '127.0.0.1', path }, ({ statusCode = 0 }) => {
        resolve(statusCode);
      })
        .on('error', reject)
        .end();
    });
  for (const path of [
    '/notes.txt',
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
  ]) {
    t.is(await raw(path), 404, path);
  }
});

test('a wrong token is told, a right one becomes a cookie; after some guesses even that must wait', async (t) => {
  const { address, logged } = await openTestConsole(t);
  t.is((await fetch(`${address}/session`)).status, 401);
  const wrong = await postJson(`${address}/login`, { token: 'guess' });
  t.is(wrong.status, 401);
  t.is(wrong.headers.get('set-cookie'), null);
  const cookie = await logIn(address, tokens.view);
  const session = await fetch(`${address}/session`, { headers: { cookie } });
  t.deepEqual(await session.json(), { role: 'view' });
  for (let i = 0; i < 5; i += 1) await postJson(`${address}/login`, { token: 'guess' });
  t.is((await postJson(`${address}/login`, { token: tokens.command })).status, 429);
  t.is((await postJson(`${address}/login`, { token: 'x'.repeat(2000) })).status, 400);
  t.is((await postJson(`${address}/login`, {})).status, 400);
  t.regex(logged(), /wrong token/);
  t.notRegex(logged(), /the-token|guess/);
  t.false(logged().includes(cookie.split('=')[1]!));
});

test('other sites, other names and requests without an origin change nothing', async (t) => {
  const { address, server } = await openTestConsole(t);
  const body = { token: tokens.command };
  t.is((await postJson(`${address}/login`, body, { origin: 'http://evil.example' })).status, 403);
  t.is((await fetch(`${address}/login`, { method: 'POST', body: JSON.stringify(body) })).status, 403);
  t.is((await fetch(`${address}/`, { method: 'PUT' })).status, 405);
  const rebound = await new Promise<number>((resolve) => {
    request(
      { port: server.port, host: '127.0.0.1', headers: { host: 'evil.example' } },
      ({ statusCode = 0 }) => {
        resolve(statusCode);
      },
    ).end();
  });
  t.is(rebound, 421);
});

test('the socket opens for the page that has logged in, and for nobody else', async (t) => {
  const { address } = await openTestConsole(t, { viewers: 1 });
  const cookie = await logIn(address, tokens.command);
  t.is(await new FakePage(t, address, '').over, 401);
  t.is(await new FakePage(t, address, `${cookie}x`).over, 401);
  t.is(await new FakePage(t, address, cookie, { origin: 'http://evil.example' }).over, 403);
  t.is(await new FakePage(t, address, cookie, { host: 'evil.example' }).over, 421);
  const page = new FakePage(t, address, cookie);
  t.like(await page.hears('hello'), { role: 'command', device: 'rover-1' });
  t.like(await page.hears('status'), { viewers: 1, health: { level: 'ok' } });
  t.is(await new FakePage(t, address, cookie).over, 503);
});

test('a commander’s commands reach the control port under its name; a watcher’s are refused', async (t) => {
  const { address, control, changes, events } = await openTestConsole(t);
  const commander = new FakePage(t, address, await logIn(address, tokens.command));
  const watcher = new FakePage(t, address, await logIn(address, tokens.view));
  const { viewer } = await commander.hears('hello');
  await watcher.hears('hello');

  const box = { x: 10, y: 20, width: 30, height: 40 };
  watcher.say({ kind: 'command', id: 1, command: { command: 'select', box } });
  watcher.say({ kind: 'set', id: 2, key: 'log.level', value: 'debug' });
  t.like(await watcher.hears('answer', ({ id }) => id === 1), { accepted: false });
  t.like(await watcher.hears('answer', ({ id }) => id === 2), { accepted: false });
  t.deepEqual([control.commands, changes], [[], []]);

  commander.say({ kind: 'command', id: 3, command: { command: 'select', box, sequence: 7 } });
  commander.say({ kind: 'command', id: 4, command: { command: 'dance' } });
  commander.say({ kind: 'set', id: 5, key: 'log.level', value: 'debug' });
  commander.say({ kind: 'set', id: 6, key: 'mqtt.url', value: 'x' });
  t.like(await commander.hears('answer', ({ id }) => id === 3), { accepted: true, reason: null });
  t.like(await commander.hears('answer', ({ id }) => id === 4), { accepted: false });
  t.like(await commander.hears('answer', ({ id }) => id === 5), { accepted: true });
  t.like(await commander.hears('answer', ({ id }) => id === 6), { reason: 'mqtt.url: cannot be changed' });
  t.deepEqual(control.commands, [
    {
      command: { kind: 'select', box: { cx: 25, cy: 40, width: 30, height: 40 }, sequence: 7 },
      origin: { kind: 'web', name: viewer },
    },
  ]);
  t.deepEqual(changes, [['log.level', 'debug']]);
  await watcher.hears('event', ({ event }) => event.text === `box drawn on frame 7 by web:${viewer}`);
  t.true(events.events.some(({ text }) => text.includes('this login may only watch')));
});

test('a page that floods with commands is refused; one that says nonsense, or too much, is closed', async (t) => {
  const { address, control } = await openTestConsole(t);
  const cookie = await logIn(address, tokens.command);
  const flood = new FakePage(t, address, cookie);
  await flood.hears('hello');
  for (let id = 0; id < 100; id += 1) flood.say({ kind: 'command', id, command: { command: 'stop' } });
  await flood.hears('answer', ({ reason }) => reason === 'too many commands');
  await flood.hears('answer', ({ id }) => id === 99);
  t.true(control.commands.length < 100);
  for (const nonsense of [
    '{',
    '{"kind":"select"}',
    JSON.stringify({ kind: 'drawn', number: 'x'.repeat(20_000) }),
  ]) {
    const page = new FakePage(t, address, cookie);
    await page.hears('hello');
    page.say(nonsense);
    t.true([1008, 1009].includes(await page.over));
  }
});

test('recordings are listed newest first, and read in parts, by those who have logged in', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tagalong-recordings-'));
  t.teardown(() => {
    rmSync(dir, { recursive: true });
  });
  const source = { uri: 'sim://', width: 640, height: 360, format: 'rgb24', fps: 30, detail: '' };
  const head = {
    recording: 'tagalong-recording/1',
    startedAt: '2026-01-02T03:04:05.000Z',
    source,
    model: 'nano',
  };
  const box = { x: 1, y: 2, width: 3, height: 4 };
  const track = { capturedAtNs: '0', state: 'tracking', box, confidence: 0.5, target: 1 };
  const lines = [
    { ...head, segment: 2 },
    { frame: { sequence: 4, capturedAtNs: '1000000000' } },
    { frame: { sequence: 6, capturedAtNs: '1500000000' } },
    { track: { ...track, sequence: 6 } },
  ];
  writeFileSync(join(dir, '000002.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeFileSync(join(dir, '000002.mp4'), 'abcdefghij');
  writeFileSync(join(dir, '000003.jsonl'), `${JSON.stringify({ ...head, segment: 3 })}\n`);
  const { address } = await openTestConsole(t, {}, dir);
  t.is((await fetch(`${address}/recordings`)).status, 401);
  t.is((await fetch(`${address}/recordings/2/video`)).status, 401);

  const headers = { cookie: await logIn(address, tokens.view) };
  const get = (path: string, more = {}): Promise<Response> =>
    fetch(`${address}/recordings${path}`, { headers: { ...headers, ...more } });
  const { segments } = recordingsSchema.parse(await (await get('')).json());
  t.deepEqual(
    segments.map(({ number, hasVideo }) => [number, hasVideo]),
    [
      [3, false],
      [2, true],
    ],
  );
  const tracks = recordedTracksSchema.parse(await (await get('/2/tracks')).json());
  t.deepEqual(tracks.frames, [
    { at: 0, state: null, box: null, confidence: 0 },
    { at: 0.5, state: 'tracking', box, confidence: 0.5 },
  ]);
  const part = await get('/2/video', { range: 'bytes=2-4' });
  t.is(part.status, 206);
  t.is(part.headers.get('content-range'), 'bytes 2-4/10');
  t.is(await part.text(), 'cde');
  t.is(await (await get('/2/video', { range: 'bytes=-3' })).text(), 'hij');
  t.is(await (await get('/2/video')).text(), 'abcdefghij');
  t.is((await get('/2/video', { range: 'bytes=10-' })).status, 416);
  for (const path of ['/3/video', '/9/tracks', '/../x', '/2/other'])
    t.is((await get(path)).status, 404, path);
});

test('a port that is taken is told by name; where others may be tried the next free one is used', async (t) => {
  const { server } = await openTestConsole(t);
  await t.throwsAsync(openTestConsole(t, { port: server.port }), {
    message: new RegExp(`console: 127\\.0\\.0\\.1 port ${server.port}: taken`),
  });
  const next = await openTestConsole(t, { port: server.port }, null, 20);
  t.true(next.server.port > server.port && next.server.port <= server.port + 20);
  t.is((await fetch(`${next.address}/`)).status, 200);
});

test('closing says goodbye to the pages', async (t) => {
  const { server, address } = await openTestConsole(t);
  const page = new FakePage(t, address, await logIn(address, tokens.view));
  await page.hears('hello');
  await server.close();
  t.is(await page.over, 1001);
});

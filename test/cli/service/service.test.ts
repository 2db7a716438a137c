import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { writeRandomModel, type WrittenModel } from '../../../bench/random-layers.js';
import { randomNano } from '../../../bench/random-nano.js';
import { buildFakeCamera } from '../../support/fakev4l2/fake-camera.js';
import { buildPreload, RunningService, type LogEntry } from './support/running-service.js';

// random weights: what is tested is the house around the network
const test = anyTest as TestFn<{ model: WrittenModel }>;
const folder = mkdtempSync(join(tmpdir(), 'tagalong-service-'));
const camera = buildFakeCamera(folder);
const clock = buildPreload('clock/clockjump', folder);
const cameraTest = camera === null ? test.skip : test.serial;
const clockTest = clock === null ? test.skip : test.serial;

test.before(async (t) => {
  t.context = { model: await writeRandomModel(randomNano) };
});
test.after.always(async (t) => {
  await t.context.model[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test.serial('told to stop, the service says goodbye and exits with 0', async (t) => {
  const service = new RunningService(t, ['--source', 'sim://?fps=20', '--model', t.context.model.dir]);
  await service.logged('healthy');
  t.deepEqual(await service.becomes('ok'), { code: 200, status: 'ok', reasons: [] });
  t.is(await service.metric('tagalong_state{state="idle"}'), 1);
  t.true((await service.metric('tagalong_tracks_total')) > 0);
  const { code, stdout } = await service.stop();
  t.is(code, 0);
  t.is(stdout, '');
  t.is(service.entries().at(-1)!.msg, 'ended');
});

test.serial('told to stop while it opens, it exits with 0 too', async (t) => {
  const service = new RunningService(t, ['--source', '/dev/video77', '--model', t.context.model.dir]);
  const { err } = await service.logged('the source cannot be opened; it is tried again');
  t.regex(err!.message, /^\/dev\/video77: no such device/);
  const health = await service.becomes('failing');
  t.is(health.code, 503);
  t.regex(health.reasons[0]!, /^waiting for the source: /);
  t.is((await service.stop()).code, 0);
});

test.serial('commands are carried out, logged with their origin, and counted', async (t) => {
  const args = ['--source', 'sim://?fps=20', '--model', t.context.model.dir, '--set', 'stdin.enabled=true'];
  const service = new RunningService(t, args);
  await service.logged('healthy');
  const box = { x: 300, y: 150, width: 40, height: 40 };
  t.like(await service.command({ command: 'select', box, id: 7 }), { id: 7, accepted: true });
  t.like(await service.command({ command: 'fly' }), { accepted: false });
  t.is(
    await service.metric('tagalong_commands_total{origin="stdin",command="select",outcome="accepted"}'),
    1,
  );
  t.is(
    await service.metric('tagalong_commands_total{origin="stdin",command="unreadable",outcome="refused"}'),
    1,
  );
  await service.tracks(5);
  t.true((await service.metric('tagalong_update_seconds_count')) > 0);
  await service.logged(({ part, msg }) => part === 'control' && msg.startsWith('select from stdin'));
});

test.serial(
  'a reload takes over what may change, says what needs a restart, and keeps the old one when it is wrong',
  async (t) => {
    const file = join(folder, 'reload.yaml');
    const write = (text: string): void => {
      writeFileSync(file, `model: {path: ${t.context.model.dir}}\nstdin: {enabled: true}\n${text}`);
    };
    write('source: {uri: "sim://?fps=20"}\n');
    const service = new RunningService(t, ['--config', file]);
    await service.logged('healthy');

    write('source: {uri: "sim://?fps=20"}\ncontrol: {stdni: none}\n');
    service.signal('SIGHUP');
    const wrong = await service.logged('configuration not reloaded; the old one stays');
    t.regex(
      wrong.err!.message,
      /reload\.yaml:4: control\.stdni: unknown key; did you mean "control\.stdin"\?/,
    );
    t.like(await service.command({ command: 'status' }), { accepted: true });

    write('source: {uri: "sim://?fps=10"}\ncontrol: {stdin: none}\n');
    service.signal('SIGHUP');
    t.like(await service.logged('changed, but only a restart takes them over'), {
      sections: ['source'],
    } as never);
    t.like(await service.logged('configuration reloaded'), { sections: ['control'] } as never);
    t.like(await service.command({ command: 'status' }), { accepted: false });

    write('source: {uri: "sim://?fps=20"}\nlog: {level: debug}\n');
    service.signal('SIGHUP');
    await service.logged((entry) => entry.msg === 'configuration reloaded', service.entries().length);
    t.like(await service.command({ command: 'status' }), { accepted: true });

    write('source: {uri: "sim://?fps=20"}\nrecording: {dir: /dev/null/x}\n');
    service.signal('SIGHUP');
    await service.logged('section not reloaded; the old one stays');
    await service.tracks(5);
    t.is((await service.stop()).code, 0);
  },
);

cameraTest('a camera that is unplugged is told, waited for, and used again', async (t) => {
  const settings = {
    LD_PRELOAD: camera!,
    FAKEV4L2_FPS: '50',
    FAKEV4L2_UNPLUG: '100',
    FAKEV4L2_REPLUG_MS: '3000',
  };
  const service = new RunningService(
    t,
    ['--source', '/dev/video0', '--model', t.context.model.dir],
    settings,
  );
  await service.logged('healthy');
  const away = await service.logged(({ reasons }) => reasons?.[0]?.startsWith('the source is away') === true);
  t.regex(away.reasons![0]!, /the device is gone or failed|no such device/);
  const healthy = (entry: LogEntry): boolean => entry.msg === 'healthy' && entry.time > away.time;
  await service.logged(healthy);
  t.true((await service.metric('tagalong_source_reconnects_total')) >= 1);
  t.is((await service.stop()).code, 0);
});

cameraTest(
  'a second service on the same camera says that it is taken, and takes it when it is free',
  async (t) => {
    const settings = { LD_PRELOAD: camera!, FAKEV4L2_LOCK: join(folder, 'camera.lock') };
    const args = ['--source', '/dev/video0', '--model', t.context.model.dir];
    const first = new RunningService(t, args, settings);
    await first.logged('healthy');
    const second = new RunningService(t, args, settings);
    const { err } = await second.logged('the source cannot be opened; it is tried again');
    t.regex(err!.message, /the device is busy: another program is using it/);
    const impatient = new RunningService(t, [...args, '--set', 'source.reconnect=false'], settings);
    const { code, stderr } = await impatient.ended;
    t.is(code, 1);
    t.regex(stderr, /^error: \/dev\/video0: the device is busy/m);
    await first.tracks(5);
    t.is((await first.stop()).code, 0);
    await second.logged('healthy');
  },
);

clockTest('a wall clock that jumps by hours does not matter', async (t) => {
  const file = join(folder, 'jump');
  writeFileSync(file, '0');
  const args = [
    '--source',
    'sim://?fps=20',
    '--model',
    t.context.model.dir,
    '--record',
    join(folder, 'jumps'),
  ];
  const more = ['--set', 'recording.encoder=none', '--set', 'stdin.enabled=true'];
  const service = new RunningService(t, [...args, ...more], { LD_PRELOAD: clock!, CLOCKJUMP_FILE: file });
  await service.logged('healthy');
  for (const seconds of [6 * 3600, -12 * 3600]) {
    const before = service.entries().length;
    writeFileSync(file, `${seconds}`);
    await service.tracks(20);
    const box = { x: 300, y: 150, width: 40, height: 40 };
    t.like(await service.command({ command: 'select', box }), { accepted: true });
    await service.tracks(20);
    t.is((await service.becomes('ok')).code, 200);
    const entry = await service.logged(({ part }) => part === 'control', before);
    t.true(Math.abs(entry.time - Date.now() - seconds * 1000) < 600_000, 'the jump was seen');
  }
  const complaints = service.entries().filter(({ level, msg }) => level >= 40 && msg !== 'failing');
  t.deepEqual(complaints, []);
  t.is((await service.stop()).code, 0);
});

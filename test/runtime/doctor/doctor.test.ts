import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { loadConfig } from '../../../src/runtime/config/load-config.js';
import { checkBroker } from '../../../src/runtime/doctor/checks/broker.js';
import { checkClock } from '../../../src/runtime/doctor/checks/clock.js';
import { checkDisk } from '../../../src/runtime/doctor/checks/disk.js';
import { checkHeat } from '../../../src/runtime/doctor/checks/heat.js';
import { checkMemory } from '../../../src/runtime/doctor/checks/memory.js';
import { checkRos } from '../../../src/runtime/doctor/checks/ros.js';
import { checkSerial } from '../../../src/runtime/doctor/checks/serial.js';
import type { Check, DoctorContext, Finding } from '../../../src/runtime/doctor/finding.js';
import { runChecks } from '../../../src/runtime/doctor/run-checks.js';
import { openEmbeddedBroker } from '../../../src/runtime/mqtt/embedded-broker.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { startTagalong } from '../../support/command-line.js';
import { buildFakeCamera } from '../../support/fakev4l2/fake-camera.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-doctor-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});
let machines = 0;

/** A machine's files, in a folder of their own. */
function machine(files: Readonly<Record<string, string>> = {}): string {
  const root = join(folder, `machine-${(machines += 1)}`);
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function examine(
  check: Check,
  context: Partial<DoctorContext> & { readonly settings?: Readonly<Record<string, unknown>> } = {},
): Promise<readonly Finding[]> {
  const { settings, ...rest } = context;
  const flags = Object.entries(settings ?? {}).map(([key, value]) => ({
    ...{ path: key.split('.'), value },
    origin: { text: key },
  }));
  const uri = { path: ['source', 'uri'], value: 'sim://', origin: { text: 'test' } };
  const config = settings ? (await loadConfig({ flags, defaults: [uri] })).config : null;
  const { signal } = new AbortController();
  return check.examine({ config, defaultModel: '', signal, root: '/', environment: {}, ...rest });
}

test('heat: temperatures, what slowed the machine down, and why', async (t) => {
  const cool = machine({
    'sys/class/thermal/thermal_zone0/type': 'cpu-thermal',
    'sys/class/thermal/thermal_zone0/temp': '45000',
  });
  t.deepEqual(await examine(checkHeat, { root: cool }), [
    { about: 'heat', level: 'ok', text: 'cpu-thermal 45 °C' },
  ]);
  const hot = machine({
    'sys/class/thermal/thermal_zone0/type': 'cpu-thermal',
    'sys/class/thermal/thermal_zone0/temp': '91000',
    'sys/devices/platform/soc/soc:firmware/get_throttled': '50005\n',
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
  });
  const found = await examine(checkHeat, { root: hot });
  t.deepEqual(
    found.map(({ level, text }) => [level, text]),
    [
      ['warning', 'cpu-thermal 91 °C'],
      ['warning', 'weak power now, throttled now, weak power since boot, throttled since boot'],
      ['note', 'the processor saves power (governor powersave): updates may take longer'],
    ],
  );
  const pc = machine({ 'sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count': '12' });
  t.is((await examine(checkHeat, { root: pc }))[1]!.text, 'throttled 12 times since boot');
});

test('ROS: not there, there but not sourced, sourced, a wrong domain, ROS 1', async (t) => {
  const level = async (environment: Record<string, string>, root = machine()) =>
    (await examine(checkRos, { environment, root })).map((it) => `${it.level}: ${it.text}`)[0];
  t.is(await level({}), 'note: ROS is not installed');
  t.regex((await level({}, machine({ 'opt/ros/jazzy/setup.bash': '' })))!, /^note: ROS jazzy is installed/);
  t.is(
    await level({ ROS_DISTRO: 'jazzy', ROS_VERSION: '2', ROS_DOMAIN_ID: '7' }),
    'ok: ROS 2 jazzy, its default middleware, domain 7',
  );
  t.regex((await level({ ROS_DISTRO: 'jazzy', ROS_DOMAIN_ID: '999' }))!, /^warning: ROS_DOMAIN_ID "999"/);
  t.regex((await level({ ROS_DISTRO: 'noetic', ROS_VERSION: '1' }))!, /^warning: ROS 1/);
});

test('serial ports are listed with the names that stay', async (t) => {
  const root = machine({ 'dev/ttyACM0': '', 'dev/ttyS0': '', 'dev/serial/by-id/usb-autopilot': '' });
  const found = await examine(checkSerial, { root });
  t.deepEqual(
    found.map(({ level, text }) => [level, text]),
    [
      ['ok', join(root, 'dev/ttyACM0')],
      ['note', 'names that stay: /dev/serial/by-id/usb-autopilot'],
    ],
  );
  t.is((await examine(checkSerial, { root: machine() }))[0]!.level, 'note');
});

test('memory: enough, little, unknown', async (t) => {
  const level = async (text: string) =>
    (await examine(checkMemory, { root: machine({ 'proc/meminfo': text }) }))[0]!.level;
  t.is(await level('MemTotal: 1 kB\nMemAvailable:  2000000 kB\n'), 'ok');
  t.is(await level('MemAvailable: 200000 kB\n'), 'warning');
  t.is(await level(''), 'note');
});

test('disk: a budget that fits and one that does not', async (t) => {
  const dir = join(folder, 'not/yet/there');
  const fits = await examine(checkDisk, {
    settings: { 'recording.dir': dir, 'recording.budget': '1MB', 'recording.keepFree': '0' },
  });
  t.is(fits[0]!.level, 'ok');
  const huge = await examine(checkDisk, { settings: { 'recording.dir': dir, 'recording.budget': '9000TB' } });
  t.is(huge[0]!.level, 'warning');
  t.truthy(huge[0]!.fix);
});

test('a broker is connected to, and its absence explained', async (t) => {
  const broker = await openEmbeddedBroker({ port: 0 }, { log: silentLog });
  const settings = { 'mqtt.url': broker.url, 'mqtt.protocol': '3.1.1' };
  t.deepEqual(await examine(checkBroker, { settings }), [
    { about: 'broker', level: 'ok', text: `${broker.url}: lets us in` },
  ]);
  await broker.close();
  const [gone] = await examine(checkBroker, { settings });
  t.is(gone!.level, 'problem');
  t.regex(gone!.text, /no broker listens there/);
  t.is((await examine(checkBroker))[0]!.level, 'note');
});

test('the clocks are examined', async (t) => {
  const found = await examine(checkClock);
  t.is(found.length, 2);
  for (const { about, level, fix } of found) {
    t.is(about, 'clock');
    t.true(level === 'ok' || fix !== undefined);
  }
});

test('a check that fails is a finding, and does not stop the others', async (t) => {
  const broken: Check = { about: 'broken', examine: () => Promise.reject(new Error('oh')) };
  const fine: Check = {
    about: 'fine',
    examine: () => Promise.resolve([{ about: 'fine', level: 'ok', text: 'well' }]),
  };
  const { signal } = new AbortController();
  const context = { config: null, defaultModel: '', signal, root: '/', environment: {} };
  const found = await runChecks(context, [broken, fine]);
  t.deepEqual(
    found.map(({ about, level, text }) => [about, level, text]),
    [
      ['broken', 'problem', 'oh'],
      ['fine', 'ok', 'well'],
    ],
  );
});

const library = buildFakeCamera(folder);
const cameraTest = library === null ? test.skip : test;

cameraTest('doctor tells what a camera offers, runs the model, and exits with 0', async (t) => {
  const { code, found } = await doctor(['--source', 'v4l2:///dev/video0'], { LD_PRELOAD: library! });
  const camera = found.find(({ about }) => about === 'camera');
  t.like(camera, { level: 'ok' });
  t.regex(camera!.text, /^\/dev\/video0: Pretended camera: .*64x48 \(100, 50 fps\)/);
  const cpu = found.find(({ about, text }) => about === 'model' && text.startsWith('cpu'));
  t.regex(cpu!.text, /^cpu: nano \S+ runs/);
  t.is(code, found.some(({ level }) => level === 'problem') ? 1 : 0);
  for (const { level, fix } of found) t.true(!['warning', 'problem'].includes(level) || fix !== undefined);
});

test('doctor exits with 1 for a camera that is not there, and says what to do', async (t) => {
  const { code, found } = await doctor(['--source', 'v4l2:///dev/video77']);
  t.is(code, 1);
  t.like(
    found.find(({ text }) => text.startsWith('/dev/video77')),
    { level: 'problem', fix: 'check the cable and the power of the USB port: dmesg | tail' },
  );
});

async function doctor(args: readonly string[], environment: Record<string, string> = {}) {
  const { child, ended } = startTagalong(['doctor', '--json', ...args], environment);
  child.stdin.end();
  const { code, stdout, stderr } = await ended;
  if (stdout === '') throw new Error(stderr);
  return { code, found: JSON.parse(stdout) as Finding[] };
}

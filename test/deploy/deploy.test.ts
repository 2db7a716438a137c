import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { loadAgentConfig } from '../../src/cli/agent/agent-config.js';
import { configSchema } from '../../src/runtime/config/schema.js';
import { hasTool, needing } from '../support/tools.js';

const root = resolve(import.meta.dirname, '../../..');
const unit = join(root, 'deploy/systemd/tagalong.service');
const folder = mkdtempSync(join(tmpdir(), 'tagalong-deploy-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});
const systemdTest = needing(test, 'systemd-analyze', 'systemd');
const version = hasTool('systemd-analyze')
  ? Number(/^systemd (\d+)/.exec(execFileSync('systemd-analyze', ['--version'], { encoding: 'utf8' }))?.[1])
  : 0;

const agentUnit = join(root, 'deploy/systemd/tagalong-agent.service');

systemdTest('systemd finds nothing wrong with the units', (t) => {
  const environment = { ...process.env, SYSTEMD_LOG_LEVEL: 'warning' };
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit, agentUnit], {
    encoding: 'utf8',
    env: environment,
  });
  t.is(stderr, '');
  t.is(status, 0);
});

const offlineTest = version >= 250 ? systemdTest : test.skip;
for (const [name, path] of [
  ['unit', unit],
  ['agent’s unit', agentUnit],
] as const)
  offlineTest(
    `the ${name} is sandboxed: systemd rates its exposure 2.5 or less (systemd 250 or newer)`,
    (t) => {
      const args = ['security', '--offline=true', '--threshold=25', path];
      const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
      t.is(
        status,
        0,
        stdout
          .split('\n')
          .filter((line) => !line.startsWith('✓'))
          .join('\n'),
      );
    },
  );

test('the unit speaks with systemd the way the service does', (t) => {
  const text = readFileSync(unit, 'utf8');
  for (const line of [
    'Type=notify',
    'NotifyAccess=main',
    'ExecReload=/bin/kill -HUP $MAINPID',
    'User=tagalong',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'DeviceAllow=char-video4linux rw',
  ]) {
    t.true(text.split('\n').includes(line), line);
  }
  t.regex(text, /^WatchdogSec=\d+$/m);
});

test('the agent’s unit speaks with systemd, is a user of its own, and writes nowhere but into its state', (t) => {
  const lines = readFileSync(agentUnit, 'utf8').split('\n');
  for (const line of [
    'Type=notify',
    'NotifyAccess=main',
    'Before=tagalong.service',
    'Restart=always',
    'User=tagalong-agent',
    'Group=tagalong',
    'StateDirectory=tagalong-agent',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'CapabilityBoundingSet=',
    'DevicePolicy=closed',
  ]) {
    t.true(lines.includes(line), line);
  }
  t.deepEqual(
    lines.filter((line) => line.startsWith('ReadWritePaths=')),
    [],
  );
  const start = lines.find((line) => line.startsWith('ExecStart='))!;
  t.regex(start, /\/opt\/tagalong\/dist\/src\/cli\/main\.js agent --config \/etc\/tagalong\/agent\.yaml$/);
});

test('agent.yaml as it is installed, and with its examples switched on, is one that the agent takes', async (t) => {
  const shipped = readFileSync(join(root, 'deploy/agent.yaml'), 'utf8');
  const plain = join(folder, 'agent.yaml');
  writeFileSync(plain, shipped);
  t.like(await loadAgentConfig(plain), {
    state: '/var/lib/tagalong-agent',
    channel: 'stable',
    model: 'nano',
  });
  // examples are `# key: value` lines and what is indented below them; sentences have no colon after their first word
  const example = /^# ( *\w+:.*)$/;
  const on = shipped
    .split('\n')
    .map((line) => example.exec(line)?.[1] ?? line)
    .join('\n');
  t.not(on, shipped);
  const all = join(folder, 'agent-all.yaml');
  writeFileSync(all, on);
  t.like(await loadAgentConfig(all), {
    ...{ device: 'rover-1', listen: { port: 8485 }, watch: { minutes: 10 } },
    mqtt: { url: 'mqtts://broker.local:8883' },
  });
});

const verifyTest = hasTool('udevadm') && version >= 254 ? test : test.skip;
verifyTest('udev finds nothing wrong with the rules (systemd 254 or newer)', (t) => {
  const rules = join(root, 'deploy/udev/70-tagalong.rules');
  const { status, stdout, stderr } = spawnSync('udevadm', ['verify', rules], { encoding: 'utf8' });
  t.is(status, 0, stdout + stderr);
});

test('every udev rule is made of keys that udev knows', (t) => {
  const text = readFileSync(join(root, 'deploy/udev/70-tagalong.rules'), 'utf8');
  const rules = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  t.true(rules.length >= 5);
  const part = /^(SUBSYSTEM|KERNEL|ATTRS?\{\w+\}|ENV\{\w+\}|GROUP|MODE|SYMLINK)(==|\+=|=)"[^"]*"$/;
  for (const rule of rules) for (const it of rule.split(', ')) t.regex(it, part);
});

test('the settings that the unit and the documentation speak of exist', (t) => {
  const sections = Object.keys(configSchema.shape);
  const manual = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  for (const section of sections) t.true(manual.includes(`\`${section}`), section);
});

/** What an installation copies, without its weight. */
function smallTree(): string {
  const tree = join(folder, 'tree');
  for (const path of ['dist/src/cli', 'dist/test', 'models/nano', 'docs', 'node_modules/x']) {
    mkdirSync(join(tree, path), { recursive: true });
  }
  cpSync(join(root, 'deploy'), join(tree, 'deploy'), { recursive: true });
  for (const file of ['dist/src/cli/main.js', 'dist/test/a.js', 'package.json'])
    writeFileSync(join(tree, file), '{}');
  return tree;
}

test('install.sh installs, keeps the configuration when it installs again, and uninstalls', (t) => {
  const tree = smallTree();
  const prefix = join(folder, 'installed');
  const install = (...args: string[]) =>
    spawnSync('bash', [join(tree, 'deploy/install.sh'), '--prefix', prefix, ...args], { encoding: 'utf8' });
  const first = install();
  t.is(first.status, 0, first.stderr);
  const installed = (path: string): string => join(prefix, path);
  t.true(existsSync(installed('opt/tagalong/dist/src/cli/main.js')));
  t.false(existsSync(installed('opt/tagalong/dist/test')));
  t.true(existsSync(installed('etc/udev/rules.d/70-tagalong.rules')));
  t.true(existsSync(installed('etc/systemd/system/tagalong.service')));
  t.true(existsSync(installed('etc/systemd/system/tagalong-agent.service')));
  const agentConfig = installed('etc/tagalong/agent.yaml');
  t.is(statSync(agentConfig).mode & 0o777, 0o640);
  writeFileSync(agentConfig, 'mine too');
  t.is(readlinkSync(installed('usr/local/bin/tagalong')), '/opt/tagalong/dist/src/cli/main.js');
  const config = installed('etc/tagalong/tagalong.yaml');
  t.is(statSync(config).mode & 0o777, 0o640); // it may name a camera with its password
  writeFileSync(config, 'mine');
  writeFileSync(installed('opt/tagalong/old'), '');
  t.is(install().status, 0);
  t.is(readFileSync(config, 'utf8'), 'mine');
  t.is(readFileSync(agentConfig, 'utf8'), 'mine too');
  t.false(existsSync(installed('opt/tagalong/old')));
  t.is(install('--uninstall').status, 0);
  t.false(existsSync(installed('opt/tagalong')));
  t.throws(() => readlinkSync(installed('usr/local/bin/tagalong')), { code: 'ENOENT' });
  t.false(existsSync(installed('etc/systemd/system/tagalong-agent.service')));
  t.true(existsSync(config));
});

test('install.sh refuses what it does not know, and a tree that is not built', (t) => {
  const tree = smallTree();
  rmSync(join(tree, 'dist/src/cli/main.js'));
  const install = (...args: string[]) =>
    spawnSync('bash', [join(tree, 'deploy/install.sh'), ...args], { encoding: 'utf8' });
  t.is(install('--what').status, 2);
  const unbuilt = install('--prefix', join(folder, 'no'));
  t.is(unbuilt.status, 2);
  t.regex(unbuilt.stderr, /not built: run `npm ci` first/);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { modelBundle } from '../../../src/cli/fleet/model-bundle.js';
import { publish } from '../../../src/fleet/repository/publish.js';
import type { Publisher } from '../../../src/fleet/repository/publisher.js';
import { type NetworkNamespace, openNetworkNamespace } from '../../fleet/support/network-namespace.js';
import { openSshDevice } from '../../fleet/support/ssh-device.js';
import { temporaryFolder, testFleet, toAll } from '../../fleet/support/test-fleet.js';
import { tagalong } from '../../support/command-line.js';

const main = resolve('dist/src/cli/main.js');

/** A device that trusts the fleet and has nothing else: no model, no repository, no way to the internet. */
async function newDevice(t: ExecutionContext, { layout }: Publisher) {
  const folder = await temporaryFolder(t);
  const state = join(folder, 'state');
  await mkdir(state);
  const config = join(folder, 'agent.yaml');
  const settings = {
    ...{ device: 'rover-1', model: 'nano-int8', state, keepFreeMegabytes: 0 },
    updateBudgetMs: 10_000, // however busy this machine is
    watch: { url: 'http://127.0.0.1:9' }, // no service
  };
  await writeFile(config, JSON.stringify(settings)); // which is YAML, too
  const root = join(layout.metadata, '1.root.json');
  const enrolled = await tagalong('agent', 'enroll', '--config', config, '--root', root);
  t.is(enrolled.code, 0, enrolled.stderr);
  return { config, state };
}

/** The resident agent, as the device's unit starts it. */
async function startAgent(t: ExecutionContext, { inside }: NetworkNamespace, config: string): Promise<void> {
  const [program, ...args] = [...inside, process.execPath, main, 'agent', '--config', config];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!said.includes('agent ready')) {
    if (child.exitCode !== null) throw new Error(said);
    await Promise.race([once(child.stderr, 'data'), delay(1000)]);
  }
}

for (const resident of [false, true]) {
  const how = resident ? 'by its resident agent' : 'by an agent of the moment';
  test(`a push over ssh ends with the model proven and chosen on a new device without internet, ${how}`, async (t) => {
    const namespace = openNetworkNamespace(t);
    if (!namespace) return;
    const device = await openSshDevice(t, namespace);
    if (!device) return;
    const fleet = await testFleet(t);
    await publish(fleet, await modelBundle('models/nano-int8'), { ...toAll, version: 'fresh' });
    const { config, state } = await newDevice(t, fleet);
    if (resident) await startAgent(t, namespace, config);
    const { code, stdout, stderr } = await tagalong(
      ...['push', 'nano-int8', namespace.address, '--fleet', fleet.dir, '--ssh', device.ssh.join(' ')],
      ...['--remote-command', `${process.execPath} ${main} agent receive --config ${config}`],
    );
    t.is(code, 0, stderr);
    t.regex(stdout, /installed +fresh/);
    const slot = await readFile(join(state, 'models/current/slot.json'), 'utf8');
    t.like((JSON.parse(slot) as { model: unknown }).model, { name: 'nano-int8', version: 'fresh' });
    const status = await tagalong('agent', 'status', '--config', config);
    t.like(JSON.parse(status.stdout), {
      active: { model: 'nano-int8', version: 'fresh', slot: 'b' },
      ...{ health: 'trial', lastResult: { kind: 'installed', version: 'fresh' } },
    });
    t.is(status.stderr.includes('no agent is running'), !resident);
  });
}

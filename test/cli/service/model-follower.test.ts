import { cp, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { RunningService } from './support/running-service.js';

const models = resolve(import.meta.dirname, '../../../../models');

async function turn(folder: string, target: string): Promise<void> {
  await symlink(target, join(folder, 'next'));
  await rename(join(folder, 'next'), join(folder, 'current'));
}

test('a service started through a link follows it to another model, with its target, and says which folder it runs from', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-follow-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await cp(join(models, 'nano'), join(folder, 'a'), { recursive: true });
  await cp(join(models, 'nano-int8'), join(folder, 'b'), { recursive: true });
  await turn(folder, 'a');
  const service = new RunningService(t, [
    '--source',
    'sim://?realtime=true&fps=10&size=320x240&seed=5',
    '--set',
    `model.path=${join(folder, 'current')}`,
    '--set',
    'stdin.enabled=true',
  ]);
  await service.tracks(2);
  const using = (name: string, precision: string, slot: string): Promise<number> =>
    service.metric(
      `tagalong_model_info{name="${name}",precision="${precision}",provider="cpu",fallback="0",folder="${slot}"}`,
    );
  t.is(await using('nano', 'fp32', 'a'), 1);

  await turn(folder, 'b');
  await service.logged('the link was turned: another model took over');
  t.is(await using('nano-int8', 'int8-cpu', 'b'), 1);

  // what a person asks for stays until the link is turned again
  t.like(await service.command({ command: 'model', name: 'a' }), { accepted: true });
  await service.tracks(15);
  t.is(await using('nano', 'fp32', 'a'), 1);

  await turn(folder, 'nothing-there');
  const refused = await service.logged('the link was turned, but the model stays');
  t.is(refused.level, 50);
  t.is(await service.metric('tagalong_healthy'), 1);
});

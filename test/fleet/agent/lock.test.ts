import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lockFolder } from '../../../src/fleet/agent/lock.js';

async function temporary(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-lock-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a folder is one agent’s at a time, by whatever name it is called, and leaves no file behind', async (t) => {
  const folder = await temporary(t);
  const link = `${folder}-link`;
  await symlink(folder, link);
  t.teardown(() => rm(link));
  const lock = await lockFolder(folder);
  const refused = { name: 'FleetError', message: /another agent is at work there/ };
  await t.throwsAsync(lockFolder(folder), refused);
  await t.throwsAsync(lockFolder(link), refused);
  t.deepEqual(await readdir(folder), []);
  await lock[Symbol.asyncDispose]();
  const again = await lockFolder(link);
  await again[Symbol.asyncDispose]();
});

test('folders do not stand in each other’s way', async (t) => {
  const locks = [await lockFolder(await temporary(t)), await lockFolder(await temporary(t))];
  t.is(locks.length, 2);
  for (const lock of locks) await lock[Symbol.asyncDispose]();
});

test('a process that is killed lets go of its folder', async (t) => {
  const folder = await temporary(t);
  const module = resolve(import.meta.dirname, '../../../src/fleet/agent/lock.js');
  const script = `import { lockFolder } from ${JSON.stringify(module)};
    await lockFolder(${JSON.stringify(folder)});
    console.log('locked');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await t.throwsAsync(lockFolder(folder), { message: /another agent/ });
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  const lock = await lockFolder(folder);
  t.truthy(lock);
  await lock[Symbol.asyncDispose]();
});

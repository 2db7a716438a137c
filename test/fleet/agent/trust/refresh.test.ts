import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { MemoryDisk } from '../../../../src/fleet/agent/disk/memory-disk.js';
import { fileTransport } from '../../../../src/fleet/agent/transport/file-transport.js';
import { refreshTrust, type RefreshOptions } from '../../../../src/fleet/agent/trust/refresh.js';
import { TrustFile } from '../../../../src/fleet/agent/trust/trust-file.js';
import { makeKey, TestRepository } from '../support/test-repository.js';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

async function setUp(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-trust-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const repository = new TestRepository(join(folder, 'repository'));
  const file = new TrustFile(new MemoryDisk(), '');
  await repository.add({ version: '1.0' }, { 'contract.json': '{}' });
  await repository.publish();
  const refresh = (options: Partial<RefreshOptions> & { clock?: string } = {}) =>
    refreshTrust({
      ...{ transport: fileTransport(repository.folder), file, firstRoot: repository.root() },
      ...{ clockMs: day(options.clock ?? '2027-03-01'), builtMs: day('2026-11-01') },
      signal: new AbortController().signal,
      ...options,
    });
  return { folder, repository, file, refresh };
}

test('what is signed is taken, with where it lies', async (t) => {
  const { refresh } = await setUp(t);
  const { targets, version, clockDoubt } = await refresh();
  t.is(version, 1);
  t.is(clockDoubt, null);
  t.is(targets.length, 1);
  t.regex(targets[0]!.location, /^targets\/nano\/[0-9a-f]{64}\.1\.0\.tar\.br$/);
});

test('an older state of the repository is refused once a newer one was seen', async (t) => {
  const { folder, repository, refresh } = await setUp(t);
  await cp(repository.folder, join(folder, 'old'), { recursive: true });
  await repository.publish();
  t.is((await refresh()).version, 2);
  const transport = fileTransport(join(folder, 'old'));
  await t.throwsAsync(refresh({ transport }), { message: /older than what this device has already seen/ });
  t.is((await refresh()).version, 2);
});

test('what another key has signed is refused', async (t) => {
  const { repository, refresh } = await setUp(t);
  repository.timestampKey = makeKey();
  await repository.publish();
  await t.throwsAsync(refresh(), { message: /not signed by enough of the keys/ });
});

test('a root that a person did not bring is no root', async (t) => {
  const { refresh } = await setUp(t);
  const other = new TestRepository('/nowhere');
  await t.throwsAsync(refresh({ firstRoot: other.root() }), { message: /not signed by enough of the keys/ });
});

test('endless metadata is cut off', async (t) => {
  const { repository, refresh } = await setUp(t);
  await appendFile(join(repository.folder, 'metadata/timestamp.json'), ' '.repeat(20_000));
  await t.throwsAsync(refresh(), { message: /gives more data than it may/ });
});

test('what has expired is refused, but for an operator on the spot', async (t) => {
  const { refresh } = await setUp(t);
  await t.throwsAsync(refresh({ clock: '2031-01-01' }), {
    message: /has expired as of 2031-01-01.*fleet refresh/,
  });
  t.is((await refresh({ clock: '2031-01-01', allowExpired: true })).version, 1);
});

test('a clock that lost its battery is taken for the newest day that something signed has named', async (t) => {
  const { repository, refresh } = await setUp(t);
  repository.issued = '2027-02-20T00:00:00Z';
  await repository.publish();
  await refresh();
  const { version, clockDoubt } = await refresh({ clock: '1970-01-02' });
  t.is(version, 2);
  t.regex(clockDoubt!, /the clock says 1970-01-02, but something signed is from 2027-02-20/);
});

test('… and so it cannot be used to bring back what has expired since', async (t) => {
  const { repository, refresh } = await setUp(t);
  Object.assign(repository, { issued: '2027-02-20T00:00:00Z' });
  await repository.publish();
  await refresh();
  Object.assign(repository, { issued: '2027-02-20T00:00:00Z', expires: '2027-02-01T00:00:00Z' });
  await repository.publish();
  await t.throwsAsync(refresh({ clock: '1970-01-02' }), { message: /has expired as of 2027-02-20/ });
});

test('a clock years ahead stops updates, says so, and does no lasting harm', async (t) => {
  const { refresh } = await setUp(t);
  await t.throwsAsync(refresh({ clock: '2050-01-01' }), {
    message: /years after anything signed.*put the clock right/,
  });
  t.is((await refresh({ clock: '2027-03-02' })).version, 1);
});

test('what is trusted is in one file; when that is damaged nothing is trusted', async (t) => {
  const { repository } = await setUp(t);
  const disk = new MemoryDisk();
  const file = new TrustFile(disk, '');
  const options = { transport: fileTransport(repository.folder), file, firstRoot: repository.root() };
  const { signal } = new AbortController();
  await refreshTrust({ ...options, clockMs: day('2027-03-01'), builtMs: 0, signal });
  const writer = await disk.create('/trust.json');
  await writer.write(new TextEncoder().encode('{"format":'));
  await t.throwsAsync(refreshTrust({ ...options, clockMs: day('2027-03-01'), builtMs: 0, signal }), {
    message: /trust.json: damaged.*enroll/,
  });
});

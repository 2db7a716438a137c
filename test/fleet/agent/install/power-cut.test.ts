import test from 'ava';
import { MemoryDisk, PowerCut } from '../../../../src/fleet/agent/disk/memory-disk.js';
import { SlotStore } from '../../../../src/fleet/agent/slots/slot-store.js';
import { candidate, type Device, startDevice, versionInUse } from '../support/models.js';

/** What is found after a cut differs: so many ways are looked at for each. */
const ways = 12;

/** A device that has the first model confirmed in one slot and the factory's in the other. */
async function deviceWithOne(disk = new MemoryDisk()): Promise<Device> {
  const device = await startDevice(disk);
  await device.installer.install(candidate('1'));
  await device.installer.confirm();
  return device;
}

/**
 * Cuts the power before every single call of `work`, looks at the disk in many ways it may be left, and has each of them started again.
 * @returns the number of cuts, and what was in use afterwards.
 */
async function cutEverywhere(
  prepare: (disk: MemoryDisk) => Promise<Device>,
  work: (device: Device) => Promise<void>,
  look: (device: Device) => Promise<void>,
): Promise<{ cuts: number; found: Set<string> }> {
  const found = new Set<string>();
  for (let cut = 0; ; cut += 1) {
    const disk = new MemoryDisk();
    const device = await prepare(disk);
    disk.cutAfter(cut);
    const done = await work(device).then(
      () => true,
      (error: unknown) => {
        if (error instanceof PowerCut) return false;
        throw error;
      },
    );
    for (let seed = 1; seed <= ways; seed += 1) {
      const left = disk.afterCut(cut * 1000 + seed);
      await asTheServiceFindsIt(left);
      const again = await startDevice(left);
      found.add(await versionInUse(again));
      await look(again);
    }
    if (done) return { cuts: cut, found };
  }
}

test('wherever the power goes while a model is installed, the old or the new one is whole and in use, and it can be installed again', async (t) => {
  const { cuts, found } = await cutEverywhere(
    (disk) => deviceWithOne(disk),
    ({ installer }) => installer.install(candidate('2')),
    async (device) => {
      const { last } = device.state.state;
      const told = last?.kind === 'installed' ? last.version : '1';
      t.is(told, await versionInUse(device)); // what the fleet is told is true
      if (told === '1') await device.installer.install(candidate('2'));
      t.is(await versionInUse(device), '2');
    },
  );
  t.deepEqual([...found].sort(), ['1', '2']);
  // 7 empty the slot, 19 write four files in pieces of two and their two folders, 5 each slot.json and state.json, 3 turn the link.
  // Another number: a write, a sync or a rename came or went, and whoever changed that has to say which.
  t.is(cuts, 39);
});

test('wherever the power goes while it rolls back, the device goes on with a whole model, in the end not with the bad one', async (t) => {
  const { found } = await cutEverywhere(
    async (disk) => {
      const device = await deviceWithOne(disk);
      await device.installer.install(candidate('2'));
      return device;
    },
    ({ installer }) => installer.rollBack('worse than before'),
    async (device) => {
      if (device.state.state.probation) await device.installer.rollBack('worse than before');
      t.is(await versionInUse(device), '1');
      await t.throwsAsync(device.installer.install(candidate('2')), { message: /worse than before/ });
    },
  );
  t.deepEqual([...found].sort(), ['1', '2']);
});

test('wherever the power goes at the very first start, the next one has the model that ships', async (t) => {
  const { found } = await cutEverywhere(
    (disk) => Promise.resolve({ disk } as unknown as Device),
    async ({ disk }) => {
      await startDevice(disk);
    },
    () => Promise.resolve(),
  );
  t.deepEqual([...found], ['factory']);
});

for (const forgotten of ['file', 'folder'] as const) {
  test(`an agent that forgot to sync a ${forgotten} would be found out`, async (t) => {
    const error = await t.throwsAsync(
      cutEverywhere(
        (disk) => deviceWithOne(disk),
        async ({ disk, installer }) => {
          if (disk instanceof MemoryDisk) disk.deafTo = forgotten;
          await installer.install(candidate('2'));
        },
        () => Promise.resolve(),
      ),
    );
    t.regex(error.message, /in use and not whole/);
  });
}

/** The service may start before the agent: what the link shows must be whole without any help. */
async function asTheServiceFindsIt(disk: MemoryDisk): Promise<void> {
  const slots = new SlotStore(disk, '/models');
  const current = await slots.current();
  if (current === null || (await slots.isWhole(current))) return;
  throw new Error(`slot ${current} is in use and not whole`);
}

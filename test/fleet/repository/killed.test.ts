import test from 'ava';
import { writeAtomic, type WriteFile } from '../../../src/fleet/files/atomic-write.js';
import { publish } from '../../../src/fleet/repository/publish.js';
import type { Publisher } from '../../../src/fleet/repository/publisher.js';
import { refresh } from '../../../src/fleet/repository/refresh.js';
import { rollback } from '../../../src/fleet/repository/rollback.js';
import { rotateKey } from '../../../src/fleet/repository/rotate-key.js';
import { serveFolder } from '../support/static-server.js';
import { copyFleet, smallBundle, testFleet, toAll } from '../support/test-fleet.js';
import { tufClient } from '../support/tuf-client.js';

/** Writes that many files, then is dead: an atomic write is done or not. */
function deadAfter(writes: number): WriteFile {
  let left = writes;
  return (...file) => {
    if (left-- <= 0) throw new Error('killed');
    return writeAtomic(...file);
  };
}

const works: Record<string, (fleet: Publisher) => Promise<unknown>> = {
  publishing: async (fleet) => publish(fleet, await smallBundle('three'), { ...toAll, version: '3' }),
  'rolling back': (fleet) => rollback(fleet, { model: 'nano-int8' }),
  refreshing: refresh,
  'rotating the timestamp key': (fleet) => rotateKey(fleet, 'timestamp'),
  'rotating the snapshot key': (fleet) => rotateKey(fleet, 'snapshot'),
  'rotating the targets key': (fleet) => rotateKey(fleet, 'targets'),
  'rotating a root key': (fleet) => rotateKey(fleet, 'root-1'),
};

for (const [name, work] of Object.entries(works)) {
  test(`killed at any write while ${name}, the repository stays one that clients accept, and work goes on`, async (t) => {
    const fleet = await testFleet(t);
    const one = await publish(fleet, await smallBundle('one'), { ...toAll, version: '1' });
    await publish(fleet, await smallBundle('two'), { ...toAll, version: '2' });
    for (let writes = 0; ; writes++) {
      const dying = await copyFleet(t, fleet, { write: deadAfter(writes) });
      const { url } = await serveFolder(t, dying.layout.repository);
      const [old, fresh] = [await tufClient(t, fleet, url), await tufClient(t, fleet, url)];
      await old.refresh();
      const finished = await work(dying).then(
        () => true,
        (error: unknown) => {
          t.is((error as Error).message, 'killed');
          return false;
        },
      );
      t.truthy(await old.release(one.path), `a client that knew it, after ${writes} writes`);
      t.truthy(await fresh.release(one.path), `a new client, after ${writes} writes`);
      const heir = await copyFleet(t, dying);
      const { url: heirUrl } = await serveFolder(t, heir.layout.repository);
      await work(heir).catch((error: unknown) => {
        t.true(finished, String(error)); // a second rollback has nothing to go back to
      });
      const followed = await tufClient(t, fleet, heirUrl);
      t.truthy(await followed.release(one.path), `after the work was done again, killed at ${writes}`);
      if (finished) {
        t.true(writes >= 2);
        break;
      }
    }
  });
}

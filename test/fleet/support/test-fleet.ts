import { createHash } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { ModelContract } from '../../../src/core/model/contract.js';
import { initFleet } from '../../../src/fleet/repository/init.js';
import type { ReleaseOrder } from '../../../src/fleet/repository/publish.js';
import { Publisher, type PublisherOptions } from '../../../src/fleet/repository/publisher.js';
import { bundleOf } from './bundle-of.js';

/** What a passphrase costs in tests: next to nothing. */
export const cheapSealing = { N: 1024, r: 1, p: 1 } as const;

export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-fleet-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export function publisherOf(dir: string, options: Partial<PublisherOptions> = {}): Publisher {
  const passphrase = (): Promise<string> => Promise.resolve('correct horse');
  return new Publisher(dir, { passphrase, sealingCost: cheapSealing, ...options });
}

/** An empty fleet in a folder of its own: three root keys, two of which it takes. */
export async function testFleet(
  t: ExecutionContext,
  options: Partial<PublisherOptions> = {},
): Promise<Publisher> {
  const publisher = publisherOf(join(await temporaryFolder(t), 'fleet'), options);
  await initFleet(publisher, { rootKeys: 3, threshold: 2 });
  return publisher;
}

/** A copy of a fleet's folder, to go on with apart from it. */
export async function copyFleet(
  t: ExecutionContext,
  fleet: Publisher,
  options: Partial<PublisherOptions> = {},
): Promise<Publisher> {
  const dir = join(await temporaryFolder(t), 'fleet');
  await cp(fleet.dir, dir, { recursive: true });
  return publisherOf(dir, options);
}

export const toAll: ReleaseOrder = {
  channel: 'stable',
  percent: 100,
  devices: null,
  deviceTypes: null,
  architectures: null,
  minimumRuntime: '0.1.0',
};

/** A bundle of next to nothing, different for every `mark`: its graphs are none. */
export async function smallBundle(mark: string): Promise<Map<string, Uint8Array>> {
  const files = await bundleOf('nano-int8');
  const contract = JSON.parse(new TextDecoder().decode(files.get('contract.json'))) as ModelContract;
  const sha256 = createHash('sha256').update(mark).digest('hex');
  files.set('template.onnx', Buffer.from(mark));
  files.set('search.onnx', Buffer.from(mark));
  const template = { ...contract.template, sha256 };
  const search = { ...contract.search, sha256 };
  files.set('contract.json', Buffer.from(JSON.stringify({ ...contract, template, search })));
  return files;
}

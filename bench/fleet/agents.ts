/** Program: some hundred devices of the fleet in one process, each with a folder, a trust and a download of its own. Ordered by its parent over IPC. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '../../src/core/ports/log.js';
import { Agent } from '../../src/fleet/agent/agent.js';
import { nodeFileSystem } from '../../src/fleet/agent/disk/node-file-system.js';
import { httpTransport } from '../../src/fleet/agent/transport/http-transport.js';
import type { Transport } from '../../src/fleet/agent/transport/transport.js';
import { factoryModel } from '../../src/fleet/agent/update/factory.js';
import { checkBundle } from '../../src/fleet/bundle/contents.js';

export interface AgentsOrder {
  readonly folder: string;
  /** First and last device. */
  readonly from: number;
  readonly to: number;
  /** Of the repository's server. */
  readonly url: string;
  readonly root: string;
  readonly model: string;
  /** Folder of the model that devices have before. */
  readonly factory: string;
}

/** How one device ended. */
export interface DeviceResult {
  /** Since all devices were told to look. */
  readonly tookMs: number;
  /** Null: the new model is whole, chosen, and on probation. */
  readonly trouble: string | null;
}

export type AgentsMessage =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly results: readonly DeviceResult[];
      /** Of bodies, from the server. */
      readonly bytes: number;
      readonly residentMb: number;
    };

const order = JSON.parse(process.argv[2]!) as AgentsOrder;
const tell = (message: AgentsMessage): void => {
  process.send!(message);
};
let bytes = 0;
let residentMb = 0;

const agents = await open();
tell({ kind: 'ready' });
process.once('message', () => void run());

async function open(): Promise<{ readonly agent: Agent; readonly state: string }[]> {
  const firstRoot = await readFile(order.root);
  const factory = await factoryModel(nodeFileSystem, order.factory);
  const opened: { agent: Agent; state: string }[] = [];
  for (let number = order.from; number <= order.to; number += 1) {
    const state = join(order.folder, String(number));
    await nodeFileSystem.makeFolder(state);
    const agent = await Agent.open(
      {
        device: {
          ...{ id: `device-${number}`, channel: 'stable', type: 'generic' },
          ...{ architecture: process.arch, runtime: '0.1.0' },
        },
        ...{ model: order.model, state, firstRoot, builtMs: 0, keepFreeBytes: 0, reportSeconds: 60 },
      },
      { disk: nodeFileSystem, prove: checkFiles, now: Date.now, log: silentLog },
      factory,
    );
    opened.push({ agent, state });
  }
  return opened;
}

async function run(): Promise<void> {
  const watching = setInterval(() => {
    residentMb = Math.max(residentMb, process.memoryUsage.rss() / 1e6);
  }, 200);
  const transport = counting(httpTransport(order.url));
  const began = performance.now();
  const update = async ({ agent }: { readonly agent: Agent }): Promise<DeviceResult> => {
    const { signal } = new AbortController(); // each its own, as in its own process
    const { result, reason } = await agent.update(transport, { signal });
    const tookMs = performance.now() - began;
    return { tookMs, trouble: result === 'installed' ? null : `${result}: ${reason}` };
  };
  const results = await Promise.all(agents.map(update));
  clearInterval(watching);
  const checked: DeviceResult[] = [];
  for (const [index, device] of agents.entries()) {
    const { tookMs, trouble } = results[index]!;
    checked.push({ tookMs, trouble: trouble ?? (await troubleOf(device)) });
  }
  tell({ kind: 'done', results: checked, bytes, residentMb });
  process.disconnect();
}

/** Looks at a device from outside after its update. */
async function troubleOf({ agent, state }: { readonly agent: Agent; readonly state: string }) {
  const current = await agent.slots.current();
  if (current === null || !(await agent.slots.isWhole(current))) return 'no whole model is in use';
  const left = await readdir(join(state, 'downloads'));
  if (left.length > 0) return `left in downloads: ${left.join(', ')}`;
  return (await agent.report()).health === 'trial' ? null : 'not on probation';
}

/** In place of the proof: files, hashes and contract, without the golden clip, which would take a core of this machine a second for each device. */
async function checkFiles(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== 'slot.json');
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name))] as const),
  );
  checkBundle(new Map(files));
}

function counting(inner: Transport): Transport {
  return {
    origin: inner.origin,
    async get(path, options) {
      const reply = await inner.get(path, options);
      return reply && { from: reply.from, body: counted(reply.body) };
    },
  };
}

async function* counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    bytes += piece.length;
    yield piece;
  }
}

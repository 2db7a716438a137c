import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import type { QosProfile } from '../../../src/ros/backend.js';
import { DdsReader } from '../../../src/ros/dds/dds-reader.js';
import type { DdsType } from '../../../src/ros/dds/dds-type.js';
import { DdsWriter } from '../../../src/ros/dds/dds-writer.js';
import { domainConfigurations } from '../../../src/ros/dds/domain-configuration.js';
import { Endpoints } from '../../../src/ros/dds/endpoints.js';
import { layoutOf } from '../../../src/ros/dds/layout.js';
import { topicDescriptor } from '../../../src/ros/dds/topic-descriptor.js';
import { rosEnvironment } from '../../../src/ros/environment.js';
import { until } from '../../runtime/mqtt/support/until.js';
import { installedDds, ownDomain } from '../dds/support/needs.js';

// CycloneDDS's own measuring tool on the other side; its simplest topic is a number that counts up.
const library = installedDds();
const missing =
  spawnSync('ddsperf', ['help']).error !== undefined
    ? 'ddsperf (cyclonedds-tools) is not installed'
    : library
      ? null
      : 'CycloneDDS (libddsc) is not installed';
const declare = missing === null ? test.serial : test.serial.skip;
if (missing !== null) test(`skipped: ${missing}`, (t) => void t.pass());

const domainId = ownDomain();
const [configuration] = domainConfigurations(rosEnvironment({ ROS_LOCALHOST_ONLY: '1' }));
const definitions = [{ definitions: [{ name: 'seq', type: 'uint32' }] }];
const struct = layoutOf(definitions);
const name = 'OneULong';
const oneULong: DdsType = { name, definitions, struct, descriptor: topicDescriptor(name, struct) };

interface Way {
  readonly qos: QosProfile;
  readonly topic: string;
  /** By which ddsperf does the same. */
  readonly flags: readonly string[];
}

const ways: readonly Way[] = [
  {
    qos: { reliability: 'reliable', durability: 'volatile', depth: 100 },
    topic: 'DDSPerfRDataOU',
    flags: [],
  },
  {
    qos: { reliability: 'best-effort', durability: 'volatile', depth: 100 },
    topic: 'DDSPerfUDataOU',
    flags: ['-u'],
  },
];

function startTool(...args: string[]) {
  const tool = spawn('ddsperf', ['-i', String(domainId), '-T', 'OU', ...args], {
    env: { ...process.env, CYCLONEDDS_URI: configuration! },
    stdio: 'ignore',
  });
  const exit = once(tool, 'exit') as Promise<[number | null]>;
  return { tool, exit };
}

/** A participant in the tool's domain, as long as `use` takes. */
async function joined(use: (endpoints: Endpoints) => Promise<void>): Promise<void> {
  const domain = library!.createDomain(domainId, configuration!);
  const endpoints = new Endpoints(library!, domainId);
  try {
    await use(endpoints);
  } finally {
    library!.delete(endpoints.participant);
    library!.delete(domain);
  }
}

for (const { qos, topic, flags } of ways) {
  declare(`what ddsperf publishes is heard, in order: ${qos.reliability}`, async (t) => {
    t.timeout(60_000);
    await joined(async (endpoints) => {
      const numbers: number[] = [];
      const reader = new DdsReader(library!, endpoints.reader({ type: oneULong, topic, qos }), (message) => {
        const bytes = new Uint8Array(message.bytes);
        message.copy(0, bytes);
        numbers.push(new DataView(bytes.buffer).getUint32(4, true));
      });
      const { tool, exit } = startTool(...flags, 'pub', '200Hz');
      await until(() => {
        reader.takeAll();
        return numbers.length >= 100;
      }, 'a hundred numbers');
      tool.kill();
      await exit;
      const gaps = numbers.slice(1).map((it, index) => it - numbers[index]!);
      t.true(
        gaps.every((it) => it > 0),
        'never backwards',
      );
      if (qos.reliability === 'reliable') t.true(gaps.every((it) => it === 1));
    });
  });

  declare(`what is published ddsperf counts, and finds enough: ${qos.reliability}`, async (t) => {
    t.timeout(60_000);
    await joined(async (endpoints) => {
      const writer = new DdsWriter(library!, endpoints.writer({ type: oneULong, topic, qos }), struct);
      const { tool, exit } = startTool(...flags, '-D', '2', '-Q', 'samples:200', 'sub');
      await until(() => writer.readers() === 1, 'ddsperf to listen');
      let seq = 0;
      const timer = setInterval(() => {
        for (let i = 0; i < 4; i++) writer.publish({ seq: seq++ });
      }, 10);
      try {
        const [code] = await exit; // 0: as many as asked for have come
        t.is(code, 0);
      } finally {
        clearInterval(timer);
        tool.kill();
      }
    });
  });
}

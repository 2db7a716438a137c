import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MessageReader, MessageWriter } from '@foxglove/rosmsg2-serialization';
import test from 'ava';
import type { RosMessage } from '../../../src/ros/backend.js';
import { domainConfigurations } from '../../../src/ros/dds/domain-configuration.js';
import { rosEnvironment } from '../../../src/ros/environment.js';
import { definitionsOf } from '../../../src/ros/messages/definitions.js';
import { CdrReader } from './support/cdr-reader.js';
import { installedDds, ownDomain } from './support/needs.js';
import { samples } from './support/samples.js';

const library = installedDds();
if (!library) test('skipped: CycloneDDS (libddsc) is not installed', (t) => void t.pass());

(library ? test : test.skip)(
  "another process's messages come with the bytes @foxglove's serializer makes of them, also to who comes late",
  async (t) => {
    t.timeout(120_000);
    const domainId = ownDomain();
    const variables = { ROS_DOMAIN_ID: String(domainId), ROS_LOCALHOST_ONLY: '1' };
    const peer = spawn(process.execPath, [new URL('support/sample-writer.js', import.meta.url).pathname], {
      env: { ...process.env, ...variables },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(peer, 'exit');
    try {
      await once(peer.stdout, 'data');
      const domain = library!.createDomain(domainId, domainConfigurations(rosEnvironment(variables))[0]!);
      t.true(domain > 0);
      {
        using reader = new CdrReader(library!, domainId);
        for (const [index, { type, message, cdr }] of samples.entries()) {
          const definitions = [...definitionsOf(type)];
          const expected = cdr ? Uint8Array.from(cdr) : new MessageWriter(definitions).writeMessage(message);
          const received = await reader.first(type, `rt/sample${index}`);
          // DDS pads to 4 bytes and says in the header's last byte by how much
          const padding = received[3]! & 3;
          t.deepEqual(
            received.subarray(4, received.length - padding),
            expected.subarray(4),
            `${type} ${index}`,
          );
          t.deepEqual([...received.subarray(0, 2)], [0, 1], 'XCDR1, little endian');
        }
        await t.notThrowsAsync(() =>
          reader.first('rmw_dds_common/msg/ParticipantEntitiesInfo', 'ros_discovery_info', (cdr) => {
            const type = 'rmw_dds_common/msg/ParticipantEntitiesInfo';
            const info = new MessageReader<{ node_entities_info_seq: RosMessage[] }>([
              ...definitionsOf(type),
            ]);
            const [node] = info.readMessage(cdr).node_entities_info_seq;
            const writers = node?.['writer_gid_seq'] as unknown[] | undefined;
            return node?.['node_name'] === 'peer' && writers?.length === samples.length;
          }),
        );
      }
      library!.delete(domain);
    } finally {
      peer.stdin.end();
      await ended;
    }
    t.is(peer.exitCode, 0);
  },
);

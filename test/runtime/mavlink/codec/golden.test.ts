import test from 'ava';
import { decodePayload } from '../../../../src/runtime/mavlink/codec/decode.js';
import { encodeMessage } from '../../../../src/runtime/mavlink/codec/encode.js';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import { classOf } from '../../../../src/runtime/mavlink/codec/registry.js';
import { checkSignature, sign } from '../../../../src/runtime/mavlink/signing/signature.js';
import { Timestamps } from '../../../../src/runtime/mavlink/signing/timestamps.js';
import { fieldsOf, messageOf, referenceLines } from '../support/reference.js';

test('every packet of the reference decodes to its fields', (t) => {
  for (const packet of referenceLines(t, 'golden.jsonl') ?? []) {
    const about = `${packet.id} ${packet.name} ${packet.case}`;
    const frames = new FrameParser().datagram(Buffer.from(packet.hex, 'hex'));
    t.is(frames.length, 1, about);
    const { msgid, sysid, compid, seq } = frames[0]!;
    t.deepEqual([msgid, sysid, compid, seq], [packet.msgid, packet.sysid, packet.compid, packet.seq], about);
    t.deepEqual(fieldsOf(decodePayload(frames[0]!, classOf(msgid)!)), packet.fields, about);
  }
});

test('every message of the reference encodes to its bytes', (t) => {
  for (const packet of referenceLines(t, 'golden.jsonl') ?? []) {
    const { signing } = packet;
    if (!packet.canonical || signing?.signature_ok === false) continue;
    const message = messageOf(classOf(packet.msgid)!, packet.fields);
    const encoded = encodeMessage(message, packet, { signed: signing !== undefined });
    const header = { linkId: signing?.link_id ?? 0, timestamp: Number(signing?.timestamp ?? 0) };
    const sent = signing ? sign(encoded, Buffer.from(signing.key, 'hex'), header) : encoded;
    t.is(sent.toString('hex'), packet.hex, `${packet.id} ${packet.name} ${packet.case}`);
  }
});

test('signed packets of the reference are taken or refused as the reference says', (t) => {
  const packets = referenceLines(t, 'golden.jsonl') ?? [];
  const timestamps = new Timestamps(() => 37_800_000_000_000);
  for (const { id, hex, signing } of packets) {
    if (!signing) continue;
    const [frame] = new FrameParser().datagram(Buffer.from(hex, 'hex'));
    const header = checkSignature(frame!, Buffer.from(signing.key, 'hex'));
    t.is(header !== null, signing.signature_ok, `${id}: ${signing.why}`);
    const taken = header !== null && timestamps.accept(frame!.sysid, frame!.compid, header);
    t.is(taken, signing.expect === 'accept', `${id}: ${signing.why}`);
  }
});

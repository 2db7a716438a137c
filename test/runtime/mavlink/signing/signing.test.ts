import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { minimal } from 'mavlink-mappings';
import { UsageError } from '../../../../src/core/errors.js';
import { silentLog } from '../../../../src/core/ports/log.js';
import { encodeMessage } from '../../../../src/runtime/mavlink/codec/encode.js';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import { LinkBus } from '../../../../src/runtime/mavlink/link-bus.js';
import { message } from '../../../../src/runtime/mavlink/message.js';
import { readSigningKey } from '../../../../src/runtime/mavlink/signing/key-file.js';
import { checkSignature, sign, signatureTime } from '../../../../src/runtime/mavlink/signing/signature.js';
import { TimestampFile } from '../../../../src/runtime/mavlink/signing/timestamp-file.js';
import { Timestamps } from '../../../../src/runtime/mavlink/signing/timestamps.js';
import { MemoryChannel } from '../support/memory-channel.js';
import { until } from '../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-signing-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

const key = Buffer.alloc(32, 7);
const now = 37_800_000_000_000;
const beat = message(minimal.Heartbeat, { mavlinkVersion: 3 });

function signed(timestamp: number, by = key): Buffer {
  const packet = encodeMessage(beat, { sysid: 255, compid: 190, seq: 0 }, { signed: true });
  return sign(packet, by, { linkId: 3, timestamp });
}

async function openLink(timestamps = new Timestamps(() => now)) {
  const wire = new MemoryChannel();
  const links = [{ name: 'wire', kind: wire.kind, signing: { key, timestamps }, linkId: 5 }];
  const bus = new LinkBus({ links, sysid: 1, compid: 100, log: silentLog });
  await until(() => wire.open, 'the wire');
  return { wire, bus, refused: () => bus.status()[0]!.refused };
}

test('a link that signs takes nothing unsigned, forged or old, and counts each', async (t) => {
  const { wire, bus, refused } = await openLink();
  let heard = 0;
  bus.on(minimal.Heartbeat, () => (heard += 1));
  t.false(wire.say(encodeMessage(beat, { sysid: 255, compid: 190, seq: 0 })));
  t.false(wire.say(signed(now + 1e9, Buffer.alloc(32, 8))), 'another key, and a late time');
  t.true(wire.say(signed(now)));
  t.false(wire.say(signed(now)), 'the same again');
  t.false(wire.say(signed(now - 1)), 'an older one');
  t.true(wire.say(signed(now + 1)), 'what was refused has moved nothing');
  t.is(heard, 2);
  const { unsigned, badSignature, replayed } = refused();
  t.deepEqual({ unsigned, badSignature, replayed }, { unsigned: 1, badSignature: 1, replayed: 2 });
  await bus.close();
});

test('what we send is signed, each packet with a later time than the one before', async (t) => {
  const { wire, bus } = await openLink();
  for (let index = 0; index < 5; index += 1) t.is(bus.send(beat), 1);
  const stamps = wire.written.map((packet) => {
    const [frame] = new FrameParser().datagram(packet);
    return checkSignature(frame!, key);
  });
  t.deepEqual(
    stamps.map((it) => it?.timestamp),
    [0, 1, 2, 3, 4].map((it) => now + it),
  );
  t.true(stamps.every((it) => it?.linkId === 5));
  await bus.close();
});

test('a packet is not taken twice, not even by the program that starts after this one', async (t) => {
  const path = join(folder, 'state.json');
  {
    await using file = await TimestampFile.open(path, () => now, silentLog);
    const { wire, bus } = await openLink(file.timestamps);
    t.true(wire.say(signed(now + 10)));
    await bus.close();
  }
  t.is(statSync(path).mode & 0o777, 0o600);
  await using file = await TimestampFile.open(path, () => now, silentLog);
  const { wire, bus } = await openLink(file.timestamps);
  t.false(wire.say(signed(now + 10)));
  t.true(wire.say(signed(now + 11)));
  await bus.close();
});

test('after a power cut, what may have been used in the last moments counts as used', async (t) => {
  const path = join(folder, 'cut.json');
  const state = { version: 1, complete: false, own: now, streams: { '3/255/190': now } };
  writeFileSync(path, JSON.stringify(state));
  await using file = await TimestampFile.open(path, () => now, silentLog);
  t.false(file.timestamps.accept(255, 190, { linkId: 3, timestamp: now + 150_000 }));
  t.true(file.timestamps.accept(255, 190, { linkId: 3, timestamp: now + 200_001 }));
});

test('a damaged file is told, for without it old packets could be replayed', async (t) => {
  const path = join(folder, 'damaged.json');
  writeFileSync(path, '{"version":1,');
  const error = await t.throwsAsync(
    TimestampFile.open(path, () => now, silentLog),
    { instanceOf: UsageError },
  );
  t.regex(error.message, /mavlink\.signing\.stateFile ".*damaged\.json": is damaged/);
  t.is(readFileSync(path, 'utf8'), '{"version":1,');
});

test('our own time follows that of those we trust, but never to the end of all times', (t) => {
  const timestamps = new Timestamps(() => 0);
  timestamps.accept(1, 1, { linkId: 0, timestamp: 5000 });
  t.is(timestamps.next(), 5001);
  timestamps.accept(1, 1, { linkId: 0, timestamp: 2 ** 48 - 1 });
  t.is(timestamps.next(), 5002);
});

test('a key is 64 digits or a passphrase, in a file that nobody else may read', async (t) => {
  const path = join(folder, 'key');
  writeFileSync(path, `${'0a'.repeat(32)}\n`, { mode: 0o600 });
  t.deepEqual(await readSigningKey(path), Buffer.alloc(32, 10));
  writeFileSync(path, 'abc\n');
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, B.1
  t.is((await readSigningKey(path)).toString('hex'), sha256);
  chmodSync(path, 0o640);
  const error = await t.throwsAsync(readSigningKey(path), { instanceOf: UsageError });
  t.regex(error.message, /others may use it \(0640\); chmod 600/);
  await t.throwsAsync(readSigningKey(join(folder, 'none')), { message: /is not there/ });
});

test('signatures count from the beginning of 2015, in 10 us', (t) => {
  t.is(signatureTime(Date.UTC(2015, 0, 1, 0, 0, 1)), 100_000);
  t.is(signatureTime(0), 0);
});

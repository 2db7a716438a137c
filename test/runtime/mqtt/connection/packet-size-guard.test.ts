import test from 'ava';
import fc from 'fast-check';
import { packetSizeScanner } from '../../../../src/runtime/mqtt/connection/packet-size-guard.js';

/** A PUBLISH whose variable header and payload are `bytes` long (MQTT 3.1.1, section 2.2). */
function packet(bytes: number): Buffer {
  const header = [0x30];
  let length = bytes;
  do {
    header.push((length & 0x7f) | (length > 127 ? 0x80 : 0));
    length >>= 7;
  } while (length > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(bytes, 0xff)]);
}

test('packets within the limit pass, however they are cut into chunks', (t) => {
  const stream = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 8 });
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sizes, cuts) => {
      const bytes = Buffer.concat(sizes.map(packet));
      const scan = packetSizeScanner(1000);
      for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
        const step = cuts[cut % cuts.length]!;
        if (scan(bytes.subarray(at, at + step)) !== null) return false;
        at += step;
      }
      return true;
    }),
  );
  t.pass();
});

test('one that is too large is found by its header, before its body comes', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 101, max: 100_000 }), fc.integer({ min: 0, max: 5 }), (size, before) => {
      const scan = packetSizeScanner(100);
      const good = Buffer.concat(Array.from({ length: before }, () => packet(100)));
      const seen = scan(Buffer.concat([good, packet(size).subarray(0, 5)]));
      return seen !== null && seen <= size;
    }),
  );
  t.pass();
});

test('a length without end counts as too large', (t) => {
  t.not(packetSizeScanner(1000)(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff])), null);
});

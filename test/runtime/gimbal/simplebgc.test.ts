import test from 'ava';
import fc from 'fast-check';
import type { AttitudeReport } from '../../../src/core/gimbal/gimbal-motion.js';
import { toEuler } from '../../../src/core/gimbal/quaternion.js';
import { createRandom } from '../../../src/core/random.js';
import { DialectOutput } from '../../../src/runtime/gimbal/dialect-output.js';
import { controlPayload } from '../../../src/runtime/gimbal/simplebgc/commands.js';
import { simpleBgcCrc } from '../../../src/runtime/gimbal/simplebgc/crc16.js';
import { encodeSimpleBgc, lookForSimpleBgc } from '../../../src/runtime/gimbal/simplebgc/frame.js';
import { FrameReader } from '../../../src/runtime/gimbal/frame-reader.js';
import { SimpleBgcDialect } from '../../../src/runtime/gimbal/simplebgc/simplebgc-dialect.js';
import { MemoryLink } from './support/memory-link.js';
import { crcOfSpecification, SimpleBgcBoard } from './support/simplebgc-board.js';
import { until } from './support/until.js';

const degree = Math.PI / 180;

const connect = (protocol: 1 | 2, firmware = 2730) => {
  const board = new SimpleBgcBoard((bytes) => {
    link.say(bytes);
  });
  board.firmware = firmware;
  const link: MemoryLink = new MemoryLink((bytes) => {
    board.hear(bytes);
  });
  const output = new DialectOutput({ dialect: new SimpleBgcDialect(protocol), link });
  return { board, link, output };
};

for (const protocol of [1, 2] as const) {
  test(`protocol ${protocol}: rates arrive in the board's units and signs, with good sums`, async (t) => {
    const { board, output } = connect(protocol);
    t.false(output.command({ yaw: 1, pitch: 0 }), 'not before it is claimed');
    output.claim();
    t.true(output.command({ yaw: 20 * degree, pitch: 10 * degree }));
    const { modes, pitch, yaw } = board.log.control.at(-1)!;
    t.deepEqual(modes, [0, 1, 1]);
    t.true(Math.abs(yaw - 20) < 0.1 && Math.abs(pitch + 10) < 0.1, `${yaw} ${pitch}`);
    await output.close();
    const last = board.log.control.slice(-2);
    t.deepEqual(last[0], { modes: [0, 1, 1], pitch: 0, yaw: 0 }, 'stopped');
    t.deepEqual(last[1]!.modes, [0, 0, 0], 'and given back to the remote control');
    t.is(board.log.bad, 0);
  });

  test(`protocol ${protocol}: attitude is asked for in time and read with its signs`, async (t) => {
    const { board, output } = connect(protocol);
    board.angles = { roll: 2, pitch: 30, yaw: -50 };
    const reports: AttitudeReport[] = [];
    output.listen({ attitude: (report) => reports.push(report) });
    const before = Number(process.hrtime.bigint()) / 1e9;
    await until(() => reports.length >= 10);
    const { yaw, pitch, roll } = toEuler(reports.at(-1)!.orientation);
    t.true(Math.abs(yaw + 50 * degree) < 1e-3 && Math.abs(pitch + 30 * degree) < 1e-3);
    t.true(Math.abs(roll - 2 * degree) < 1e-3);
    // asked 50 times a second, never more
    const elapsed = reports.at(-1)!.timeS - before;
    t.true(board.log.questions.filter((id) => id === 73).length <= elapsed / 0.0195 + 2);
    t.true(output.status().connected);
    t.regex(output.status().detail, /firmware 2\.73 on memory/);
    await output.close();
  });
}

test('attitude is asked for as often as is wanted, where it does not come by itself', async (t) => {
  const { board, output } = connect(2);
  await until(() => output.status().connected);
  const asked = (): number => board.log.questions.filter((id) => id === 73).length;
  const before = asked();
  let ticks = 0; // a timer like its own: however busy the machine is, both are late alike
  const timer = setInterval(() => (ticks += 1), 20);
  await until(() => ticks >= 60);
  clearInterval(timer);
  t.true(asked() - before > 0.7 * ticks, `${asked() - before} of ${ticks}`);
  await output.close();
});

test('the example commands of BaseCam’s own sheet have our layout', (t) => {
  // "Rotate PITCH 90 degrees up with the speed 5 deg./sec.": speed 41 is 29 00; ours runs at it in speed mode, up negative
  t.is(
    Buffer.from(controlPayload({ yaw: 0, pitch: -5 * degree }, 2730)).toString('hex'),
    '000101000000002900000000000000',
  );
  t.is(
    Buffer.from(controlPayload({ yaw: 90 * degree, pitch: 0 }, 2730)).toString('hex'),
    '0001010000000000000000e1020000',
  );
});

test('an old firmware has one mode for all axes', (t) => {
  const { board, output } = connect(1, 2400);
  output.claim();
  output.command({ yaw: 0.1, pitch: 0 });
  t.deepEqual(board.log.control.at(-1)!.modes, [1]);
  return output.close();
});

test('the checksum is the specification’s, computed the other way round', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }),
      (bytes) => simpleBgcCrc(bytes) === crcOfSpecification(Buffer.from(bytes)),
    ),
  );
  t.pass();
});

test('frames are found whatever stands between them, however they are cut', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 5 }),
      fc.constantFrom(1 as const, 2 as const),
      fc.integer({ min: 1, max: 9 }),
      (payloads, protocol, cut) => {
        const stream = Buffer.concat(
          payloads.flatMap((payload) => [Buffer.from('noise>'), encodeSimpleBgc(protocol, 73, payload)]),
        );
        const reader = new FrameReader(lookForSimpleBgc);
        const found: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += cut) {
          for (const frame of reader.push(stream.subarray(at, at + cut))) found.push(frame.payload);
        }
        return Buffer.concat(found).equals(Buffer.concat(payloads)) && found.length === payloads.length;
      },
    ),
  );
  t.pass();
});

test('of a line with one flipped byte in a hundred no wrong angle comes through', (t) => {
  const random = createRandom(7);
  const board = new SimpleBgcBoard(() => undefined);
  const dialect = new SimpleBgcDialect(2);
  const told = Buffer.alloc(18);
  told.writeInt16LE(1000, 0);
  const frame = board.frame('$', 73, told);
  let good = 0;
  for (let i = 0; i < 3000; i++) {
    const noisy = Uint8Array.from(frame, (byte) =>
      random.chance(0.01) ? byte ^ (1 << random.below(8)) : byte,
    );
    for (const event of dialect.read(noisy)) {
      if (event.kind !== 'attitude') continue;
      good += 1;
      t.true(Math.abs(event.angles.roll - (1000 * 360 * degree) / 16384) < 1e-9 && event.angles.yaw === 0);
    }
  }
  t.true(good > 1500 && dialect.damaged > 200, `${good} good, ${dialect.damaged} damaged`);
});

test('a cut cable is told, and a mended one goes on', async (t) => {
  const { link, output } = connect(2);
  output.claim();
  await until(() => output.status().connected);
  link.whole = false;
  t.false(output.command({ yaw: 1, pitch: 0 }));
  await until(() => !output.status().connected);
  t.regex(output.status().detail, /no answer/);
  link.mend();
  await until(() => output.status().connected);
  t.true(output.command({ yaw: 1, pitch: 0 }));
  await output.close();
});

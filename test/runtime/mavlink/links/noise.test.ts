import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { common, minimal, type MavLinkData, type MavLinkDataConstructor } from 'mavlink-mappings';
import { silentLog } from '../../../../src/core/ports/log.js';
import { MemoryControl } from '../../../../src/core/ports/memory/memory-control.js';
import { createRandom, type Random } from '../../../../src/core/random.js';
import { CameraComponent } from '../../../../src/runtime/mavlink/camera/camera-component.js';
import { encodeMessage } from '../../../../src/runtime/mavlink/codec/encode.js';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import { classOf } from '../../../../src/runtime/mavlink/codec/registry.js';
import { LinkBus } from '../../../../src/runtime/mavlink/link-bus.js';
import { message } from '../../../../src/runtime/mavlink/message.js';
import { mavlinkOptionsSchema } from '../../../../src/runtime/mavlink/options.js';
import { trackingTrack } from '../../../support/tracks.js';
import { MemoryChannel } from '../support/memory-channel.js';
import { until } from '../support/until.js';

/** A million with TAGALONG_FUZZ_PACKETS=1000000: minutes, on the machine that builds this. */
const fuzzedPackets = Number(process.env['TAGALONG_FUZZ_PACKETS'] ?? 10_000);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Camera extends AsyncDisposable {
  readonly wire: MemoryChannel;
  readonly control: MemoryControl;
  readonly bus: LinkBus;
}

/** A camera of 320 x 240 at the end of a wire. */
async function openCamera(): Promise<Camera> {
  const wire = new MemoryChannel();
  const links = [{ name: 'wire', kind: wire.kind, signing: null, linkId: 0 }];
  const bus = new LinkBus({ links, sysid: 1, compid: 100, log: silentLog });
  const control = new MemoryControl({ status: { state: 'idle' } });
  const options = mavlinkOptionsSchema.parse({ links: [{ url: 'udpin://127.0.0.1:14550' }] });
  const camera = new CameraComponent(bus, { options, control, version: '1.0.0', horizontalDegrees: null });
  camera.publish(trackingTrack(1));
  await until(() => wire.open, 'the wire');
  return {
    ...{ wire, control, bus },
    [Symbol.asyncDispose]: async () => {
      camera[Symbol.dispose]();
      await bus.close();
    },
  };
}

test('with one byte in a hundred flipped, no command is carried out that nobody gave', async (t) => {
  await using camera = await openCamera();
  const random = createRandom(7);
  const sent = new Set<string>();
  for (let index = 0; index < 3000; index += 1) {
    const at = (steps: number): number => random.below(steps) / 1024;
    const [x, y] = [at(512), at(512)];
    const [right, bottom] = [x + 0.125 + at(256), y + 0.125 + at(256)];
    sent.add(JSON.stringify(boxOf(x, y, right, bottom)));
    const corners = { _param1: x, _param2: y, _param3: right, _param4: bottom };
    const command = { targetSystem: 1, targetComponent: 100, command: common.MavCmd.CAMERA_TRACK_RECTANGLE };
    const sender = { sysid: 255, compid: 190, seq: index % 256 };
    const packets = [
      encodeMessage(message(common.CommandLong, { ...command, ...corners }), sender),
      encodeMessage(message(minimal.Heartbeat, { mavlinkVersion: 3 }), sender),
    ];
    camera.wire.say(flipped(Buffer.concat(packets), random));
    await new Promise(setImmediate); // a selection is carried out a little later
  }
  await new Promise(setImmediate);
  const { commands } = camera.control;
  t.true(commands.length > 1000, `${commands.length} of 3000 came through`);
  t.true(commands.length < 2800, 'the noise did do something');
  for (const { command } of commands) {
    t.is(command.kind, 'select');
    t.true(sent.has(JSON.stringify('box' in command ? command.box : null)), JSON.stringify(command, bigints));
  }
});

function boxOf(x: number, y: number, right: number, bottom: number) {
  const [width, height] = [(right - x) * 320, (bottom - y) * 240];
  return { cx: x * 320 + width / 2, cy: y * 240 + height / 2, width, height };
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function flipped(bytes: Buffer, random: Random): Buffer {
  return bytes.map((byte) => (random.next() < 0.01 ? byte ^ (1 + random.below(255)) : byte)) as Buffer;
}

test(`${fuzzedPackets} fuzzed packets neither crash it nor make it keep anything`, async (t) => {
  await using camera = await openCamera();
  const random = createRandom(11);
  const heard = { count: 0 };
  const ids = [
    0, 33, 75, 76, 77, 244, 253, 259, 260, 262, 269, 270, 271, 275, 280, 281, 282, 283, 284, 285, 287,
  ];
  for (const id of ids) camera.bus.on(classOf(id)!, () => (heard.count += 1));
  const early = Math.ceil(fuzzedPackets / 5);
  let heapEarly = 0;
  for (let index = 0; index < fuzzedPackets; index += 1) {
    if (index === early) heapEarly = heapUsed(camera);
    camera.wire.say(fuzz(random, ids[random.below(ids.length)]!));
    if (index % 200 === 0) {
      camera.wire.written.length = 0;
      await new Promise(setImmediate);
    }
    if (index % 1000 === 0) camera.control.commands.length = 0;
  }
  t.true(heard.count > fuzzedPackets / 20, `${heard.count} were whole`);
  const grown = heapUsed(camera) - heapEarly;
  t.true(grown < 2 << 20, `the heap grew by ${grown} bytes`);
  const parser = new FrameParser();
  for (let index = 0; index < 1000; index += 1) {
    parser.push(fuzz(random, 76));
    t.true(parser.waiting <= 280, 'no more than one packet is ever kept');
  }
  camera.wire.written.length = 0;
  await until(() => camera.wire.heard(minimal.Heartbeat).length > 0, 'its heart still to beat');
  t.pass();
});

/** What is left when all that nobody needs has been thrown away, and what the test itself keeps. */
function heapUsed({ wire, control }: Camera): number {
  wire.written.length = 0;
  control.commands.length = 0;
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Noise, a whole packet with any values in it, or a packet that was damaged in one of the usual ways. */
function fuzz(random: Random, id: number): Buffer {
  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));
  if (random.next() < 0.2) return noise(random.below(300));
  const whole = anything(random, classOf(id)!);
  const kind = random.below(5);
  if (kind === 0) whole[random.below(whole.length)]! ^= 1 << random.below(8);
  if (kind === 1) return whole.subarray(0, random.below(whole.length));
  if (kind === 2) return Buffer.concat([noise(random.below(8)), whole, noise(random.below(8))]);
  if (kind === 3) whole[2] = random.below(256); // incompatibility flags
  return whole;
}

/** Its payload is noise, its target sometimes we. */
function anything(random: Random, type: MavLinkDataConstructor<MavLinkData>): Buffer {
  const made = message(type, {});
  for (const { name, type: kind, length } of type.FIELDS) {
    const value = (): number => random.below(kind.includes('8') ? 120 : 30_000);
    if (kind.startsWith('char'))
      Reflect.set(made, name, String.fromCharCode(random.below(255)).repeat(random.below(40)));
    else if (kind.endsWith('[]')) {
      const big = kind.includes('64');
      Reflect.set(
        made,
        name,
        Array.from({ length }, () => (big ? BigInt(value()) : value())),
      );
    } else if (kind.includes('64')) Reflect.set(made, name, BigInt(value()));
    else if (kind === 'float' || kind === 'double')
      Reflect.set(made, name, [Number.NaN, Infinity, -1, random.next()][random.below(4)]);
    else Reflect.set(made, name, value());
  }
  if ('targetSystem' in made) Reflect.set(made, 'targetSystem', random.below(2));
  if ('targetComponent' in made) Reflect.set(made, 'targetComponent', random.below(2) * 100);
  if ('command' in made)
    Reflect.set(made, 'command', [511, 512, 521, 2004, 2005, 2010, random.below(65_536)][random.below(7)]);
  return Buffer.from(encodeMessage(made, { sysid: 255, compid: 190, seq: random.below(256) }));
}

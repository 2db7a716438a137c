import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { common, minimal } from 'mavlink-mappings';
import type { CommandAnswer } from '../../../../src/core/ports/control.js';
import { everyoneCommands } from '../../../../src/core/ports/control-authority.js';
import { message } from '../../../../src/runtime/mavlink/message.js';
import { coastingTrack, idleTrack, lostTrack, trackingTrack } from '../../../support/tracks.js';
import { FakeLoop } from '../support/fake-loop.js';
import { freeUdpPort, UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';

const { MavCmd, MavResult, CameraTrackingStatusFlags: Status } = common;

interface Pair extends AsyncDisposable {
  readonly loop: FakeLoop;
  readonly ground: UdpPeer;
}

async function open(options: Parameters<typeof FakeLoop.open>[1] = {}, more: object = {}): Promise<Pair> {
  const port = await freeUdpPort();
  const loop = await FakeLoop.open(
    { sysid: 1, links: [{ url: `udpin://127.0.0.1:${port}` }], ...more },
    options,
  );
  const ground = await UdpPeer.open({ to: port });
  ground.send(
    message(minimal.Heartbeat, { type: minimal.MavType.GCS, autopilot: minimal.MavAutopilot.INVALID }),
  );
  await ground.next(minimal.Heartbeat);
  return {
    loop,
    ground,
    [Symbol.asyncDispose]: async () => {
      await loop[Symbol.asyncDispose]();
      await ground[Symbol.asyncDispose]();
    },
  };
}

function command(
  id: number,
  params: readonly number[],
  more: Partial<common.CommandLong> = {},
): common.CommandLong {
  const [_param1 = 0, _param2 = 0, _param3 = 0, _param4 = 0, _param5 = 0, _param6 = 0, _param7 = 0] = params;
  const all = { _param1, _param2, _param3, _param4, _param5, _param6, _param7 };
  const made = message(common.CommandLong, { targetSystem: 1, targetComponent: 100, ...all, ...more });
  return Object.assign(made, { command: id }); // any number, of the enum or not
}

async function ackOf(ground: UdpPeer, id: number): Promise<common.CommandAck> {
  return (await ground.next(common.CommandAck, (it) => [id].includes(it.message.command))).message;
}

test('a drawn rectangle becomes a selection in image pixels, with who drew it', async (t) => {
  await using pair = await open();
  const { loop, ground } = pair;
  ground.send(command(MavCmd.CAMERA_TRACK_RECTANGLE, [0.25, 0.25, 0.5, 0.75]));
  const ack = await ackOf(ground, MavCmd.CAMERA_TRACK_RECTANGLE);
  t.is(ack.result, MavResult.ACCEPTED);
  t.deepEqual([ack.targetSystem, ack.targetComponent], [255, 190]);
  t.deepEqual(loop.control.commands, [
    {
      command: { kind: 'select', box: { cx: 120, cy: 120, width: 80, height: 120 } },
      origin: { kind: 'mavlink', name: '255/190' },
    },
  ]);
});

test('a tapped point comes as COMMAND_INT, too', async (t) => {
  await using pair = await open();
  const { loop, ground } = pair;
  const all = { _param1: 0.5, _param2: 0.25, _param3: 0.01 };
  ground.send(
    message(common.CommandInt, {
      targetSystem: 1,
      targetComponent: 100,
      command: MavCmd.CAMERA_TRACK_POINT,
      ...all,
    }),
  );
  t.is((await ackOf(ground, MavCmd.CAMERA_TRACK_POINT)).result, MavResult.ACCEPTED);
  t.deepEqual(loop.control.commands[0]?.command, { kind: 'select', point: { x: 160, y: 60 } });
});

for (const [what, params] of [
  ['NaN', [Number.NaN, 0.1, 0.5, 0.5]],
  ['a place beside the picture', [0.5, 0.5, 1.5, 0.9]],
  ['infinity', [0.1, 0.1, Infinity, 0.5]],
  ['nothing', [0.5, 0.5, 0.5, 0.5]],
  ['another camera', [0.1, 0.1, 0.5, 0.5, 3]],
] as const) {
  test(`a rectangle of ${what} is denied and never carried out`, async (t) => {
    await using pair = await open();
    pair.ground.send(command(MavCmd.CAMERA_TRACK_RECTANGLE, params));
    t.is((await ackOf(pair.ground, MavCmd.CAMERA_TRACK_RECTANGLE)).result, MavResult.DENIED);
    t.deepEqual(pair.loop.control.commands, []);
  });
}

test('where MAVLink may not command, a selection is denied, with the reason in words', async (t) => {
  await using pair = await open({ authority: { ...everyoneCommands, mavlink: 'read-only' } });
  pair.ground.send(command(MavCmd.CAMERA_TRACK_POINT, [0.5, 0.5, 0]));
  t.is((await ackOf(pair.ground, MavCmd.CAMERA_TRACK_POINT)).result, MavResult.DENIED);
  t.deepEqual(pair.loop.control.commands, []);
  const { message: text } = await pair.ground.next(common.StatusText);
  t.regex(text.text, /^Tracking: mavlink:255\/190 may only ask/);
});

test('what is not ours is not answered; what is ours and unknown is unsupported', async (t) => {
  await using pair = await open();
  const { ground } = pair;
  ground.send(command(MavCmd.DO_SET_MODE, [1], { targetSystem: 2 }));
  ground.send(command(MavCmd.NAV_LAND, [], { targetComponent: 1 }));
  ground.send(command(MavCmd.NAV_TAKEOFF, [], { targetComponent: 0 }));
  ground.send(command(MavCmd.COMPONENT_ARM_DISARM, [1]));
  t.is((await ackOf(ground, MavCmd.COMPONENT_ARM_DISARM)).result, MavResult.UNSUPPORTED);
  ground.send(command(60_000, [])); // in no dialect
  t.is((await ackOf(ground, 60_000)).result, MavResult.UNSUPPORTED);
  t.deepEqual(
    ground.all(common.CommandAck).map((it) => it.message.command),
    [MavCmd.COMPONENT_ARM_DISARM, 60_000],
  );
});

test('a selection that is sent again while it waits, or after its answer was lost, is carried out once', async (t) => {
  let answer: (answer: CommandAnswer) => void = () => undefined;
  await using pair = await open({ answer: () => new Promise((resolve) => (answer = resolve)) });
  const { loop, ground } = pair;
  const send = (confirmation: number): void => {
    ground.send(command(MavCmd.CAMERA_TRACK_POINT, [0.5, 0.5, 0], { confirmation }));
  };
  send(0);
  const slow = await ackOf(ground, MavCmd.CAMERA_TRACK_POINT);
  t.is(slow.result, MavResult.IN_PROGRESS, 'after a while without a decision');
  send(1);
  ground.forget();
  ground.send(command(MavCmd.REQUEST_CAMERA_SETTINGS, [1]));
  await ackOf(ground, MavCmd.REQUEST_CAMERA_SETTINGS); // by now the repetition has been read
  answer({ accepted: true, track: null });
  t.is((await ackOf(ground, MavCmd.CAMERA_TRACK_POINT)).result, MavResult.ACCEPTED);
  ground.forget();
  send(2);
  t.is((await ackOf(ground, MavCmd.CAMERA_TRACK_POINT)).result, MavResult.ACCEPTED);
  t.is(loop.control.commands.length, 1);
});

test('the status tells what is seen, predicted, lost and not known, with NaN for what there is not', async (t) => {
  await using pair = await open();
  const { loop, ground } = pair;
  ground.send(command(MavCmd.SET_MESSAGE_INTERVAL, [275, 20_000]));
  const told = async (track: typeof loop.track, status: common.CameraTrackingStatusFlags) => {
    loop.track = track;
    return (await ground.next(common.CameraTrackingImageStatus, (it) => it.message.trackingStatus === status))
      .message;
  };
  const seen = await told(trackingTrack, Status.ACTIVE);
  t.is(seen.trackingMode, common.CameraTrackingMode.RECTANGLE);
  t.deepEqual([seen.recTopX, seen.recTopY], [0.4375, 0.4375]);
  t.deepEqual([seen.recBottomX, seen.recBottomY], [0.5625, 0.5625]);
  t.deepEqual([seen.pointX, seen.pointY, seen.radius], [0.5, 0.5, Number.NaN]);
  t.is((await told(coastingTrack, Status.COASTING)).trackingMode, common.CameraTrackingMode.RECTANGLE);
  const lost = await told(lostTrack, Status.ERROR);
  t.is(lost.trackingMode, common.CameraTrackingMode.NONE);
  t.true(Number.isNaN(lost.recTopX) && Number.isNaN(lost.pointX));
  await told(idleTrack, Status.IDLE);
  ground.forget();
  await told(undefined, Status.ERROR); // no tracks at all: a camera that is away
});

test('the status comes at the rate that was asked for, and ends when that is taken back', async (t) => {
  await using pair = await open();
  const { ground, loop } = pair;
  loop.track = trackingTrack;
  ground.send(command(MavCmd.SET_MESSAGE_INTERVAL, [275, 100_000]));
  await until(() => ground.all(common.CameraTrackingImageStatus).length >= 11, 'eleven of them');
  const times = ground.all(common.CameraTrackingImageStatus).map(({ atMs }) => atMs);
  t.true(times[10]! - times[0]! > 500, 'not with every frame');
  ground.send(command(MavCmd.GET_MESSAGE_INTERVAL, [275]));
  t.is((await ground.next(common.MessageInterval)).message.intervalUs, 100_000);
  ground.send(command(MavCmd.SET_MESSAGE_INTERVAL, [275, -1]));
  await until(() => ground.all(common.CommandAck).length === 3, 'the answer');
  ground.forget();
  await sleep(400);
  t.is(ground.all(common.CameraTrackingImageStatus).length, 0);
});

test('without being asked the status comes with the tracking and goes with the stop', async (t) => {
  await using pair = await open();
  const { ground } = pair;
  ground.send(command(MavCmd.CAMERA_TRACK_POINT, [0.5, 0.5, 0]));
  await ground.next(common.CameraTrackingImageStatus, (it) => it.message.trackingStatus === Status.ACTIVE);
  ground.send(command(MavCmd.CAMERA_STOP_TRACKING, []));
  await ground.next(common.CameraTrackingImageStatus, (it) => it.message.trackingStatus === Status.IDLE);
  ground.forget();
  await sleep(700);
  t.is(ground.all(common.CameraTrackingImageStatus).length, 0);
});

test('without an autopilot, or a configured number, nothing is said', async (t) => {
  const port = await freeUdpPort();
  await using loop = await FakeLoop.open({ links: [{ url: `udpin://127.0.0.1:${port}` }] });
  await using ground = await UdpPeer.open({ to: port });
  const { MavType, MavAutopilot } = minimal;
  ground.send(message(minimal.Heartbeat, { type: MavType.GCS, autopilot: MavAutopilot.INVALID }));
  ground.send(message(minimal.Heartbeat, { type: MavType.CAMERA, autopilot: MavAutopilot.INVALID }), {
    sysid: 9,
    compid: 101,
  });
  await sleep(1300);
  t.is(ground.heard.length, 0);
  t.is(loop.sink.status().sysid, null);
  const copter = { type: MavType.QUADROTOR, autopilot: MavAutopilot.PX4 };
  ground.send(message(minimal.Heartbeat, copter), { sysid: 42, compid: 1 });
  const { sysid } = await ground.next(minimal.Heartbeat);
  t.is(sysid, 42);
});

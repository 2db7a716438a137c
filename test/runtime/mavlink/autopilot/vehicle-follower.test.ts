import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { common, minimal, standard } from 'mavlink-mappings';
import { message } from '../../../../src/runtime/mavlink/message.js';
import { coastingTrack, idleTrack, trackingTrack } from '../../../support/tracks.js';
import { FakeLoop } from '../support/fake-loop.js';
import { freeUdpPort, UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';

const { MavModeFlag, MavAutopilot, MavType } = minimal;
const Setpoint = common.SetPositionTargetLocalNed;

/** An autopilot on the other end, and a loop that tracks. */
class Flight implements AsyncDisposable {
  mode = 4;
  latitude = 47;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    readonly loop: FakeLoop,
    readonly autopilot: UdpPeer,
    public armed: boolean,
  ) {
    this.#timer = setInterval(() => {
      this.#tell();
    }, 100);
    this.#tell();
  }

  static async open(follow: object, armed = true): Promise<Flight> {
    const port = await freeUdpPort();
    const loop = await FakeLoop.open({
      links: [{ url: `udpin://127.0.0.1:${port}` }],
      camera: { horizontalFovDegrees: 90 },
      follow: { geofenceMetres: 50, ratePerSecond: 20, deadManMs: 1500, ...follow },
    });
    return new Flight(loop, await UdpPeer.open({ to: port, sysid: 1, compid: 1 }), armed);
  }

  get setpoints(): common.SetPositionTargetLocalNed[] {
    return this.autopilot.all(Setpoint).map((it) => it.message);
  }

  moving(): Promise<unknown> {
    return until(() => this.setpoints.some(({ vx, yawRate }) => vx !== 0 || yawRate !== 0), 'a set-point');
  }

  async standing(): Promise<void> {
    await until(() => isStandstill(this.setpoints.at(-1)), 'standing still');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.loop[Symbol.asyncDispose]();
    await this.autopilot[Symbol.asyncDispose]();
  }

  #tell(): void {
    const baseMode = (this.armed ? MavModeFlag.SAFETY_ARMED : 0) | MavModeFlag.CUSTOM_MODE_ENABLED;
    const beat = { type: MavType.QUADROTOR, autopilot: MavAutopilot.ARDUPILOTMEGA, customMode: this.mode };
    this.autopilot.send(Object.assign(message(minimal.Heartbeat, beat), { baseMode }));
    const at = { lat: Math.round(this.latitude * 1e7), lon: 80_000_000 };
    this.autopilot.send(message(standard.GlobalPositionInt, at));
  }
}

function isStandstill(setpoint: common.SetPositionTargetLocalNed | undefined): boolean {
  return setpoint?.vx === 0 && setpoint.vy === 0 && setpoint.vz === 0 && setpoint.yawRate === 0;
}

const right = { cx: 300, cy: 120, width: 40, height: 40 };

test('the nose turns to the target within its limit, and nothing but velocity and yaw rate is asked', async (t) => {
  await using flight = await Flight.open({ maxYawRateDegrees: 10, yawGain: 5 });
  flight.loop.track = (sequence) => trackingTrack(sequence, { box: right });
  await flight.moving();
  for (const {
    typeMask,
    coordinateFrame,
    yawRate,
    vx,
    vy,
    vz,
    targetSystem,
    targetComponent,
  } of flight.setpoints) {
    t.is(typeMask & 0xffff, 0b0101_1100_0111);
    t.is(coordinateFrame, common.MavFrame.BODY_NED);
    t.true(yawRate > 0 && yawRate <= (10 * Math.PI) / 180 + 1e-6);
    t.deepEqual([vx, vy, vz, targetSystem, targetComponent], [0, 0, 0, 1, 1]);
  }
});

test('a target that grows smaller is flown after, no faster than allowed', async (t) => {
  await using flight = await Flight.open({ maxSpeed: 0.5, maxAcceleration: 2 });
  let width = 80;
  flight.loop.track = (sequence) =>
    trackingTrack(sequence, { box: { cx: 160, cy: 120, width, height: width } });
  await until(() => flight.setpoints.length > 0, 'the beginning');
  width = 20;
  await until(() => flight.setpoints.some(({ vx }) => Math.abs(vx - 0.5) < 1e-6), 'full speed');
  const speeds = flight.setpoints.map(({ vx }) => vx);
  t.true(Math.max(...speeds) <= 0.5 + 1e-6);
});

for (const [what, end] of [
  ['the track ends', (flight: Flight) => (flight.loop.track = undefined)],
  ['the target is only predicted', (flight: Flight) => (flight.loop.track = coastingTrack)],
  ['the tracking is stopped', (flight: Flight) => (flight.loop.track = idleTrack)],
  ['the pilot takes another mode', (flight: Flight) => (flight.mode = 5)],
  ['the vehicle is disarmed', (flight: Flight) => (flight.armed = false)],
  ['the geofence is left', (flight: Flight) => (flight.latitude += 0.001)],
] as const) {
  test(`when ${what}, the vehicle is told once to stand still, and nothing more`, async (t) => {
    await using flight = await Flight.open({});
    flight.loop.track = (sequence) => trackingTrack(sequence, { box: right });
    await flight.moving();
    end(flight);
    await flight.standing();
    flight.autopilot.forget();
    await sleep(600);
    t.is(flight.setpoints.length, 0);
  });
}

test('nothing is ever armed, nor taken off, nor its mode changed', async (t) => {
  await using flight = await Flight.open({}, false);
  flight.loop.track = (sequence) => trackingTrack(sequence, { box: right });
  await sleep(1500);
  t.deepEqual(flight.autopilot.all(common.CommandLong), []);
  t.deepEqual(flight.setpoints, []);
});

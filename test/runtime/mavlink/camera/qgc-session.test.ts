import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { common, minimal, type MavLinkData, type MavLinkDataConstructor } from 'mavlink-mappings';
import { classOf } from '../../../../src/runtime/mavlink/codec/registry.js';
import { message } from '../../../../src/runtime/mavlink/message.js';
import { FakeLoop } from '../support/fake-loop.js';
import { fieldsOf, referenceLines, type SessionExpectation, type SessionStep } from '../support/reference.js';
import { freeUdpPort, UdpPeer, type Heard } from '../support/udp-peer.js';

const camera = 100;

test('a session of QGroundControl finds every answer inside its deadline', (t) => replay(t, 'current'));

test('a session of an older QGroundControl, which never asks for the status, finds every answer', (t) =>
  replay(t, 'older'));

test('commands that QGroundControl falls back to find their answers, too', async (t) => {
  const steps = referenceLines(t, 'qgc_session.jsonl');
  if (!steps) return;
  await using session = await Session.open(t);
  for (const step of steps.filter((it) => it.branch !== undefined && it.target?.[1] === camera)) {
    await session.play(step);
  }
});

async function replay(t: ExecutionContext, variant: SessionStep['variant']): Promise<void> {
  const steps = referenceLines(t, 'qgc_session.jsonl');
  if (!steps) return;
  await using session = await Session.open(t);
  const played = steps.filter(
    (step) =>
      step.target?.[1] === camera &&
      step.branch === undefined &&
      (step.variant === variant || step.phase === 'discovery'),
  );
  const phases = [...new Set(played.map(({ phase }) => phase))];
  for (const phase of phases) {
    // the times between a person's doings are left out; those between the program's own are kept
    const now = played.filter((step) => step.phase === phase);
    const begin = now[0]!.t_abs_ms!;
    const startMs = performance.now();
    await Promise.all(
      now.map(async (step) => {
        await sleep(step.t_abs_ms! - begin - (performance.now() - startMs));
        await session.play(step);
      }),
    );
  }
  t.true(phases.includes('stop'));
}

class Session implements AsyncDisposable {
  readonly #t: ExecutionContext;
  readonly #loop: FakeLoop;
  readonly #ground: UdpPeer;
  readonly #clock = new ScheduledClock();
  readonly #timer: NodeJS.Timeout;

  private constructor(t: ExecutionContext, loop: FakeLoop, ground: UdpPeer) {
    this.#t = t;
    this.#loop = loop;
    this.#ground = ground;
    this.#timer = setInterval(() => {
      this.#beat();
    }, 1000);
    this.#beat();
  }

  static async open(t: ExecutionContext): Promise<Session> {
    const port = await freeUdpPort();
    const loop = await FakeLoop.open({
      links: [{ url: `udpin://127.0.0.1:${port}` }],
      camera: { horizontalFovDegrees: 60 },
      streams: [{ uri: 'rtsp://192.168.1.2:8554/live' }],
    });
    const session = new Session(t, loop, await UdpPeer.open({ to: port }));
    const { sysid, compid } = await session.#ground.next(
      minimal.Heartbeat,
      (it) => it.message.type === minimal.MavType.CAMERA,
    );
    t.deepEqual([sysid, compid], [1, camera]);
    return session;
  }

  async play({ step, hex, expect }: SessionStep): Promise<void> {
    const sentMs = this.#clock.now();
    const from = performance.now();
    this.#ground.sendBytes(Buffer.from(hex, 'hex'));
    for (const expected of expect) await this.#check(`step ${step}`, expected, sentMs, from);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#clock[Symbol.dispose]();
    await this.#loop[Symbol.asyncDispose]();
    await this.#ground[Symbol.asyncDispose]();
  }

  async #check(about: string, expected: SessionExpectation, sentMs: number, from: number): Promise<void> {
    if (expected.kind === 'silence') {
      await sleep(expected.after_ms);
      const begin = performance.now();
      await sleep(expected.for_ms);
      const heard = this.#ground.all(common.CameraTrackingImageStatus).filter(({ atMs }) => atMs >= begin);
      this.#t.is(heard.length, 0, `${about}: silence`);
      return;
    }
    const type = expected.kind === 'ack' ? common.CommandAck : classOf(expected.msgid!)!;
    const fits = (it: Heard): boolean => it.atMs >= from && answers(it, expected);
    while (!this.#ground.all(type).some(fits)) {
      if (this.#clock.now() - sentMs > expected.within_ms!) {
        const instead = this.#ground.heard.filter(({ atMs }) => atMs >= from).map(describe);
        this.#t.fail(
          `${about}: no ${expected.name} within ${expected.within_ms} ms, but ${instead.join(', ')}`,
        );
        return;
      }
      await sleep(5);
    }
    this.#t.pass();
  }

  #beat(): void {
    const { MavType, MavAutopilot } = minimal;
    const gcs = { type: MavType.GCS, autopilot: MavAutopilot.INVALID };
    this.#ground.send(message(minimal.Heartbeat, gcs));
    const copter = { type: MavType.QUADROTOR, autopilot: MavAutopilot.ARDUPILOTMEGA };
    this.#ground.send(message(minimal.Heartbeat, copter), { sysid: 1, compid: 1 });
  }
}

function answers(heard: Heard, expected: SessionExpectation): boolean {
  const fields = fieldsOf(heard.message);
  if (expected.kind === 'ack') {
    const results = expected.results!.map((name) => Reflect.get(common.MavResult, name) as number);
    return (
      heard.compid === expected.from_compid &&
      fields['command'] === expected.command &&
      results.includes(fields['result'] as number)
    );
  }
  return Object.entries(expected.fields ?? {}).every(([name, value]) => fields[name] === value);
}

function describe({ message: it }: Heard): string {
  return (it.constructor as MavLinkDataConstructor<MavLinkData>).MSG_NAME;
}

/** Stands still while this process is not let run: what is late because of a busy machine is not the component's fault. */
class ScheduledClock implements Disposable {
  #lostMs = 0;
  #tickMs = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#lostMs += Math.max(0, now - this.#tickMs - 20);
    this.#tickMs = now;
  }, 10);

  now(): number {
    return performance.now() - this.#lostMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

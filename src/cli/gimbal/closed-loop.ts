import { setTimeout as sleep } from 'node:timers/promises';
import { common, type MavLinkData } from 'mavlink-mappings';
import { UsageError } from '../../core/errors.js';
import { followOptionsSchema } from '../../core/gimbal/follow-options.js';
import type { FollowMode } from '../../core/gimbal/follow-controller.js';
import type { GimbalRates } from '../../core/gimbal/gimbal-motion.js';
import { intrinsicsOfView } from '../../core/gimbal/pinhole.js';
import { identity } from '../../core/gimbal/quaternion.js';
import { SightingReader } from '../../core/gimbal/sighting.js';
import type { Size } from '../../core/geometry/box.js';
import { silentLog } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { ScenarioName } from '../../core/simulation/options.js';
import type { Track, TrackState } from '../../core/tracking/track.js';
import { GimbalFollower } from '../../runtime/gimbal/gimbal-follower.js';
import { ManagerOutput } from '../../runtime/gimbal/mavlink/manager-output.js';
import type { LiveTracker } from '../../runtime/live/live-tracker.js';
import { runLive } from '../../runtime/live/run-live.js';
import type { MavlinkBus } from '../../runtime/mavlink/bus.js';
import { message } from '../../runtime/mavlink/message.js';
import { openBus } from '../../runtime/mavlink/open-bus.js';
import { openSimSource } from '../../runtime/sources/sim-source.js';
import { openWorkerTracker } from '../../runtime/worker/worker-tracker.js';
import { startSimulatedGimbal } from './simulated-gimbal-process.js';
import { TruthTracker } from './truth-tracker.js';

export interface ClosedLoopOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly size: Size;
  readonly fps: number;
  readonly seconds: number;
  /** Model folder; null: boxes are the simulation's truth. */
  readonly model: string | null;
  /** The gimbal looks past the target by so many degrees when the loop is closed. */
  readonly aside?: number;
  readonly signal: AbortSignal;
  readonly onSample?: (sample: ClosedLoopSample) => void;
}

/** One track of a run. */
export interface ClosedLoopSample {
  /** Since the first. */
  readonly timeS: number;
  readonly state: TrackState;
  readonly mode: FollowMode;
  /** Where the target truly was in the picture: right of and below its middle, in frame widths; null: not in it. */
  readonly off: { readonly x: number; readonly y: number } | null;
  /** As demanded, rad/s. */
  readonly rates: GimbalRates;
  /** From the call that published the track to its rates being with the kernel, ms; null where nothing was sent. */
  readonly toWireMs: number | null;
  /** From the picture's taking to its track's publication, ms. */
  readonly trackAgeMs: number;
}

/** The virtual camera's view as createSimulation has it: 1.2 focal lengths across. */
const view = 2 * Math.atan(0.5 / 1.2);

/**
 * Closes the loop over real UDP: a gimbal in a process of its own holds the virtual camera, the tracker follows the target in
 * its pictures in real time, and the gimbal is told rates as any MAVLink gimbal is.
 * @throws UsageError, SourceError, ModelError; the signal's reason when it is aborted while opening
 */
export async function runClosedLoop(options: ClosedLoopOptions): Promise<ClosedLoopSample[]> {
  const { scenario, seed, size, fps, seconds, model, aside = 0, signal, onSample } = options;
  if (model !== null && aside !== 0)
    throw new UsageError('aside: only exact boxes can begin beside the target');
  await using gimbal = await startSimulatedGimbal(signal);
  const query = new URLSearchParams({ scenario, gimbal: gimbal.url });
  query.set('seed', String(seed));
  query.set('size', `${size.width}x${size.height}`);
  query.set('fps', String(fps));
  await using source = await openSimSource(query, `sim://?${query.toString()}`);
  await using opened = await openBus(
    { links: [{ url: gimbal.url }], sysid: 1, compid: 100 },
    { log: silentLog },
  );
  const wire = new WireWatch(opened.bus);
  if (aside !== 0) await lookAside(wire, source.simulation.gimbal(), (aside * Math.PI) / 180, signal);
  const output = new ManagerOutput({ bus: wire });
  // found and granted before the flight begins, as on a drone that stands on the ground
  output.claim();
  while (output.status().authority !== 'ours') await sleep(20, undefined, { signal });
  const samples: ClosedLoopSample[] = [];
  await using follower = new GimbalFollower({
    output,
    reader: new SightingReader(intrinsicsOfView(size, view), identity),
    follow: followOptionsSchema.parse({}),
  });
  const tracker: LiveTracker =
    model === null ? new TruthTracker(source) : await openWorkerTracker({ modelDir: model, signal });
  const watched: Sink = {
    name: 'closed-loop',
    dropped: 0,
    publish: (track) => {
      const publishedNs = process.hrtime.bigint();
      wire.sentNs = null;
      follower.publish(track);
      const sample = describe(track, publishedNs);
      samples.push(sample);
      onSample?.(sample);
    },
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const describe = (track: Track, publishedNs: bigint): ClosedLoopSample => {
    const { frame, state } = track;
    const box = source.truthOf(frame.sequence)?.box;
    const { mode, demand } = follower.status();
    firstNs ??= frame.capturedAtNs;
    return {
      timeS: Number(frame.capturedAtNs - firstNs) / 1e9,
      ...{ state, mode, rates: demand?.rates ?? { yaw: 0, pitch: 0 } },
      off: box
        ? { x: (box.cx - size.width / 2) / size.width, y: (box.cy - size.height / 2) / size.width }
        : null,
      toWireMs: wire.sentNs === null ? null : Number(wire.sentNs - publishedNs) / 1e6,
      trackAgeMs: Number(publishedNs - frame.capturedAtNs) / 1e6,
    };
  };
  let firstNs: bigint | null = null;
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  signal.addEventListener('abort', end);
  const timer = setTimeout(end, seconds * 1000);
  try {
    const select = source.initialBox();
    await runLive({ source, tracker, sinks: [watched], select, signal: ending.signal, history: null });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    await tracker.dispose();
  }
  return samples;
}

/** A bus that remembers when rates last went out. */
class WireWatch implements MavlinkBus {
  readonly compid: number;
  readonly #bus: MavlinkBus;
  sentNs: bigint | null = null;

  constructor(bus: MavlinkBus) {
    this.#bus = bus;
    this.compid = bus.compid;
  }

  get sysid(): number | null {
    return this.#bus.sysid;
  }

  now(): bigint {
    return this.#bus.now();
  }

  send(told: MavLinkData): number {
    const links = this.#bus.send(told);
    if (links > 0 && told instanceof common.GimbalManagerSetPitchyaw) this.sentNs = process.hrtime.bigint();
    return links;
  }

  readonly on: MavlinkBus['on'] = (type, listener, filter) => this.#bus.on(type, listener, filter);
}

/** Turns the gimbal past the target and waits until it stands. */
async function lookAside(
  bus: MavlinkBus,
  { yaw, pitch }: { readonly yaw: number; readonly pitch: number },
  angle: number,
  signal: AbortSignal,
): Promise<void> {
  const target = { targetSystem: 1, targetComponent: 0, yawRate: Number.NaN, pitchRate: Number.NaN };
  const aside = Math.atan2(Math.sin(yaw + angle), Math.cos(yaw + angle));
  for (let i = 0; i < 20; i++) {
    bus.send(message(common.GimbalManagerSetPitchyaw, { ...target, yaw: aside, pitch }));
    await sleep(100, undefined, { signal });
  }
  const stop = { yaw: Number.NaN, pitch: Number.NaN, yawRate: 0, pitchRate: 0 };
  bus.send(message(common.GimbalManagerSetPitchyaw, { ...target, ...stop }));
}

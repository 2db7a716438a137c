import { setTimeout as sleep } from 'node:timers/promises';
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
import type { FrameTap } from '../../core/ports/frame-tap.js';
import { GimbalFollower, type GimbalFollowerStatus } from '../../runtime/gimbal/gimbal-follower.js';
import { LiveControl } from '../../runtime/live/live-control.js';
import type { SimSource } from '../../runtime/sources/sim-source.js';
import { ManagerOutput } from '../../runtime/gimbal/mavlink/manager-output.js';
import type { LiveTracker } from '../../runtime/live/live-tracker.js';
import { runLive } from '../../runtime/live/run-live.js';
import { openBus } from '../../runtime/mavlink/open-bus.js';
import { openSimSource } from '../../runtime/sources/sim-source.js';
import { openWorkerTracker } from '../../runtime/worker/worker-tracker.js';
import { lookAside } from './look-aside.js';
import { startSimulatedGimbal } from './simulated-gimbal-process.js';
import { TruthTracker } from './truth-tracker.js';
import { WireWatch } from './wire-watch.js';

export interface ClosedLoopOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly size: Size;
  readonly fps: number;
  /** 0: until the signal ends it. */
  readonly seconds: number;
  /** Model folder; null: boxes are the simulation's truth. */
  readonly model: string | null;
  /** The gimbal looks past the target by so many degrees when the loop is closed. */
  readonly aside?: number;
  /** Core of the simulated gimbal; a real one has a processor of its own. */
  readonly gimbalCore?: string;
  readonly signal: AbortSignal;
  readonly onSample?: (sample: ClosedLoopSample) => void;
  /** Called when all is open; what it gives watches the run. */
  readonly equip?: (loop: OpenedLoop) => Promise<LoopEquipment>;
}

export interface OpenedLoop {
  readonly source: SimSource;
  readonly tracker: LiveTracker;
  readonly control: LiveControl;
  readonly gimbal: () => GimbalFollowerStatus;
  /** How it is talked to. */
  readonly gimbalUrl: string;
}

/** Not closed by the loop. */
export interface LoopEquipment {
  readonly sinks: readonly Sink[];
  readonly taps: readonly FrameTap[];
}

/** One track of a run's own target. */
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
  const {
    scenario,
    seed,
    size,
    fps,
    seconds,
    model,
    aside = 0,
    gimbalCore,
    signal,
    onSample,
    equip,
  } = options;
  if (model !== null && aside !== 0)
    throw new UsageError('aside: only exact boxes can begin beside the target');
  await using gimbal = await startSimulatedGimbal(signal, gimbalCore);
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
      if (track.target !== 1) return; // somebody has selected something else
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
  const timer = seconds > 0 ? setTimeout(end, seconds * 1000) : undefined;
  try {
    const control = new LiveControl();
    const loop = {
      ...{ source, tracker, control, gimbalUrl: gimbal.url },
      gimbal: () => follower.status(),
    };
    const { sinks = [], taps = [] } = (await equip?.(loop)) ?? {};
    await runLive({
      ...{ source, tracker, control, taps, signal: ending.signal },
      sinks: [watched, ...sinks],
      select: source.initialBox(),
      ...(equip ? {} : { history: null }),
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    await tracker.dispose();
  }
  return samples;
}

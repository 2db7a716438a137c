import test from 'ava';
import { boxFromCorner } from '../../../src/core/geometry/box.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import { MemorySource } from '../../../src/core/ports/memory/memory-source.js';
import { TrackComparer } from '../../../src/runtime/recording/compare-tracks.js';
import type { RecordedSegment, RecordedTrack } from '../../../src/runtime/recording/read-recording.js';
import { replayPlan } from '../../../src/runtime/recording/replay-plan.js';
import { replayRecording } from '../../../src/runtime/recording/replay.js';
import type { Track } from '../../../src/core/tracking/track.js';
import { plainFrames } from '../../support/frames.js';
import { idleTrack, trackingTrack } from '../../support/tracks.js';

const corner = { x: 140, y: 105, width: 40, height: 30 };

function recordedTrack(sequence: number, target: number, box: RecordedTrack['box'] = corner): RecordedTrack {
  const state = target === 0 ? 'idle' : box ? 'tracking' : 'lost';
  return { sequence, capturedAtNs: BigInt(sequence), state, box, confidence: 1, target };
}

function segment(overrides: Partial<RecordedSegment>): RecordedSegment {
  return { number: 1, video: '', frames: [], tracks: [], commands: [], ...overrides } as RecordedSegment;
}

function frames(...sequences: number[]) {
  return sequences.map((sequence) => ({ sequence, capturedAtNs: BigInt(sequence) }));
}

test('selections happen on the frame they were drawn on, or the next one that was recorded', (t) => {
  const box = { x: 1, y: 2, width: 3, height: 4 };
  const plan = replayPlan([
    segment({
      frames: frames(1, 2, 5, 6),
      tracks: [recordedTrack(2, 0), recordedTrack(6, 1)],
      commands: [
        { kind: 'stop', origin: 'web', sequence: 6, box: null },
        { kind: 'select', origin: 'mqtt:x', sequence: 3, box },
        { kind: 'pause', origin: 'web', sequence: 6, box: null },
        { kind: 'select', origin: 'late', sequence: 7, box },
      ],
    }),
  ]);
  t.deepEqual(plan, [
    { kind: 'select', origin: 'mqtt:x', sequence: 5, box: boxFromCorner(box) },
    { kind: 'stop', origin: 'web', sequence: 6 },
  ]);
});

test('a target nobody commanded is selected where its first track was', (t) => {
  const plan = replayPlan([
    segment({ frames: frames(1, 2), tracks: [recordedTrack(1, 0), recordedTrack(2, 1)] }),
    segment({ frames: frames(3), tracks: [recordedTrack(3, 1)] }),
  ]);
  t.deepEqual(plan, [{ kind: 'select', origin: 'recorded track', sequence: 2, box: boxFromCorner(corner) }]);
});

test('a replay tracks every frame, selects and stops where the plan says, and disposes every frame', async (t) => {
  const disposed: number[] = [];
  const source = new MemorySource(
    plainFrames({ count: 6, onDispose: (sequence) => disposed.push(sequence) }),
  );
  const tracks: Track[] = [];
  const refused: string[] = [];
  await replayRecording({
    source,
    tracker: new IdentityTracker(),
    plan: [
      { kind: 'select', sequence: 0, box: { cx: -50, cy: 0, width: 5, height: 5 }, origin: 'x' },
      { kind: 'select', sequence: 1, box: boxFromCorner(corner), origin: 'x' },
      { kind: 'stop', sequence: 4, origin: 'x' },
    ],
    onTrack: (track) => tracks.push(track),
    onRefused: (_, reason) => refused.push(reason),
  });
  t.deepEqual(
    tracks.map(({ state, target }) => `${state} ${target}`),
    ['idle 0', 'tracking 1', 'tracking 1', 'tracking 1', 'idle 0', 'idle 0'],
  );
  t.deepEqual(disposed, [0, 1, 2, 3, 4, 5]);
  t.is(refused.length, 1);
});

test('tracks then and now are compared frame by frame', (t) => {
  const comparer = new TrackComparer([
    recordedTrack(1, 0),
    recordedTrack(2, 1),
    recordedTrack(3, 1),
    recordedTrack(4, 1, null),
    recordedTrack(5, 1),
  ]);
  comparer.see(idleTrack(1)); // neither
  comparer.see(trackingTrack(2)); // the same box
  comparer.see(trackingTrack(3, { box: { cx: 190, cy: 120, width: 40, height: 30 } })); // 30 px to the right
  comparer.see(trackingTrack(4)); // only now
  comparer.see(trackingTrack(5, { state: 'lost', box: null })); // only then
  comparer.see(trackingTrack(9)); // not recorded
  const { meanIou, ...rest } = comparer.read();
  t.true(Math.abs(meanIou! - (1 + 300 / 2100) / 2) < 1e-9);
  t.deepEqual(rest, {
    frames: 4,
    bothSeen: 2,
    onlyRecorded: 1,
    onlyReplayed: 1,
    medianDistance: 0,
    sameState: 0.5,
  });
  t.is(new TrackComparer([]).read().meanIou, null);
});

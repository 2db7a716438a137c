import { fileURLToPath } from 'node:url';
import test from 'ava';
import { type Box, iou } from '../../../src/core/geometry/box.js';
import type { CommandAnswer, FrameReference } from '../../../src/core/ports/control.js';
import { MemorySink } from '../../../src/core/ports/memory/memory-sink.js';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { runLive } from '../../../src/runtime/live/run-live.js';
import { openSimSource } from '../../../src/runtime/sources/sim-source.js';
import { openWorkerTracker } from '../../../src/runtime/worker/worker-tracker.js';

const local = { kind: 'local' } as const;
const modelDir = fileURLToPath(new URL('../../../../models/nano', import.meta.url));

/** Frame on which the person draws, and the one that is the newest when the selection arrives: 320 ms later. */
const [drawnOn, arrivedAt] = [12, 20];

/**
 * A flight whose gimbal pans fast: the target crosses the picture with 11 pixels a frame. A person draws the target's true
 * box on frame 12; `reference` says how the selection names that frame.
 * @returns the answer, and the overlap with the truth in every frame from then on
 */
async function selectLate(reference: (capturedAtNs: bigint) => FrameReference, hold = true) {
  const budget = { bytes: 64 * 1024 * 1024, ms: 1000 };
  const query = new URLSearchParams('scenario=calm&seed=3&fps=25&frames=30&size=480x272');
  await using source = await openSimSource(query, 'sim://', hold ? budget : undefined);
  await using tracker = await openWorkerTracker({ modelDir });
  const control = new LiveControl();
  let answer: CommandAnswer | undefined;
  const times = new Map<number, bigint>();
  const sink = new MemorySink();
  const person = new MemorySink();
  person.publish = ({ frame: { sequence, capturedAtNs } }) => {
    if (sequence === 8) source.simulation.commandGimbalRate(0.45, 0);
    times.set(sequence, capturedAtNs);
    if (sequence !== arrivedAt) return;
    const { box } = source.truthOf(drawnOn)!;
    const on = reference(times.get(drawnOn)!);
    void control.execute({ kind: 'select', box: box!, ...on }, local).then((it) => (answer = it));
  };
  await runLive({ source, tracker, control, sinks: [sink, person] });
  const overlaps = sink.tracks
    .filter(({ state }) => state !== 'idle')
    .map(({ box, frame }) => overlap(box, source.truthOf(frame.sequence)!.box));
  const moved = overlap(source.truthOf(drawnOn)!.box, source.truthOf(arrivedAt)!.box);
  return { answer, overlaps, moved };
}

function overlap(a: Box | null, b: Box | null): number {
  return a && b ? iou(a, b) : 0;
}

test('a box drawn on old video lands on the target when the selection names the frame', async (t) => {
  const { answer, overlaps, moved } = await selectLate(() => ({ sequence: drawnOn }));
  t.is(moved, 0, 'the target must have left the box');
  t.true(answer?.accepted);
  t.is(overlaps.length, 9);
  t.true(Math.min(...overlaps) > 0.5, overlaps.join());
});

test('… or its time, also where the past had to be copied', async (t) => {
  const { answer, overlaps } = await selectLate((timeNs) => ({ timeNs: timeNs + 3_000_000n }), false);
  t.true(answer?.accepted);
  t.true(Math.min(...overlaps) > 0.5, overlaps.join());
});

test('without a reference the same box lands where the target was', async (t) => {
  const { answer, overlaps } = await selectLate(() => ({}));
  t.true(answer?.accepted);
  t.is(overlaps[0], 0);
});

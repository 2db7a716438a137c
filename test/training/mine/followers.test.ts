import test from 'ava';
import { type Box, iou } from '../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../src/core/image/frame.js';
import { createBdFollower } from '../../../src/training/mine/bd-follower.js';
import { followBothWays } from '../../../src/training/mine/both-ways.js';
import { bestRival, createTrackerFollower } from '../../../src/training/mine/tracker-follower.js';
import { MemoryNetwork } from '../../../src/core/ports/memory/memory-network.js';
import { modelContract } from '../../support/model-contract.js';
import { fillBox } from '../../support/rendered-store.js';
import { colourNetwork } from './colour-network.js';

const size = { width: 200, height: 120 };
const options = { longest: 16, shortest: 4, minConfidence: 0.5, minAgreement: 0.6, minMargin: 0.1 };

interface Painted {
  readonly box: (frame: number) => Box;
  readonly colour: readonly number[];
}

/** Plain squares over a blue ground; later ones lie above earlier ones. */
function paint(objects: readonly Painted[], sequence: number): Frame {
  const data = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => [60, 70, 150][i % 3]!);
  for (const { box, colour } of objects) fillBox(data, size.width, box(sequence), colour);
  return packedFrame('rgb24', size, data, { sequence });
}

const red = [200, 40, 40];
const green = [40, 200, 40];
const runner = (frame: number): Box => ({ cx: 50 + 3 * frame, cy: 60 + frame, width: 24, height: 24 });
const beside =
  (shift: number) =>
  (frame: number): Box => ({ ...runner(frame), cx: runner(frame).cx + shift });

function follow(objects: readonly Painted[], interval = 1) {
  const follower = createBdFollower(colourNetwork());
  const from = { start: 0, last: 24, box: runner(0) };
  return followBothWays(follower, (index) => paint(objects, index), from, { ...options, interval });
}

for (const interval of [1, 2, 4]) {
  test(`the embedding follows an object among others of another colour, interval ${interval}`, async (t) => {
    const objects = [
      { box: runner, colour: red },
      { box: beside(36), colour: green },
    ];
    const { fate, sightings } = await follow(objects, interval);
    t.is(fate, 'kept');
    t.is(sightings.at(-1)!.frame, interval * Math.min(16, 24 / interval));
    for (const { frame, box, grade } of sightings) {
      t.true(iou(box, runner(frame)) > 0.6, `frame ${frame}: ${JSON.stringify(box)}`);
      t.true(grade > 0.5, `frame ${frame}: ${grade}`);
    }
  });
}

test('a look-alike twin beside the object is ambiguous, not mined', async (t) => {
  const { fate, sightings } = await follow([
    { box: runner, colour: red },
    { box: beside(36), colour: red },
  ]);
  t.is(fate, 'ambiguous');
  t.deepEqual(sightings, []);
});

test('an object that changes places with another on the way does not come back', async (t) => {
  // at frame 3 the red one is gone and a dark red one stands elsewhere; from there the way back leads to its own past
  const decoy = (): Box => ({ cx: 84, cy: 36, width: 24, height: 24 });
  const hidden = (frame: number): Box => (frame < 3 ? runner(frame) : { ...runner(frame), cx: -100 });
  const { fate } = await follow([
    { box: hidden, colour: red },
    { box: decoy, colour: [170, 45, 60] },
  ]);
  t.not(fate, 'kept');
});

test('the rival of a response is the best cell whose box does not overlap the peak’s', (t) => {
  const grid = { size: 4, stride: 16, offset: 8 };
  const scores = new Float32Array(16);
  const distances = new Float32Array(64).fill(12);
  scores[5] = 0.9; // row 1, column 1
  scores[6] = 0.8; // its neighbour: boxes of 24 px, 16 px apart, overlap by 8 / 40
  t.is(bestRival({ size: 4, scores, distances }, grid, scores[5]), scores[6]);
  const wide = new Float32Array(64).fill(24); // 48 px: 32 / 64, the same object
  t.is(bestRival({ size: 4, scores, distances: wide }, grid, scores[5]), 0);
  scores[15] = 0.6;
  t.is(bestRival({ size: 4, scores, distances: wide }, grid, scores[5]), scores[15]);
});

test('the margin of the tracker as miner is the network’s own, also with a network whose cells a classifier could learn', async (t) => {
  const contract = modelContract({ search: { ...modelContract().search, cells: 4 } });
  const script = () => ({ row: 8, column: 8, score: 0.9, distances: [24, 24, 24, 24] }) as const;
  const follower = createTrackerFollower(new MemoryNetwork(contract, script), 0.35);
  await follower.init(paint([], 0), runner(0));
  const seen = await follower.step(paint([], 1));
  t.true(Math.abs(seen!.confidence - 0.9) < 1e-6);
  t.true(Math.abs(seen!.margin - 0.9) < 1e-6, 'nothing else is to be seen');
});

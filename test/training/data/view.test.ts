import test, { type ExecutionContext } from 'ava';
import type { Box } from '../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../src/core/image/frame.js';
import { createCropSampler } from '../../../src/core/image/sampler.js';
import { createRandom } from '../../../src/core/random.js';
import { selfPairAugmentation, type ViewOptions } from '../../../src/training/data/augmentation.js';
import { type Companions, type Sighting, ViewRenderer } from '../../../src/training/data/view.js';

const size = { width: 240, height: 180 };
const target: Box = { cx: 117, cy: 93, width: 46, height: 30 };
/** Crop side, and a zoom at which the whole target stays in the crop whatever the view. */
const [side, zoom] = [128, 2.5];

/** Nothing changes but what a test switches on. */
const plain: ViewOptions = {
  shift: 0,
  wideShiftProbability: 0,
  shiftSigma: 0,
  scale: 1,
  aspect: 1,
  rotation: 0,
  shear: 0,
  perspective: 0,
  mirrorProbability: 0,
  lowResolutionProbability: 0,
  lowestResolution: 40,
  occlusionProbability: 0,
  distractorProbability: 0,
  rivalProbability: 0,
  replacementProbability: 0,
  newBackgroundProbability: 0,
  light: {
    brightness: 0,
    contrast: 0,
    gamma: 0,
    tint: 0,
    greyProbability: 0,
    saturation: 0,
    blurProbability: 0,
    noiseProbability: 0,
    noise: 0,
  },
};

/** A bright shape that fills its box, on black. */
function picture(shape: 'rectangle' | 'ellipse', box = target, level = 250): Frame {
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const u = Math.abs(x + 0.5 - box.cx) / (box.width / 2);
      const v = Math.abs(y + 0.5 - box.cy) / (box.height / 2);
      if (shape === 'ellipse' ? u * u + v * v <= 1 : Math.max(u, v) <= 1) data[y * size.width + x] = level;
    }
  }
  return packedFrame('gray8', size, data);
}

const nothing = (): Sighting => {
  throw new Error('no other sighting was asked for');
};
const nothingElse: Companions = { other: nothing, rival: nothing };
/** Another picture of one grey level. */
const greySighting = (): Sighting => ({
  frame: packedFrame('gray8', size, new Uint8Array(size.width * size.height).fill(100)),
  box: target,
});
const grey: Companions = { other: greySighting, rival: greySighting };

function render(frame: Frame, options: ViewOptions, seed: number, other = nothingElse) {
  const out = new Uint8Array(side * side * 3);
  const renderer = new ViewRenderer(createCropSampler(), { size: side, zoom, context: 0.5 });
  const { box: label, visible } = renderer.render(
    { frame, box: target },
    options,
    other,
    createRandom(seed),
    out,
  );
  return { label, visible, out };
}

/** Bounding box of the pixels above half the level. */
function boundsOf(crop: Uint8Array): Box {
  let [left, top, right, bottom] = [side, side, 0, 0];
  for (let i = 0; i < side * side; i += 1) {
    if (crop[3 * i]! < 125) continue;
    const [x, y] = [i % side, Math.floor(i / side)];
    [left, top, right, bottom] = [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x + 1),
      Math.max(bottom, y + 1),
    ];
  }
  return { cx: (left + right) / 2, cy: (top + bottom) / 2, width: right - left, height: bottom - top };
}

function assertBox(t: ExecutionContext, found: Box, label: Box, tolerance = 1.5): void {
  for (const edge of [-0.5, 0.5]) {
    const dx = found.cx + edge * found.width - (label.cx + edge * label.width);
    const dy = found.cy + edge * found.height - (label.cy + edge * label.height);
    t.true(Math.abs(dx) <= tolerance && Math.abs(dy) <= tolerance, JSON.stringify({ found, label, dx, dy }));
  }
}

const exact = test.macro({
  exec: (t, shape: 'rectangle' | 'ellipse', change: Partial<ViewOptions>) => {
    const labels = new Set<string>();
    for (let seed = 0; seed < 12; seed += 1) {
      const { label, out } = render(picture(shape), { ...plain, ...change }, seed);
      assertBox(t, boundsOf(out), label);
      labels.add(JSON.stringify(label));
    }
    const moves = Object.keys(change).some((name) => !name.startsWith('mirror') && !name.startsWith('low'));
    if (moves) t.is(labels.size, 12, 'every view is another one');
  },
  title: (_, shape: string, change: Partial<ViewOptions>) =>
    `the label is where the ${shape} is: ${Object.keys(change).join(', ') || 'no change'}`,
});

test(exact, 'rectangle', {});
test(exact, 'rectangle', { shift: 0.3, wideShiftProbability: 1 });
test(exact, 'rectangle', { shift: 0.3, shiftSigma: 0.1 });
test(exact, 'rectangle', { scale: 1.4 });
test(exact, 'rectangle', { aspect: 1.3 });
test(exact, 'rectangle', { mirrorProbability: 1, shift: 0.2, wideShiftProbability: 1 });
test(exact, 'rectangle', { lowResolutionProbability: 1, shift: 0.2, wideShiftProbability: 1 });
test(exact, 'ellipse', { rotation: 1.5 });
test(exact, 'ellipse', { shear: 0.3 });
test(exact, 'ellipse', { perspective: 0.06 });
test(exact, 'ellipse', {
  rotation: 0.5,
  shear: 0.15,
  aspect: 1.2,
  scale: 1.2,
  shift: 0.15,
  wideShiftProbability: 1,
});

test('in a plain view the target lies in the middle at the scale of its context', (t) => {
  const { label } = render(picture('rectangle'), plain, 1);
  // context side: sqrt((46 + 38)(30 + 38))
  const scale = side / (Math.sqrt(84 * 68) * zoom);
  t.true(Math.hypot(label.cx - side / 2, label.cy - side / 2) < 1e-9);
  t.true(Math.abs(label.width - 46 * scale) < 1e-9 && Math.abs(label.height - 30 * scale) < 1e-9);
});

test('a mirrored view is the plain one, left and right exchanged', (t) => {
  const frame = picture('rectangle', { cx: 130, cy: 93, width: 30, height: 30 });
  const straight = render(frame, plain, 1).out;
  const mirrored = render(frame, { ...plain, mirrorProbability: 1 }, 1).out;
  t.not(boundsOf(straight).cx, side / 2);
  t.true(Math.abs(boundsOf(straight).cx - (side - boundsOf(mirrored).cx)) <= 1);
});

/** Pixels that differ between two crops, by whether they lie inside the label's inner ellipse (radius 0.8) or outside `reach` of it. */
function differences(a: Uint8Array, b: Uint8Array, label: Box, reach: number) {
  const found = { inside: 0, outside: 0, innerPixels: 0, outerPixels: 0 };
  for (let i = 0; i < side * side; i += 1) {
    const u = ((i % side) + 0.5 - label.cx) / (label.width / 2);
    const v = (Math.floor(i / side) + 0.5 - label.cy) / (label.height / 2);
    const radius = Math.hypot(u, v);
    const differs = a[3 * i] !== b[3 * i];
    if (radius <= 0.8) {
      found.innerPixels += 1;
      if (differs) found.inside += 1;
    } else if (radius > reach) {
      found.outerPixels += 1;
      if (differs) found.outside += 1;
    }
  }
  return found;
}

test('a new background is everywhere but on the target', (t) => {
  for (let seed = 0; seed < 8; seed += 1) {
    const before = render(picture('ellipse'), plain, seed);
    const after = render(picture('ellipse'), { ...plain, newBackgroundProbability: 1 }, seed, grey);
    const { inside, outside, outerPixels } = differences(before.out, after.out, before.label, 1.31);
    t.deepEqual(after.label, before.label);
    t.is(inside, 0, 'the target keeps its pixels');
    t.is(outside, outerPixels, 'all else is new');
  }
});

test('a distractor lies beside the target and leaves its middle alone', (t) => {
  let seen = 0;
  for (let seed = 0; seed < 12; seed += 1) {
    const before = render(picture('ellipse'), plain, seed);
    const after = render(picture('ellipse'), { ...plain, distractorProbability: 1 }, seed, grey);
    t.deepEqual(after.label, before.label);
    const { outside } = differences(before.out, after.out, before.label, 1);
    const centre = (Math.floor(before.label.cy) * side + Math.floor(before.label.cx)) * 3;
    t.is(after.out[centre], before.out[centre]);
    t.true(outside > 0, 'it is there');
    seen += outside / before.label.width / before.label.height;
  }
  const mean = seen / 12;
  t.true(mean > 0.3 && mean < 1.5, `about the target's size: ${mean.toFixed(2)} of its box`);
});

test('an occluder covers part of the target, never all of it', (t) => {
  for (let seed = 0; seed < 16; seed += 1) {
    const before = render(picture('ellipse'), plain, seed);
    const after = render(picture('ellipse'), { ...plain, occlusionProbability: 1 }, seed, grey);
    t.deepEqual(after.label, before.label, 'the label is the whole target');
    const { inside, innerPixels } = differences(before.out, after.out, before.label, 2);
    t.true(inside > 0, `seed ${seed}: something is covered`);
    t.true(inside < 0.75 * innerPixels, `seed ${seed}: ${inside} of ${innerPixels}`);
  }
});

test('a low-resolution view is a blurred one of the same thing', (t) => {
  const frame = picture('rectangle');
  const sharp = render(frame, plain, 2).out;
  const blurred = render(frame, { ...plain, lowResolutionProbability: 1, lowestResolution: 24 }, 2).out;
  const between = (crop: Uint8Array): number => crop.filter((level) => level > 30 && level < 220).length;
  t.true(between(blurred) > 2 * between(sharp), `${between(blurred)} against ${between(sharp)}`);
});

test('the full augmentation gives finite labels and is repeatable', (t) => {
  for (let seed = 0; seed < 10; seed += 1) {
    const [a, b] = [0, 1].map(() => render(picture('ellipse'), selfPairAugmentation.search, seed, grey));
    t.deepEqual(a, b);
    t.true(Object.values(a!.label).every(Number.isFinite));
    t.true(a!.label.width > 0 && a!.label.height > 0);
  }
});

test('a replaced target cannot be seen: another thing of its own picture covers its whole box', (t) => {
  const rival = (): Sighting => ({ frame: picture('rectangle', target, 100), box: target });
  const companions: Companions = { other: nothing, rival };
  for (let seed = 0; seed < 6; seed += 1) {
    const options = { ...plain, replacementProbability: 1, rivalProbability: 1 };
    const { label, visible, out } = render(picture('rectangle'), options, seed, companions);
    t.false(visible);
    const bright = out.filter((level) => level > 200).length;
    t.true(
      bright < 0.02 * label.width * label.height * 3,
      `seed ${seed}: ${bright} levels of the target left`,
    );
  }
  t.true(render(picture('rectangle'), plain, 1).visible);
});

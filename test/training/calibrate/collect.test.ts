import test from 'ava';
import type { Box } from '../../../src/core/geometry/box.js';
import { packedFrame } from '../../../src/core/image/frame.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import { MemoryNetwork } from '../../../src/core/ports/memory/memory-network.js';
import { createSiameseTracker } from '../../../src/core/tracking/siamese/siamese-tracker.js';
import { ClipSource } from '../../../src/training/calibrate/clip-source.js';
import { flowTargets } from '../../../src/training/calibrate/clip-truth.js';
import { collectSamples, type ObservableTracker } from '../../../src/training/calibrate/index.js';
import { RecordingTracker } from '../../../src/training/calibrate/recording-tracker.js';
import type { StoredClip } from '../../../src/training/store/clip.js';
import type { FrameStore } from '../../../src/training/store/frame-store.js';
import { modelContract } from '../../support/model-contract.js';
import { makeRenderedStore, renderedClips, type RenderedStore } from '../../support/rendered-store.js';
import { drawScene, sceneSize, wanderingSquare } from '../occlude/scene.js';

let rendered: RenderedStore;
test.before(async () => {
  rendered = await makeRenderedStore();
});
test.after.always(() => rendered.remove());

const truth = wanderingSquare(50);

/** A store of one clip: the scene, whose target is proposed in every frame. */
function sceneStore(cuts: readonly number[] = []): { store: FrameStore; clip: StoredClip } {
  const clip: StoredClip = {
    name: 'scene',
    kind: 'video',
    frames: truth.length,
    ...sceneSize,
    fullRange: false,
    stride: 1,
    firstFrame: 0,
    fps: 25,
    cuts: [...cuts],
    active: { x: 0, y: 0, ...sceneSize },
    source: { path: 'scene', bytes: 0, modifiedMs: 0 },
  };
  const store: FrameStore = {
    dir: 'memory',
    clips: [clip],
    frameBytes: () => (sceneSize.width * sceneSize.height * 3) / 2,
    readFrame: (_, index, into) => {
      const frame = drawScene(truth[index]!, index);
      const bytes = frame.planes.map(({ data }) => Buffer.from(data));
      const packed = Buffer.concat(bytes);
      into?.set(packed);
      return packedFrame('yuv420p', sceneSize, into ?? packed, { sequence: index });
    },
    // wider than the target, so that its rim is in it: flow needs something to hold on to
    proposals: () => truth.map((box) => [{ ...grown(box), score: 1, kind: 'edge' as const }]),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { store, clip };
}

function grown(box: Box): Box {
  return { ...box, width: 24, height: 24 };
}

const targetOptions = { shortest: 30, longest: 50, perStart: 1, startEvery: 100, minSide: 8 };

test('a proposed box is followed by flow to where the target is', (t) => {
  const { store, clip } = sceneStore();
  const [target] = flowTargets(store, clip, targetOptions);
  t.is(target?.first, 0);
  t.true((target?.boxes.length ?? 0) >= 30);
  target?.boxes.forEach((box, index) => {
    t.true(Math.abs(box.cx - truth[index]!.cx) < 2, `frame ${index}`);
  });
});

test('targets end before a cut, and small ones are left alone', (t) => {
  const { store, clip } = sceneStore([20]);
  for (const { first, boxes } of flowTargets(store, clip, {
    ...targetOptions,
    shortest: 10,
    startEvery: 5,
  })) {
    t.true(first >= 20 || first + boxes.length <= 20);
  }
  t.deepEqual(flowTargets(store, clip, { ...targetOptions, minSide: 30 }), []);
});

const collectOptions = {
  ...targetOptions,
  disturbances: [{ kind: 'flat', level: 6 } as const],
  lead: 10,
  tail: { least: 6, most: 8 },
  seed: 1,
};

/** Says that the target is where it was selected, with evidence that tells the frame. */
const standing: ObservableTracker = (onEvidence) => {
  const inner = new IdentityTracker();
  return {
    init: (frame, box) => inner.init(frame, box),
    update: async (frame) => {
      const track = await inner.update(frame);
      onEvidence({ score: frame.sequence, classifier: 0, apce: 1, motion: 0 }, track.box!);
      return track;
    },
    stop: () => inner.stop(),
    dispose: () => inner.dispose(),
  };
};

test('what is seen of a covered target is wrong, whatever the box; before and after, the overlap decides', async (t) => {
  const { store, clip } = sceneStore();
  const [{ first, boxes } = { first: 0, boxes: [] }] = flowTargets(store, clip, targetOptions);
  const samples = await collectSamples(store, clip, standing, collectOptions);
  const frames = samples.map(({ features }) => features[0]!);
  const start = frames[0]! - 1; // the start frame is no sample
  t.deepEqual(
    frames,
    Array.from({ length: frames.length }, (_, index) => start + 1 + index),
  );
  samples.forEach(({ correct }, index) => {
    const frame = start + 1 + index;
    if (frame >= start + 10 && frame < start + 16) t.false(correct, `frame ${frame} is covered`);
    else {
      const moved = Math.abs(boxes[frame - first]!.cx - boxes[start - first]!.cx);
      // two boxes of about 24 px overlap by more than half when moved by less than a third
      if (Math.abs(moved - 8) > 1) t.is(correct, moved < 8, `frame ${frame}`);
    }
  });
  t.true(samples.some(({ correct }) => correct));
});

test('a tracker that saw nothing in a frame gives no sample of it', async (t) => {
  const { store, clip } = sceneStore();
  const silent: ObservableTracker = () => new IdentityTracker();
  t.deepEqual(await collectSamples(store, clip, silent, collectOptions), []);
});

test('clips of a real store are read from a frame on', async (t) => {
  const { openFrameStore } = await import('../../../src/training/store/frame-store.js');
  await using store = await openFrameStore(rendered.dir);
  const clip = store.clips.find(({ name }) => name === renderedClips.squares)!;
  await using source = new ClipSource(store, clip, 3);
  const seen: number[] = [];
  for await (const frame of source.frames()) {
    seen.push(frame.sequence);
    frame.dispose();
  }
  t.deepEqual(
    seen,
    Array.from({ length: clip.frames - 3 }, (_, index) => index + 3),
  );
  t.is(source.describe().width, clip.width);
});

test('the tracker itself tells what it looks at, once in every update', async (t) => {
  const network = new MemoryNetwork(modelContract(), (call) =>
    call === 2 ? null : { row: 8, column: 8, score: 0.9, distances: [30, 30, 30, 30] },
  );
  const tracker = new RecordingTracker((onEvidence) =>
    createSiameseTracker(network, { boxCalibration: 0 }, { onEvidence }),
  );
  await tracker.init(drawScene(truth[0]!, 0), truth[0]!);
  for (let index = 1; index < 5; index += 1) await tracker.update(drawScene(truth[index]!, index));
  t.is(tracker.sightings.length, 4);
  t.true(Math.abs(tracker.sightings[0]!.evidence.score - 0.9) < 1e-6);
  t.true(tracker.sightings[0]!.box.width > 0);
  t.is(tracker.sightings[2]?.evidence.score ?? 0, 0);
});

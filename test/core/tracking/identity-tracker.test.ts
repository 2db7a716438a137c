import test from 'ava';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import { trackerContract } from '../../contracts/tracker.contract.js';
import { plainFrames } from '../../support/frames.js';

const box = { cx: 100, cy: 80, width: 30, height: 20 };

trackerContract(test, 'identity tracker', {
  open: () => new IdentityTracker(),
  scene: () => ({ frames: plainFrames(), box }),
});

test('the identity tracker never moves the box', async (t) => {
  const tracker = new IdentityTracker();
  const [first, ...rest] = plainFrames();
  await tracker.init(first!, box);
  for (const frame of rest) t.deepEqual((await tracker.update(frame)).box, box);
});

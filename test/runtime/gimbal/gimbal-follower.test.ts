import test from 'ava';
import { followOptionsSchema } from '../../../src/core/gimbal/follow-options.js';
import { MemoryGimbalOutput } from '../../../src/core/gimbal/memory-gimbal-output.js';
import { intrinsicsOfView } from '../../../src/core/gimbal/pinhole.js';
import { identity } from '../../../src/core/gimbal/quaternion.js';
import { SightingReader } from '../../../src/core/gimbal/sighting.js';
import type { Track } from '../../../src/core/tracking/track.js';
import { GimbalFollower } from '../../../src/runtime/gimbal/gimbal-follower.js';

const size = { width: 640, height: 360 };

/** A follower whose clock only the test moves. */
const openFollower = () => {
  const output = new MemoryGimbalOutput();
  const time = { ms: 10_000 };
  const follower = new GimbalFollower({
    output,
    reader: new SightingReader(intrinsicsOfView(size, 0.8), identity),
    follow: followOptionsSchema.parse({}),
    clock: () => BigInt(time.ms) * 1_000_000n,
    tickMs: 0,
  });
  return { output, time, follower };
};

let sequence = 0;
const track = (timeMs: number, more: Partial<Track> = {}): Track => ({
  ...{ state: 'tracking', confidence: 0.9, velocity: null, target: 1 },
  box: { cx: 500, cy: 180, width: 40, height: 30 },
  frame: { sequence: ++sequence, capturedAtNs: BigInt(timeMs) * 1_000_000n, ...size },
  ...more,
});
const idle = { state: 'idle', box: null, target: 0 } as const;

test('a target claims the gimbal and turns it within the call that publishes the track', async (t) => {
  const { output, time, follower } = openFollower();
  follower.publish(track(9_980, idle));
  t.is(output.claims, 0);
  follower.publish(track(9_990));
  time.ms += 17;
  follower.publish(track(10_007));
  t.is(output.claims, 1);
  t.true(output.told.at(-1)!.yaw > 0);
  await follower.close();
});

test('stop gives the gimbal back, standing still', async (t) => {
  const { output, time, follower } = openFollower();
  follower.publish(track(9_990));
  time.ms += 17;
  follower.publish(track(10_007));
  follower.publish(track(10_010, idle));
  t.deepEqual(output.told.at(-1), { yaw: 0, pitch: 0 });
  t.is(output.status().authority, 'unclaimed');
  const told = output.told.length;
  for (let i = 0; i < 50; i++) follower.tick();
  t.is(output.told.length, told, 'and says nothing more');
  await follower.close();
});

test('when no track comes any more the gimbal is told to stand still, again and again', async (t) => {
  const { output, time, follower } = openFollower();
  for (let i = 0; i < 10; i++) {
    follower.publish(track(time.ms - 10));
    time.ms += 17;
  }
  t.true(output.told.at(-1)!.yaw > 0);
  const before = output.told.length;
  time.ms += 240;
  for (let i = 0; i < 25; i++) {
    follower.tick();
    time.ms += 20;
  }
  t.is(follower.status().mode, 'stale');
  t.deepEqual(output.told.slice(before), [
    { yaw: 0, pitch: 0 },
    { yaw: 0, pitch: 0 },
    { yaw: 0, pitch: 0 },
  ]);
  await follower.close();
});

test('an operator silences it; his letting go, or a new target, makes it go on', async (t) => {
  const { output, time, follower } = openFollower();
  const publish = (target = 1): void => {
    time.ms += 17;
    follower.publish(track(time.ms - 10, { target }));
  };
  publish();
  publish();
  output.take('operator');
  const told = output.told.length;
  for (let i = 0; i < 20; i++) publish();
  t.is(output.told.length, told);
  t.is(follower.status().mode, 'manual');
  output.take('ours');
  publish();
  t.is(follower.status().mode, 'following');
  output.take('operator');
  publish();
  publish(2);
  publish(2);
  t.is(output.claims, 2);
  t.is(follower.status().mode, 'following');
  await follower.close();
});

test('hold takes the hands off until it is ended', async (t) => {
  const { output, time, follower } = openFollower();
  const publish = (): void => {
    time.ms += 17;
    follower.publish(track(time.ms - 10));
  };
  publish();
  publish();
  follower.hold(true);
  t.is(output.status().authority, 'unclaimed');
  publish();
  t.is(follower.status().mode, 'manual');
  follower.hold(false);
  publish();
  publish();
  t.true(output.told.at(-1)!.yaw > 0);
  await follower.close();
});

test('frames of another shape than the calibration are dropped and counted, never followed', async (t) => {
  const { output, follower } = openFollower();
  const frame = { sequence: 1, capturedAtNs: 9_990_000_000n, width: 640, height: 480 };
  follower.publish(track(0, { frame }));
  t.is(follower.dropped, 1);
  t.deepEqual(output.told, []);
  await follower.close();
  await follower.close();
  follower.publish(track(10_000));
  t.is(follower.dropped, 2);
});

import test from 'ava';
import { LiveMeter } from '../../../src/runtime/live/live-meter.js';
import { lostTrack, trackingTrack } from '../../support/tracks.js';

const ms = 1_000_000n;

test('the rate is that of the last second, not of the whole run', (t) => {
  const meter = new LiveMeter();
  let now = 0n;
  for (let i = 0; i < 20; i += 1) meter.record(trackingTrack(i), ms, (now += 100n * ms)); // 10 fps
  t.true(Math.abs(meter.read().fps! - 10) < 1e-9);
  for (let i = 0; i < 60; i += 1) meter.record(trackingTrack(i), ms, (now += 20n * ms)); // 50 fps
  t.true(Math.abs(meter.read().fps! - 50) < 1e-9);
});

test('a rate slower than a frame a second is still measured', (t) => {
  const meter = new LiveMeter();
  for (let i = 0; i < 4; i += 1) meter.record(trackingTrack(i), ms, BigInt(i) * 4000n * ms);
  t.is(meter.read().fps, 0.25);
});

test('states, frames, duration and latency are counted', (t) => {
  const meter = new LiveMeter();
  t.like(meter.read(), { frames: 0, fps: null, seconds: 0 });
  meter.record(trackingTrack(0), 2n * ms, 1000n * ms);
  meter.record(lostTrack(1), 8n * ms, 1500n * ms);
  const { frames, states, seconds, latencyMs } = meter.read();
  t.is(frames, 2);
  t.deepEqual(states, { idle: 0, tracking: 1, coasting: 0, lost: 1 });
  t.is(seconds, 0.5);
  t.is(latencyMs.max, 8);
});

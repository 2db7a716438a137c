import test from 'ava';
import { LiveMeter } from '../../../src/runtime/live/live-meter.js';
import { milliseconds, statusLine } from '../../../src/runtime/sinks/status-line.js';
import { coastingTrack, lostTrack, trackingTrack } from '../../support/tracks.js';

function statistics() {
  const meter = new LiveMeter();
  meter.record(trackingTrack(0), 2_000_000n, 0n);
  meter.record(trackingTrack(1), 2_000_000n, 20_000_000n);
  return meter.read();
}

test('the status line tells state, box, confidence, rate, latency and drops', (t) => {
  t.is(
    statusLine(trackingTrack(12), statistics(), { dropped: 3 }),
    '#12      tracking  box 140.0,105.0 40.0x30.0    confidence 0.88  50.0 fps  latency p50 2.00 p99 2.00 ms  dropped 3',
  );
});

test('a lost target has no box, and before two tracks there is no rate', (t) => {
  const line = statusLine(lostTrack(0), new LiveMeter().read(), { dropped: 0 });
  t.regex(line, /lost {6}box - .*- fps {2}latency p50 - p99 - ms/);
});

test('the state is coloured on request only', (t) => {
  t.true(
    statusLine(coastingTrack(0), statistics(), { dropped: 0, colour: true }).includes(
      '\u001B[33mcoasting\u001B[0m',
    ),
  );
  t.false(statusLine(coastingTrack(0), statistics(), { dropped: 0 }).includes('\u001B'));
});

test('milliseconds keep what matters', (t) => {
  t.deepEqual([0.123, 9.99, 12.34, Number.NaN].map(milliseconds), ['0.12', '9.99', '12.3', '-']);
});

test('on a narrow terminal what matters least is left out', (t) => {
  const line = (width: number) => statusLine(trackingTrack(1), statistics(), { dropped: 0, width });
  t.regex(line(120), /^#1 .*confidence.*latency.*dropped 0$/);
  t.regex(line(80), /^tracking {2}box .* fps {2}latency p50 2.00 p99 2.00 ms$/);
  t.regex(line(60), /^tracking {2}box .* fps$/);
});

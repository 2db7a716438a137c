import test from 'ava';
import { LiveMeter } from '../../../src/runtime/live/live-meter.js';
import { TerminalSink } from '../../../src/runtime/sinks/terminal-sink.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { trackingTrack } from '../../support/tracks.js';

interface Setup {
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly colour?: boolean;
}

/** A terminal that keeps what is written, and a clock moved by hand. */
function setup({ isTTY, columns = 200, colour = false }: Setup) {
  const written: string[] = [];
  const time = { ms: 0 };
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const clock = () => BigInt(time.ms) * 1_000_000n;
  const sink = new TerminalSink({ stream, meter: new LiveMeter(), droppedFrames: () => 2, clock, colour });
  return { written, time, sink };
}

sinkContract(test, 'terminal sink on a pipe', { open: () => setup({ isTTY: false }).sink });
sinkContract(test, 'terminal sink on a terminal', { open: () => setup({ isTTY: true }).sink });

test('a pipe gets a plain line a second, and the last track', async (t) => {
  const { written, time, sink } = setup({ isTTY: false });
  for (let i = 0; i < 50; i += 1) {
    sink.publish(trackingTrack(i));
    time.ms += 50;
  }
  await sink.close();
  t.deepEqual(
    written.map((line) => /^#(\d+).*dropped 2\n$/.exec(line)?.[1]),
    ['0', '20', '40', '49'],
  );
  t.is(sink.dropped, 0);
});

test('a terminal shows one line, rewritten ten times a second and ended on close', async (t) => {
  const { written, time, sink } = setup({ isTTY: true, colour: true });
  for (let i = 0; i < 10; i += 1) {
    sink.publish(trackingTrack(i));
    time.ms += 50;
  }
  await sink.close();
  t.is(written.filter((text) => text.startsWith('\r\u001B[2K#')).length, 6);
  t.true(written[0]!.includes('\u001B[32m'));
  t.is(written.at(-1), '\n');
});

test('on a narrow terminal the line is shortened, never wrapped', (t) => {
  const { written, sink } = setup({ isTTY: true, columns: 30 });
  sink.publish(trackingTrack(0));
  t.is(written[0]!.replace('\r\u001B[2K', '').length, 29);
});

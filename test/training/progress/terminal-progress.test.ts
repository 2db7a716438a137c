import { Writable } from 'node:stream';
import test from 'ava';
import { silentProgress } from '../../../src/training/progress/progress.js';
import { formatDuration, terminalProgress } from '../../../src/training/progress/terminal-progress.js';

function recorder(isTTY: boolean) {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  const terminal = {
    isTTY,
    columns: 100,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  };
  return {
    stream: Object.assign(stream, terminal) as unknown as NodeJS.WriteStream,
    text: () => chunks.join(''),
  };
}

test('away from a terminal a line comes now and then, with rate and time left', (t) => {
  const { stream, text } = recorder(false);
  let time = 0;
  const progress = terminalProgress({ stream, lineEveryMs: 1000, now: () => time });
  progress.start('ingest', 100);
  for (let k = 0; k < 30; k++) {
    time += 100;
    progress.advance();
  }
  progress.note('a.mp4: skipped');
  progress.finish();
  progress.finish();
  t.deepEqual(text().trim().split('\n'), [
    'ingest: 10/100, 10.0/s, ETA 9s',
    'ingest: 20/100, 10.0/s, ETA 8s',
    'ingest: 30/100, 10.0/s, ETA 7s',
    'a.mp4: skipped',
    'ingest: 30/100, 10.0/s, ETA 7s',
  ]);
});

test('on a terminal there is a bar, and notes keep their own lines', (t) => {
  const { stream, text } = recorder(true);
  const progress = terminalProgress({ stream });
  progress.start('ingest', 4);
  progress.advance(2);
  progress.note('a.mp4: skipped');
  progress.advance(2);
  progress.finish();
  t.regex(text(), /ingest \[/);
  t.regex(text(), /a\.mp4: skipped\n/);
  t.regex(text(), /4\/4/);
});

test('silence says nothing and survives any order of calls', (t) => {
  const progress = silentProgress();
  t.notThrows(() => {
    progress.finish();
    progress.advance(3);
    progress.start('x', 1);
    progress.note('y');
  });
});

test('durations read like a person writes them', (t) => {
  t.deepEqual([0, 59_400, 75_000, 3_600_000, 7_500_000].map(formatDuration), [
    '0s',
    '59s',
    '1m15s',
    '1h0m',
    '2h5m',
  ]);
});

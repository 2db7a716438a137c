import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { csv, jsonLines } from '../../../src/runtime/sinks/record-format.js';
import { openRecordFile, RecordSink } from '../../../src/runtime/sinks/record-sink.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { lostTrack, trackingTrack } from '../../support/tracks.js';

sinkContract(test, 'JSON lines sink', {
  open: () => new RecordSink({ name: 'out', format: jsonLines, stream: new PassThrough() }),
});
sinkContract(test, 'CSV sink on an open stream', {
  open: () => new RecordSink({ name: 'out', format: csv, stream: new PassThrough(), keepOpen: true }),
});

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-sink-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a JSON lines file holds a record a track', async (t) => {
  await inFolder(async (folder) => {
    const path = join(folder, 'out.jsonl');
    const sink = await openRecordFile(path);
    sink.publish(trackingTrack(3));
    sink.publish(lostTrack(4));
    await sink.close();
    const records = (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    t.deepEqual(records, [
      {
        sequence: 3,
        capturedAtNs: '120000000',
        state: 'tracking',
        box: { x: 140, y: 105, width: 40, height: 30 },
        confidence: 0.875,
        velocity: { x: 1.5, y: -0.5 },
        target: 1,
      },
      {
        sequence: 4,
        capturedAtNs: '160000000',
        state: 'lost',
        box: null,
        confidence: 0,
        velocity: null,
        target: 1,
      },
    ]);
  });
});

test('a CSV file has a header, and empty cells where nothing is known', async (t) => {
  await inFolder(async (folder) => {
    const path = join(folder, 'out.csv');
    const sink = await openRecordFile(path);
    sink.publish(trackingTrack(3));
    sink.publish(lostTrack(4));
    sink.markPartial('unplugged\nhere');
    await sink.close();
    t.is(
      await readFile(path, 'utf8'),
      [
        'sequence,capturedAtNs,state,x,y,width,height,confidence,velocityX,velocityY,target',
        '3,120000000,tracking,140,105,40,30,0.875,1.5,-0.5,1',
        '4,160000000,lost,,,,,0,,,1',
        '# partial: unplugged here',
        '',
      ].join('\n'),
    );
  });
});

test('lines reach the file as they come, before it is closed', async (t) => {
  await inFolder(async (folder) => {
    const path = join(folder, 'out.jsonl');
    await using sink = await openRecordFile(path);
    sink.publish(trackingTrack(0));
    let text = '';
    while (text === '') {
      await new Promise((resolve) => setTimeout(resolve, 5));
      text = await readFile(path, 'utf8');
    }
    t.regex(text, /^\{.*\}\n$/);
  });
});

test('a partial JSON lines file says so, and why, in its last record', async (t) => {
  const stream = new PassThrough();
  const sink = new RecordSink({ name: 'out', format: jsonLines, stream });
  sink.publish(trackingTrack(0));
  sink.markPartial('v4l2:///dev/video0: unplugged');
  await sink.close();
  const lines = String(stream.read()).trimEnd().split('\n');
  t.deepEqual(JSON.parse(lines.at(-1)!), { partial: true, reason: 'v4l2:///dev/video0: unplugged' });
});

test('behind a stalled reader tracks are dropped, not kept', async (t) => {
  const release: (() => void)[] = [];
  const stalled = new Writable({ write: (_chunk, _encoding, done) => release.push(done) });
  const sink = new RecordSink({ name: 'out', format: jsonLines, stream: stalled, maxBacklogBytes: 1000 });
  for (let i = 0; i < 1000; i += 1) sink.publish(trackingTrack(i));
  t.true(sink.dropped > 980);
  t.true(stalled.writableLength < 2000);
  const closed = sink.close();
  while (release.length > 0) {
    release.pop()!();
    await Promise.resolve();
  }
  await closed;
});

test('a write error is kept, and the tracks after it dropped', async (t) => {
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      done(new Error('no space left'));
    },
  });
  const sink = new RecordSink({ name: 'out', format: jsonLines, stream });
  sink.publish(trackingTrack(0));
  await new Promise(setImmediate);
  sink.publish(trackingTrack(1));
  t.is(sink.fault?.message, 'no space left');
  t.is(sink.dropped, 1);
  await sink.close();
});

test('--out with another ending, a missing folder or a folder is a usage error that quotes it', async (t) => {
  await t.throwsAsync(openRecordFile('/tmp/out.txt'), {
    instanceOf: UsageError,
    message: /"\/tmp\/out.txt"/,
  });
  await t.throwsAsync(openRecordFile('/nowhere/out.csv'), { instanceOf: UsageError, message: /folder/ });
  await inFolder(async (folder) => {
    await mkdir(join(folder, 'd.csv'));
    await t.throwsAsync(openRecordFile(join(folder, 'd.csv')), {
      instanceOf: UsageError,
      message: /is a folder/,
    });
  });
});

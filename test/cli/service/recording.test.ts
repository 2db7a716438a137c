import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readRecording } from '../../../src/runtime/recording/read-recording.js';
import { tagalong } from '../../support/command-line.js';
import { needing } from '../../support/tools.js';
import { RunningService } from './support/running-service.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-recorded-'));
const mounted: string[] = [];
test.after.always(() => {
  for (const place of mounted) execFileSync('umount', [place]);
  rmSync(folder, { recursive: true, force: true });
});
const ffmpegTest = needing(test, 'ffmpeg');

ffmpegTest.serial(
  'a recorded flight is followed again from the recorded selection, by the same model to the same tracks',
  async (t) => {
    const dir = join(folder, 'flight');
    const args = ['--source', 'sim://?fps=10', '--record', dir, '--set', 'stdin.enabled=true'];
    const service = new RunningService(t, args);
    await service.logged('healthy');
    const recorded = async (frames: number): Promise<void> => {
      const goal = (await service.metric('tagalong_recorded_frames_total')) + frames;
      while ((await service.metric('tagalong_recorded_frames_total')) < goal) await service.tracks(1);
    };
    await recorded(1);
    const { track } = (await service.command({ command: 'status' })) as { track: { sequence: number } };
    const box = { x: 300, y: 150, width: 48, height: 36 };
    const { sequence } = track;
    t.like(await service.command({ command: 'select', box, sequence }), { accepted: true });
    await recorded(15);
    t.is((await service.stop()).code, 0);

    const segments = await readRecording(dir);
    t.like(segments[0]!.commands[0], { kind: 'select', origin: 'stdin', sequence, box });
    const out = join(folder, 'again.jsonl');
    const { code, stdout, stderr } = await tagalong('replay', dir, '--out', out, '--json');
    t.is(code, 0, stderr);
    t.regex(stderr, /^select at frame \d+ \(stdin\)$/m);
    const comparison = JSON.parse(stdout) as { frames: number; bothSeen: number; meanIou: number | null };
    t.true(comparison.frames >= 10, stdout);
    // the video has lost a little, the tracker has seen other frames when it was busy: not the same, but the same target
    if (comparison.bothSeen >= 10) t.true(comparison.meanIou! > 0.3, stdout);
    const plain = await tagalong('replay', dir);
    t.regex(plain.stdout, /^\d+ frames with a target; the same state in \d/);
  },
);

/** A file system of 8 MB, where this user may mount one. */
function smallDisk(name: string): string | null {
  const place = join(folder, name);
  mkdirSync(place);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', place], {
    stdio: 'ignore',
  });
  if (status !== 0) return null;
  mounted.push(place);
  return place;
}

const disk = smallDisk('disk');
const diskTest = disk === null ? test.skip : ffmpegTest.serial;
diskTest(
  'on a full disk the recording stops with one warning and goes on with room; tracking never stops (needs the right to mount)',
  async (t) => {
    const args = ['--source', 'sim://?fps=20', '--record', join(disk!, 'r'), '--set', 'recording.keepFree=0'];
    const service = new RunningService(t, [...args, '--set', 'recording.encoder=mjpeg']);
    await service.logged('recording');
    while (!((await service.metric('tagalong_recorded_frames_total')) > 0)) await service.tracks(1);
    const filler = join(disk!, 'filler');
    t.throws(() => {
      writeFileSync(filler, Buffer.alloc(16 << 20)); // all there is
    });
    await service.logged('recording stopped; tracking goes on');
    await service.tracks(20);
    t.is(await service.metric('tagalong_recording_stopped'), 1);
    const health = await service.becomes('degraded');
    t.is(health.code, 200);
    t.regex(health.reasons[0]!, /^recording stopped: .*no space left/);
    const before = await service.metric('tagalong_recorded_frames_total');
    rmSync(filler);
    await service.logged('recording goes on');
    while ((await service.metric('tagalong_recorded_frames_total')) <= before) await service.tracks(1);
    const warnings = service.entries().filter(({ msg }) => msg === 'recording stopped; tracking goes on');
    t.is(warnings.length, 1);
    t.is((await service.stop()).code, 0);
    const [first] = await readRecording(join(disk!, 'r'));
    t.is(first!.number, 1); // what was recorded is not given away for nothing
    t.true(first!.frames.length > 0);
  },
);

ffmpegTest.serial(
  'after kill -9, as after a power cut, the recording can be read to nearly its end',
  async (t) => {
    const dir = join(folder, 'killed');
    const service = new RunningService(t, ['--source', 'sim://?fps=20', '--record', dir]);
    await service.logged('recording');
    while (!((await service.metric('tagalong_recorded_frames_total')) >= 40)) await service.tracks(1);
    const before = await service.metric('tagalong_recorded_frames_total');
    service.signal('SIGKILL');
    await service.ended;
    const segments = await readRecording(dir);
    const frames = segments.flatMap((segment) => segment.frames);
    t.true(frames.length >= before);
    const { code, stderr } = await tagalong('replay', dir, '--json');
    t.is(code, 0, stderr);
  },
);

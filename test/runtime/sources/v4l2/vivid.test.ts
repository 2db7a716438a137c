import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import test from 'ava';
import type { CameraAnswer, CameraTask, SeenPicture } from '../../../support/fakev4l2/camera-task.js';
import { temporaryFolder } from '../support/make-video.js';

const folder = temporaryFolder(test);
const emulated = process.env['TAGALONG_VM_TESTS'] === '1' ? test : test.skip;
const uri = 'v4l2:///dev/video0';
const driver = '/sys/bus/platform/drivers/vivid';
const write = (name: string, waitMs: number) => ({ path: `${driver}/${name}`, value: 'vivid.0', waitMs });

/** One boot for all: it takes a minute of emulated time to start Node and look at the pictures. */
const tasks = {
  contract: { kind: 'contract', uri: `${uri}?size=320x180&fps=30` },
  yuyv: { kind: 'read', uri: `${uri}?size=320x180&fps=15&format=yuyv`, limit: 6 },
  nv12: { kind: 'read', uri: `${uri}?size=320x180&fps=15&format=nv12`, limit: 6 },
  grey: { kind: 'read', uri: `${uri}?size=320x180&fps=15&format=grey`, limit: 6 },
  hold: {
    ...{ kind: 'hold', uri: `${uri}?size=320x180&fps=30`, limit: 40 },
    options: { hold: { bytes: 1e9, ms: 300 } },
  },
  mapped: { kind: 'read', uri: `${uri}?size=320x180&fps=15&memory=mmap`, limit: 6 },
  wrongSize: { kind: 'read', uri: `${uri}?size=641x480` },
  wrongRate: { kind: 'read', uri: `${uri}?size=320x180&fps=29` },
  wrongFormat: { kind: 'read', uri: `${uri}?format=mjpeg` },
  second: { kind: 'second', uri: `${uri}?size=320x180` },
  leak: { kind: 'leak', uri: `${uri}?size=320x180&fps=60`, limit: 30 },
  reconnect: {
    ...{ kind: 'read', uri: `${uri}?size=320x180&fps=15`, limit: 8, options: { reconnect: true } },
    after: { frames: 3, writes: [write('unbind', 500), write('bind', 0)] },
  },
  unplug: {
    ...{ kind: 'read', uri: `${uri}?size=320x180&fps=15`, limit: 100 },
    after: { frames: 3, writes: [write('unbind', 0)] },
  },
} as const satisfies Record<string, CameraTask>;

emulated('the kernel’s virtual camera, in an emulated machine (with TAGALONG_VM_TESTS=1)', async (t) => {
  t.timeout(600_000);
  const answers = await runInMachine();
  const { contract, yuyv, nv12, grey, hold, mapped } = answers;
  const { wrongSize, wrongRate, wrongFormat, second, leak, reconnect, unplug } = answers;

  t.deepEqual(
    contract.contract!.filter(({ failure }) => failure !== undefined),
    [],
  );

  const formats = { yuyv: 'yuyv422', nv12: 'nv12', grey: 'gray8' } as const;
  for (const [name, answer] of Object.entries({ yuyv, nv12, grey })) {
    t.is(answer.error, undefined, name);
    t.like(answer.description, { width: 320, height: 180, fps: 15, live: true });
    t.is(answer.description!.format, formats[name as keyof typeof formats]);
    t.is(answer.description!.detail, `vivid: ${name} 320x180`); // no word of a foreign clock
    t.is(answer.pictures!.length, 6);
    checkTimes(answer.pictures!);
  }
  t.deepEqual(yuyv.pictures![0]!.strides, [640]);
  t.deepEqual(nv12.pictures![0]!.strides, [320, 320]);
  t.deepEqual(nv12.pictures![0]!.lengths, [320 * 180, 320 * 90]);
  t.deepEqual(grey.pictures![0]!.strides, [320]);
  // the same test picture but for a moving text: NV12 has it in 16..235, GREY in 0..255
  const luma = nv12.pictures![0]!.mean[0]!;
  const expected = ((luma - 16) * 255) / 219;
  t.true(luma > 40 && Math.abs(grey.pictures![0]!.mean[0]! - expected) <= 4, `${luma}, ${expected}`);

  t.true(yuyv.pictures!.every(({ shared }) => shared));
  t.true(mapped.pictures!.length === 6 && mapped.pictures!.every(({ shared }) => !shared));
  t.regex(mapped.description!.detail, /each frame copied once/);
  t.true(hold.description!.holdable! >= 10);
  t.is(hold.held!.frames, hold.description!.holdable! - 1);

  t.is(wrongSize.error!.name, 'UsageError');
  t.regex(
    wrongSize.error!.message,
    /size: asked for 641x480, got 640x\d+; the device offers yuyv, nv12, .*: 320x180 \(1, .*60 fps\), /,
  );
  t.regex(wrongRate.error!.message, /fps: asked for 29, got 30; the device offers/);
  t.regex(wrongFormat.error!.message, /format: asked for mjpeg, got \w+; the device offers/);
  t.deepEqual(second.error, {
    name: 'SourceError',
    message: `${uri}: the device is busy: another program is using it (fuser -v /dev/video0 names it)`,
  });
  t.is(leak.after!.descriptors, leak.before!.descriptors);

  t.is(reconnect.error, undefined);
  t.is(reconnect.pictures!.length, 8);
  t.regex(reconnect.description!.detail, /reconnects: 1$/);
  t.is(unplug.error!.name, 'SourceError');
  t.regex(unplug.error!.message, /the device is gone or failed \(VIDIOC_DQBUF: ENODEV\)|reports a fault/);

  /** Stamps of the driver: CLOCK_MONOTONIC, and as far apart as the sequence numbers say. */
  function checkTimes(pictures: readonly SeenPicture[]): void {
    const [first, ...rest] = pictures;
    t.true(pictures.every(({ ageNs }) => ageNs > -1e9 / 15)); // vivid stamps with the time a frame was due
    for (const picture of rest) {
      const elapsed = Number(BigInt(picture.capturedAtNs) - BigInt(first!.capturedAtNs)) / 1e9;
      t.true(Math.abs(elapsed * 15 - (picture.sequence - first!.sequence)) < 1.5, `${elapsed} s`);
    }
  }
});

async function runInMachine(): Promise<Readonly<Record<keyof typeof tasks, CameraAnswer>>> {
  const script = fileURLToPath(new URL('../../../../../scripts/vm-v4l2.sh', import.meta.url));
  const program = fileURLToPath(new URL('../../../support/fakev4l2/camera-program.js', import.meta.url));
  const command = [
    process.execPath,
    '--expose-gc',
    program,
    ...Object.values(tasks).map((it) => JSON.stringify(it)),
  ];
  const machine = spawn(script, [folder, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TIMEOUT: '540' },
  });
  const lines = (await text(machine.stdout)).trim().split('\n');
  const names = Object.keys(tasks) as (keyof typeof tasks)[];
  if (lines.length !== names.length) throw new Error(`the machine answered only:\n${lines.join('\n')}`);
  const answers = lines.map((line) => JSON.parse(line) as CameraAnswer);
  return Object.fromEntries(names.map((name, index) => [name, answers[index]!])) as Record<
    keyof typeof tasks,
    CameraAnswer
  >;
}

import test, { type ExecutionContext, type TestFn } from 'ava';
import { SourceError, UsageError } from '../../../../src/core/errors.js';
import { openSource } from '../../../../src/runtime/sources/open-source.js';
import { frameSourceContract } from '../../../contracts/frame-source.contract.js';
import { temporaryFolder } from '../support/make-video.js';
import { readFrames } from '../support/read-source.js';
import { StandIns } from '../support/stand-in.js';

// no CSI camera stands on a build machine: a stand-in for GStreamer records its arguments and writes frames
const folder = temporaryFolder(test);
const frameBytes = (64 * 48 * 3) / 2;
const uri = 'csi://0?size=64x48&fps=60';
/** Chats on standard output as nvarguscamerasrc does; frames go to descriptor 3. */
const camera = `echo 'GST_ARGUS: Creating output stream'
while head -c ${frameBytes} /dev/zero >&3; do sleep 0.01; done`;

test.serial('a Jetson camera is opened through nvarguscamerasrc', async (t) => {
  const programs = new StandIns(t, folder);
  programs.add('gst-inspect-1.0', '[ "$2" = nvarguscamerasrc ]').add('gst-launch-1.0', camera);
  await using source = await openSource('csi://1?size=64x48&fps=59.94');
  t.like(source.describe(), {
    uri: 'csi://1',
    width: 64,
    height: 48,
    format: 'yuv420p',
    fps: 59.94,
    live: true,
  });
  t.regex(source.describe().detail, /nvarguscamerasrc/);
  const before = process.hrtime.bigint();
  const frames = await readFrames(source, { limit: 5 });
  t.true(frames.every(({ bytes }) => bytes.length === frameBytes && bytes.every((byte) => byte === 0)));
  t.true(frames[4]!.capturedAtNs > before && frames[4]!.capturedAtNs < process.hrtime.bigint());
  t.is(
    programs.argumentsOf('gst-launch-1.0').join(' '),
    '-q nvarguscamerasrc sensor-id=1 ! video/x-raw(memory:NVMM),width=64,height=48,framerate=59940/1000 ! nvvidconv ! ' +
      'video/x-raw,format=I420,width=64,height=48 ! queue max-size-buffers=1 leaky=downstream ! fdsink fd=3 sync=false',
  );
});

test.serial('another camera is opened through libcamerasrc, by name', async (t) => {
  const programs = new StandIns(t, folder);
  programs.add('gst-inspect-1.0', '[ "$2" = libcamerasrc ]').add('gst-launch-1.0', camera);
  await using source = await openSource('csi:///base/i2c@1/imx219@10?size=64x48');
  await readFrames(source, { limit: 1 });
  t.regex(
    programs.argumentsOf('gst-launch-1.0').join(' '),
    /^-q libcamerasrc camera-name=\/base\/i2c@1\/imx219@10 ! video\/x-raw,width=64,height=48,framerate=30\/1 ! videoconvert !/,
  );
  await using first = await openSource(uri);
  await readFrames(first, { limit: 1 });
  t.regex(programs.argumentsOf('gst-launch-1.0').join(' '), /^-q libcamerasrc ! /);
  await t.throwsAsync(openSource('csi://1?size=64x48'), {
    instanceOf: UsageError,
    message: /knows no number 1/,
  });
});

test.serial('a camera that cannot be had is a fault in GStreamer’s words', async (t) => {
  const programs = new StandIns(t, folder);
  programs
    .add('gst-inspect-1.0', 'true')
    .add('gst-launch-1.0', 'echo "ERROR: No cameras available" >&2; exit 1');
  await t.throwsAsync(openSource(uri), {
    instanceOf: SourceError,
    message: 'csi://0: gst-launch-1.0 ended with status 1 after 0 frames: ERROR: No cameras available',
  });
});

test.serial('the end of the stream is a fault; with reconnect the camera is opened anew', async (t) => {
  const programs = new StandIns(t, folder);
  programs.add('gst-inspect-1.0', 'true').add('gst-launch-1.0', `head -c ${frameBytes * 3} /dev/zero >&3`);
  await using source = await openSource(uri);
  await t.throwsAsync(readFrames(source), {
    instanceOf: SourceError,
    message: /ended with status 0 after 3 frames/,
  });
  await using again = await openSource(uri, { reconnect: true });
  const frames = await readFrames(again, { limit: 6 });
  for (const [index, { sequence }] of frames.slice(1).entries()) t.true(sequence > frames[index]!.sequence);
  t.regex(again.describe().detail, /reconnects: \d+$/);
});

test.serial('without GStreamer or its camera element the error names the packages', async (t) => {
  const programs = new StandIns(t, folder, { alone: true });
  await t.throwsAsync(openSource(uri), {
    instanceOf: SourceError,
    message: /gst-inspect-1.0 is not installed; it is in the Debian package gstreamer1.0-tools/,
  });
  programs.add('gst-inspect-1.0', 'exit 1');
  await t.throwsAsync(openSource(uri), {
    instanceOf: SourceError,
    message: /neither nvarguscamerasrc .* nor libcamerasrc \(in the Debian package gstreamer1.0-libcamera\)/,
  });
});

test('a size that GStreamer would pad is refused', async (t) => {
  await t.throwsAsync(openSource('csi://0?size=100x48'), { instanceOf: UsageError, message: /size: 100x48/ });
});

/** Declares the tests of the contract with the stand-ins in place. */
const declare = (title: string, body: (t: ExecutionContext) => Promise<void>): void => {
  test.serial(title, async (t) => {
    new StandIns(t, folder).add('gst-inspect-1.0', 'true').add('gst-launch-1.0', camera);
    await body(t);
  });
};
frameSourceContract(declare as TestFn, 'csi camera', { open: () => openSource(uri) });

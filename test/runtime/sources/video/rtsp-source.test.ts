import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { SourceError } from '../../../../src/core/errors.js';
import { openSource } from '../../../../src/runtime/sources/open-source.js';
import { temporaryFolder } from '../support/make-video.js';
import { readFrames } from '../support/read-source.js';
import { StandIns } from '../support/stand-in.js';

const folder = temporaryFolder(test);

interface Peer {
  readonly process: ChildProcess;
  readonly port: string;
}

const python = '/usr/bin/python3'; // the one that Debian's bindings are for
const script = fileURLToPath(new URL('../../../../../test/support/rtsp/rtsp-peer.py', import.meta.url));

/** GStreamer's RTSP server. */
async function startPeer(port = '0'): Promise<Peer> {
  const process = spawn(python, [script, port], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(process.stdout, 'data')) as [Buffer];
  return { process, port: String(line).trim() };
}

const hasPeer = spawnSync(python, [script, '--check'], { stdio: 'ignore' }).status === 0;
const peerTest = hasPeer ? test.serial : test.serial.skip;
let peer: Peer | undefined;
test.before(async () => {
  if (hasPeer) peer = await startPeer();
});
test.after.always(() => peer?.process.kill());
const live = (password = 's3cret', query = ''): string =>
  `rtsp://pilot:${password}@127.0.0.1:${peer?.port ?? ''}/live${query}`;
if (!hasPeer) {
  test('no RTSP peer (python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-ugly): its tests are skipped', (t) => {
    t.pass();
  });
}

for (const transport of ['tcp', 'udp']) {
  peerTest(`frames come from an RTSP server over ${transport}`, async (t) => {
    await using source = await openSource(live('s3cret', `?transport=${transport}`));
    t.like(source.describe(), { width: 160, height: 120, format: 'yuv420p', fps: 30, live: true });
    t.is(source.describe().uri, live().replace('pilot:s3cret@', ''));
    t.regex(source.describe().detail, new RegExp(`h264 160x120 over ${transport}`));
    const frames = await readFrames(source, { limit: 8 });
    t.true(frames.every(({ bytes }) => bytes.length === (160 * 120 * 3) / 2));
    t.true(new Set(frames[0]!.bytes).size > 10); // a picture, not a flat field
    for (const [index, { capturedAtNs }] of frames.slice(1).entries()) {
      t.true(capturedAtNs > frames[index]!.capturedAtNs);
    }
  });
}

peerTest('a refused password is a fault that does not show it', async (t) => {
  const error = await t.throwsAsync(openSource(live('wr0ng')), { instanceOf: SourceError });
  t.regex(error.message, /401 Unauthorized/);
  t.notRegex(error.message, /wr0ng|pilot/);
});

peerTest('a server that stops is a fault; with reconnect it is waited for', async (t) => {
  const mortal = await startPeer();
  const url = `rtsp://pilot:s3cret@127.0.0.1:${mortal.port}/live`;
  await using plain = await openSource(url);
  await using patient = await openSource(url, { reconnect: true });
  mortal.process.kill('SIGKILL');
  await t.throwsAsync(readFrames(plain), { instanceOf: SourceError, message: /ffmpeg ended with status/ });
  const reborn = startPeer(mortal.port);
  t.teardown(async () => (await reborn).process.kill());
  for await (const frame of patient.frames()) {
    frame.dispose();
    if (patient.describe().detail.includes('reconnects')) break;
  }
  t.pass();
});

const probed = JSON.stringify({
  program_version: { version: '4.4.2' },
  streams: [{ codec_name: 'h264', width: 64, height: 48, pix_fmt: 'yuv420p', avg_frame_rate: '25/1' }],
});
const frameBytes = (64 * 48 * 3) / 2;

test.serial('ffmpeg is asked for little delay, and the camera’s own query is left to it', async (t) => {
  const programs = new StandIns(t, folder);
  programs
    .add('ffprobe', `echo '${probed}'`)
    .add('ffmpeg', `head -c ${frameBytes * 9} /dev/zero; exec sleep 9`);
  await using source = await openSource('rtsp://u:p@host/cam?channel=1&transport=udp&subtype=0');
  t.is(source.describe().uri, 'rtsp://host/cam');
  const words = programs.argumentsOf('ffmpeg').join(' ');
  t.regex(words, /-fflags nobuffer -flags low_delay -thread_type slice/);
  t.regex(words, /-rtsp_transport udp -i rtsp:\/\/u:p@host\/cam\?channel=1&subtype=0 /);
  t.regex(words, /-vsync passthrough/); // this ffmpeg is older than -fps_mode
  t.regex(
    programs.argumentsOf('ffprobe').join(' '),
    /-rtsp_transport udp rtsp:\/\/u:p@host\/cam\?channel=1&subtype=0$/,
  );
});

test.serial('a slow reader gets the newest frame; what it missed is counted', async (t) => {
  const programs = new StandIns(t, folder);
  const frames = `for byte in 1 2 3 4 5 6 7; do head -c ${frameBytes} /dev/zero | tr '\\0' "\\00$byte"; done; exec sleep 9`;
  programs.add('ffprobe', `echo '${probed}'`).add('ffmpeg', frames);
  await using source = await openSource('rtsp://host/cam');
  const seen: number[] = [];
  for await (const frame of source.frames()) {
    seen.push(frame.planes[0]!.data[0]!, frame.sequence);
    frame.dispose();
    if (seen.length === 4) break;
    while (source.statistics().dropped < 5) await new Promise((resolve) => setTimeout(resolve, 10)); // 2 to 6
  }
  t.deepEqual(seen, [1, 0, 7, 6]);
  t.deepEqual(source.statistics(), { delivered: 2, dropped: 5 });
});

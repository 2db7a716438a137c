import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../../src/core/errors.js';
import { mergeOptions, parseSize, type SourceOptions } from '../../../src/runtime/sources/source-options.js';
import { parseSourceUri, withoutSecrets } from '../../../src/runtime/sources/source-uri.js';

const parsed = test.macro({
  exec: (t: ExecutionContext, text: string, scheme: string, target: string, query = '', display = target) => {
    const uri = parseSourceUri(text);
    t.deepEqual(
      { ...uri, query: uri.query.toString() },
      { scheme: scheme as typeof uri.scheme, target, query, display },
    );
  },
  title: (_: string | undefined, text: string) => `"${text}" is taken apart`,
});

test(parsed, 'flight.mp4', 'file', 'flight.mp4');
test(parsed, './what?.mp4', 'file', './what?.mp4');
test(parsed, '/dev/video0', 'v4l2', '/dev/video0');
test(parsed, '/dev/v4l/by-id/usb-cam', 'v4l2', '/dev/v4l/by-id/usb-cam');
test(parsed, 'file:///a/b%20c.mp4?fps=5', 'file', '/a/b c.mp4', 'fps=5', 'file:///a/b%20c.mp4');
test(parsed, 'file://100%.mp4', 'file', '100%.mp4', '', 'file://100%.mp4');
test(parsed, 'file://localhost/a.mp4', 'file', '/a.mp4', '', 'file:///a.mp4');
test(
  parsed,
  'v4l2:///dev/video0?size=640x480&fps=30',
  'v4l2',
  '/dev/video0',
  'size=640x480&fps=30',
  'v4l2:///dev/video0',
);
test(parsed, 'csi://0', 'csi', '0', '', 'csi://0');
test(parsed, 'sim://?seed=7', 'sim', '', 'seed=7', 'sim://?seed=7');
test(parsed, 'rtsp://host:554/live', 'rtsp', 'rtsp://host:554/live');
test(parsed, 'rtsp://me:p@ss@host/live', 'rtsp', 'rtsp://me:p@ss@host/live', '', 'rtsp://host/live');
test(
  parsed,
  'rtsp://host/live?channel=1&transport=udp&fps=9&password=x',
  'rtsp',
  'rtsp://host/live?channel=1&fps=9&password=x',
  'transport=udp',
  'rtsp://host/live',
);

test('an unknown scheme is a usage error that lists the known ones, without secrets', (t) => {
  const error = t.throws(() => parseSourceUri('http://me:secret@host/a'), { instanceOf: UsageError });
  t.regex(
    error.message,
    /source "http:\/\/host\/a": unknown scheme "http"; known are v4l2:\/\/\/dev\/video0, file:/,
  );
  t.notRegex(error.message, /secret/);
});

test('a missing part is a usage error', (t) => {
  for (const text of ['', 'v4l2://', 'file://?fps=3', 'csi://', 'rtsp://', 'rtsp://me@', 'sim://path']) {
    t.throws(() => parseSourceUri(text), { instanceOf: UsageError }, text);
  }
});

test('passwords are removed from any text', (t) => {
  t.is(withoutSecrets('open rtsp://a:b@c@h/x, then http://u@i'), 'open rtsp://h/x, then http://i');
  fc.assert(
    fc.property(fc.stringMatching(/^[\w!$%&*@:]{1,12}$/), (password) => {
      const uri = parseSourceUri(`rtsp://user:${password}@host/live`);
      return uri.display === 'rtsp://host/live';
    }),
  );
  t.pass();
});

function merge(text: string, flags: SourceOptions = {}): SourceOptions {
  return mergeOptions(parseSourceUri(text), flags);
}

test('options come from the query and from flags, and flags win', (t) => {
  t.deepEqual(merge('v4l2:///dev/video0?size=640x480&fps=30&format=yuyv&reconnect'), {
    size: { width: 640, height: 480 },
    fps: 30,
    format: 'yuyv',
    reconnect: true,
  });
  t.deepEqual(merge('v4l2:///dev/video0?fps=30&reconnect=false', { fps: 15 }), { fps: 15, reconnect: false });
  t.deepEqual(merge('a.mp4', { reconnect: false }), {});
});

test('an option that a source does not have, or a bad value, is a usage error that quotes it', (t) => {
  const bad: readonly [string, SourceOptions, RegExp][] = [
    [
      'v4l2:///dev/video0?speed=3',
      {},
      /unknown option "speed"; known are fps, size, format, reconnect, jpegScale/,
    ],
    ['csi://0?format=yuyv', {}, /unknown option "format"/],
    ['a.mp4', { transport: 'tcp' }, /file has no option transport/],
    ['sim://', { reconnect: true }, /sim has no option reconnect/],
    ['v4l2:///dev/video0?fps=fast', {}, /fps: NaN/],
    ['v4l2:///dev/video0?fps=', {}, /fps: NaN/],
    ['v4l2:///dev/video0', { fps: 0 }, /fps: 0 is not between/],
    ['v4l2:///dev/video0?size=640', {}, /size: "640" is not a size; write it as 640x480/],
    ['v4l2:///dev/video0', { size: { width: 0, height: 2 } }, /size: 0x2 is not a size/],
    ['v4l2:///dev/video0?jpegScale=3', {}, /jpegScale: 3/],
    ['v4l2:///dev/video0?reconnect=maybe', {}, /reconnect: "maybe"/],
    ['rtsp://h/x?transport=pigeon', {}, /transport: "pigeon"/],
  ];
  for (const [text, flags, message] of bad)
    t.throws(() => merge(text, flags), { instanceOf: UsageError, message });
});

test('a size is written as 640x480', (t) => {
  t.deepEqual(parseSize('640x480'), { width: 640, height: 480 });
  for (const text of ['640', '0x1', '-1x2', '1.5x2', 'x', '640x480x3']) {
    t.throws(() => parseSize(text), { instanceOf: UsageError });
  }
});

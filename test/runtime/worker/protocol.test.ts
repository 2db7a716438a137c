import test from 'ava';
import { InferenceError } from '../../../src/core/errors.js';
import { parseReply, parseRequest } from '../../../src/runtime/worker/protocol.js';

const plane = { data: new Uint8Array(new SharedArrayBuffer(4)), stride: 2 };
const frame = {
  format: 'gray8',
  width: 2,
  height: 2,
  planes: [plane],
  fullRange: false,
  capturedAtNs: 0n,
  sequence: 0,
};

test('a request is taken as it is', (t) => {
  const request = { kind: 'update', id: 1, frame };
  t.deepEqual(parseRequest(request), request as never);
  // the same memory, not a copy of it
  const parsed = parseRequest(request);
  t.is(parsed.kind === 'update' ? parsed.frame.planes[0]?.data.buffer : null, plane.data.buffer);
});

test('requests that are none are refused with what is wrong', (t) => {
  const wrong: [unknown, RegExp][] = [
    [null, /bad request/],
    [{ kind: 'jump', id: 1 }, /kind/],
    [{ kind: 'stop', id: 0 }, /id/],
    [{ kind: 'stop', id: 1, extra: true }, /bad request/],
    [{ kind: 'update', id: 1, frame: { ...frame, format: 'rgb48' } }, /frame\.format/],
    [
      { kind: 'update', id: 1, frame: { ...frame, planes: [{ data: new Uint8Array(4), stride: 2 }] } },
      /frame\.planes\.0\.data must view a SharedArrayBuffer/,
    ],
  ];
  for (const [request, message] of wrong) {
    t.throws(() => parseRequest(request), { instanceOf: InferenceError, message });
  }
});

test('replies that are none are refused', (t) => {
  t.throws(() => parseReply({ kind: 'track', id: 1, track: {}, elapsedMs: 1 }), {
    instanceOf: InferenceError,
    message: /bad reply: track\./,
  });
  t.deepEqual(parseReply({ kind: 'done', id: 3 }), { kind: 'done', id: 3 });
});

test('a track may name what looks like its target', (t) => {
  const box = { cx: 1, cy: 2, width: 3, height: 4 };
  const seen = { sequence: 1, capturedAtNs: 2n, width: 3, height: 4 };
  const track = { state: 'tracking', box, confidence: 1, velocity: null, frame: seen, target: 1 };
  const reply = {
    kind: 'track',
    id: 1,
    track: { ...track, distractors: [{ box, score: 0.5 }] },
    elapsedMs: 1,
  };
  t.deepEqual(parseReply(reply), reply as never);
});

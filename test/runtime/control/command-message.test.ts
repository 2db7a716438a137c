import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { answerMessage, parseCommandMessage } from '../../../src/runtime/control/command-message.js';
import { trackingTrack } from '../../support/tracks.js';

test('a selection by box or by point, stop and status are understood', (t) => {
  const box = { x: 10, y: 20, width: 30, height: 40 };
  t.deepEqual(parseCommandMessage(JSON.stringify({ command: 'select', box, sequence: 7, id: 'a' })), {
    id: 'a',
    command: { kind: 'select', box: { cx: 25, cy: 40, width: 30, height: 40 }, sequence: 7 },
  });
  t.deepEqual(parseCommandMessage('{"command":"select","point":{"x":1,"y":2}}'), {
    id: undefined,
    command: { kind: 'select', point: { x: 1, y: 2 } },
  });
  t.deepEqual(parseCommandMessage('{"command":"stop","id":4}'), { id: 4, command: { kind: 'stop' } });
  t.deepEqual(parseCommandMessage('{"command":"status"}').command, { kind: 'status' });
});

for (const text of [
  'select',
  '[]',
  '{"command":"jump"}',
  '{"command":"select"}',
  '{"command":"select","box":{"x":1,"y":2,"width":3}}',
  '{"command":"select","box":{"x":1,"y":2,"width":3,"height":"4"}}',
  '{"command":"select","point":{"x":1,"y":2},"box":{"x":1,"y":2,"width":3,"height":4}}',
  '{"command":"stop","now":true}',
]) {
  test(`${text} is refused, quoted`, (t) => {
    const error = t.throws(() => parseCommandMessage(text), { instanceOf: UsageError });
    t.true(error.message.startsWith(`command ${JSON.stringify(text)}`.slice(0, 60)));
  });
}

test('a long refused command is quoted in part', (t) => {
  const error = t.throws(() => parseCommandMessage('x'.repeat(5000)));
  t.true(error.message.length < 200);
});

test('answers carry the id, the track as files show it, or the reason', (t) => {
  t.deepEqual(JSON.parse(answerMessage({ accepted: false, reason: 'no' }, 3)), {
    id: 3,
    accepted: false,
    reason: 'no',
  });
  t.deepEqual(JSON.parse(answerMessage({ accepted: true, track: null })), { accepted: true, track: null });
  const answer: unknown = JSON.parse(answerMessage({ accepted: true, track: trackingTrack(1) }));
  t.like(answer, { accepted: true, track: { sequence: 1, box: { x: 140, y: 105, width: 40, height: 30 } } });
});

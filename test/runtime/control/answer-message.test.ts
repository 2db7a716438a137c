import test from 'ava';
import { startingStatus } from '../../../src/core/ports/loop-status.js';
import { answerMessage, statusMessage } from '../../../src/runtime/control/answer-message.js';
import { trackingTrack } from '../../support/tracks.js';

test('answers carry the id, the track as files show it, or the reason', (t) => {
  t.deepEqual(answerMessage({ accepted: false, reason: 'no' }, 3), { id: 3, accepted: false, reason: 'no' });
  t.deepEqual(answerMessage({ accepted: true, track: null }), { accepted: true, track: null });
  t.like(answerMessage({ accepted: true, track: trackingTrack(1) }), {
    accepted: true,
    track: { sequence: 1, box: { x: 140, y: 105, width: 40, height: 30 } },
  });
});

test('a status is fit for JSON, and says whose the last command was', (t) => {
  const status = {
    ...startingStatus,
    track: trackingTrack(1),
    lastCommand: {
      command: { kind: 'select', point: { x: 1, y: 2 }, timeNs: 5n },
      origin: { kind: 'mqtt', name: 'ground' },
      atMs: 0,
    },
  } as const;
  const message = statusMessage(status);
  t.deepEqual(JSON.parse(JSON.stringify(message)), message);
  t.deepEqual(message.lastCommand, {
    command: 'select',
    origin: 'mqtt:ground',
    at: '1970-01-01T00:00:00.000Z',
  });
  t.like(answerMessage({ accepted: true, track: null, status }), { status: { state: 'starting' } });
});

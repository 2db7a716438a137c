import test from 'ava';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { trackingTrack } from '../../support/tracks.js';

test('status is answered at once with the latest track', async (t) => {
  const control = new LiveControl();
  t.deepEqual(await control.execute({ kind: 'status' }), { accepted: true, track: null });
  const track = trackingTrack(7);
  control.show(track);
  t.deepEqual(await control.execute({ kind: 'status' }), { accepted: true, track });
});

test('of several commands waiting for one frame only the newest is carried out', async (t) => {
  const control = new LiveControl();
  const first = control.execute({ kind: 'select', point: { x: 1, y: 2 } });
  const second = control.execute({ kind: 'stop' });
  const pending = control.take();
  t.is(pending?.command.kind, 'stop');
  t.like(await first, { accepted: false, reason: 'overtaken by a later command' });
  pending?.answer({ accepted: true, track: null });
  t.like(await second, { accepted: true });
  t.is(control.take(), null);
});

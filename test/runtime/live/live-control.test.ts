import test from 'ava';
import { startingStatus } from '../../../src/core/ports/loop-status.js';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { trackingTrack } from '../../support/tracks.js';

const local = { kind: 'local' } as const;

test('before the loop runs, status is answered and commands wait for it', async (t) => {
  const control = new LiveControl();
  t.like(await control.execute({ kind: 'status' }, local), { accepted: true, status: { state: 'starting' } });
  const waiting = control.execute({ kind: 'stop' }, local);
  let woken = 0;
  control.attach(
    () => ({ ...startingStatus, state: 'tracking', track: trackingTrack(7) }),
    () => (woken += 1),
  );
  t.like(control.status(), { state: 'tracking', track: { frame: { sequence: 7 } } });
  const second = control.execute({ kind: 'pause' }, local);
  t.is(woken, 1);
  const pending = control.take();
  t.deepEqual(
    pending.map(({ command }) => command.kind),
    ['stop', 'pause'],
  );
  for (const { answer } of pending) answer({ accepted: true, track: null });
  t.like(await waiting, { accepted: true });
  t.like(await second, { accepted: true });
});

test('when the loop has ended every command is refused, but status', async (t) => {
  const control = new LiveControl();
  const waiting = control.execute({ kind: 'stop' }, local);
  control.end();
  const ended = { accepted: false, reason: 'the live loop has ended' } as const;
  t.deepEqual(await waiting, ended);
  t.deepEqual(await control.execute({ kind: 'pause' }, local), ended);
  t.like(await control.execute({ kind: 'status' }, local), { status: { state: 'ended' } });
});

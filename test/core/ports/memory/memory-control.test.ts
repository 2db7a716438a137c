import test from 'ava';
import { MemoryControl } from '../../../../src/core/ports/memory/memory-control.js';
import { controlContract } from '../../../contracts/control.contract.js';
import { trackingTrack } from '../../../support/tracks.js';

controlContract(test, 'memory control', {
  open: (options) => ({ control: new MemoryControl(options), close: () => Promise.resolve() }),
});

test('commands are kept, answered as scripted, with the track shown', async (t) => {
  const control = new MemoryControl({
    status: { trackerRestarts: 2 },
    ...{
      answer: ({ kind }) =>
        kind === 'stop' ? { accepted: false, reason: 'no' } : { accepted: true, track: null },
    },
  });
  control.show(trackingTrack(4));
  t.like(await control.execute({ kind: 'status' }, { kind: 'web' }), { track: { target: 1 } });
  t.like(await control.execute({ kind: 'stop' }, { kind: 'web' }), { accepted: false, reason: 'no' });
  t.like(await control.execute({ kind: 'pause' }, { kind: 'web' }), { accepted: true });
  t.deepEqual(
    control.commands.map(({ command }) => command.kind),
    ['stop', 'pause'],
  );
  t.is(control.status().trackerRestarts, 2);
});

import test from 'ava';
import { MemorySink } from '../../../../src/core/ports/memory/memory-sink.js';
import { sinkContract } from '../../../contracts/sink.contract.js';
import { trackingTrack } from '../../../support/tracks.js';

sinkContract(test, 'memory sink', { open: () => new MemorySink() });

test('a full memory sink keeps the newest tracks and counts the others', (t) => {
  const sink = new MemorySink({ capacity: 2 });
  for (let i = 0; i < 5; i += 1) sink.publish(trackingTrack(i));
  t.deepEqual(
    sink.tracks.map((track) => track.frame.sequence),
    [3, 4],
  );
  t.is(sink.dropped, 3);
});

import test from 'ava';
import { TruthSink } from '../../../src/cli/follow/truth-sink.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { idleTrack, lostTrack, trackingTrack } from '../../support/tracks.js';

const box = { cx: 160, cy: 120, width: 40, height: 30 };

sinkContract(test, 'truth sink', {
  open: () => new TruthSink({ truthOf: () => ({ box, occluded: false }) }),
});

test('the overlap is averaged over the frames in sight, a lost target counting zero', (t) => {
  const sink = new TruthSink({
    truthOf: (sequence) => ({ box: sequence < 6 ? box : null, occluded: sequence === 4 }),
  });
  t.is(sink.describe(), '');
  sink.publish(idleTrack(0));
  sink.publish(trackingTrack(1));
  sink.publish(lostTrack(2));
  sink.publish(lostTrack(4));
  sink.publish(trackingTrack(9));
  t.regex(sink.describe(), /mean IoU 0\.500 over 2 frames in sight/);
});

import test from 'ava';
import { StateMachine } from '../../../src/core/tracking/state-machine.js';

const options = {
  coastBelow: 0.2,
  resumeAbove: 0.5,
  reacquireAbove: 0.7,
  coastFrames: 3,
  coastSigma: 2,
  reacquireFrames: 1,
};

test('a target that is not seen coasts for the frames allowed, then is lost', (t) => {
  const states = new StateMachine(options);
  t.deepEqual(
    [0.9, 0.1, 0.1, 0.1, 0.1, 0.1].map((confidence) => states.step(confidence)),
    ['tracking', 'coasting', 'coasting', 'coasting', 'lost', 'lost'],
  );
});

test('it takes more confidence to resume than to go on', (t) => {
  const states = new StateMachine(options);
  t.is(states.step(0.3), 'tracking');
  states.step(0.1);
  t.is(states.step(0.3), 'coasting');
  t.is(states.step(0.6), 'tracking');
});

test('a lost target does not become coasting again', (t) => {
  const states = new StateMachine(options);
  for (let i = 0; i < 5; i += 1) states.step(0);
  t.is(states.step(0.4), 'lost');
  t.is(states.step(0.6), 'lost', 'it takes more to be found than to be seen again');
  t.is(states.step(0.7), 'tracking');
});

test('a prediction that may be anywhere is no prediction: the target is lost before its frames are up', (t) => {
  const states = new StateMachine(options);
  t.is(states.step(0.1, 1.9), 'coasting');
  t.is(states.step(0.1, 2.1), 'lost');
  t.is(new StateMachine(options).step(0.9, 5), 'tracking', 'what is seen needs no prediction');
});

test('a lost target is found when it was seen in successive frames, not in some', (t) => {
  const states = new StateMachine({ ...options, reacquireFrames: 3 });
  for (let i = 0; i < 4; i += 1) states.step(0);
  t.deepEqual(
    [0.8, 0.8, 0.1, 0.8, 0.8, 0.8].map((confidence) => states.step(confidence)),
    ['lost', 'lost', 'lost', 'lost', 'lost', 'tracking'],
  );
});

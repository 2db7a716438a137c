import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { parseSimulationQuery } from '../../../src/core/simulation/options.js';

const parse = (query: string): ReturnType<typeof parseSimulationQuery> =>
  parseSimulationQuery(new URLSearchParams(query));

test('an empty query is the default flight', (t) => {
  t.deepEqual(parse(''), {
    settings: {
      seed: 1,
      size: { width: 640, height: 360 },
      scenario: 'flight',
      format: 'rgb24',
      noise: 2,
      blur: 0.5,
    },
    fps: 60,
    frames: null,
    realtime: false,
    gimbal: null,
  });
});

test('every option can be given', (t) => {
  const query =
    'seed=7&size=1280x720&fps=29.97&scenario=calm&format=gray8&noise=0&blur=0.25&frames=10&realtime=true';
  t.deepEqual(parse(query), {
    settings: {
      seed: 7,
      size: { width: 1280, height: 720 },
      scenario: 'calm',
      format: 'gray8',
      noise: 0,
      blur: 0.25,
    },
    fps: 29.97,
    frames: 10,
    realtime: true,
    gimbal: null,
  });
});

test('an unknown option is a usage error that names it and the known ones', (t) => {
  t.throws(() => parse('sede=7'), { instanceOf: UsageError, message: /unknown option "sede".*seed/ });
});

for (const [query, pattern] of [
  ['seed=abc', /seed=abc/],
  ['seed=-1', /seed=-1/],
  ['seed=4294967296', /seed=4294967296/],
  ['size=640', /size=640/],
  ['size=8x8', /size=8x8/],
  ['fps=0', /fps=0/],
  ['fps=1e9', /fps=1e9/],
  ['scenario=war', /scenario=war/],
  ['format=nv12', /format=nv12/],
  ['noise=-3', /noise=-3/],
  ['blur=2', /blur=2/],
  ['frames=0', /frames=0/],
  ['realtime=yes', /realtime=yes/],
  ['seed=1&seed=2', /"seed" is given twice/],
] as const) {
  test(`"${query}" is refused and quoted`, (t) => {
    t.throws(() => parse(query), { instanceOf: UsageError, message: pattern });
  });
}

test('on a gimbal outside the simulation keeps to the clock', (t) => {
  const { gimbal, realtime } = parse('gimbal=udpout://127.0.0.1:14560');
  t.deepEqual([gimbal, realtime], ['udpout://127.0.0.1:14560', true]);
  t.throws(() => parse('gimbal=udpout://127.0.0.1:14560&realtime=false'), { instanceOf: UsageError });
});

import test from 'ava';
import { closeLoop, degree, rmsOff, stepResponse } from './support/closed-loop.js';

const step = 10 * degree;
const toStep = { target: () => ({ yaw: step, pitch: 0 }), seconds: 1.5 };

/** Stands still, then crosses at 20 deg/s. */
const crossing = {
  target: (timeS: number) => ({ yaw: 20 * degree * Math.max(0, timeS - 0.3), pitch: 0 }),
  seconds: 3,
};

test('a step of 10 degrees settles within 0.6 s and overshoots by at most 10 %', (t) => {
  const { settled, overshoot } = stepResponse(closeLoop(toStep), step);
  t.true(settled < 0.6, `settled after ${settled} s`);
  t.true(overshoot < 0.1, `overshoot ${overshoot}`);
});

test('a target crossing at 20 deg/s stays within 5 % of the frame width of the middle, from its first move on', (t) => {
  const off = rmsOff(closeLoop(crossing));
  t.true(off < 0.02, `${off}`);
});

test('a target that turns round every second at 20 deg/s stays within 5 % of the frame width', (t) => {
  const target = (timeS: number) => ({
    yaw: (20 * degree * Math.asin(Math.sin(timeS * Math.PI))) / Math.PI,
    pitch: -0.5 + 0.1 * Math.sin(2 * timeS),
  });
  const off = rmsOff(closeLoop({ target, start: { yaw: 0, pitch: -0.5 }, seconds: 4 }));
  t.true(off < 0.05, `${off}`);
});

for (const [what, extra] of [
  ['the gimbal is twice as slow to begin as configured', { limits: { delay: 0.08 } }],
  ['the gimbal begins at once', { limits: { delay: 0 } }],
  ['the gimbal runs at four fifths of what it is told', { scale: 0.8 }],
  ['attitude comes 20 times a second', { reportHz: 20, reportDelayS: 0.02 }],
  ['the gimbal never tells its attitude', { reportHz: 0 }],
  ['a track is 60 ms old', { trackingS: 0.06 }],
  ['boxes jitter by 1.5 pixels', { noise: 1.5 }],
  ['the camera gives 20 frames a second', { fps: 20 }],
] as const) {
  test(`it stays calm and on the target when ${what}`, (t) => {
    const { settled, overshoot } = stepResponse(closeLoop({ ...toStep, ...extra }), step, 0.1);
    t.true(settled < 0.75, `settled after ${settled} s`);
    t.true(overshoot < 0.12, `overshoot ${overshoot}`);
    const off = rmsOff(closeLoop({ ...crossing, ...extra }));
    t.true(off < 0.05, `${off}`);
  });
}

test('latency is compensated: while the gimbal turns, old boxes do not make it swing', (t) => {
  // the boxes are 100 ms old: taken for new, with this gain, they would make the loop oscillate
  const samples = closeLoop({ ...toStep, trackingS: 0.1, seconds: 2 });
  const { overshoot } = stepResponse(samples, step);
  t.true(overshoot < 0.05, `${overshoot}`);
  t.true(rmsOff(samples.slice(-30)) < 0.002);
});

test('straight down the target is brought to the middle, whatever yaw it takes', (t) => {
  const samples = closeLoop({
    target: () => ({ yaw: 100 * degree, pitch: -80 * degree }),
    start: { yaw: 0, pitch: -84 * degree },
    seconds: 5,
  });
  t.true(samples.at(-1)!.off < 0.01, `${samples.at(-1)!.off}`);
});

test('rates and their changes keep the limits', (t) => {
  const options = { maxRate: 30, maxAcceleration: 100 };
  const samples = closeLoop({ ...toStep, options });
  let before = { yaw: 0, pitch: 0 };
  for (const { demand } of samples) {
    t.true(Math.abs(demand.rates.yaw) <= 30 * degree + 1e-9);
    t.true(Math.abs(demand.rates.yaw - before.yaw) <= 100 * degree * 0.02 + 1e-6);
    before = demand.rates;
  }
});

test('a target within the dead band is left alone', (t) => {
  const samples = closeLoop({
    target: () => ({ yaw: 0.8 * degree, pitch: 0 }),
    options: { deadBand: 1 },
    seconds: 0.5,
  });
  t.true(samples.every(({ yaw }) => yaw === 0));
});

test('coasting goes on along the prediction, with less and less; lost stands still', (t) => {
  const samples = closeLoop({
    ...crossing,
    options: { coastDecaySeconds: 0.3 },
    state: (timeS) => (timeS < 1.5 ? 'tracking' : timeS < 2.2 ? 'coasting' : 'lost'),
  });
  const rateAt = (timeS: number): number => samples.find((it) => it.timeS >= timeS)!.demand.rates.yaw;
  t.true(Math.abs(rateAt(1.45) - 20 * degree) < 2 * degree);
  t.true(rateAt(1.6) > 10 * degree, 'goes on');
  t.true(rateAt(2.15) < 0.35 * rateAt(1.6), 'with less');
  t.true(rateAt(2.15) > 0);
  t.is(rateAt(2.8), 0);
  t.is(samples.at(-1)!.demand.mode, 'holding');
});

test('a target lost for long turns the camera to its preset, and being found again ends it', (t) => {
  const samples = closeLoop({
    target: () => ({ yaw: 5 * degree, pitch: -30 * degree }),
    start: { yaw: 5 * degree, pitch: -30 * degree },
    options: { preset: { pitch: -20, afterSeconds: 0.5, rate: 30 } },
    state: (timeS) => (timeS < 0.5 || timeS > 2.5 ? 'tracking' : 'lost'),
    seconds: 4,
  });
  const at = (timeS: number) => samples.find((it) => it.timeS >= timeS)!;
  t.is(at(0.8).demand.mode, 'holding');
  t.is(at(1.2).demand.mode, 'returning');
  t.true(Math.abs(at(2.45).pitch + 20 * degree) < 2 * degree, `${at(2.45).pitch / degree}`);
  t.true(Math.abs(at(2.45).yaw - 5 * degree) < 1 * degree, 'yaw is not asked for');
  t.is(at(3).demand.mode, 'following');
  t.true(at(3.9).off < 0.01);
});

test('an operator has it at once, and what follows begins without a jerk', (t) => {
  const samples = closeLoop({
    ...crossing,
    onStep: (timeS, controller) => {
      controller.setManual(timeS > 1 && timeS < 1.5);
    },
  });
  const between = (from: number, to: number) => samples.filter((it) => it.timeS > from && it.timeS < to);
  for (const { demand } of between(1.05, 1.5)) {
    t.is(demand.mode, 'manual');
    t.deepEqual(demand.rates, { yaw: 0, pitch: 0 });
  }
  const resumed = between(1.5, 3);
  for (let i = 1; i < resumed.length; i++) {
    const change = Math.abs(resumed[i]!.demand.rates.yaw - resumed[i - 1]!.demand.rates.yaw);
    t.true(change <= (400 * degree) / 60 + 1e-6);
  }
  t.true(resumed.at(-1)!.off < 0.02);
});

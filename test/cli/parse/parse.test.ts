import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { parseBox } from '../../../src/cli/parse/box.js';
import { decimal, positiveNumber, wholeNumber } from '../../../src/cli/parse/numbers.js';
import { collectSetting } from '../../../src/cli/parse/settings.js';

test('--box is a corner and a size', (t) => {
  t.deepEqual(parseBox('10,20,30,40'), { cx: 25, cy: 40, width: 30, height: 40 });
  t.deepEqual(parseBox('-1.5, 2e1, .5, 1.'), { cx: -1.25, cy: 20.5, width: 0.5, height: 1 });
});

for (const text of [
  '',
  '1,2,3',
  '1,2,3,4,5',
  '1,2,x,4',
  '1,2,,4',
  '1,2,NaN,4',
  '1,2,Infinity,4',
  '1,2,0x10,4',
]) {
  test(`--box "${text}" is refused, quoted`, (t) => {
    const error = t.throws(() => parseBox(text), { instanceOf: UsageError });
    t.is(error.message, `--box "${text}": must be four numbers x,y,width,height`);
  });
}

for (const text of ['1,2,0,4', '1,2,3,-4']) {
  test(`--box "${text}" has no area and is refused`, (t) => {
    t.throws(() => parseBox(text), { instanceOf: UsageError, message: /must be positive/ });
  });
}

test('numbers are plain decimals', (t) => {
  t.deepEqual(['1', ' -2.5 ', '+1e3'].map(decimal), [1, -2.5, 1000]);
  for (const text of ['', ' ', '0x10', '1_000', 'Infinity', 'NaN', '1,5', '12px'])
    t.is(decimal(text), Number.NaN);
});

test('whole and positive numbers name their option when refused', (t) => {
  t.is(wholeNumber('--max-frames', 1)('300'), 300);
  for (const text of ['0', '-1', '2.5', 'many', '1e99']) {
    t.throws(() => wholeNumber('--max-frames', 1)(text), {
      instanceOf: UsageError,
      message: `--max-frames "${text}": must be a whole number, 1 or more`,
    });
  }
  t.is(positiveNumber('--fps')('29.97'), 29.97);
  t.throws(() => positiveNumber('--fps')('0'), { instanceOf: UsageError, message: /^--fps "0"/ });
});

test('--set collects numbers and refuses the rest, quoted', (t) => {
  t.deepEqual(collectSetting('b=-2', collectSetting('a=0.5')), { a: 0.5, b: -2 });
  for (const text of ['a', 'a=', '=1', 'a=x', 'a b=1']) {
    t.throws(() => collectSetting(text), { instanceOf: UsageError, message: new RegExp(`^--set "${text}"`) });
  }
  t.throws(() => collectSetting('a=1', { a: 2 }), { instanceOf: UsageError, message: /twice/ });
});

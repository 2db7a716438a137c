import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { boxFromCorner } from '../../../src/core/geometry/box.js';
import { checkSelection } from '../../../src/core/tracking/check-selection.js';

const frame = { width: 640, height: 360 };

const refused = test.macro({
  exec: (t, [x, y, width, height]: [number, number, number, number], message: RegExp) => {
    const box = boxFromCorner({ x, y, width, height });
    const error = t.throws(
      () => {
        checkSelection(box, frame, '--box');
      },
      { instanceOf: UsageError, message },
    );
    t.true(error.message.startsWith('--box '));
  },
  title: (_, box: number[]) => `the selection ${box.join(',')} is refused, quoted`,
});

test(refused, [700, 10, 20, 20], /^--box 700,10,20,20: lies outside the 640x360 frame$/);
test(refused, [-30, 10, 20, 20], /lies outside/);
test(refused, [10, 360, 20, 20], /lies outside/);
test(refused, [-15, 10, 20, 20], /-15,10,20,20: has its centre outside/);
test(refused, [10, 10, 0, 20], /positive size/);
test(refused, [10, 10, 20, -1], /positive size/);
test(refused, [Number.NaN, 10, 20, 20], /NaN.*finite/);
test(refused, [10, 10, Number.POSITIVE_INFINITY, 20], /finite/);

test('a selection that reaches over the border is accepted', (t) => {
  t.notThrows(() => {
    checkSelection(boxFromCorner({ x: -5, y: -5, width: 20, height: 20 }), frame, '--box');
    checkSelection(boxFromCorner({ x: 0, y: 0, width: 640, height: 360 }), frame, '--box');
  });
});

import test from 'ava';
import fc from 'fast-check';
import { boxFromCorner } from '../../../src/core/geometry/box.js';
import { UsageError } from '../../../src/core/errors.js';
import { formatBoxes, parseGroundTruth } from '../../../src/training/evaluate/ground-truth.js';

test('commas, tabs, blanks and Windows line ends are read alike', (t) => {
  const expected = boxFromCorner({ x: 1, y: -2.5, width: 30, height: 40 });
  for (const line of [
    '1,-2.5,30,40',
    '1\t-2.5\t30\t40',
    ' 1 -2.5  30 40 ',
    '1, -2.5, 30, 40',
    '1e0,-2.5,3e1,40',
  ]) {
    t.deepEqual(parseGroundTruth(`${line}\r\n${line}\n\n`, 'x'), [expected, expected], line);
  }
});

test('four times NaN means absent', (t) => {
  const boxes = parseGroundTruth('1,2,3,4\nNaN,NaN,NaN,NaN\nnan nan nan nan\n', 'x');
  t.deepEqual(
    boxes.map((box) => box === null),
    [false, true, true],
  );
});

for (const [line, complaint] of [
  ['1,2,3', 'is not x,y,w,h'],
  ['1,2,3,4,5', 'is not x,y,w,h'],
  ['1,2,,4', 'is not x,y,w,h'],
  ['1,2,three,4', 'is not x,y,w,h'],
  ['1,2,Infinity,4', 'is not x,y,w,h'],
  ['', 'is not x,y,w,h'],
  ['1,2,NaN,4', 'is only partly NaN'],
  ['1,2,0,4', 'has a side that is not positive'],
  ['1,2,3,-4', 'has a side that is not positive'],
] as const) {
  test(`the line '${line}' is refused, naming file and line`, (t) => {
    const error = t.throws(() => parseGroundTruth(`1,2,3,4\n${line}\n5,6,7,8\n`, 'bolt/groundtruth.txt'), {
      instanceOf: UsageError,
    });
    t.is(error.message, `bolt/groundtruth.txt line 2: '${line}' ${complaint}`);
  });
}

test('a file without lines, or with no box in any, is refused', (t) => {
  t.throws(() => parseGroundTruth('', 'a.txt'), { message: 'a.txt: holds no line' });
  t.throws(() => parseGroundTruth('\n\n', 'a.txt'), { message: 'a.txt: holds no line' });
  t.throws(() => parseGroundTruth('NaN,NaN,NaN,NaN\n', 'a.txt'), {
    message: 'a.txt: the target is absent in every line',
  });
});

test('what is written is read back to a thousandth of a pixel', (t) => {
  const side = fc.double({ min: 1, max: 500, noNaN: true });
  const corner = fc.double({ min: -500, max: 2000, noNaN: true });
  const anyBox = fc
    .tuple(corner, corner, side, side)
    .map(([x, y, width, height]) => boxFromCorner({ x, y, width, height }));
  fc.assert(
    fc.property(anyBox, fc.array(fc.option(anyBox), { maxLength: 5 }), (first, rest) => {
      const boxes = [first, ...rest];
      const again = parseGroundTruth(formatBoxes(boxes), 'x');
      t.is(again.length, boxes.length);
      for (const [index, box] of boxes.entries()) {
        const read = again[index] ?? null;
        if (box === null || read === null) t.is(read, box);
        else t.true(Math.abs(read.cx - box.cx) < 0.002 && Math.abs(read.width - box.width) < 0.002);
      }
    }),
  );
});

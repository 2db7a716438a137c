import { type Box, boxFromCorner, boxToCorner } from '../../core/geometry/box.js';
import { UsageError } from '../../core/errors.js';

/** One entry a frame; null where the target is absent. */
export type BoxSequence = readonly (Box | null)[];

/**
 * Parses `x,y,w,h` lines: 0-based top-left corner and sides in image pixels, separated by commas, tabs or blanks.
 * Four times NaN means that the target is absent. Blank lines may end the text, not interrupt it.
 * @throws UsageError naming `origin`, the line and what stands there.
 */
export function parseGroundTruth(text: string, origin: string): (Box | null)[] {
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines.length === 1 && lines[0] === '') throw new UsageError(`${origin}: holds no line`);
  const boxes = lines.map((line, index) => parseLine(line, `${origin} line ${index + 1}`));
  if (boxes.every((box) => box === null))
    throw new UsageError(`${origin}: the target is absent in every line`);
  return boxes;
}

/** Inverse of {@link parseGroundTruth}: thousandths of a pixel, `NaN,NaN,NaN,NaN` where there is no box. */
export function formatBoxes(boxes: BoxSequence): string {
  return boxes.map((box) => `${box === null ? 'NaN,NaN,NaN,NaN' : formatBox(box)}\n`).join('');
}

function formatBox(box: Box): string {
  const { x, y, width, height } = boxToCorner(box);
  return [x, y, width, height].map((value) => value.toFixed(3)).join(',');
}

function parseLine(line: string, origin: string): Box | null {
  const fields = line.trim().split(/\s*[,;\s]\s*/);
  const problem = (what: string): UsageError => new UsageError(`${origin}: '${line}' ${what}`);
  if (fields.length !== 4) throw problem('is not x,y,w,h');
  const absent = fields.filter((field) => /^nan$/i.test(field)).length;
  if (absent === 4) return null;
  const [x, y, width, height] = fields.map((field) => (field === '' ? Number.NaN : Number(field)));
  const numbers = [x, y, width, height];
  if (absent > 0) throw problem('is only partly NaN');
  if (!numbers.every((value) => Number.isFinite(value))) throw problem('is not x,y,w,h');
  if (width! <= 0 || height! <= 0) throw problem('has a side that is not positive');
  return boxFromCorner({ x: x!, y: y!, width: width!, height: height! });
}

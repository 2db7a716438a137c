import type { CropRegion } from '../../geometry/crop-region.js';
import type { Frame } from '../frame.js';
import { areaTaps, type AreaTaps, areaThreshold } from './area.js';
import { chromaRow, noChroma } from './chroma.js';
import { type FrameComponents, frameComponents } from './components.js';
import { lumaArea, lumaBilinear } from './luma.js';
import { LumaLines } from './luma-lines.js';
import { planAxis, positionBits, type Span, spanInside } from './position.js';
import { packedRgb, rgbArea, rgbBilinear } from './rgb.js';
import { type Tables, tablesFor } from './tables.js';
import type { CropTarget } from './target.js';
import { writeRow } from './write-row.js';
import { type FixedYuvMatrix, fixedYuvMatrix } from './yuv-matrix.js';

/** What one call paints: the crop pixels whose centre lies in the frame, by positions that stand in the tables. */
interface Plan {
  readonly columns: Span;
  readonly rows: Span;
  readonly tables: Tables;
  /** Absent: bilinear. */
  readonly taps: AreaTaps | undefined;
  /** Several crop rows lie between the same two of the image. */
  readonly enlarges: boolean;
}

/** Below this many image pixels per crop pixel, lines that are kept cost less than lines worked out anew for every crop row. */
const keptLinesBelow = 0.9;

/** Resamples upright regions; owns its tables. */
export class CropPainter {
  #tables = tablesFor(0);

  /** Paints the crop pixels whose centre lies in the frame; calls `paintBorder` first when there are others. */
  paint(frame: Frame, region: CropRegion, target: CropTarget, paintBorder: () => void): void {
    const source = frameComponents(frame);
    const { size } = target;
    this.#tables = tablesFor(size, this.#tables);
    const plan = planCrop(frame, region, size, this.#tables);
    const { columns, rows } = plan;
    if (columns.to - columns.from < size || rows.to - rows.from < size) paintBorder();
    if (source.model === 'rgb') paintRgb(frame, plan, target);
    else paintLuma(source, fixedYuvMatrix(frame), plan, target);
  }
}

function planCrop(frame: Frame, { cx, cy, side }: CropRegion, size: number, tables: Tables): Plan {
  const { width, height } = frame;
  const scale = side / size;
  const across = { start: cx - side / 2, scale };
  const down = { start: cy - side / 2, scale };
  const taps = scale > areaThreshold ? areaTaps(scale, frame) : undefined;
  const columns = spanInside(across, size, width);
  const rows = spanInside(down, size, height);
  planAxis(across, size, width, taps?.reach ?? 0, tables.positions);
  planAxis(down, size, height, taps?.rows ?? 0, tables.positions, tables.capacity);
  return { columns, rows, tables, taps, enlarges: scale < keptLinesBelow };
}

function paintRgb(frame: Frame, { columns, rows, tables, taps }: Plan, target: CropTarget): void {
  const source = packedRgb(frame);
  for (let row = rows.from; row < rows.to; row++) {
    const position = tables.positions[tables.capacity + row]!;
    const start = row * target.rowStep;
    if (taps === undefined) rgbBilinear(source, position, tables, columns, target, start);
    else rgbArea(source, position, taps, tables, columns, target, start);
  }
}

/** Grey and YUV: the chroma terms are worked out once per chroma row, then luma is added and RGB written. */
function paintLuma(
  { model, components }: Exclude<FrameComponents, { model: 'rgb' }>,
  matrix: FixedYuvMatrix,
  { columns, rows, tables, taps, enlarges }: Plan,
  target: CropTarget,
): void {
  const [luma, u, v] = components;
  if (model === 'grey') noChroma(matrix, tables);
  const lines = new LumaLines(luma, matrix.luma, tables, columns);
  let chromaAt = -1;
  for (let row = rows.from; row < rows.to; row++) {
    const position = tables.positions[tables.capacity + row]!;
    if (u !== undefined && v !== undefined) {
      const needed = (position + toCentre(taps?.rows)) >> (positionBits + (u.height < luma.height ? 1 : 0));
      if (needed !== chromaAt) chromaRow(u, v, matrix, needed, toCentre(taps?.reach), tables, columns);
      chromaAt = needed;
    }
    if (enlarges) lines.paint(position);
    else if (taps === undefined) lumaBilinear(luma, matrix.luma, position, tables, columns);
    else lumaArea(luma, matrix.luma, position, taps, tables, columns);
    writeRow(tables, columns, target, row * target.rowStep);
  }
}

/** From the position of the first pixel of a group to the coordinate of the group's centre. */
function toCentre(reach = 0): number {
  return (reach + 1) << (positionBits - 1);
}

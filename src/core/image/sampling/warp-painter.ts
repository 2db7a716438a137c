import type { Frame } from '../frame.js';
import { chromaTraced, noChroma } from './chroma.js';
import { type FrameComponents, frameComponents } from './components.js';
import { type Homography, mapsInside, traceRow } from './homography.js';
import { lumaTraced } from './luma.js';
import type { Span } from './position.js';
import { packedRgb, rgbTraced } from './rgb.js';
import { type Tables, tablesFor } from './tables.js';
import { clampedView, type CropTarget } from './target.js';
import { writeRow } from './write-row.js';
import { fixedYuvMatrix } from './yuv-matrix.js';

/** Paints columns `span` of one row through the positions in the tables; `start` is where its column 0 lies in the target. */
type PaintRow = (span: Span, target: CropTarget, start: number) => void;

/** Resamples through a homography; owns its tables. */
export class WarpPainter {
  #tables = tablesFor(0);
  #mean = new RowMean(0);

  /** Paints the crop pixels whose centre lies in the frame; calls `paintBorder` first when there are others. */
  paint(frame: Frame, matrix: Homography, taps: number, target: CropTarget, paintBorder: () => void): void {
    const source = frameComponents(frame);
    const { size } = target;
    this.#tables = tablesFor(size, this.#tables);
    const tables = this.#tables;
    const covered = mapsInside(matrix, size, frame);
    if (!covered) paintBorder();
    const paintRow = rowPainter(frame, source, tables);
    for (let row = 0; row < size; row++) {
      // the pixel centres decide what is inside, however many taps a pixel has
      const inside = traceRow(matrix, 0.5, row + 0.5, size, frame, tables);
      const span = covered ? { from: 0, to: size } : inside;
      if (taps === 1) paintRow(span, target, row * target.rowStep);
      else this.#paintMean(frame, matrix, taps, paintRow, span, target, row);
    }
  }

  /** Mean of the centres of a pixel's taps x taps parts. */
  #paintMean(
    frame: Frame,
    matrix: Homography,
    taps: number,
    paintRow: PaintRow,
    span: Span,
    target: CropTarget,
    row: number,
  ): void {
    if (this.#mean.size < target.size) this.#mean = new RowMean(target.size);
    const mean = this.#mean;
    for (let tap = 0; tap < taps * taps; tap++) {
      const offsetX = ((tap % taps) + 0.5) / taps;
      const offsetY = (Math.floor(tap / taps) + 0.5) / taps;
      traceRow(matrix, offsetX, row + offsetY, target.size, frame, this.#tables);
      mean.add(span, paintRow);
    }
    mean.write(span, target, row);
  }
}

function rowPainter(frame: Frame, source: FrameComponents, tables: Tables): PaintRow {
  if (source.model === 'rgb') {
    const packed = packedRgb(frame);
    return (span, target, start) => {
      rgbTraced(packed, tables, span, target, start);
    };
  }
  const matrix = fixedYuvMatrix(frame);
  const [luma, u, v] = source.components;
  if (u === undefined || v === undefined) {
    noChroma(matrix, tables);
    return (span, target, start) => {
      lumaTraced(luma, matrix.luma, tables, span);
      writeRow(tables, span, target, start);
    };
  }
  const rowShift = u.height < luma.height ? 1 : 0;
  return (span, target, start) => {
    chromaTraced(u, v, matrix, rowShift, tables, span);
    lumaTraced(luma, matrix.luma, tables, span);
    writeRow(tables, span, target, start);
  };
}

/** Adds up painted rows and writes their mean. */
class RowMean {
  readonly #row: CropTarget;
  readonly #sums: Uint16Array;
  #count = 0;

  constructor(readonly size: number) {
    // a crop of one row: red, green, blue behind each other
    const out = new Uint8Array(3 * size);
    this.#row = { out, clamped: clampedView(out), size, channelStep: size, rowStep: size, pixelStep: 1 };
    this.#sums = new Uint16Array(3 * size);
  }

  add(span: Span, paintRow: PaintRow): void {
    paintRow(span, this.#row, 0);
    const { out } = this.#row;
    for (let i = 0; i < out.length; i++) this.#sums[i]! += out[i]!;
    this.#count++;
  }

  write({ from, to }: Span, { out, channelStep, rowStep, pixelStep }: CropTarget, row: number): void {
    for (let channel = 0; channel < 3; channel++) {
      const start = channel * channelStep + row * rowStep;
      for (let x = from; x < to; x++) {
        out[start + x * pixelStep] = Math.round(this.#sums[channel * this.size + x]! / this.#count);
      }
    }
    this.#sums.fill(0);
    this.#count = 0;
  }
}

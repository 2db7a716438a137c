import type { Component } from './components.js';
import { lumaBetween, lumaLine } from './luma.js';
import { positionBits, type Span } from './position.js';
import type { Tables } from './tables.js';

/** Bilinear luma of the rows of one crop, from the top down: every row of the image is interpolated between its columns once. */
export class LumaLines {
  readonly #luma: Component;
  readonly #gain: number;
  readonly #tables: Tables;
  readonly #columns: Span;
  /** The image's rows up to here, this one not included, are done. */
  #next = 0;

  constructor(luma: Component, gain: number, tables: Tables, columns: Span) {
    this.#luma = luma;
    this.#gain = gain;
    this.#tables = tables;
    this.#columns = columns;
  }

  /** The luma of the crop row at `position`, times its gain, into Tables.shorts; not above the row before. */
  paint(position: number): void {
    const row = position >> positionBits;
    const last = Math.min(row + 1, this.#luma.height - 1);
    for (let line = Math.max(row, this.#next); line <= last; line++) {
      lumaLine(this.#luma, line, this.#tables, this.#columns);
    }
    this.#next = last + 1;
    lumaBetween(this.#gain, position, last === row, this.#tables, this.#columns);
  }
}

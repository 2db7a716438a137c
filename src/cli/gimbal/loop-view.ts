import type { ClosedLoopSample } from './closed-loop.js';

/** Draws at most so often, seconds; the curve is at most so many characters long, and full scale is so many frame widths. */
const every = 0.1;
const longestCurve = 60;
const fullScale = 0.1;
const blocks = '▁▂▃▄▅▆▇█';

/** The crosshair's error as a moving curve in a terminal; elsewhere one line a second. */
export class LoopView {
  readonly #stream: NodeJS.WriteStream;
  readonly #errors: number[] = [];
  #shownS = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show({ timeS, mode, off, rates }: ClosedLoopSample): void {
    const { isTTY } = this.#stream;
    const columns = isTTY ? this.#stream.columns : 80;
    if (timeS - this.#shownS < (isTTY ? every : 1)) return;
    this.#shownS = timeS;
    const error = off ? Math.hypot(off.x, off.y) : 1;
    this.#errors.push(error);
    const degrees = (rate: number): string => ((rate * 180) / Math.PI).toFixed(1).padStart(6);
    const before = `${timeS.toFixed(1).padStart(6)} s  `;
    const shown = off ? `${(100 * error).toFixed(1).padStart(5)} %` : 'out of it';
    const told = `yaw ${degrees(rates.yaw)}  pitch ${degrees(rates.pitch)} deg/s`;
    const after = `  ${shown.padEnd(9)}  ${mode.padEnd(9)}  ${told}`;
    // a line that wraps cannot be written over
    const length = Math.max(0, Math.min(longestCurve, columns - before.length - after.length - 1));
    this.#errors.splice(0, this.#errors.length - Math.max(1, length));
    const line = `${before}${sparkline(this.#errors).padStart(length).slice(0, length)}${after}`;
    this.#stream.write(isTTY ? `\r\u001b[2K${line.slice(0, columns - 1)}` : `${line.trimEnd()}\n`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\n');
  }
}

function sparkline(errors: readonly number[]): string {
  const bars = errors.map(
    (error) => blocks[Math.min(blocks.length - 1, Math.floor((error / fullScale) * blocks.length))]!,
  );
  return bars.join('');
}

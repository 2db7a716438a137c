import type { ClosedLoopSample } from './closed-loop.js';

/** Draws at most so often, seconds; curves are so many characters long, and full scale is so many frame widths. */
const every = 0.1;
const length = 40;
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

  show({ timeS, state, mode, off, rates }: ClosedLoopSample): void {
    const { isTTY } = this.#stream;
    if (timeS - this.#shownS < (isTTY ? every : 1)) return;
    this.#shownS = timeS;
    const error = off ? Math.hypot(off.x, off.y) : 1;
    this.#errors.push(error);
    if (this.#errors.length > length) this.#errors.shift();
    const degrees = (rate: number): string => ((rate * 180) / Math.PI).toFixed(1).padStart(6);
    const rate = `yaw ${degrees(rates.yaw)}  pitch ${degrees(rates.pitch)} deg/s`;
    const shown = off ? `${(100 * error).toFixed(1).padStart(5)} %` : '   out ';
    const line = `${timeS.toFixed(1).padStart(5)} s  ${sparkline(this.#errors)}  ${shown}  ${state}/${mode}  ${rate}`;
    this.#stream.write(isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\n');
  }
}

function sparkline(errors: readonly number[]): string {
  const bars = errors.map(
    (error) => blocks[Math.min(blocks.length - 1, Math.floor((error / fullScale) * blocks.length))]!,
  );
  return bars.join('').padStart(length);
}

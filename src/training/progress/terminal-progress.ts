import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from './progress.js';

export interface TerminalProgressOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Milliseconds between plain lines where the stream is no terminal. */
  readonly lineEveryMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** A bar with rate and time left on a terminal; a line now and then elsewhere (log files, CI). */
export function terminalProgress({
  stream = process.stderr,
  lineEveryMs = 10_000,
  now = () => performance.now(),
}: TerminalProgressOptions = {}): Progress {
  return stream.isTTY ? barProgress(stream, now) : lineProgress(stream, lineEveryMs, now);
}

function barProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  let bar: SingleBar | null = null;
  let startedAt = 0;
  let done = 0;
  let shown = '';
  const finish = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    start: (stage, total) => {
      finish();
      startedAt = now();
      done = 0;
      shown = '';
      bar = new SingleBar(
        {
          stream,
          format: `${stage} [{bar}] {percentage} % | {value}/{total} | {rate} | ETA {eta_formatted}{shown}`,
          etaBuffer: 100,
          hideCursor: true,
          stopOnComplete: false,
        },
        Presets.shades_classic,
      );
      bar.start(total, 0, { rate: '-', shown });
    },
    advance: (count = 1) => {
      done += count;
      bar?.increment(count, { rate: formatRate(done, now() - startedAt), shown });
    },
    show: (text) => {
      shown = ` | ${text}`;
      bar?.update({ shown });
    },
    note: (text) => {
      // above the bar, which is drawn anew below
      if (bar) stream.write('\r\u001b[K');
      stream.write(`${text}\n`);
    },
    finish,
  };
}

function lineProgress(stream: NodeJS.WriteStream, lineEveryMs: number, now: () => number): Progress {
  let stage: string | null = null;
  let total = 0;
  let done = 0;
  let startedAt = 0;
  let lastLineAt = 0;
  let shown = '';
  const line = (): void => {
    lastLineAt = now();
    const elapsed = lastLineAt - startedAt;
    const left = done > 0 && total > done ? `, ETA ${formatDuration((elapsed / done) * (total - done))}` : '';
    stream.write(`${stage ?? ''}: ${done}/${total}, ${formatRate(done, elapsed)}${left}${shown}\n`);
  };
  const finish = (): void => {
    if (stage !== null) line();
    stage = null;
  };
  return {
    start: (name, steps) => {
      finish();
      [stage, total, done, startedAt, shown] = [name, steps, 0, now(), ''];
      lastLineAt = startedAt;
    },
    advance: (count = 1) => {
      done += count;
      if (stage !== null && now() - lastLineAt >= lineEveryMs) line();
    },
    show: (text) => {
      shown = `, ${text}`;
    },
    note: (text) => stream.write(`${text}\n`),
    finish,
  };
}

function formatRate(done: number, elapsedMs: number): string {
  if (elapsedMs <= 0 || done === 0) return '-';
  const perSecond = (1000 * done) / elapsedMs;
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(60 * perSecond).toFixed(1)}/min`;
}

/** 75 s -> 1m15s. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m${seconds % 60}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}

import { setTimeout as delay } from 'node:timers/promises';
import { SourceError } from '../../core/errors.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { Log } from '../../core/ports/log.js';

export interface PatientOptions {
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Told at every failure, and null when it is open. */
  readonly onFault: (fault: string | null) => void;
  /** The first wait; doubles up to `maxDelayMs`. */
  readonly minDelayMs?: number;
  readonly maxDelayMs?: number;
}

/**
 * Opens a camera that may not be there yet: at boot the service is often the first.
 * @throws what `open` throws, except SourceError; the signal's reason.
 */
export async function openPatiently(
  open: () => Promise<FrameSource>,
  { signal, log, onFault, minDelayMs = 500, maxDelayMs = 8000 }: PatientOptions,
): Promise<FrameSource> {
  let told = '';
  for (let delayMs = minDelayMs; ; delayMs = Math.min(delayMs * 2, maxDelayMs)) {
    signal.throwIfAborted();
    try {
      const source = await open();
      onFault(null);
      return source;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      onFault(error.message);
      if (error.message !== told) log.warn({ err: error }, 'the source cannot be opened; it is tried again');
      told = error.message;
    }
    await delay(delayMs, undefined, { signal }).catch(() => undefined); // rejects only when aborted
  }
}

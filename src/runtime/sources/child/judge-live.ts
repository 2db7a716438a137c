import { SourceError } from '../../../core/errors.js';
import type { ChildEnd } from './raw-video-driver.js';

/** A live source has no normal end: whatever ended the child is a fault. */
export function judgeLive(display: string, program: string): (end: ChildEnd) => SourceError {
  return ({ code, signal, frames, lastWords }) => {
    const how = signal === null ? `ended with status ${code ?? 'unknown'}` : `was killed by ${signal}`;
    const reason = lastWords.at(-1);
    return new SourceError(
      `${display}: ${program} ${how} after ${frames} frames${reason === undefined ? '' : `: ${reason}`}`,
    );
  };
}

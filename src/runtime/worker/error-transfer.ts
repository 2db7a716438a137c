import {
  DamagedFrameError,
  InferenceError,
  ModelError,
  type TagalongError,
  UsageError,
} from '../../core/errors.js';
import type { ErrorMessage } from './protocol.js';

/** An error as a message: structured cloning would lose its class. */
export function errorToMessage(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '' };
  return { name: error.name, message: error.message, stack: error.stack ?? '' };
}

/** The error again: those that are acted upon keep their class, everything else is an InferenceError. */
export function errorOfMessage({ name, message, stack }: ErrorMessage): TagalongError {
  const cause = Object.assign(new Error(message), { name, stack });
  switch (name) {
    case 'UsageError':
      return new UsageError(message, { cause });
    case 'DamagedFrameError':
      return new DamagedFrameError(message, { cause });
    case 'ModelError':
      return new ModelError(message, { cause });
    case 'InferenceError':
      return new InferenceError(message, { cause });
    default:
      return new InferenceError(`tracker worker: ${message}`, { cause });
  }
}

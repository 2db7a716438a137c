import {
  InferenceError,
  ModelError,
  SourceError,
  TagalongError,
  TrainingError,
  UsageError,
} from '../../core/errors.js';

/** An error as it crosses threads, where classes are lost. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

const classes = [InferenceError, ModelError, SourceError, TagalongError, TrainingError, UsageError];

export function flattenError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  return { name: error.name, message: error.message, stack: error.stack };
}

/** The same error with its class again, so that the exit code is the right one. */
export function reviveError({ name, message, stack }: PlainError): Error {
  const ErrorClass = classes.find((candidate) => candidate.name === name) ?? Error;
  const error = new ErrorClass(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

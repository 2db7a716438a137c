/**
 * The error tree. A message names the option and quotes its value; `cause` keeps what was underneath.
 * A command exits with 2 on a UsageError and with 1 on everything else.
 */
export class TagalongError extends Error {
  override readonly name: string = 'TagalongError';
}

/** The person asked for something that cannot be: a bad option, box, path or configuration. */
export class UsageError extends TagalongError {
  override readonly name = 'UsageError';
}

/** A frame source could not be opened, or failed while running (unplugged, killed, corrupt). */
export class SourceError extends TagalongError {
  override readonly name = 'SourceError';
}

/** One frame cannot be decoded; those before and after it may be fine. */
export class DamagedFrameError extends TagalongError {
  override readonly name = 'DamagedFrameError';
}

/** A model folder is missing, corrupt, or not what its contract says. */
export class ModelError extends TagalongError {
  override readonly name = 'ModelError';
}

/** Inference or its worker failed. */
export class InferenceError extends TagalongError {
  override readonly name = 'InferenceError';
}

/** A training stage cannot go on. */
export class TrainingError extends TagalongError {
  override readonly name = 'TrainingError';
}

/** A bundle, a repository of models, or a device of the fleet is not what it should be. */
export class FleetError extends TagalongError {
  override readonly name = 'FleetError';
}

/** The running service, as it shows itself from outside at one moment. */
export interface ServiceSample {
  /** Folder its model was opened from, the last name of the path; null where it does not say. */
  readonly folder: string | null;
  /** False: the target cannot be followed, whatever the reason. */
  readonly healthy: boolean;
  /** Times its tracker died or hung. */
  readonly trackerRestarts: number;
  /** Tracks since it was started: fewer than before means that it was started again. */
  readonly tracks: number;
  /** Updates of the tracker since it was started, and how long they took together. */
  readonly updates: { readonly count: number; readonly seconds: number };
  /** Of the newest track; null without a target. */
  readonly confidence: number | null;
}

/** Looks at the service. Null: it does not answer. Never rejects. */
export type ServiceProbe = (signal: AbortSignal) => Promise<ServiceSample | null>;

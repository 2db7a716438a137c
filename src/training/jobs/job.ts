/** What JSON can hold, as an object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One piece of work whose result is a file: the same job done twice, anywhere, gives the same file. */
export interface Job {
  /** What is to be done: the name of a JobKind. */
  readonly kind: string;
  /** Of the clip or sequence: letters, digits, dot, dash and underscore. */
  readonly name: string;
  /** What a thread makes ready once for many jobs: JSON, paths absolute. */
  readonly setup: JsonObject;
  /** Absolute path of the file that holds the result. Whoever does the job writes it whole or not at all. */
  readonly result: string;
}

/** What a thread is told of a job. */
export type JobInput = Pick<Job, 'name' | 'result'>;

/** How jobs of one kind are done. */
export interface JobKind {
  readonly name: string;
  /** Module that calls `serveThread`: opens the setup, then does one JobInput after the other. */
  readonly module: URL;
  /** Added to every job's setup by the machine that does it: what differs between machines. */
  readonly local?: JsonObject;
  /** Digest of every file that shapes the result, by its path: two machines that look alike do the job alike. */
  look(job: Job): Promise<Readonly<Record<string, string>>>;
}

/** Does jobs: in this process, or wherever a queue brings them. */
export interface JobRunner extends AsyncDisposable {
  /** More jobs than this at a time only wait. */
  readonly width: number;
  /** Resolves when `job.result` is there. @throws why the job cannot be done; the signal's reason when aborted. */
  run(job: Job, signal?: AbortSignal): Promise<void>;
  /** Lets go of what is still running. Idempotent. */
  close(): Promise<void>;
}

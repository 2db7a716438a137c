import type { Config } from '../config/schema.js';

/** `problem`: it will not work as configured; `warning`: it may not; `note`: good to know. */
export type FindingLevel = 'ok' | 'note' | 'warning' | 'problem';

export interface Finding {
  /** What it is about, such as `camera`. */
  readonly about: string;
  readonly level: FindingLevel;
  readonly text: string;
  /** What to do; there for every warning and problem. */
  readonly fix?: string;
}

export interface DoctorContext {
  /** What the service is to run with; null: nothing is configured. */
  readonly config: Config | null;
  /** The model that ships. */
  readonly defaultModel: string;
  readonly signal: AbortSignal;
  /** Where the system's files are; another folder in tests. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One examination. What it throws becomes a problem. */
export interface Check {
  readonly about: string;
  readonly examine: (context: DoctorContext) => Promise<readonly Finding[]>;
}

/** Shorthands for one check's findings. */
export function findings(about: string) {
  return {
    ok: (text: string): Finding => ({ about, level: 'ok', text }),
    note: (text: string, fix?: string): Finding => ({
      ...{ about, level: 'note', text },
      ...(fix !== undefined && { fix }),
    }),
    warning: (text: string, fix: string): Finding => ({ about, level: 'warning', text, fix }),
    problem: (text: string, fix: string): Finding => ({ about, level: 'problem', text, fix }),
  };
}

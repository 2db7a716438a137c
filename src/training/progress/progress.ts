/** How a long stage tells a person where it stands. Calls are cheap and never throw. */
export interface Progress {
  /** Begins a stage of `total` steps; ends the one before. */
  start(stage: string, total: number): void;
  /** `count` more steps are done. */
  advance(count?: number): void;
  /** A few words that stand beside the count until others do or the stage ends: the current score. */
  show?(text: string): void;
  /** A line worth keeping: a warning, a score. */
  note(text: string): void;
  /** Ends the stage; idempotent. */
  finish(): void;
}

/** Says nothing. */
export function silentProgress(): Progress {
  const nothing = (): void => undefined;
  return { start: nothing, advance: nothing, note: nothing, finish: nothing };
}

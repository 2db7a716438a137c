import type { ConsoleGimbal, ConsoleSetting, SinkState } from '../../../core/console/server-messages.js';
import type { Control, Origin } from '../../../core/ports/control.js';
import type { Health } from '../../metrics/health.js';

/** What only the owner of a sink knows. */
export type SinkFacts = Pick<SinkState, 'state' | 'detail'>;

/** The service as the console sees it. Every function answers at once, but for the promises. */
export interface ConsoleSubject {
  readonly device: string;
  readonly control: Control;
  readonly health: () => Health;
  /** By the sink's name. */
  readonly sinkFacts: () => Readonly<Record<string, SinkFacts>>;
  /** Null: there is none. */
  readonly gimbal?: () => ConsoleGimbal | null;
  readonly settings: () => ConsoleSetting[];
  /** Changes what `settings` says may be changed, until the next start. @throws UsageError when it cannot be. */
  readonly change: (key: string, value: string | number, origin: Origin) => Promise<void> | void;
  /** Names that the command `model` takes. */
  readonly models: () => Promise<readonly string[]>;
  /** Folder of the recording; null: there is none. */
  readonly recordings: () => string | null;
}

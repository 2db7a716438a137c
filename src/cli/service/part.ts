import type { FrameSource } from '../../core/ports/frame-source.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Config } from '../../runtime/config/schema.js';
import type { SinkFacts } from '../../runtime/console/live/subject.js';
import type { LiveControl } from '../../runtime/live/live-control.js';
import type { ExchangeableSink } from './exchangeable-sink.js';

/** What a part of the service is opened with. */
export interface PartContext {
  readonly control: LiveControl;
  /** Null: not open yet. */
  readonly source: FrameSource | null;
  /** Name of the model; empty: not open yet. */
  readonly model: string;
  /** The part's own. */
  readonly log: Log;
  /** Ends the opening; absent at a reload. */
  readonly signal?: AbortSignal;
}

/**
 * Something that a section of the configuration puts beside the loop: it may be absent, and is exchanged while running.
 * `Parts` is where it is plugged in.
 */
export interface Part {
  /** Its place among the loop's sinks; carries its name. */
  readonly sink: ExchangeableSink<Sink>;
  /** Sees the loop's frames. */
  readonly tap?: FrameTap;
  /** It is opened when the source is open, not before. A reload may ask for it before: nothing is opened then. */
  readonly needsSource?: boolean;
  /**
   * Closes what is open, and opens what is configured.
   * @throws UsageError when that cannot be used; nothing is open then.
   */
  open(config: Config, context: PartContext): Promise<void>;
  /** What keeps it from its work, for the service's health. */
  troubles(): readonly string[];
  /** For the console. */
  facts(): SinkFacts;
}

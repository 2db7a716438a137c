import type { CommandEvent } from '../../core/ports/control.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Config } from '../../runtime/config/schema.js';
import type { SinkFacts } from '../../runtime/console/live/subject.js';
import type { Recorder } from '../../runtime/recording/recorder.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import { openRecorder } from './open-recorder.js';
import type { Part, PartContext } from './part.js';

/** The service's recording. */
export class RecordingPart implements Part {
  readonly sink = new ExchangeableSink<Recorder>('recording');
  readonly needsSource = true;
  readonly tap: FrameTap = { name: 'recording', see: (frame) => this.sink.current?.see(frame) };

  /** Null: nothing is to be recorded. */
  get statistics() {
    return this.sink.current?.statistics() ?? null;
  }

  async open({ recording }: Config, { source, model, log, signal }: PartContext): Promise<void> {
    await this.sink.clear();
    if (!recording || !source) return;
    const context = { source: source.describe(), model, log, ...(signal && { signal }) };
    await this.sink.put(await openRecorder(recording, context));
  }

  note(event: CommandEvent): void {
    this.sink.current?.note(event);
  }

  troubles(): string[] {
    const stopped = this.statistics?.stopped ?? null;
    return stopped === null ? [] : [`recording stopped: ${stopped}`];
  }

  facts(): SinkFacts {
    const film = this.statistics;
    if (!film) return { state: 'off', detail: 'recording.dir is not set' };
    const detail = film.stopped ?? `${film.frames} frames, ${Math.round(film.bytes / 1e6)} MB`;
    return { state: film.stopped === null ? 'ok' : 'fault', detail };
  }
}

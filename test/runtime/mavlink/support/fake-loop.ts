import { boxFromCorner } from '../../../../src/core/geometry/box.js';
import { silentLog } from '../../../../src/core/ports/log.js';
import {
  MemoryControl,
  type MemoryControlOptions,
} from '../../../../src/core/ports/memory/memory-control.js';
import type { Track } from '../../../../src/core/tracking/track.js';
import { openMavlink, type MavlinkSink } from '../../../../src/runtime/mavlink/mavlink-sink.js';
import { mavlinkOptionsSchema, type MavlinkSettings } from '../../../../src/runtime/mavlink/options.js';
import { idleTrack, trackingTrack } from '../../../support/tracks.js';

/** A loop without a camera: it says at once that it sees what was selected, 30 times a second. */
export class FakeLoop implements AsyncDisposable {
  readonly control: MemoryControl;
  sink: MavlinkSink = undefined as never;
  /** What it publishes; undefined: nothing. */
  track: ((sequence: number) => Track) | undefined = idleTrack;
  #sequence = 0;
  #timer: NodeJS.Timeout | null = null;

  private constructor(options: MemoryControlOptions) {
    this.control = new MemoryControl({
      status: { state: 'idle' },
      answer: (command) => {
        if (command.kind === 'stop') this.track = idleTrack;
        if (command.kind !== 'select') return { accepted: true, track: null };
        const box =
          'box' in command
            ? command.box
            : boxFromCorner({ x: command.point.x - 10, y: command.point.y - 10, width: 20, height: 20 });
        this.track = (sequence) => trackingTrack(sequence, { box });
        return { accepted: true, track: null };
      },
      ...options,
    });
  }

  static async open(settings: MavlinkSettings, options: MemoryControlOptions = {}): Promise<FakeLoop> {
    const loop = new FakeLoop(options);
    const { control } = loop;
    loop.sink = await openMavlink(mavlinkOptionsSchema.parse(settings), {
      control,
      log: silentLog,
      version: '1.2.3',
    });
    loop.#timer = setInterval(() => {
      loop.publish();
    }, 33);
    return loop;
  }

  publish(): void {
    if (this.track) this.sink.publish(this.track(this.#sequence++));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.sink.close();
  }
}

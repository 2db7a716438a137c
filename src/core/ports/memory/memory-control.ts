import type { Track } from '../../tracking/track.js';
import type { ControlAuthority } from '../control-authority.js';
import { CommandDesk } from '../command-desk.js';
import type { Command, CommandAnswer, CommandEvent, Control, Origin } from '../control.js';
import type { Log } from '../log.js';
import { startingStatus, type LoopStatus } from '../loop-status.js';

export interface MemoryControlOptions {
  /** Answers instead of accepting everything. */
  readonly answer?: (command: Command, origin: Origin) => CommandAnswer | Promise<CommandAnswer>;
  /** What it claims to know. */
  readonly status?: Partial<LoopStatus>;
  readonly authority?: ControlAuthority;
  readonly log?: Log;
  readonly now?: () => number;
}

/** Keeps the commands it gets and accepts them; the shipped fake of {@link Control}, for the tests of transports. */
export class MemoryControl implements Control {
  /** Well-formed, allowed commands, oldest first; `status` is none of them. */
  readonly commands: { readonly command: Command; readonly origin: Origin }[] = [];
  readonly #desk: CommandDesk;
  #track: Track | null = null;

  constructor({ answer, status = {}, authority, log, now = () => 0 }: MemoryControlOptions = {}) {
    this.#desk = new CommandDesk({
      authority,
      log,
      now,
      status: () => ({ ...startingStatus, track: this.#track, ...status }),
      carryOut: async (command, origin) => {
        this.commands.push({ command, origin });
        return (await answer?.(command, origin)) ?? { accepted: true, track: this.#track };
      },
    });
  }

  /** What answers show as the newest track. */
  show(track: Track | null): void {
    this.#track = track;
  }

  execute(command: Command, origin: Origin): Promise<CommandAnswer> {
    return this.#desk.execute(command, origin);
  }

  refuse(reason: string, origin: Origin): CommandAnswer {
    return this.#desk.refuse(reason, origin);
  }

  status(): LoopStatus {
    return this.#desk.status();
  }

  onCommand(listener: (event: CommandEvent) => void): () => void {
    return this.#desk.onCommand(listener);
  }
}

import type { Command, CommandAnswer, Control } from '../../core/ports/control.js';
import type { Track } from '../../core/tracking/track.js';

/** A command that needs the next frame, and the promise of its answer. */
export interface PendingCommand {
  readonly command: Exclude<Command, { kind: 'status' }>;
  readonly answer: (answer: CommandAnswer) => void;
}

/**
 * The live loop's command port. `status` is answered at once; `select` and `stop` wait for the next frame, where the
 * loop carries them out. Of several waiting for one frame only the newest counts.
 */
export class LiveControl implements Control {
  readonly #pending: PendingCommand[] = [];
  #latest: Track | null = null;
  #ended = false;

  execute(command: Command): Promise<CommandAnswer> {
    if (command.kind === 'status') return Promise.resolve({ accepted: true, track: this.#latest });
    if (this.#ended) return Promise.resolve(endedAnswer);
    return new Promise((answer) => {
      this.#pending.push({ command, answer });
    });
  }

  /** For the loop: takes the newest command that waits; the ones it overtook are refused. */
  take(): PendingCommand | null {
    const waiting = this.#pending.splice(0);
    const last = waiting.pop();
    for (const { answer } of waiting) answer({ accepted: false, reason: 'overtaken by a later command' });
    return last ?? null;
  }

  /** For the loop: what `status` answers from now on. */
  show(track: Track): void {
    this.#latest = track;
  }

  /** For the loop: refuses what still waits, and everything later. */
  end(): void {
    this.#ended = true;
    for (const { answer } of this.#pending.splice(0)) answer(endedAnswer);
  }
}

const endedAnswer: CommandAnswer = { accepted: false, reason: 'the live loop has ended' };

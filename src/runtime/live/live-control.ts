import { CommandDesk } from '../../core/ports/command-desk.js';
import type { ControlAuthority } from '../../core/ports/control-authority.js';
import type { Command, CommandAnswer, CommandEvent, Control, Origin } from '../../core/ports/control.js';
import type { Log } from '../../core/ports/log.js';
import { startingStatus, type LoopStatus } from '../../core/ports/loop-status.js';

/** A command for the loop, and the promise of its answer. */
export interface PendingCommand {
  readonly command: Exclude<Command, { kind: 'status' }>;
  readonly answer: (answer: CommandAnswer) => void;
}

export interface LiveControlOptions {
  /** Who may command; default: everyone. */
  readonly authority?: ControlAuthority;
  readonly log?: Log;
}

/**
 * The live loop's command port: what is well-formed and allowed waits for the loop to carry it out between two frames.
 * Made before the loop, so that transports can be started first.
 */
export class LiveControl implements Control {
  readonly #desk: CommandDesk;
  readonly #pending: PendingCommand[] = [];
  #describe: () => Omit<LoopStatus, 'lastCommand'> = () => startingStatus;
  #wake: () => void = () => undefined;
  #ended = false;

  constructor({ authority, log }: LiveControlOptions = {}) {
    this.#desk = new CommandDesk({
      authority,
      log,
      now: Date.now,
      status: () => ({ ...this.#describe(), ...(this.#ended && { state: 'ended' }) }),
      carryOut: (command, _origin, expired) =>
        this.#ended
          ? Promise.resolve(endedAnswer)
          : this.#wait(command as PendingCommand['command'], expired),
    });
  }

  execute(command: Command, origin: Origin, expired?: AbortSignal): Promise<CommandAnswer> {
    return this.#desk.execute(command, origin, expired);
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

  /** For the loop: how to tell its status from now on, and whom to wake when a command has come. */
  attach(describe: () => Omit<LoopStatus, 'lastCommand'>, wake: () => void): void {
    this.#describe = describe;
    this.#wake = wake;
  }

  /** For the loop: the commands that wait. */
  take(): PendingCommand[] {
    return this.#pending.splice(0);
  }

  /** For the loop: refuses what still waits, and everything later. */
  end(): void {
    this.#ended = true;
    this.#wake = () => undefined;
    for (const { answer } of this.#pending.splice(0)) answer(endedAnswer);
  }

  #wait(command: PendingCommand['command'], expired: AbortSignal | undefined): Promise<CommandAnswer> {
    return new Promise((resolve) => {
      const pending: PendingCommand = {
        command,
        answer: (answer) => {
          expired?.removeEventListener('abort', onExpired);
          resolve(answer);
        },
      };
      const onExpired = (): void => {
        const place = this.#pending.indexOf(pending);
        if (place < 0) return; // already begun
        this.#pending.splice(place, 1);
        pending.answer(expiredAnswer);
      };
      expired?.addEventListener('abort', onExpired);
      this.#pending.push(pending);
      this.#wake();
    });
  }
}

const endedAnswer: CommandAnswer = { accepted: false, reason: 'the live loop has ended' };
const expiredAnswer: CommandAnswer = { accepted: false, reason: 'expired before it could be carried out' };

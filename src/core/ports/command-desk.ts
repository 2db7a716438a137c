import { everyoneCommands, refusalByAuthority, type ControlAuthority } from './control-authority.js';
import {
  checkCommand,
  describeOrigin,
  type Command,
  type CommandAnswer,
  type CommandEvent,
  type Control,
  type Origin,
} from './control.js';
import { silentLog, type Log } from './log.js';
import type { LoopStatus } from './loop-status.js';

export interface CommandDeskOptions {
  /** Carries out a command that is well-formed and allowed. */
  readonly carryOut: (
    command: Command,
    origin: Origin,
    expired: AbortSignal | undefined,
  ) => Promise<CommandAnswer>;
  readonly status: () => Omit<LoopStatus, 'lastCommand'>;
  readonly authority?: ControlAuthority | undefined;
  readonly log?: Log | undefined;
  /** ms since 1970 (UTC). */
  readonly now: () => number;
}

/** Refused commands logged one by one in a second; the rest of that second is only counted. */
const loggedRefusals = 10;

/** What every Control does around carrying out: check, ask the authority, answer, log, tell the listeners. */
export class CommandDesk implements Control {
  readonly #options: CommandDeskOptions;
  readonly #authority: ControlAuthority;
  readonly #log: Log;
  readonly #listeners = new Set<(event: CommandEvent) => void>();
  #lastCommand: LoopStatus['lastCommand'] = null;
  #refusals = { second: -1, count: 0 };

  constructor(options: CommandDeskOptions) {
    const { authority = everyoneCommands, log = silentLog } = options;
    this.#options = options;
    this.#authority = authority;
    this.#log = log;
  }

  async execute(given: Command, origin: Origin, expired?: AbortSignal): Promise<CommandAnswer> {
    const command = checkCommand(given);
    if (!command) return this.refuse('not a command', origin);
    const forbidden = refusalByAuthority(this.#authority, origin, command.kind);
    if (forbidden !== null) return this.#answer(command, origin, { accepted: false, reason: forbidden });
    if (command.kind === 'status') {
      const status = this.status();
      return { accepted: true, track: status.track, status };
    }
    try {
      return this.#answer(command, origin, await this.#options.carryOut(command, origin, expired));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.#answer(command, origin, { accepted: false, reason });
    }
  }

  refuse(reason: string, origin: Origin): CommandAnswer {
    return this.#answer(null, origin, { accepted: false, reason });
  }

  status(): LoopStatus {
    return { ...this.#options.status(), lastCommand: this.#lastCommand };
  }

  onCommand(listener: (event: CommandEvent) => void): () => void {
    const own = (event: CommandEvent): void => {
      listener(event);
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  #answer(command: Command | null, origin: Origin, answer: CommandAnswer): CommandAnswer {
    const atMs = this.#options.now();
    if (answer.accepted && command) this.#lastCommand = { command, origin, atMs };
    this.#record(command, origin, answer, atMs);
    for (const listener of this.#listeners) {
      try {
        listener({ command, origin, atMs, answer });
      } catch {
        // a listener's fault is its own: the command was answered
      }
    }
    return answer;
  }

  #record(command: Command | null, origin: Origin, answer: CommandAnswer, atMs: number): void {
    const log = this.#log;
    const what = command?.kind ?? 'message';
    const fields = { origin: describeOrigin(origin), command: what };
    if (answer.accepted) {
      log.info(fields, `${what} from ${fields.origin}: accepted`);
      return;
    }
    // a flood of refused commands must not fill the disk
    const second = Math.floor(atMs / 1000);
    if (second !== this.#refusals.second) {
      const unlogged = this.#refusals.count - loggedRefusals;
      if (unlogged > 0) log.warn({ refused: unlogged }, `${unlogged} more commands were refused`);
      this.#refusals = { second, count: 0 };
    }
    this.#refusals.count += 1;
    if (this.#refusals.count > loggedRefusals) return;
    log.warn({ ...fields, reason: answer.reason }, `${what} from ${fields.origin}: ${answer.reason}`);
  }
}

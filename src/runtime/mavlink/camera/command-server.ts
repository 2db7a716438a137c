import { common, type MavLinkData } from 'mavlink-mappings';
import type { MavlinkBus, Received } from '../bus.js';
import { message } from '../message.js';

/** A command for this component, whichever of the two messages carried it. */
export interface CommandRequest {
  readonly command: common.MavCmd;
  /** Param 1..7, at 0..6; NaN where the sender left one out. */
  readonly params: readonly number[];
  readonly sysid: number;
  readonly compid: number;
  readonly link: string;
}

/** What becomes of a command: the ACK, and what goes out right behind it. */
export interface CommandOutcome {
  readonly result: common.MavResult;
  readonly messages?: readonly MavLinkData[];
}

export interface CommandHandler {
  readonly handle: (request: CommandRequest) => CommandOutcome | Promise<CommandOutcome>;
  /** Sent again by someone who missed our answer, it must not be carried out twice; the answer alone is repeated. */
  readonly once?: boolean;
}

const { MavResult } = common;

/** QGroundControl asks nothing else before an answer, or 450 ms; who waits longer hears that it is being worked on. */
const answerLimitMs = 400;
/** For so long a repetition is known for one. */
const rememberedMs = 5000;
const maxRemembered = 64;

interface Remembered {
  readonly params: string;
  readonly atMs: number;
  /** Null: not decided yet. */
  outcome: CommandOutcome | null;
}

/**
 * Hears COMMAND_LONG and COMMAND_INT for this component and answers each with COMMAND_ACK: with UNSUPPORTED what it has no
 * handler for, but only when it was meant by number; to what was said to all components others will answer.
 */
export class CommandServer implements Disposable {
  readonly #bus: MavlinkBus;
  readonly #handlers: ReadonlyMap<number, CommandHandler>;
  readonly #stops: readonly (() => void)[];
  readonly #remembered = new Map<string, Remembered>();

  constructor(bus: MavlinkBus, handlers: ReadonlyMap<number, CommandHandler>) {
    this.#bus = bus;
    this.#handlers = handlers;
    this.#stops = [
      bus.on(common.CommandLong, (received) => {
        this.#hear(received, received.message.confirmation);
      }),
      bus.on(common.CommandInt, (received) => {
        this.#hear(received, 0);
      }),
    ];
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
  }

  #hear(received: Received<common.CommandLong | common.CommandInt>, confirmation: number): void {
    const { targetSystem, targetComponent, command } = received.message;
    const { sysid, compid } = this.#bus;
    if (sysid === null || (targetSystem !== 0 && targetSystem !== sysid)) return;
    if (targetComponent !== 0 && targetComponent !== compid) return;
    const request = requestOf(received);
    const handler = this.#handlers.get(command);
    if (handler) void this.#carryOut(handler, request, confirmation);
    else if (targetComponent === compid && targetSystem === sysid) {
      this.#acknowledge(request, { result: MavResult.UNSUPPORTED });
    }
  }

  async #carryOut(
    { handle, once = false }: CommandHandler,
    request: CommandRequest,
    confirmation: number,
  ): Promise<void> {
    const known = once && confirmation > 0 ? this.#find(request) : undefined;
    if (known) {
      if (known.outcome) this.#acknowledge(request, known.outcome);
      return; // or else the answer is on its way
    }
    const remembered = once ? this.#remember(request) : null;
    let late: NodeJS.Timeout | undefined;
    try {
      let outcome = handle(request);
      if (outcome instanceof Promise) {
        late = setTimeout(() => {
          this.#acknowledge(request, { result: MavResult.IN_PROGRESS });
        }, answerLimitMs);
        outcome = await outcome;
      }
      if (remembered) remembered.outcome = outcome;
      this.#acknowledge(request, outcome);
    } catch {
      this.#acknowledge(request, { result: MavResult.FAILED });
    } finally {
      clearTimeout(late);
    }
  }

  #acknowledge(
    { command, sysid, compid, link }: CommandRequest,
    { result, messages = [] }: CommandOutcome,
  ): void {
    const progress = result === MavResult.IN_PROGRESS ? unknownProgress : 0;
    const ack = { command, result, progress, targetSystem: sysid, targetComponent: compid };
    this.#bus.send(message(common.CommandAck, ack), { link });
    for (const it of messages) this.#bus.send(it, { link });
  }

  #find(request: CommandRequest): Remembered | undefined {
    const found = this.#remembered.get(keyOf(request));
    const same = found?.params === String(request.params);
    return same && performance.now() - found.atMs < rememberedMs ? found : undefined;
  }

  #remember(request: CommandRequest): Remembered {
    const remembered = { params: String(request.params), atMs: performance.now(), outcome: null };
    const key = keyOf(request);
    this.#remembered.delete(key); // to the end: the first one is the oldest
    this.#remembered.set(key, remembered);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > maxRemembered && oldest !== undefined) this.#remembered.delete(oldest);
    return remembered;
  }
}

const unknownProgress = 255;

function keyOf({ sysid, compid, command }: CommandRequest): string {
  return `${sysid}/${compid}/${command}`;
}

function requestOf(received: Received<common.CommandLong | common.CommandInt>): CommandRequest {
  const { message: it, sysid, compid, link } = received;
  const { _param1, _param2, _param3, _param4, _param5, _param6, _param7 } = it;
  const params = [_param1, _param2, _param3, _param4, _param5, _param6, _param7];
  return { command: it.command, params, sysid, compid, link };
}

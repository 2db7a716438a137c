import type { CommandAnswer, Control, Origin } from '../../../core/ports/control.js';
import type { Publication } from '../connection/publication.js';
import { channels, type Topics } from '../channels.js';
import { codecFor, type Codec } from '../messages/codec.js';
import { responseMessage } from '../messages/messages.js';
import { refusalKinds, type HealthMessage, type RefusalKind } from '../messages/schemas.js';
import type { MqttOptions } from '../options.js';
import { checkCommand } from './check-command.js';
import type { IncomingCommand } from './incoming-command.js';
import { responseTarget, type ResponseTarget } from './response-target.js';
import { TokenBucket } from './token-bucket.js';

export interface CommandReceiverOptions {
  readonly options: MqttOptions;
  readonly control: Control;
  readonly topics: Topics;
  /** Of answers to what is in no encoding at all. */
  readonly codec: Codec;
  readonly answer: (publication: Publication) => void;
}

/** Commands that may wait for the live loop at once. */
const maxWaiting = 32;

/** Takes what comes on the command topic: refuses what it must, hands the rest to the control port, answers, counts. */
export class CommandReceiver {
  readonly #options: CommandReceiverOptions;
  readonly #bucket: TokenBucket;
  readonly #refused = Object.fromEntries(refusalKinds.map((kind) => [kind, 0])) as Record<
    RefusalKind,
    number
  >;
  #accepted = 0;
  #waiting = 0;
  #toldOfRateAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: CommandReceiverOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.options.commands, performance.now());
  }

  get counts(): HealthMessage['commands'] {
    return { accepted: this.#accepted, refused: { ...this.#refused } };
  }

  /** Never throws and never rejects. */
  async receive(incoming: IncomingCommand): Promise<void> {
    const { options, control, topics, codec } = this.#options;
    const { payload, origin, expirySeconds } = incoming;
    if (payload.length === 0) return; // how a retained message is cleared
    if (!this.#bucket.take(performance.now())) {
      this.#refuseByRate(origin);
      return;
    }
    const target = responseTarget(incoming, { prefix: options.prefix, response: topics.response });
    const reply = (answer: CommandAnswer, id?: string | number): void => {
      const fallback: ResponseTarget = { topic: topics.response, correlationData: null };
      this.#reply(answer, id, 'problem' in target ? fallback : target, codecFor(payload) ?? codec);
    };
    const refuse = (kind: RefusalKind, reason: string, id?: string | number): void => {
      this.#refused[kind] += 1;
      reply(control.refuse(reason, origin), id);
    };
    const read = checkCommand(incoming, options.commands);
    if ('reason' in read) {
      refuse(read.kind, read.reason, read.id);
    } else if ('problem' in target) {
      refuse('responseTopic', target.problem, read.id);
    } else if (this.#waiting >= maxWaiting) {
      refuse('busy', `${maxWaiting} commands wait already`, read.id);
    } else {
      const waitSeconds = Math.min(expirySeconds ?? Number.POSITIVE_INFINITY, options.commands.expirySeconds);
      this.#waiting += 1;
      const answer = await control.execute(read.command, origin, AbortSignal.timeout(waitSeconds * 1000));
      this.#waiting -= 1;
      if (answer.accepted) this.#accepted += 1;
      else this.#refused.byControl += 1;
      reply(answer, read.id);
    }
  }

  /** A flood is counted, and told and answered once a second: it must not cost more than it costs to send. */
  #refuseByRate(origin: Origin): void {
    const { options, control, topics, codec } = this.#options;
    this.#refused.rate += 1;
    const now = performance.now();
    if (now - this.#toldOfRateAtMs < 1000) return;
    this.#toldOfRateAtMs = now;
    const answer = control.refuse(`more than ${options.commands.ratePerSecond} commands a second`, origin);
    this.#reply(answer, undefined, { topic: topics.response, correlationData: null }, codec);
  }

  #reply(
    answer: CommandAnswer,
    id: string | number | undefined,
    { topic, correlationData }: ResponseTarget,
    codec: Codec,
  ): void {
    const { qos, retain } = channels.response;
    const payload = codec.encode(responseMessage(answer, id));
    const properties = { ...codec.properties, ...(correlationData && { correlationData }) };
    this.#options.answer({ topic, payload, qos, retain, properties });
  }
}

import type { Control } from '../../core/ports/control.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import { topicsOf, type Topics } from './channels.js';
import { CommandReceiver } from './commands/command-receiver.js';
import { incomingCommand } from './commands/incoming-command.js';
import { BrokerConnection } from './connection/broker-connection.js';
import type { Session } from './connection/session.js';
import { homeAssistantDiscovery } from './home-assistant.js';
import { createCodec } from './messages/codec.js';
import { healthMessage, stateMessage, trackMessage } from './messages/messages.js';
import type { HealthMessage } from './messages/schemas.js';
import { NewestValue } from './newest-value.js';
import type { MqttOptions } from './options.js';
import { Outbox } from './outbox.js';
import { readTemperature } from './temperature.js';

export interface MqttContext {
  /** Carries out the commands that come, and tells the state. */
  readonly control: Control;
  readonly log: Log;
}

/** What there is to tell of the connection; no secrets. */
export interface MqttStatus {
  readonly url: string;
  readonly device: string;
  readonly connected: boolean;
  /** Version of MQTT spoken; null without a connection. */
  readonly protocol: string | null;
  /** Why there is no connection. */
  readonly failure: string | null;
  /** Connections made so far. */
  readonly connections: number;
  readonly published: number;
  readonly dropped: number;
  readonly commands: HealthMessage['commands'];
}

/** All that closing waits for: a broker that does not answer must not hold the process. */
const farewellMs = 500;

const healthIntervalMs = 1000;
const idleIntervalMs = 1000;

/** The tracks' way to a broker, and the commands' way back; see docs/mqtt.md for the topics. */
export class MqttLink implements Sink {
  readonly name = 'mqtt';
  readonly #options: MqttOptions;
  readonly #control: Control;
  readonly #log: Log;
  readonly #topics: Topics;
  readonly #outbox: Outbox;
  readonly #connection: BrokerConnection;
  readonly #receiver: CommandReceiver;
  readonly #state: NewestValue;
  readonly #health: NewestValue;
  readonly #openedAtMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  /** State and target of the newest track. */
  #seen = '';
  #triedAtMs = Number.NEGATIVE_INFINITY;
  /** What the kept state says, but for its time. */
  #shown = '';
  #published = 0;
  #dropped = 0;
  #closed: Promise<void> | null = null;

  constructor(options: MqttOptions, { control, log }: MqttContext) {
    this.#options = options;
    this.#control = control;
    this.#log = log;
    this.#topics = topicsOf(options);
    const codec = createCodec(options.encoding);
    const outbox = new Outbox(this.#topics, codec, log);
    this.#outbox = outbox;
    this.#state = new NewestValue((error) => {
      outbox.refused('state', error);
    });
    this.#health = new NewestValue((error) => {
      outbox.refused('health', error);
    });
    this.#receiver = new CommandReceiver({
      options,
      control,
      topics: this.#topics,
      codec,
      answer: (publication) => {
        outbox.deliver('response', publication, this.#connection.session);
      },
    });
    this.#connection = new BrokerConnection({
      options,
      log,
      will: outbox.availability('offline'),
      onSession: (session) => {
        this.#greet(session);
      },
    });
    this.#stopListening = control.onCommand(() => {
      this.#showState();
    });
    this.#timer = setInterval(() => void this.#tick(), healthIntervalMs);
  }

  get dropped(): number {
    return this.#dropped;
  }

  status(): MqttStatus {
    const { session, failure, connections } = this.#connection;
    return {
      url: this.#options.url,
      device: this.#options.device,
      connected: session !== null,
      protocol: session?.version ?? null,
      failure,
      connections,
      published: this.#published,
      dropped: this.#dropped,
      commands: this.#receiver.counts,
    };
  }

  /**
   * Without a connection, or on a stalled one, the track is dropped: nobody wants it later. Of tracks that only say again
   * that there is no target, one a second is sent; the others do not count as dropped.
   */
  publish(track: Track): void {
    const seen = `${track.state} ${track.target}`;
    const changed = seen !== this.#seen;
    this.#seen = seen;
    const now = performance.now();
    if (this.#closed || changed || track.state !== 'idle' || now - this.#triedAtMs >= idleIntervalMs) {
      this.#send(track, now);
    }
    if (!changed) return;
    setImmediate(() => {
      this.#showState(); // after this turn, when the loop's status speaks of this track
    });
  }

  /** Says goodbye: the kept availability becomes `offline`. Takes one second at most. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening();
    this.#showState(); // the last one is kept too
    const offline = this.#outbox.availability('offline');
    await this.#connection.close((session) => session.deliver(offline), farewellMs);
  }

  #send(track: Track, now: number): void {
    const { session } = this.#connection;
    this.#triedAtMs = now;
    if (this.#closed || !session?.flowing) {
      this.#dropped += 1;
      return;
    }
    session.send(this.#outbox.message('track', trackMessage(track, Date.now())));
    this.#published += 1;
  }

  /** Everything a new connection begins with. A broker that was restarted has forgotten all. */
  #greet(session: Session): void {
    const { homeAssistant, commands } = this.#options;
    const discovery = homeAssistant.enabled ? homeAssistantDiscovery(this.#options, this.#topics) : [];
    for (const publication of [this.#outbox.availability('online'), ...discovery]) {
      this.#outbox.deliver('availability', publication, session);
    }
    this.#state.resume(session);
    this.#showState();
    if (!commands.enabled) return;
    const { command } = this.#topics;
    session
      .subscribe(command, (packet) => void this.#receiver.receive(incomingCommand(packet)))
      .catch((error: unknown) => {
        if (session.over) return;
        this.#log.error(
          { err: error, topic: command },
          `the broker does not let us hear ${command}: no commands`,
        );
      });
  }

  /** Once a second; also puts right a state that changed without a track. */
  async #tick(): Promise<void> {
    this.#showState();
    if (!this.#connection.session) return;
    const temperatureCelsius = await readTemperature();
    if (this.#closed) return;
    const own = {
      uptimeSeconds: Math.round((performance.now() - this.#openedAtMs) / 1000),
      droppedByMqtt: this.#dropped,
      temperatureCelsius,
      commands: this.#receiver.counts,
    };
    const message = healthMessage(this.#control.status(), own, Date.now());
    this.#health.offer(this.#outbox.message('health', message), this.#connection.session);
  }

  #showState(): void {
    if (this.#closed) return;
    const message = stateMessage(this.#control.status(), Date.now());
    const shown = JSON.stringify({ ...message, publishedAtMs: 0 });
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#state.offer(this.#outbox.message('state', message), this.#connection.session);
  }
}

import { readCommandMessage } from '../../../core/ports/command-message.js';
import { consoleVersion, type ServerMessage } from '../../../core/console/server-messages.js';
import type { ClientMessage } from '../../../core/console/client-messages.js';
import type { CommandAnswer } from '../../../core/ports/control.js';
import { TokenBucket } from '../../mqtt/commands/token-bucket.js';
import { readTemperatures, type Temperature } from '../../metrics/temperatures.js';
import type { Crosshair } from './crosshair.js';
import { describeCommand } from './describe-command.js';
import type { EventLog } from './events.js';
import { statusMessage } from './status-message.js';
import type { ConsoleSubject } from './subject.js';
import type { Telemetry } from './telemetry.js';
import type { Viewer } from './viewer.js';

export interface AudienceOptions {
  readonly subject: ConsoleSubject;
  readonly events: EventLog;
  readonly telemetry: Telemetry;
  readonly crosshair: Crosshair;
  readonly viewers: ReadonlySet<Viewer>;
}

const tickMs = 500;
/** The crosshair's error moves as fast as an eye can follow. */
const crosshairMs = 100;
/** Sensors are slow to read, and heat is slow to change. */
const slowTicks = 10;
/** A command the loop could not begin for so long is refused. */
const commandMs = 5000;
/** Commands told as events; a flood must not wash out what else happened. */
const toldCommands = { ratePerSecond: 2, burst: 20 };

/** Tells the viewers what is going on, and carries out what they ask for. */
export class Audience implements Disposable {
  readonly #options: AudienceOptions;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #stopListening: (() => void)[];
  readonly #startedAtMs = performance.now();
  readonly #commands = new TokenBucket(toldCommands, performance.now());
  #ticks = 0;
  #temperatures: readonly Temperature[] = [];
  #models: readonly string[] = [];
  #reasons: readonly string[] = [];
  #hadGimbal = false;

  constructor(options: AudienceOptions) {
    this.#options = options;
    const { subject, events } = options;
    this.#stopListening = [
      events.listen((event) => {
        this.#tellAll({ kind: 'event', event });
      }),
      subject.control.onCommand((event) => {
        if (!this.#commands.take(performance.now())) return;
        events.add(event.answer.accepted ? 'info' : 'warning', describeCommand(event));
      }),
    ];
    this.#timers = [
      setInterval(() => {
        this.#tick();
      }, tickMs),
      setInterval(() => {
        this.#tellCrosshair();
      }, crosshairMs),
    ];
  }

  /** Tells a new viewer all there is. */
  greet(viewer: Viewer): void {
    const { subject, events, telemetry, crosshair } = this.#options;
    viewer.tell({
      kind: 'hello',
      version: consoleVersion,
      role: viewer.role,
      viewer: viewer.name,
      device: subject.device,
      samples: [...telemetry.samples],
      events: [...events.events],
    });
    viewer.tell({ kind: 'settings', settings: subject.settings() });
    const gimbal = subject.gimbal?.() ?? null;
    if (gimbal) viewer.tell({ kind: 'crosshair', gimbal, points: [...crosshair.points] });
    void this.#readSlowThings();
  }

  /** Never rejects. */
  async request(viewer: Viewer, message: Extract<ClientMessage, { id: number }>): Promise<void> {
    const { id } = message;
    const answer = await this.#carryOut(viewer, message);
    const reason = answer.accepted ? null : answer.reason;
    viewer.tell({ kind: 'answer', id, accepted: answer.accepted, reason });
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const stop of this.#stopListening) stop();
  }

  async #carryOut(
    viewer: Viewer,
    message: Extract<ClientMessage, { id: number }>,
  ): Promise<Pick<CommandAnswer & { accepted: true }, 'accepted'> | { accepted: false; reason: string }> {
    const { control } = this.#options.subject;
    if (viewer.role !== 'command') return control.refuse('this login may only watch', viewer.origin);
    if (message.kind === 'set') return this.#set(viewer, message.key, message.value);
    const read = readCommandMessage(message.command);
    if ('problem' in read) return control.refuse(read.problem, viewer.origin);
    return control.execute(read.command, viewer.origin, AbortSignal.timeout(commandMs));
  }

  async #set(
    { name, origin }: Viewer,
    key: string,
    value: string | number,
  ): Promise<{ accepted: true } | { accepted: false; reason: string }> {
    const { subject, events } = this.#options;
    try {
      await subject.change(key, value, origin);
    } catch (error) {
      return { accepted: false, reason: error instanceof Error ? error.message : String(error) };
    }
    events.add('info', `${key} set to ${value} by web:${name}`);
    this.#tellAll({ kind: 'settings', settings: subject.settings() });
    return { accepted: true };
  }

  #tick(): void {
    const { subject, telemetry, viewers } = this.#options;
    const status = subject.control.status();
    const sample = telemetry.sample(status);
    const health = subject.health();
    this.#tellHealth(health.reasons);
    if (viewers.size === 0) return;
    this.#ticks += 1;
    if (this.#ticks % slowTicks === 0) void this.#readSlowThings();
    const message = statusMessage({
      ...{ status, sample, health },
      sinkFacts: subject.sinkFacts(),
      models: this.#models,
      temperatures: this.#temperatures,
      uptimeSeconds: Math.round((performance.now() - this.#startedAtMs) / 1000),
      viewers: viewers.size,
    });
    for (const viewer of viewers) {
      const { pictureAgeMs, picturesPerSecond } = viewer.pace();
      // only a live frame's time stamp is of this machine's clock
      const own = { pictureAgeMs: status.source?.live === true ? pictureAgeMs : null, picturesPerSecond };
      viewer.tellIfFree({ ...message, own });
    }
  }

  /** Where there is a gimbal; and once more when it is gone. */
  #tellCrosshair(): void {
    const { subject, crosshair, viewers } = this.#options;
    const gimbal = subject.gimbal?.() ?? null;
    const points = crosshair.take();
    if (!gimbal && !this.#hadGimbal) return;
    this.#hadGimbal = gimbal !== null;
    for (const viewer of viewers) viewer.tellIfFree({ kind: 'crosshair', gimbal, points });
  }

  #tellHealth(all: readonly string[]): void {
    const { events } = this.#options;
    const reasons = all.map((reason) => reason.replace(/\d+ s$/, '… s'));
    for (const reason of reasons) if (!this.#reasons.includes(reason)) events.add('fault', reason);
    if (reasons.length === 0 && this.#reasons.length > 0) events.add('good', 'healthy again');
    this.#reasons = reasons;
  }

  async #readSlowThings(): Promise<void> {
    this.#temperatures = await readTemperatures();
    this.#models = await this.#options.subject.models();
  }

  #tellAll(message: ServerMessage): void {
    for (const viewer of this.#options.viewers) viewer.tell(message);
  }
}

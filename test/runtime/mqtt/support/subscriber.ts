import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { until } from './until.js';

/** A message as mosquitto_sub heard it. */
export interface Heard {
  readonly topic: string;
  readonly qos: number;
  readonly retained: boolean;
  readonly payload: Buffer;
  /** MQTT 5; empty where there is none. */
  readonly contentType: string;
  readonly correlationData: string;
}

/** mosquitto_sub: a client of another make. */
export class Subscriber implements AsyncDisposable {
  readonly heard: Heard[] = [];
  readonly #child: ChildProcess;
  #subscribed = false;

  private constructor(child: ChildProcess & { stdout: NodeJS.ReadableStream }) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Subscribed (mid')) this.#subscribed = true;
      const [mark, topic, qos, retained, contentType, correlationData, payload] = line.split('|');
      if (mark !== 'MESSAGE') return;
      this.heard.push({
        topic: topic!,
        qos: Number(qos),
        retained: retained === '1',
        payload: Buffer.from(payload!, 'hex'),
        contentType: contentType!,
        correlationData: correlationData!,
      });
    });
  }

  /** Resolves when the broker has taken the subscription. */
  static async open(
    broker: { readonly port: number },
    topic: string,
    { version = 'mqttv5', args = [] }: { readonly version?: string; readonly args?: readonly string[] } = {},
  ): Promise<Subscriber> {
    const host = ['-h', '127.0.0.1', '-p', String(broker.port), '-V', version];
    const format = ['-F', version === 'mqttv5' ? 'MESSAGE|%t|%q|%r|%C|%D|%x' : 'MESSAGE|%t|%q|%r|||%x'];
    const all = [...host, '-d', '-q', '1', '-t', topic, ...format, ...args];
    // a line at a time: into a pipe it would keep them back
    const command = ['-oL', 'mosquitto_sub', ...all];
    const child = spawn('stdbuf', command, { stdio: ['ignore', 'pipe', 'ignore'] });
    const subscriber = new Subscriber(child);
    try {
      await until(() => subscriber.#subscribed, `mosquitto_sub to subscribe to ${topic}`);
    } catch (error) {
      await subscriber[Symbol.asyncDispose]();
      throw error;
    }
    return subscriber;
  }

  on(topic: string): Heard[] {
    return this.heard.filter((it) => it.topic === topic);
  }

  /** The payloads of a topic, decoded. */
  json<T>(topic: string): T[] {
    return this.on(topic).map(({ payload }) => JSON.parse(payload.toString()) as T);
  }

  text(topic: string): string[] {
    return this.on(topic).map(({ payload }) => payload.toString());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

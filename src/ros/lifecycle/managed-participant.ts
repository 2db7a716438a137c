import type { Log } from '../../core/ports/log.js';
import {
  reliable,
  type QosProfile,
  type RawMessage,
  type RosMessage,
  type RosParticipant,
  type RosPublisher,
  type RosSubscription,
} from '../backend.js';
import { serveLifecycle } from './lifecycle-services.js';
import { states, success, transitionFrom, type Labelled, type StateName } from './states.js';

export interface ManagedOptions {
  /** Configures and activates itself; otherwise it waits for somebody who does. */
  readonly autostart: boolean;
  readonly log: Log;
  /** What was followed is to be forgotten. */
  readonly onCleanup?: () => void;
  /** ns since 1970. */
  readonly nowNs?: () => bigint;
}

/**
 * A participant as a managed node of ROS 2: only while it is active anything is published, heard or carried out. Its topics and
 * services are there all the time. Written over the port, so that it is the same on every backend.
 */
export class ManagedParticipant implements RosParticipant {
  readonly #participant: RosParticipant;
  readonly #options: ManagedOptions;
  readonly #events: RosPublisher;
  /** The last message of each latched topic, said again when it becomes active. */
  readonly #latched = new Map<RosPublisher, RosMessage>();
  #state: StateName = 'unconfigured';

  /** Owns the participant from now on. */
  constructor(participant: RosParticipant, options: ManagedOptions) {
    this.#participant = participant;
    this.#options = options;
    this.#events = participant.advertise(
      'lifecycle_msgs/msg/TransitionEvent',
      '~/transition_event',
      reliable,
    );
    serveLifecycle(participant, { state: () => this.#state, change: (to) => this.change(to) });
    if (options.autostart) {
      this.change({ id: 0, label: 'configure' });
      this.change({ id: 0, label: 'activate' });
    }
  }

  get state(): StateName {
    return this.#state;
  }

  get detail(): string {
    return this.#participant.detail;
  }

  /** @returns false: that does not lead away from the state it is in. */
  change(wanted: Labelled): boolean {
    const transition = transitionFrom(this.#state, wanted);
    if (!transition) {
      const { log } = this.#options;
      log.warn(
        { wanted, state: this.#state },
        `lifecycle: ${this.#state}, which "${wanted.label || wanted.id}" does not leave`,
      );
      return false;
    }
    const { id, label, from, through, to } = transition;
    this.#tell({ id, label }, states[from], through);
    this.#state = to;
    if (label === 'activate') {
      for (const [publisher, message] of this.#latched) publisher.publish(message);
    }
    if (label === 'cleanup') this.#options.onCleanup?.();
    this.#tell(success, through, states[to]);
    this.#options.log.info({ from, to }, `lifecycle: ${to}`);
    return true;
  }

  advertise(type: string, topic: string, qos: QosProfile): RosPublisher {
    const publisher = this.#participant.advertise(type, topic, qos);
    return {
      publish: (message) => {
        if (qos.durability === 'transient-local') this.#latched.set(publisher, message);
        return this.#state === 'active' ? publisher.publish(message) : true; // held back on purpose: no loss
      },
      readers: () => publisher.readers(),
      mismatch: () => publisher.mismatch(),
    };
  }

  subscribe(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RosMessage) => void,
  ): RosSubscription {
    return this.#participant.subscribe(type, topic, qos, (message) => {
      if (this.#state === 'active') onMessage(message);
    });
  }

  subscribeRaw(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RawMessage) => void,
  ): RosSubscription {
    return this.#participant.subscribeRaw(type, topic, qos, (message) => {
      if (this.#state === 'active') onMessage(message);
    });
  }

  serve(type: string, name: string, answer: (request: RosMessage) => Promise<RosMessage>): void {
    this.#participant.serve(type, name, (request) => {
      if (this.#state === 'active') return answer(request);
      const reason = `the node is ${this.#state}: ros2 lifecycle set ${this.nameOf('~/x').slice(0, -2)} activate`;
      // the words of the standard services for yes or no: std_srvs, and those of sensor_msgs
      return Promise.resolve({ success: false, message: reason, status_message: reason });
    });
  }

  nameOf(topic: string): string {
    return this.#participant.nameOf(topic);
  }

  close(): Promise<void> {
    return this.#participant.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tell(transition: Labelled, start: Labelled, goal: Labelled): void {
    const { nowNs = () => BigInt(Date.now()) * 1_000_000n } = this.#options;
    this.#events.publish({ timestamp: nowNs(), transition, start_state: start, goal_state: goal });
  }
}

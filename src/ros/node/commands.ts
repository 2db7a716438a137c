import { readCommandMessage } from '../../core/ports/command-message.js';
import type { CommandAnswer, Control, Origin } from '../../core/ports/control.js';
import {
  reliable,
  type RosMessage,
  type RosParticipant,
  type RosPublisher,
  type RosSubscription,
} from '../backend.js';
import { selectionOfInfo, selectionOfPoint, selectionOfRegion, type Selection } from './selection.js';
import type { Stamper } from './stamper.js';

const origin: Origin = { kind: 'ros' };

export interface CommandsOptions {
  readonly control: Control;
  readonly stamper: Stamper;
}

/** What the node hears and serves: topics by which anybody commands, and services that answer who asked. */
export class Commands {
  /** By topic. */
  readonly subscriptions: ReadonlyMap<string, RosSubscription>;
  readonly answers: RosPublisher;
  readonly #options: CommandsOptions;

  constructor(participant: RosParticipant, options: CommandsOptions) {
    this.#options = options;
    const { stamper } = options;
    this.answers = participant.advertise('std_msgs/msg/String', 'tracker/answer', reliable);
    const hear = (
      type: string,
      topic: string,
      on: (message: RosMessage) => void,
    ): [string, RosSubscription] => [topic, participant.subscribe(type, topic, reliable, on)];
    this.subscriptions = new Map([
      hear('std_msgs/msg/String', 'tracker/command', ({ data }) => {
        void this.#command(String(data));
      }),
      hear('sensor_msgs/msg/RegionOfInterest', 'tracker/select', (region) => {
        void this.#select(selectionOfRegion(region)).then((answer) => {
          this.#answer(answer);
        });
      }),
      hear('geometry_msgs/msg/PointStamped', 'tracker/select_point', ({ header, point }) => {
        const selection = selectionOfPoint(point as RosMessage, stamper.capturedAt(header));
        void this.#select(selection).then((answer) => {
          this.#answer(answer);
        });
      }),
    ]);
    participant.serve('std_srvs/srv/Trigger', 'tracker/stop', async () => {
      const answer = await options.control.execute({ kind: 'stop' }, origin);
      return { success: answer.accepted, message: reasonOf(answer) };
    });
    participant.serve('sensor_msgs/srv/SetCameraInfo', 'tracker/set_target', async (request) => {
      const info = request['camera_info'] as RosMessage;
      const { source } = options.control.status();
      const answer = await this.#select(selectionOfInfo(info, source, stamper.capturedAt(info['header'])));
      return { success: answer.accepted, status_message: reasonOf(answer) };
    });
  }

  async #command(text: string): Promise<void> {
    const { control } = this.#options;
    const read = readCommandMessage(parsed(text));
    const answer =
      'problem' in read ? control.refuse(read.problem, origin) : await control.execute(read.command, origin);
    this.#answer(answer, read.id);
  }

  async #select(selection: Selection): Promise<CommandAnswer> {
    const { control } = this.#options;
    if (typeof selection === 'string') return control.refuse(selection, origin);
    return control.execute(selection, origin);
  }

  #answer(answer: CommandAnswer, id?: string | number): void {
    const { accepted } = answer;
    this.answers.publish({ data: JSON.stringify({ id, accepted, reason: reasonOf(answer) || undefined }) });
  }
}

function reasonOf(answer: CommandAnswer): string {
  return answer.accepted ? '' : answer.reason;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // refused as what it is: no command
  }
}

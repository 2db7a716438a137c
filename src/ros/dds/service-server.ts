import { randomUUID } from 'node:crypto';
import type { Log } from '../../core/ports/log.js';
import { reliable, type RosMessage, type RosPublisher } from '../backend.js';
import { definitionsOf, withRequestHeader } from '../messages/definitions.js';
import { messagesOf } from '../messages/services.js';
import { ddsType, type DdsType } from './dds-type.js';

/** What a service needs of its participant. */
export interface ServiceWires {
  readonly writer: (type: DdsType, topic: string, userData: string) => Pick<RosPublisher, 'publish'>;
  readonly reader: (
    type: DdsType,
    topic: string,
    userData: string,
    onMessage: (message: RosMessage) => void,
  ) => void;
  readonly log: Log;
}

/** Services' messages are all kept until they are answered. */
export const serviceQos = reliable;

/**
 * Serves as rmw_cyclonedds does: requests on `rq/<name>Request`, answers on `rr/<name>Reply`, each led by the identity of who
 * asked and the number of its question. (rmw_fastrtps keeps these two outside the message, where this cannot read them.)
 */
export function serveOverDds(
  service: string,
  name: string,
  answer: (request: RosMessage) => Promise<RosMessage>,
  { writer, reader, log }: ServiceWires,
): void {
  const { request, response } = messagesOf(service);
  // by it a client knows that reader and writer belong together
  const userData = `serviceid=${randomUUID()};`;
  const replies = writer(typeOf(response), `rr${name}Reply`, userData);
  reader(typeOf(request), `rq${name}Request`, userData, ({ guid, seq, ...asked }) => {
    answer(asked).then(
      (told) => {
        if (!replies.publish({ guid, seq, ...told }))
          log.warn({ name }, `${name}: the answer could not be sent`);
      },
      (error: unknown) => {
        log.warn({ err: error, name }, `${name}: no answer`);
      },
    );
  });
}

function typeOf(message: string): DdsType {
  return ddsType(message, withRequestHeader(definitionsOf(message)));
}

import { z } from 'zod';
import {
  healthMessageSchema,
  messageVersion,
  mqttCommandSchema,
  responseMessageSchema,
  stateMessageSchema,
  trackMessageSchema,
} from './schemas.js';

const published = {
  track: { schema: trackMessageSchema, title: 'What the tracker says of one frame' },
  state: { schema: stateMessageSchema, title: 'State of the live loop' },
  health: { schema: healthMessageSchema, title: 'Health of the service, once a second' },
  command: { schema: mqttCommandSchema, title: 'A command' },
  response: { schema: responseMessageSchema, title: 'The answer to a command' },
} as const;

/** The JSON Schemas (draft 7, as AsyncAPI reads them) that docs/schemas publishes, by file name. */
export function schemaFiles(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(published).map(([name, { schema, title }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
      const $id = `urn:tagalong:mqtt:${messageVersion}:${name}`;
      return [`${name}.schema.json`, { $schema, $id, title, ...rest }];
    }),
  );
}

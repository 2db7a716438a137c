import type { MessageDefinition } from '@foxglove/message-definition';
import { ddsTypeName } from '../messages/definitions.js';
import { layoutOf } from './layout.js';
import { operationsOf } from './operations.js';

/**
 * dds_topic_descriptor_t of a ROS message: without keys, and without type information, as ROS 2 has it.
 * @param definitions the message's own first.
 */
export function topicDescriptor(type: string, definitions: readonly MessageDefinition[]) {
  const struct = layoutOf(definitions);
  const operations = operationsOf(struct);
  return {
    ...{ size: struct.size, align: struct.align, flags: 0, keyCount: 0, keys: null, meta: '' },
    typeName: ddsTypeName(type),
    ...{ operationCount: operations.length, operations },
    ...{ information: noMeta, mapping: noMeta, representations: 0 },
  };
}

const noMeta = { data: null, size: 0 } as const;

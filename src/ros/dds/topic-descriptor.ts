import type { LayoutStruct } from './layout.js';
import { operationsOf } from './operations.js';

/** dds_topic_descriptor_t of a ROS message: without keys, and without type information, as ROS 2 has it. */
export function topicDescriptor(typeName: string, struct: LayoutStruct) {
  const operations = operationsOf(struct);
  return {
    ...{ size: struct.size, align: struct.align, flags: 0, keyCount: 0, keys: null, meta: '' },
    ...{ typeName, operationCount: operations.length, operations },
    ...{ information: noMeta, mapping: noMeta, representations: 0 },
  };
}

const noMeta = { data: null, size: 0 } as const;

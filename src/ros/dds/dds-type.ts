import type { MessageDefinition } from '@foxglove/message-definition';
import { ddsTypeName } from '../messages/definitions.js';
import { layoutOf, type LayoutStruct } from './layout.js';
import { topicDescriptor } from './topic-descriptor.js';

/** All that is needed to read and write a type. */
export interface DdsType {
  /** `vision_msgs::msg::dds_::Detection2D_`. */
  readonly name: string;
  readonly definitions: readonly MessageDefinition[];
  readonly struct: LayoutStruct;
  readonly descriptor: object;
}

/** @throws UsageError for a field that is not supported. */
export function ddsType(type: string, definitions: readonly MessageDefinition[]): DdsType {
  const struct = layoutOf(definitions);
  const name = ddsTypeName(type);
  return { name, definitions, struct, descriptor: topicDescriptor(name, struct) };
}

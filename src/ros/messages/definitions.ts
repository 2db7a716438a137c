import { parse } from '@foxglove/rosmsg';
import { ros2humble } from '@foxglove/rosmsg-msgs-common';
import type { MessageDefinition } from '@foxglove/message-definition';
import { UsageError } from '../../core/errors.js';
import { serviceTexts } from './services.js';
import { rmwDdsCommon, visionMsgs, type GidBytes } from './texts.js';

export interface DefinitionOptions {
  /** Bytes of a Gid: 24 in Humble, 16 since Iron. Only the discovery message has one. */
  readonly gidBytes?: GidBytes;
}

/**
 * A type's definition first, then those of all it is made of, as @foxglove's readers and writers take them.
 * @param type `package/msg/Name`, or `package/srv/Name_Request` and `_Response`.
 * @throws UsageError for a type that is not known here.
 */
export function definitionsOf(
  type: string,
  { gidBytes = 16 }: DefinitionOptions = {},
): readonly MessageDefinition[] {
  const known = { ...ros2humble, ...own(gidBytes) } as Readonly<Record<string, MessageDefinition>>;
  const found = new Map<string, MessageDefinition>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const definition = known[name];
    if (!definition) throw new UsageError(`message type "${type}": no definition of ${name}`);
    found.set(name, definition);
    for (const { isComplex, type: field } of definition.definitions) if (isComplex) visit(field);
  };
  visit(type.replace('/msg/', '/'));
  // the reader takes the definition without a name as the root
  return [...found.values()].map((it, index) => (index === 0 ? { definitions: it.definitions } : it));
}

/** What CycloneDDS's rmw puts before requests and responses: who asked, and which of its questions it is. */
export function withRequestHeader(definitions: readonly MessageDefinition[]): readonly MessageDefinition[] {
  const [own, ...rest] = definitions;
  const header = [
    { name: 'guid', type: 'uint64' },
    { name: 'seq', type: 'int64' },
  ];
  return [{ definitions: [...header, ...own!.definitions] }, ...rest];
}

/** `std_msgs::msg::dds_::String_`: what ROS 2 calls `std_msgs/msg/String` on the wire. */
export function ddsTypeName(type: string): string {
  const [packageName, kind, name] = type.split('/');
  return `${packageName}::${kind}::dds_::${name}_`;
}

function own(gidBytes: GidBytes): Record<string, MessageDefinition> {
  const texts = { ...visionMsgs, ...rmwDdsCommon(gidBytes), ...serviceTexts() };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const [definition] = parse(text, { ros2: true, skipTypeFixup: true });
      return [name, { name, definitions: definition!.definitions }];
    }),
  );
}

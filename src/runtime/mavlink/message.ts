import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';

/**
 * A message of a type with the given fields; all others are zero, or empty. (The classes' own constructors put the NAMES of
 * enum values into fields left alone, which cannot be sent.)
 */
export function message<T extends MavLinkData>(type: MavLinkDataConstructor<T>, fields: Partial<T>): T {
  const made = new type();
  for (const field of type.FIELDS) {
    if (!field.type.endsWith('[]')) Reflect.set(made, field.name, field.type.includes('64') ? 0n : 0);
  }
  return Object.assign(made, fields);
}

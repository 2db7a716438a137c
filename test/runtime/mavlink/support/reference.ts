import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';

/** Packets, streams and a session made with the reference implementation; not part of this repository. */
const folder = join(import.meta.dirname, '../../../../../../shared/data/mavlink');

export interface GoldenPacket {
  readonly id: number;
  readonly name: string;
  readonly msgid: number;
  readonly case: string;
  readonly sysid: number;
  readonly compid: number;
  readonly seq: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly canonical: boolean;
  readonly hex: string;
  readonly signing?: {
    readonly group: string;
    readonly key: string;
    readonly link_id: number;
    readonly timestamp: string;
    readonly signature_ok: boolean;
    readonly expect: 'accept' | 'reject';
    readonly why: string;
  };
}

export type FieldValue = number | string | readonly (number | string)[];

export interface ReferenceStream {
  readonly case: string;
  readonly note: string;
  readonly hex: string;
  readonly chunks?: readonly number[];
  readonly expect: readonly string[];
  readonly expect_packets: readonly { readonly name: string; readonly sysid: number; readonly seq: number }[];
  readonly also_ok?: readonly (readonly string[])[];
  readonly key?: string;
  readonly require_signed?: boolean;
  readonly local_timestamp?: string;
}

export interface SessionStep {
  readonly step: number;
  readonly variant: 'current' | 'older';
  readonly phase: string;
  readonly anchor: string;
  readonly t_ms: number;
  readonly t_abs_ms: number | null;
  readonly branch?: string;
  readonly dir: string;
  readonly name: string;
  readonly command?: number;
  readonly command_name?: string;
  readonly params?: readonly (number | string)[];
  readonly target?: readonly [number, number];
  readonly hex: string;
  readonly repeat_ms?: number;
  readonly expect: readonly SessionExpectation[];
  readonly note: string;
}

export interface SessionExpectation {
  readonly kind: 'ack' | 'message' | 'silence';
  readonly name: string;
  readonly command?: number;
  readonly results?: readonly string[];
  readonly from_compid?: number;
  readonly msgid?: number;
  readonly within_ms?: number;
  readonly better_ms?: number;
  readonly after_ms?: number;
  readonly for_ms?: number;
  readonly fields?: Readonly<Record<string, number>>;
}

interface ReferenceFiles {
  readonly 'golden.jsonl': GoldenPacket;
  readonly 'streams.jsonl': ReferenceStream;
  readonly 'qgc_session.jsonl': SessionStep;
}

/** The lines of a file of the reference data; null, said in the test's log, where it is not there. */
export function referenceLines<File extends keyof ReferenceFiles>(
  t: ExecutionContext,
  file: File,
): readonly ReferenceFiles[File][] | null {
  const path = join(folder, file);
  if (!existsSync(path)) {
    t.log(`skipped: no reference data (${file})`);
    t.pass();
    return null;
  }
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReferenceFiles[File]);
}

/** A message made of the reference's field names and ways to write values. */
export function messageOf(
  type: MavLinkDataConstructor<MavLinkData>,
  fields: GoldenPacket['fields'],
): MavLinkData {
  const made = new type();
  for (const { source, name, type: kind } of type.FIELDS) {
    if (!(source in fields)) throw new Error(`${type.MSG_NAME}: no ${source}`);
    Reflect.set(made, name, read(fields[source]!, kind));
  }
  return made;
}

/** The fields of a message, as the reference writes them. */
export function fieldsOf(message: MavLinkData): Record<string, FieldValue> {
  const type = message.constructor as MavLinkDataConstructor<MavLinkData>;
  return Object.fromEntries(
    type.FIELDS.map(({ source, name }) => [source, write(Reflect.get(message, name) as Value)]),
  );
}

type Value = number | bigint | string | readonly (number | bigint)[];

function read(value: FieldValue, kind: string): Value {
  if (kind.startsWith('char')) return value as string;
  if (Array.isArray(value))
    return value.map((it: number | string) => read(it, kind.replace('[]', '')) as number);
  return kind.includes('64') ? BigInt(value as string) : Number(value);
}

function write(value: Value): FieldValue {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return value.map((it) => write(it) as number);
}

import { TagalongError } from '../../core/errors.js';
import type { RecordSink } from '../../runtime/sinks/record-sink.js';
import type { FollowRequest } from './follow.js';

type RecordRequest = Pick<FollowRequest, 'out' | 'terminal'>;

/** Ends the records with a line that says they are not all. */
export function keepPartial(
  records: RecordSink | undefined,
  reason: string,
  { out, terminal }: RecordRequest,
): void {
  records?.markPartial(reason);
  if (out !== undefined) terminal.write(`partial results kept in ${out}\n`);
}

/** @throws TagalongError when not all tracks could be written. */
export async function finishRecords(
  records: RecordSink | undefined,
  { out, terminal }: RecordRequest,
): Promise<void> {
  if (!records) return;
  await records.close();
  if (records.fault) {
    throw new TagalongError(`--out "${out ?? '-'}": ${records.fault.message}`, { cause: records.fault });
  }
  if (records.dropped > 0) terminal.write(`warning: ${records.name}: ${records.dropped} tracks dropped\n`);
}

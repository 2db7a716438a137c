import type { JobKind } from '../job.js';
import { lookDifference } from '../look.js';
import { seesMark } from './folder-mark.js';
import { type QueuedJob, queuedJobSchema } from './queued-job.js';

export interface Ability {
  readonly kinds: readonly JobKind[];
  /** Of this program. */
  readonly version: string;
}

/** Whether this machine would do the job as whoever queued it means it. @returns the job, or why not. */
export async function reasonToRefuse(
  data: unknown,
  { kinds, version }: Ability,
): Promise<{ readonly reason: string } | { readonly reason: null; readonly job: QueuedJob }> {
  const parsed = queuedJobSchema.safeParse(data);
  if (!parsed.success || parsed.data.version !== version) {
    const other = (data as Partial<QueuedJob> | null)?.version ?? 'unknown';
    return { reason: `queued by version ${other} of the program, this is ${version}` };
  }
  const job = parsed.data;
  const kind = kinds.find(({ name }) => name === job.kind);
  if (!kind) return { reason: `jobs of kind "${job.kind}" are not known here` };
  if (!(await seesMark(job.mark)))
    return { reason: `${job.mark.path} is not there: the folder is not shared` };
  try {
    const difference = lookDifference(job.seen, await kind.look(job));
    return difference === null ? { reason: null, job } : { reason: difference };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

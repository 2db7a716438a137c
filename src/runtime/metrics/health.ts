import type { LoopStatus } from '../../core/ports/loop-status.js';
import type { SourceLink } from '../../core/ports/frame-source.js';

/** `failing`: the target cannot be followed now; `degraded`: it can, but something else is wrong. */
export type HealthLevel = 'ok' | 'degraded' | 'failing';

export interface Health {
  readonly level: HealthLevel;
  /** For people, the worst first; empty when all is well. */
  readonly reasons: readonly string[];
  /** False: the loop hangs, and only a restart helps. A camera that is away is waited for, which is being alive. */
  readonly alive: boolean;
}

/** What can be seen of a service from outside its loop. Times in ns of CLOCK_MONOTONIC; null: never. */
export interface Vitals {
  readonly nowNs: bigint;
  readonly startedAtNs: bigint;
  readonly status: LoopStatus;
  readonly frameSeenAtNs: bigint | null;
  readonly publishedAtNs: bigint | null;
  /** Why the source is not open yet; null when it is, or nothing is known. */
  readonly openingFault: string | null;
  readonly link: SourceLink | null;
  /** What else is wrong: no broker, no room for the recording. */
  readonly troubles: readonly string[];
}

/** Frames that come without tracks for so long mean that the loop hangs: a tracker that hangs is replaced much earlier. */
const hangNs = 10_000_000_000n;
const silenceNs = 3_000_000_000n;

export function judgeHealth(vitals: Vitals): Health {
  const failing = failures(vitals);
  const alive = !hangs(vitals);
  const level = failing.length > 0 ? 'failing' : vitals.troubles.length > 0 ? 'degraded' : 'ok';
  return { level, reasons: [...failing, ...vitals.troubles], alive };
}

function failures(vitals: Vitals): string[] {
  const { nowNs, startedAtNs, status, frameSeenAtNs, publishedAtNs, openingFault, link } = vitals;
  if (status.state === 'ended') return ['the live loop has ended'];
  if (openingFault !== null) return [`waiting for the source: ${openingFault}`];
  if (link?.connected === false) return [`the source is away: ${link.fault ?? ''}`];
  if (frameSeenAtNs === null) return ['starting: no frame yet'];
  const silent = nowNs - frameSeenAtNs;
  if (silent > silenceNs) return [`no frame for ${seconds(silent)} s`];
  const untracked = nowNs - (publishedAtNs ?? startedAtNs);
  if (untracked > silenceNs) return [`frames come, but no track for ${seconds(untracked)} s`];
  return status.model === null ? ['the tracker is being started'] : [];
}

function hangs({ nowNs, frameSeenAtNs, publishedAtNs }: Vitals): boolean {
  if (frameSeenAtNs === null || publishedAtNs === null) return false;
  return nowNs - frameSeenAtNs < silenceNs && nowNs - publishedAtNs > hangNs;
}

function seconds(ns: bigint): number {
  return Math.round(Number(ns) / 1e9);
}

import { quantile, ratio } from '../evaluate/statistics.js';
import type { OcclusionKind } from './occlusion-case.js';
import { type CaseScore, reacquireWithin } from './score-case.js';

/** A share and what it is one of. */
export interface Share {
  readonly count: number;
  readonly of: number;
  /** Null of nothing. */
  readonly share: number | null;
}

/** The cases of one kind and level, or of several. */
export interface OcclusionRow {
  readonly kind: OcclusionKind | 'all';
  /** Null: all levels. */
  readonly level: number | null;
  readonly cases: number;
  /** Cases in which the tracker had the target when it was disturbed: all figures but the last are of these. */
  readonly held: number;
  /** Of the frames covered whole: called `tracking`. */
  readonly coveredTracking: Share;
  /** Of the cases: seen again within 15 frames in view. */
  readonly reacquired: Share;
  /** Frames to see the target again, where it was seen again at all. */
  readonly framesToSee: {
    readonly median: number | null;
    readonly p90: number | null;
    readonly never: number;
  };
  /** Of the cases: settled on something else afterwards. */
  readonly switched: Share;
  /** Of the undisturbed frames of all cases in which it had the target: called `coasting` or `lost`. */
  readonly doubted: Share;
}

/** What occlusion.json holds. */
export interface OcclusionSummary {
  readonly seed: number;
  /** One row a kind and level, one a kind, one over everything that covers (jumps not among them). */
  readonly rows: readonly OcclusionRow[];
  readonly cases: readonly CaseScore[];
  readonly partial?: true;
  readonly problems?: readonly string[];
}

export function summariseCases(
  scores: readonly CaseScore[],
  { seed, problems }: { readonly seed: number; readonly problems: readonly string[] },
): OcclusionSummary {
  const kinds = [...new Set(scores.map(({ kind }) => kind))];
  const rows = kinds.flatMap((kind) => {
    const ofKind = scores.filter((score) => score.kind === kind);
    const levels = [...new Set(ofKind.map(({ level }) => level))].sort((a, b) => a - b);
    const each = levels.map((level) =>
      rowOf(
        ofKind.filter((score) => score.level === level),
        kind,
        level,
      ),
    );
    return levels.length > 1 ? [...each, rowOf(ofKind, kind, null)] : each;
  });
  const covers = scores.filter(({ kind }) => kind !== 'jump');
  const several = kinds.filter((kind) => kind !== 'jump').length > 1;
  return {
    seed,
    rows: several ? [...rows, rowOf(covers, 'all', null)] : rows,
    cases: scores,
    ...(problems.length > 0 ? { partial: true as const, problems } : {}),
  };
}

function rowOf(scores: readonly CaseScore[], kind: OcclusionRow['kind'], level: number | null): OcclusionRow {
  const held = scores.filter((score) => score.held);
  const times = held.flatMap(({ framesToSee }) => framesToSee ?? []);
  return {
    kind,
    level,
    cases: scores.length,
    held: held.length,
    coveredTracking: share(
      sum(held, ({ covered }) => covered.tracking),
      sum(held, ({ covered }) => covered.frames),
    ),
    reacquired: share(times.filter((time) => time <= reacquireWithin).length, held.length),
    framesToSee: {
      median: quantile(times, 0.5),
      p90: quantile(times, 0.9),
      never: held.length - times.length,
    },
    switched: share(held.filter(({ switched }) => switched).length, held.length),
    doubted: share(
      sum(scores, ({ lead }) => lead.doubted),
      sum(scores, ({ lead }) => lead.held),
    ),
  };
}

function share(count: number, of: number): Share {
  return { count, of, share: ratio(count, of) };
}

function sum(scores: readonly CaseScore[], pick: (score: CaseScore) => number): number {
  return scores.reduce((total, score) => total + pick(score), 0);
}

import type { OcclusionRow, OcclusionSummary } from '../../training/occlude/index.js';
import { alignColumns } from './columns.js';

const heads = [
  'occlusion',
  'cases',
  'held',
  'tracking if covered',
  'found in 15',
  'median',
  'switched',
  'doubted in view',
];

/** What is asked of a tracker, below the columns it is asked in. */
const asked = ['asked', '', '', '<= 5%', '>= 80%', '', '<= 10%', '<= 2%'];

/** One line a kind and level; shares with the counts they are taken of. At most 100 columns. */
export function formatOcclusionTable({ rows, partial, seed }: OcclusionSummary): string {
  const { lines, rule } = alignColumns([heads, ...rows.map(cellsOf), asked]);
  return [
    lines[0],
    rule,
    ...lines.slice(1, -1),
    rule,
    lines.at(-1),
    `seed ${seed}; shares are of the cases held, but the last one`,
    ...(partial ? ['partial result: the cases that were complete'] : []),
  ].join('\n');
}

function cellsOf(row: OcclusionRow): string[] {
  const { kind, level, cases, held, coveredTracking, reacquired, framesToSee, switched, doubted } = row;
  return [
    level === null ? `${kind}, all` : `${kind} ${level}`,
    String(cases),
    String(held),
    share(coveredTracking),
    share(reacquired),
    framesToSee.median === null ? '-' : String(framesToSee.median),
    share(switched),
    share(doubted),
  ];
}

function share({ count, of, share: value }: OcclusionRow['switched']): string {
  return value === null ? '-' : `${count}/${of} ${(100 * value).toFixed(1).padStart(5)}%`;
}

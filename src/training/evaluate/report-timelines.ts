import type { TrackState } from '../../core/tracking/track.js';
import { type Html, html, rawHtml } from '../report/page.js';
import { overlap } from './metrics.js';
import type { ScoredRun } from './summary.js';

const height = 40;
const stripHeight = 8;

/** One strip a sequence: the overlap as an area, the states as a coloured band under it. */
export function timelines(runs: readonly ScoredRun[]): Html {
  const legend = (['tracking', 'coasting', 'lost'] as const).map(
    (state) => html`<span><i class="${state}"></i>${state}</span>`,
  );
  return html`<p class="legend">
      ${legend}<span><i class="absent"></i>target absent</span>
    </p>
    ${runs.map(timeline)}`;
}

function timeline({ sequence, run, scores }: ScoredRun): Html {
  const frames = sequence.truth.length;
  const overlaps = run.answers.map(({ box }, index) => {
    const truth = sequence.truth[index] ?? null;
    return truth === null ? 0 : overlap(box, truth);
  });
  const area = overlaps.map((value, index) => `L${index} ${y(value)}L${index + 1} ${y(value)}`).join('');
  const absent = bands(sequence.truth.map((box) => (box === null ? 'absent' : null)));
  const states = bands(run.answers.map(({ state }) => (state === 'idle' ? null : state)));
  const rects = (list: readonly Band[], top: number, tall: number): string =>
    list
      .map(
        ({ name, from, to }) =>
          `<rect class="${name}" x="${from}" y="${top}" width="${to - from}" height="${tall}"/>`,
      )
      .join('');
  const svg =
    `<svg viewBox="0 0 ${frames} ${height + stripHeight + 2}" preserveAspectRatio="none" role="img">` +
    `${rects(absent, 0, height)}<path class="overlap" d="M0 ${height}${area}L${overlaps.length} ${height}Z"/>` +
    `${rects(states, height + 2, stripHeight)}</svg>`;
  return html`<div class="timeline">
    <p><b>${run.name}</b> <span>${scores?.auc.toFixed(3) ?? '–'}</span></p>
    ${rawHtml(svg)}
  </div> `;
}

interface Band {
  readonly name: TrackState | 'absent';
  readonly from: number;
  readonly to: number;
}

/** Runs of equal names; null leaves a gap. */
function bands(names: readonly (Band['name'] | null)[]): Band[] {
  const result: Band[] = [];
  for (const [index, name] of names.entries()) {
    if (name === null) continue;
    const last = result.at(-1);
    if (last?.name === name && last.to === index)
      result[result.length - 1] = { name, from: last.from, to: index + 1 };
    else result.push({ name, from: index, to: index + 1 });
  }
  return result;
}

function y(value: number): string {
  return (height * (1 - value)).toFixed(1);
}

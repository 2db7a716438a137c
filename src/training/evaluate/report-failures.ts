import { type Html, html, rawHtml } from '../report/page.js';
import type { ScoredRun } from './summary.js';

const shown = 18;

/** Pictures of how the longest failures over all sequences began. */
export function failureStrip(runs: readonly ScoredRun[]): Html {
  const failures = runs
    .flatMap(({ run }) => run.failures.map((failure) => ({ ...failure, name: run.name })))
    .sort((a, b) => b.length - a.length)
    .slice(0, shown);
  if (failures.length === 0) return html`<p>The target was never lost.</p>`;
  return html`<div class="strip">
    ${failures.map(
      ({ name, frame, length, recovered, picture }) =>
        html`<figure>
          ${picture === null ? rawHtml('') : html`<img src="${picture}" alt="${name}, frame ${frame}" width="224" height="224" />`}
          <figcaption>
            <b>${name}</b> frame ${frame}<br />without it for ${length} frames,
            ${recovered ? 'found again' : 'to the end'}
          </figcaption>
        </figure>`,
    )}
  </div>`;
}

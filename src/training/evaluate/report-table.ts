import { type Html, html, rawHtml } from '../report/page.js';
import type { Distribution } from './honesty.js';
import type { Reference } from './reference.js';
import type { Summary } from './summary.js';

/** Scores per sequence, best first, and their mean; a reference adds its rows to the mean and its columns to the rest. */
export function scoreTable(
  { mean, msPerFrame, longTerm, reacquisition, sequences }: Summary,
  reference: Reference | undefined,
): Html {
  const rows = [...sequences].sort((a, b) => b.auc - a.auc);
  const others = (reference?.rows ?? []).filter((row) => row.sequences !== undefined);
  const heads = [
    'sequence',
    'frames',
    'AUC',
    'precision',
    'ms',
    'ms p99',
    'F-score',
    'absence',
    'false',
    'other',
    'coast',
    'found',
  ];
  return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            ${heads.map((head) => html`<th>${head}</th>`)}${others.map(
              ({ tracker }) => html`<th>AUC ${tracker}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          <tr class="total">
            <td>mean</td>
            <td></td>
            ${cells(mean.auc, mean.precision20)}${cells(msPerFrame.median, msPerFrame.p99)}${cells(
              longTerm?.fScore ?? null,
              mean.trueAbsenceRate,
              mean.falseAlarmRate,
              mean.switchRate,
              mean.coastingRate,
            )}${found(reacquisition)}${others.map(({ auc }) => cells(auc))}
          </tr>
          ${rows.map(
            (row) =>
              html`<tr>
                <td>${row.name}${row.partial ? ' (partial)' : ''}</td>
                <td>${row.frames}</td>
                ${cells(
                  row.auc,
                  row.precision20,
                  row.msPerFrame.median,
                  row.msPerFrame.p99,
                  row.longTerm?.fScore ?? null,
                  row.trueAbsenceRate,
                  row.falseAlarmRate,
                  row.switchRate,
                  row.coastingRate,
                )}${found(row.reacquisition)}${others.map((other) => cells(other.sequences?.[row.name] ?? null))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${referenceTable(reference)}`;
}

function referenceTable(reference: Reference | undefined): Html {
  if (reference === undefined) return rawHtml('');
  return html`<p class="note">${reference.name}</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>reference</th>
            <th>AUC</th>
            <th>precision</th>
            <th>ms</th>
          </tr>
        </thead>
        <tbody>
          ${reference.rows.map(
            (row) =>
              html`<tr>
                <td>${row.tracker}</td>
                ${cells(row.auc, row.precision20 ?? null, row.msPerFrame ?? null)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

/** How often the target was found again, and after how many frames: `3/4, 12.0`. */
function found({ returns, found: count, mean }: Distribution): Html {
  if (returns === 0) return html`<td>–</td>`;
  return html`<td>${count}/${returns}${mean === null ? '' : `, ${mean.toFixed(1)}`}</td>`;
}

function cells(...values: readonly (number | null)[]): Html {
  return html`${values.map((value) => html`<td>${value?.toFixed(3) ?? '–'}</td>`)}`;
}

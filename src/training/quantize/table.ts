import type { ModelColumn, QuantizationReport } from './report.js';

/** Rows of the comparison, label first, then a cell for each model. */
export function comparisonRows({ columns }: Pick<QuantizationReport, 'columns'>): string[][] {
  const row = (label: string, cell: (column: ModelColumn) => string): string[] => [
    label,
    ...columns.map(cell),
  ];
  const [float] = columns;
  const ratio = (ms: number | null, base: number | null | undefined): string =>
    ms === null
      ? '-'
      : `${ms.toFixed(2)}${base && ms !== base ? ` (${(ms / base).toFixed(2)} of fp32)` : ''}`;
  const rows = [
    ['', ...columns.map(({ name }) => name)],
    row('success AUC', ({ scores }) => number(scores?.auc, 3)),
    row('precision at 20 px', ({ scores }) => number(scores?.precision20, 3)),
    row('ms per update, median', ({ scores }) => number(scores?.msPerUpdate, 2)),
    row('ms, search graph', ({ ms }) => ratio(ms.search, float?.ms.search)),
    row('ms, template graph', ({ ms }) => ratio(ms.template, float?.ms.template)),
    row('peak within 1 cell of fp32', ({ agreement }) => percent(agreement?.peak)),
    row('… where fp32 is sure', ({ agreement }) => percent(agreement?.surePeak)),
    row('… as the tracker chooses', ({ agreement }) => percent(agreement?.trackedPeak)),
    row('overlap of the boxes, mean', ({ agreement }) => number(agreement?.boxIou, 3)),
    row('… 5 % lie below', ({ agreement }) => number(agreement?.boxIouLow, 3)),
    row('error of the score', ({ agreement }) => number(agreement?.scoreError, 4)),
    row('cosine of the features', ({ agreement }) => number(agreement?.cellsCosine, 4)),
    row('size, both graphs', ({ bytes }) => `${(bytes / 1e6).toFixed(2)} MB`),
    row('convolutions fused to 8 bits, search', ({ fused }) =>
      fused === null ? '-' : `${fused.search.int8} of ${fused.search.int8 + fused.search.float}`,
    ),
    row('convolutions fused to 8 bits, template', ({ fused }) =>
      fused === null ? '-' : `${fused.template.int8} of ${fused.template.int8 + fused.template.float}`,
    ),
  ];
  // what was measured of none is left out
  return rows.filter((cells, index) => index === 0 || cells.slice(1).some((cell) => cell !== '-'));
}

/** Plain text, columns aligned. */
export function formatComparison(report: Pick<QuantizationReport, 'columns'>): string {
  const rows = comparisonRows(report);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function number(value: number | null | undefined, digits: number): string {
  return value?.toFixed(digits) ?? '-';
}

function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${(100 * share).toFixed(1)} %`;
}

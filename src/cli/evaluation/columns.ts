/** Pads a table's cells: the first column to the left, the others to the right. `rule` is as wide as the lines. */
export function alignColumns(rows: readonly (readonly string[])[]): { lines: string[]; rule: string } {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
  return { lines, rule: '-'.repeat(Math.max(...lines.map((line) => line.length))) };
}

// The table as text: a section's rows below each other, whoever took part side by side.

/** Three digits or so, however large. @param {number} value */
export function short(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** What one cell says of a measured column. @param {any} column */
function cell(column) {
  if (!column) return '–';
  if (column.void) return `void: ${column.void}`;
  const parts = [column.text ?? figure(column)];
  if (column.of_peak) parts.push(`${Math.round(100 * column.of_peak)} % of peak`);
  if (column.times_quicker) parts.push(`×${short(column.times_quicker)}`);
  return parts.join('  ');
}

function figure(/** @type {any} */ { samples_per_second, gflops, seconds }) {
  if (samples_per_second) return `${short(samples_per_second / 1000)} k/s`;
  if (gflops) return `${short(gflops)} GFLOP/s`;
  return `${short(1000 * seconds.median)} ms`;
}

/**
 * @param {import('./sections.mjs').Section} section
 * @param {{name: string, columns: Record<string, any>}[]} rows
 */
export function print({ name, unit }, rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.columns)))];
  const lines = [
    ['', ...columns],
    ...rows.map((row) => [row.name, ...columns.map((column) => cell(row.columns[column]))]),
  ];
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  console.log(`== ${name}: ${unit}`);
  for (const line of lines) {
    console.log(
      line
        .map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i])))
        .join('   ')
        .trimEnd(),
    );
  }
  console.log('');
}

// Tables and results as text that other programs load: CSV with one header line and a dot in every number, and JSON.

/** @typedef {string | number | boolean | null | undefined} Cell */
/**
 * @typedef {object} Table
 * @property {string} name      in file names: small letters and hyphens
 * @property {string} [title]   on its button
 * @property {string[]} columns
 * @property {Cell[][]} rows
 */

/** Comma, quotes doubled, lines end with a line feed; nothing is an empty cell. @param {Pick<Table, 'columns' | 'rows'>} table */
export function toCsv({ columns, rows }) {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}

/** @param {Cell} value */
function cell(value) {
  const text = String(value ?? '');
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {unknown} value */
export function toJson(value) {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/**
 * The fields of a spec as links name them: "sample.n". Lists stay whole, as JSON.
 * @param {Record<string, any>} spec @param {string} [under]
 * @returns {[string, Cell][]}
 */
export function fields(spec, under = '') {
  return Object.entries(spec).flatMap(([key, value]) => {
    const path = under + key;
    if (value !== null && typeof value === 'object')
      return Array.isArray(value) ? [[path, JSON.stringify(value)]] : fields(value, `${path}.`);
    return [/** @type {[string, Cell]} */ ([path, value])];
  });
}

/**
 * "prior-n1000-3fa9c2": what it is, how many points, and which specs: the first digits of the spec's identity, or of the sum
 * of several.
 * @param {string} figure @param {number | undefined} n @param {(string | null)[]} ids
 */
export function fileStem(figure, n, ids) {
  const known = ids.filter((id) => id !== null);
  const sum = known.reduce((all, id) => all + Number.parseInt(id.slice(0, 6), 16), 0) % 2 ** 24;
  return [figure, n !== undefined && `n${n}`, known.length > 0 && sum.toString(16).padStart(6, '0')]
    .filter(Boolean)
    .join('-');
}

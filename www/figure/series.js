// Stored numbers of a sweep: results/NAME.jsonl, a head and then a run a line, each with a few numbers and its digest. For figures that
// show many runs and draw none of them.

import { merge, setField } from '../state/figure-state.js';

/** @typedef {import('../state/figure-state.js').Spec} Spec */
/**
 * @typedef {object} SeriesRun
 * @property {string} variant
 * @property {Record<string, any>} axes       field path -> value
 * @property {string | null} digest
 * @property {(number | null)[]} values       in the order of the head's names
 * @property {{step: number, message: string}} [diverged]
 */

const HERE = new URL('../results/', import.meta.url);
/** @type {Map<string, Promise<Series>>} */
const cache = new Map();

export class Series {
  /** @param {{engine?: number, values?: string[], base?: Spec, variants?: Record<string, Spec>}} head @param {SeriesRun[]} runs */
  constructor(head, runs) {
    this.head = head;
    this.runs = runs;
    this.names = head.values ?? [];
  }

  /** A number of a run by its name, such as "density.all"; undefined where it has none. @param {SeriesRun} run @param {string} name */
  value(run, name) {
    return run.values[this.names.indexOf(name)] ?? undefined;
  }

  /** What was run. @param {SeriesRun} run @returns {Spec} partial */
  spec({ variant, axes }) {
    const spec = merge(this.head.base ?? {}, this.head.variants?.[variant] ?? {});
    for (const [path, value] of Object.entries(axes)) setField(spec, path, value);
    return spec;
  }
}

/** @param {string} name of results/NAME.jsonl @returns {Promise<Series>} empty when it cannot be read */
export function loadSeries(name) {
  let series = cache.get(name);
  if (!series) {
    series = fetchSeries(name);
    cache.set(name, series);
    // A failure is not remembered: the next figure asks again.
    void series.then(({ runs }) => runs.length > 0 || cache.delete(name));
  }
  return series;
}

/** @param {string} name @returns {Promise<Series>} */
async function fetchSeries(name) {
  try {
    const response = await fetch(new URL(`${name}.jsonl`, HERE));
    if (!response.ok) return new Series({}, []);
    const [head, ...runs] = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return new Series(head, runs);
  } catch {
    // A figure without stored runs still goes live.
    return new Series({}, []);
  }
}

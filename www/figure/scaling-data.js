// The stored numbers behind the figure scaling-curve, by line: what each learner errs at each size, seed by seed.

import { merge } from '../state/figure-state.js';
import { loadSeries } from './series.js';
import { median } from './worth.js';

/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {import('./series.js').Series} Series */
/** @typedef {import('../draw/curve.js').Marker} Marker */
/** @typedef {{n: number, seed: number, value: number, digest: string | null, numbers: (name: string) => number | undefined}} Dot */
/** @typedef {{n: number, value: number, count: number}} Middle */
/** @typedef {{sign: '=' | '<' | '>', n: number}} Place */
/**
 * @typedef {object} Line
 * @property {string} id
 * @property {string} label
 * @property {string} words     in a sentence
 * @property {'neighbours' | 'network' | 'family'} kind
 * @property {string} colour
 * @property {Marker} marker
 * @property {string} [dash]
 */

/** @type {Line[]} in the order in which they are named */
export const LINES = [
  { id: 'k1', label: '1 neighbour', words: 'one neighbour', kind: 'neighbours', colour: 'var(--series-knn)', marker: 'circle' },
  { id: 'k5', label: '5 neighbours', words: 'five neighbours', kind: 'neighbours', colour: 'var(--series-knn)', marker: 'square', dash: '9 4' },
  { id: 'polar_k1', label: '1 polar neighbour', words: 'one polar neighbour', kind: 'neighbours', colour: 'var(--series-knn)', marker: 'diamond', dash: '2 4' },
  { id: 'xy', label: 'plain network', words: 'the plain network', kind: 'network', colour: 'var(--series-xy)', marker: 'triangle' },
  { id: 'polar', label: 'polar network', words: 'the polar network', kind: 'network', colour: 'var(--series-polar)', marker: 'square' },
  { id: 'extras', label: 'with all extras', words: 'the polar network with all extras', kind: 'network', colour: 'var(--series-extras)', marker: 'diamond' },
  { id: 'arm', label: 'knows the family', words: 'a fit of the true family', kind: 'family', colour: 'var(--muted)', marker: 'circle', dash: '6 3' },
  { id: 'even_arm', label: 'knows a wrong one', words: 'a fit of a wrong family', kind: 'family', colour: 'var(--muted)', marker: 'square', dash: '2 3' },
];
export const SIZES = [100, 316, 1000, 3162, 10000, 31623, 100000, 316228, 1000000];
export const BUDGETS = [1000, 4000, 20000, 80000];

/** @returns {Promise<ScalingData>} */
export async function loadScaling() {
  const [neighbours, networks, adequate, family, fits] = await Promise.all([
    loadSeries('scaling-neighbours'),
    loadSeries('scaling-networks'),
    loadSeries('scaling-adequate'),
    loadSeries('scaling-family'),
    fetchFits(),
  ]);
  return new ScalingData({ neighbours, networks, adequate, family }, fits);
}

/** @returns {Promise<any>} */
async function fetchFits() {
  try {
    const response = await fetch(new URL('../results/scaling-fits.json', import.meta.url));
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

export class ScalingData {
  /** @param {Record<'neighbours' | 'networks' | 'adequate' | 'family', Series>} series @param {any} fits */
  constructor(series, fits) {
    this.series = series;
    this.fits = fits;
  }

  /** @param {Line} line @param {number} steps @returns {Series} */
  seriesOf({ kind }, steps) {
    if (kind !== 'network') return kind === 'family' ? this.series.family : this.series.neighbours;
    const fixed = this.series.networks;
    return fixed.runs.some((run) => run.axes['budget.steps'] === steps) ? fixed : this.series.adequate;
  }

  /** The runs of a line at a budget. @param {Line} line @param {number} steps */
  runs(line, steps) {
    const series = this.seriesOf(line, steps);
    const budget = (/** @type {import('./series.js').SeriesRun} */ run) =>
      run.axes['budget.steps'] ?? series.head.base?.budget?.steps;
    return series.runs.filter((run) => run.variant === line.id && (line.kind !== 'network' || budget(run) === steps));
  }

  /** @param {Line} line @param {number} steps @param {string} measure @returns {Dot[]} */
  dots(line, steps, measure) {
    const series = this.seriesOf(line, steps);
    return this.runs(line, steps).flatMap((run) => {
      const value = series.value(run, measure);
      const numbers = (/** @type {string} */ name) => series.value(run, name);
      if (value === undefined) return [];
      return [{ n: run.axes['sample.n'], seed: run.axes['sample.seed'], value, digest: run.digest, numbers }];
    });
  }

  /** What a live run of this line has to be. @param {Line} line @param {number} steps @param {number} n @param {number} seed @returns {Spec} */
  spec(line, steps, n, seed) {
    const { head } = this.seriesOf(line, steps);
    /** @type {Spec} */
    const own = { sample: { n, seed } };
    if (line.kind === 'network') Object.assign(own, { learner: { seed }, budget: { steps } });
    return merge(merge(head.base ?? {}, head.variants?.[line.id] ?? {}), own);
  }

  /** Where the dull rule goes below this line for good. @param {Line} line @param {number} steps @param {string} measure */
  crossing(line, steps, measure) {
    return this.fits?.crossings[measure]?.[`${line.id}/${steps}`];
  }

  /** @param {Line} line @param {number} steps @param {string} measure */
  fit(line, steps, measure) {
    return this.fits?.fits[measure]?.[line.kind === 'network' ? `${line.id}/${steps}` : line.id];
  }
}

/** Medians by size. @param {Dot[]} dots @returns {Middle[]} */
export function middles(dots) {
  const sizes = new Map();
  for (const { n, value } of dots) sizes.set(n, [...(sizes.get(n) ?? []), value]);
  return [...sizes].map(([n, values]) => ({ n, value: median(values), count: values.length })).sort((a, b) => a.n - b.n);
}

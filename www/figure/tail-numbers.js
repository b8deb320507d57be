// What the stored runs say of the tip: medians at each size, and how many times more points the tip needs.

import { agrees } from './stored.js';
import { loadSeries } from './series.js';
import { fixed, integer, number } from './number.js';
import { median, worthOf } from './worth.js';
import { fieldAt } from '../state/figure-state.js';

/** @typedef {import('./number.js').Measured} Measured */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/**
 * @typedef {object} TailRun
 * @property {string} variant
 * @property {number} n
 * @property {number} seed
 * @property {string | null} digest
 * @property {{tip: number, all: number, recall: number, blue: number}} values
 * @property {Measured[]} errors
 * @property {any} [raster]
 * @property {(spec: Spec) => boolean} fits  is this the run of that spec?
 */

/** @returns {Promise<TailRun[]>} */
export async function loadTail() {
  const all = await Promise.all(['tail-neighbours', 'tail-networks'].map(loadSeries));
  return all.flatMap((series) =>
    series.runs.map((run) => {
      const value = (/** @type {string} */ name) => series.value(run, name) ?? NaN;
      const spec = series.spec(run);
      const errors = series.names.map((name) => {
        const [measure, region] = name.split('.');
        return { measure, region, value: value(name) };
      });
      return {
        variant: run.variant,
        n: run.axes['sample.n'],
        seed: run.axes['sample.seed'],
        digest: run.digest,
        values: {
          tip: value('area.tip'),
          all: value('area.all'),
          recall: value('recall.tip'),
          blue: value('trivial_area.tip'),
        },
        errors,
        raster: /** @type {any} */ (run).raster,
        fits: (/** @type {Spec} */ wish) => agrees(spec, withKind(wish)) && plain(wish),
      };
    }),
  );
}

/** The kind of a network need not be written. @param {Spec} wish */
function withKind(wish) {
  return { ...wish, learner: { kind: 'mlp', ...wish.learner } };
}

/** Fields that no run of these sweeps sets must be as published. @param {Spec} wish */
function plain(wish) {
  const published = { 'problem.rotation': 0, 'labels.noise': 0, 'sample.extra_n': 0, 'learner.weight_decay': 0 };
  return Object.entries(published).every(([path, value]) => (fieldAt(wish, path) ?? value) === value);
}

/** Medians of one learner at one size. @param {TailRun[]} runs @param {string} variant @param {number} n */
export function levelsOf(runs, variant, n) {
  const own = runs.filter((run) => run.variant === variant && run.n === n);
  if (own.length === 0) return undefined;
  const of = (/** @type {'tip' | 'all' | 'recall'} */ what) => median(own.map(({ values }) => values[what]));
  return { tip: of('tip'), all: of('all'), recall: of('recall') };
}

/**
 * How many times more points until the tip's error is down to what the whole square's is at n: between two sizes on the straight
 * line in logarithms, more than the most that was run where that did not suffice.
 * @param {TailRun[]} runs @param {string} variant @param {number} n
 * @returns {{times: number, reached: boolean, words: string}}
 */
export function farther(runs, variant, n) {
  const sizes = [...new Set(runs.filter((run) => run.variant === variant).map((run) => run.n))].sort((a, b) => a - b);
  const levels = sizes
    .filter((size) => size >= n)
    .map((size) => ({ n: size, values: [], median: levelsOf(runs, variant, size)?.tip ?? NaN }));
  const worth = worthOf(levels, levelsOf(runs, variant, n)?.all ?? NaN);
  if (!worth) return { times: NaN, reached: false, words: '—' };
  const times = worth.points / n;
  if (worth.reached)
    return {
      times,
      reached: true,
      words: `${times < 3 ? fixed(times, 1) : number(Number(times.toPrecision(2)))}×`,
    };
  return { times, reached: false, words: times > 1 ? `> ${integer(times)}×` : 'not known' };
}

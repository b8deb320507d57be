// What a prior is worth in points: the number at which the plain learner does as well as the other one with its few.

import { fieldAt } from '../state/figure-state.js';
import { valueOf } from './number.js';

/** @typedef {import('./stored.js').StoredRun} StoredRun */
/** @typedef {{n: number, values: number[], median: number}} Level  errors of the runs with n points */
/**
 * @typedef {object} Worth
 * @property {number} points     points the plain learner needs; the most that were tried, when they did not suffice
 * @property {boolean} reached
 */

/** @param {number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Density errors of stored runs by number of points. @param {StoredRun[]} runs @returns {Level[]} */
export function levels(runs) {
  /** @type {Map<number, number[]>} */
  const byN = new Map();
  for (const { spec, errors } of runs) {
    const n = fieldAt(spec, 'sample.n');
    const value = valueOf(errors, 'density');
    if (value !== undefined) byN.set(n, [...(byN.get(n) ?? []), value]);
  }
  return [...byN].map(([n, values]) => ({ n, values, median: median(values) })).sort((a, b) => a.n - b.n);
}

/**
 * Where the medians first come down to the target: between two sizes on the straight line in logarithms.
 * @param {Level[]} plain in rising order @param {number} target @returns {Worth | undefined}
 */
export function worthOf(plain, target) {
  const at = plain.findIndex(({ median: m }) => m <= target);
  if (plain.length === 0) return undefined;
  if (at < 0) return { points: plain[plain.length - 1].n, reached: false };
  if (at === 0) return { points: plain[0].n, reached: true };
  const [a, b] = [plain[at - 1], plain[at]];
  const share = Math.log(a.median / target) / Math.log(a.median / b.median);
  return { points: a.n * (b.n / a.n) ** share, reached: true };
}

// The stored purchases: points bought everywhere or in the tip, on ten samples, and what they did to three kinds of error.

import { loadSeries } from './series.js';
import { median } from './worth.js';

/** @typedef {'density.all' | 'area.all' | 'area.tip'} Kind  of error */
/** @typedef {'everywhere' | 'tip'} Where */
/** @typedef {{amount: number, value: number}[]} Line  rising in the amount, which begins at 0 */
/**
 * @typedef {object} Purchase
 * @property {string} learner
 * @property {number} base   points there were
 * @property {Where} where
 * @property {number} amount
 * @property {number} seed
 * @property {string | null} digest
 * @property {Record<Kind, number>} errors
 */

export const KINDS = /** @type {const} */ (['density.all', 'area.all', 'area.tip']);

/** @returns {Promise<Purchase[]>} */
export async function loadPurchases() {
  const all = await Promise.all(['buy-neighbours', 'buy-networks'].map(loadSeries));
  return all.flatMap((series) =>
    series.runs.map((run) => ({
      learner: run.variant,
      base: run.axes['sample.n'],
      where: run.axes['sample.extra_where'],
      amount: run.axes['sample.extra_n'],
      seed: run.axes['sample.seed'],
      digest: run.digest,
      errors: /** @type {Record<Kind, number>} */ (
        Object.fromEntries(KINDS.map((kind) => [kind, series.value(run, kind) ?? NaN]))
      ),
    })),
  );
}

/** Those that a line of purchases is made of; nothing bought is the beginning of both. @param {Purchase[]} all @param {string} learner @param {number} base @param {Where} where */
export function along(all, learner, base, where) {
  return all.filter((one) => one.learner === learner && one.base === base && (one.where === where || one.amount === 0));
}

/** Medians over the samples, by amount. @param {Purchase[]} some @param {Kind} kind @returns {Line} */
export function medians(some, kind) {
  const amounts = [...new Set(some.map(({ amount }) => amount))].sort((a, b) => a - b);
  return amounts.map((amount) => ({
    amount,
    value: median(some.filter((one) => one.amount === amount).map(({ errors }) => errors[kind])),
  }));
}

/** A place on a line, between its points straight in the logarithm of the amount; undefined beyond its end. @param {Line} line @param {number} amount */
export function valueOn(line, amount) {
  const next = line.findIndex((point) => point.amount >= amount);
  if (next < 0) return undefined;
  if (line[next].amount === amount) return line[next].value;
  const [a, b] = [line[next - 1], line[next]];
  const share = stretch(amount, a.amount, b.amount);
  return a.value + share * (b.value - a.value);
}

/** How far an amount is on its way from one to another. @param {number} amount @param {number} a @param {number} b */
function stretch(amount, a, b) {
  return a === 0 ? amount / b : Math.log(amount / a) / Math.log(b / a);
}

/**
 * What one point at the tip is worth in ordinary ones: the number of those that come down to the same error, for each.
 * @param {Line} everywhere @param {Line} tip @param {number} bought in the tip
 * @returns {{worth: number, more: boolean} | undefined} more: even the largest purchase everywhere does not come down so far
 */
export function worthEach(everywhere, tip, bought) {
  const target = valueOn(tip, bought);
  if (target === undefined || bought === 0 || everywhere.length === 0) return undefined;
  const next = everywhere.findIndex(({ value }) => value <= target);
  if (next < 0) return { worth: everywhere[everywhere.length - 1].amount / bought, more: true };
  if (next === 0) return { worth: 0, more: false };
  const [a, b] = [everywhere[next - 1], everywhere[next]];
  const share = (a.value - target) / (a.value - b.value);
  const amount = a.amount === 0 ? share * b.amount : a.amount * (b.amount / a.amount) ** share;
  return { worth: amount / bought, more: false };
}

/**
 * On how many samples the tip was the better purchase.
 * @param {Purchase[]} everywhere @param {Purchase[]} tip @param {Kind} kind @param {number} ordinary @param {number} bought
 */
export function wins(everywhere, tip, kind, ordinary, bought) {
  const seeds = [...new Set(tip.map(({ seed }) => seed))];
  let won = 0;
  let of = 0;
  for (const seed of seeds) {
    const on = (/** @type {Purchase[]} */ some) =>
      medians(
        some.filter((one) => one.seed === seed),
        kind,
      );
    const [a, b] = [valueOn(on(everywhere), ordinary), valueOn(on(tip), bought)];
    if (a === undefined || b === undefined) continue;
    of++;
    if (b < a) won++;
  }
  return { won, of };
}

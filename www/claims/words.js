// A claim of the ledger in words: for the marks beside sentences and the static list (written by tools/fill-numbers.mjs) and for
// the rows that come alive on the page. Nothing here touches the page.

import { fixed, number } from '../figure/number.js';

/** @typedef {Record<string, any>} Spec */
/**
 * @typedef {object} Effect  a number made of measured ones, and where it must lie
 * @property {string | string[]} [of]
 * @property {string | string[]} [over]
 * @property {string | string[]} [minus]
 * @property {string} [special]
 * @property {string[]} [runs]
 * @property {number} [min]
 * @property {number} [max]
 */
/**
 * @typedef {object} Claim   an entry of results/claims.json
 * @property {string} id
 * @property {number} [number]
 * @property {string} [article]
 * @property {string} sentence
 * @property {string} test
 * @property {string} [script]
 * @property {string} why_counter
 * @property {Effect[]} effect
 * @property {'holds' | 'depends' | 'reversed'} verdict
 * @property {[number, number]} [interval]  of the mean effect, where the verdict is about that
 * @property {number} holds_in
 * @property {number} of
 * @property {[number, number]} wilson
 * @property {number | null} median
 * @property {number | null} tenth
 * @property {number | null} ninetieth
 * @property {number} p
 * @property {number} p_holm
 * @property {{seed: number, effects: (number | null)[], holds: boolean}[]} seeds
 * @property {{holds_in: number, of: number, list: {mixture_seed: number, rotation: number, effects: (number | null)[], holds: boolean}[]}} [problems]
 * @property {{seed: number, effects: (number | null)[], holds: boolean}} [counter_outcome]  what must fail, on one seed
 * @property {{runs: Record<string, Spec>, counter: Record<string, Spec>}} [resolved]  the runs, all written out
 */
/** @typedef {{engine: number, claims: Claim[]}} Ledger */

/** A share without its zero: .83, 1.00. @param {number} share */
const bare = (share) => fixed(share, 2).replace(/^0/, '');

/** @param {Claim} claim */
export const count = ({ holds_in, of }) => `${holds_in} of ${of}`;

/** @param {Claim} claim */
export const wilson = ({ wilson: [low, high] }) => `${bare(low)}–${bare(high)}`;

/** A size of an effect; nothing where there is none. @param {number | null | undefined} value */
export const size = (value) => (value === null || value === undefined ? '—' : number(value));

/** From where to where an effect may lie: “below 1”, “0.8 to 1.25”. @param {Effect} effect */
export function range({ min, max }) {
  const [low, high] = [min, max].map(bound);
  if (low && high) return `${low.at} to ${high.at}`;
  if (low) return low.open ? `above ${low.at}` : `at least ${low.at}`;
  if (high) return high.open ? `below ${high.at}` : `at most ${high.at}`;
  return 'anything';
}

/** The file writes “below 1” as at most .9999999. @param {number | undefined} value */
function bound(value) {
  if (value === undefined) return undefined;
  const round = Number(value.toFixed(6));
  return { at: number(value), open: round !== value && Math.abs(round - value) < 2e-7 };
}

const list = (/** @type {string | string[] | undefined} */ value) => (value === undefined ? [] : [value].flat());

/** What is computed: “polar density.all ÷ xy density.all”. @param {Effect} effect */
export function formula({ of, over, minus, special, runs }) {
  const factors = special ? [`${special}(${list(runs).join(', ')})`, ...list(of)] : list(of);
  const divided = [factors.join(' × '), ...list(over)].join(' ÷ ');
  return [divided, ...(minus ? [list(minus).join(' × ')] : [])].join(' − ');
}

/** @param {Claim} claim */
export function verdict(claim) {
  const { verdict: word, interval, effect } = claim;
  if (interval) {
    const [low, high] = interval.map(size);
    return `${word}: 90% interval ${low} to ${high}, to lie in ${range(effect[0])}`;
  }
  return word === 'holds'
    ? `holds in ${count(claim)} seeds (${wilson(claim)})`
    : `${word}: holds in ${count(claim)} seeds (${wilson(claim)})`;
}

/** On how many problems, in words that follow a verdict. @param {Claim} claim */
export const where = ({ problems }) =>
  problems ? `on ${problems.holds_in} of ${problems.of} problems` : 'on this problem';

/** What must fail, and that it does. @param {Claim} claim */
export function counter({ why_counter, counter_outcome: outcome }) {
  if (!outcome) return why_counter;
  const word = outcome.holds ? 'holds, which it must not' : 'fails, as it must';
  return `${why_counter} On seed ${outcome.seed} that gives ${outcome.effects.map(size).join(' and ')}: it ${word}.`;
}

/** What stands beside a sentence. @param {Claim} claim */
export const mark = (claim) => `${verdict(claim)}, ${where(claim)}`;

/** @param {Claim} claim @param {number | string} [seed] @param {boolean} [counter] */
export function command({ id, seeds }, seed, counter = false) {
  const span = seed === undefined ? `${seeds[0].seed}..${seeds[seeds.length - 1].seed}` : `${seed}..${seed}`;
  return `cargo run --release -- claims --only ${id} --seeds ${span}${counter ? ' --counter' : ''}`;
}

// The eight combinations of three tricks: their names, and what the stored runs say of each over the samples.

import { fieldAt } from '../state/figure-state.js';
import { valueOf } from './number.js';
import { median } from './worth.js';

/** @typedef {import('./stored.js').StoredRun} StoredRun */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {{seed: number, value: number, spec: Spec, digest: string | null}} Outcome  density error on one sample */
/** @typedef {{low: number, median: number, high: number}} Spread */
/**
 * @typedef {object} Combination
 * @property {string} id         as in the sweep
 * @property {string} name
 * @property {Outcome[]} outcomes by seed of the sample
 * @property {Spread} density
 * @property {Spread} centre     false alarms in the centre
 * @property {Spread} tip        share of the tip that is found
 */

/** In the order of the sweep. @type {Record<string, string>} */
export const NAMES = {
  plain: 'none',
  focal: 'focal loss',
  decay: 'weight decay',
  norm: 'layer norm',
  focal_decay: 'focal, decay',
  focal_norm: 'focal, norm',
  decay_norm: 'decay, norm',
  all: 'all three',
};

/** The name of a spec's combination, as the sweep has it; undefined when its settings are not those of the sweep. @param {Spec} spec */
export function combinationOf({ learner }) {
  const { focal_gamma: gamma = 0, weight_decay: decay = 0, layer_norm: norm = false } = learner ?? {};
  if (![0, 2].includes(gamma) || ![0, 0.1].includes(decay)) return undefined;
  const parts = [gamma && 'focal', decay && 'decay', norm && 'norm'].filter(Boolean);
  return parts.length === 3 ? 'all' : parts.join('_') || 'plain';
}

/** @param {number[]} values @returns {Spread} */
function spread(values) {
  return { low: Math.min(...values), median: median(values), high: Math.max(...values) };
}

/** @param {StoredRun[]} runs @returns {Combination[]} those that have runs, in the order of the sweep */
export function combinations(runs) {
  return Object.entries(NAMES).flatMap(([id, name]) => {
    const own = runs.filter(({ variant }) => variant === id);
    const all = (/** @type {string} */ measure, /** @type {string} */ region) =>
      own.map(({ errors }) => valueOf(errors, measure, region)).filter((value) => value !== undefined);
    const outcomes = own
      .map(({ spec, errors, digest }) => ({
        seed: fieldAt(spec, 'sample.seed'),
        value: valueOf(errors, 'density') ?? NaN,
        spec,
        digest,
      }))
      .sort((a, b) => a.seed - b.seed);
    if (outcomes.length === 0) return [];
    return {
      id,
      name,
      outcomes,
      density: spread(all('density', 'all')),
      centre: spread(all('false_alarm', 'centre')),
      tip: spread(all('recall', 'tip')),
    };
  });
}

/**
 * The same list in an order that gives nothing away and that a link repeats: shuffled by a small generator from a seed.
 * @template T @param {T[]} list @param {number} seed @returns {T[]}
 */
export function shuffled(list, seed) {
  const out = [...list];
  let x = (seed ^ 0x9e3779b9) >>> 0;
  const next = () => {
    x = (x + 0x6d2b79f5) >>> 0;
    let t = Math.imul(x ^ (x >>> 15), 1 | x);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

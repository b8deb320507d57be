// Training: the same net, data, batches and optimiser for everybody; samples a second, and the share of the multiply-add peak.
import { inTurn, median, rate, ratio, secondsOf } from './measure.mjs';

/** A multiplication and an addition each for the output, for the gradient of the weight and for that of the input. */
export const OPERATIONS_PER_WEIGHT = 6;
const N = 1000;
/** Losses that are further apart than this make a row void. */
const SAME_LOSS = 0.05;
/**
 * A single loss late in training is up to chance: rounding alone moves it, in the large network by a third. So losses are looked at
 * several times, some epochs apart, while those who share weights and batches are still together, and the median over all looks and
 * seeds is compared.
 */
const [LOOKS, EPOCHS_BETWEEN] = [5, 10];
/** Never reached: the benchmark stops long before. */
const BUDGET = { steps: 1e9 };

/** The networks that are trained, by the name of their row. @type {Record<string, any>} */
export const NETWORKS = {
  '[64, 64], batch 250': { hidden: [64, 64], batch: 250 },
  '[32, 32], batch 250': { hidden: [32, 32], batch: 250 },
  '[16, 16], batch 32': { hidden: [16, 16], batch: 32 },
  '[128, 128, 128], batch 250': { hidden: [128, 128, 128], batch: 250 },
  '[64, 64], batch 250, layer norm, focal loss': { hidden: [64, 64], batch: 250, layer_norm: true, focal_gamma: 2 },
  '[64, 64], batch 32': { hidden: [64, 64], batch: 32 },
};

export const specOf = (/** @type {any} */ learner) => ({
  learner: { kind: 'mlp', ...learner },
  sample: { n: N },
  budget: BUDGET,
});

/** @param {number[]} hidden */
export function weightsOf(hidden) {
  const sizes = [2, ...hidden, 1];
  return sizes.slice(1).reduce((sum, outputs, i) => sum + sizes[i] * outputs, 0);
}

/** Mean loss at the training points; everybody's by this one formula. */
function lossOf(/** @type {number[]} */ shares, /** @type {number[]} */ labels, gamma = 0) {
  const each = shares.map((share, i) => {
    const p = Math.min(Math.max(labels[i] === 1 ? share : 1 - share, 1e-7), 1 - 1e-7);
    return -((1 - p) ** gamma) * Math.log(p);
  });
  return each.reduce((a, b) => a + b) / each.length;
}

/**
 * @typedef {object} Trainer
 * @property {string} column
 * @property {import('./contestant.mjs').Contestant} contestant
 * @property {boolean} [ours]
 * @property {Record<string, unknown>} [extra]  said at the beginning
 * @property {(learner: any) => boolean} [can]  whether it has what this network needs
 */

/**
 * One row.
 * @param {string} name @param {Trainer[]} trainers the first is the one that ratios are of
 * @param {{column: string, contestant: import('./contestant.mjs').Contestant, of: string}[]} peaks of: the column in the same engine
 * @param {{seeds: number, rounds: number, slice: number, labels: number[]}} options
 *   slice: seconds
 */
export async function trainRow(name, trainers, peaks, { seeds, rounds, slice, labels }) {
  const learner = NETWORKS[name];
  const able = trainers.filter(({ can }) => can?.(learner) ?? true);
  /** @type {Record<string, number>} */
  const loss = {};
  const entries = [];
  for (const { column, contestant, ours, extra } of able) {
    const losses = [];
    for (let seed = 1; seed <= seeds; seed++) {
      if (ours) {
        await contestant.call('begin', { spec: specOf({ ...learner, seed }) });
        await contestant.call('draw');
      } else {
        await contestant.call('begin', { file: contestant.place('train.json'), name, seed, learner, ...extra });
      }
      for (let look = 0; look < LOOKS; look++) {
        const { result } = await contestant.call('train', { epochs: EPOCHS_BETWEEN, give: true });
        losses.push(lossOf(result, labels, learner.focal_gamma));
      }
    }
    loss[column] = median(losses);
    // By now all is compiled; one more epoch or so tells how long a slice is.
    const each = secondsOf(await contestant.call('train', { epochs: 2 })) / 2;
    const long = Math.max(1, Math.round(slice / each));
    entries.push({ name: column, work: long * N, sample: () => contestant.call('train', { epochs: long }) });
  }
  for (const { column, contestant } of peaks) {
    const operations = 1e9;
    const each = secondsOf(await contestant.call('peak', { operations })) / operations;
    const long = Math.round(slice / 2 / each);
    entries.push({ name: column, work: long, sample: () => contestant.call('peak', { operations: long }) });
  }
  const measured = await inTurn(entries, rounds);
  const operations = OPERATIONS_PER_WEIGHT * weightsOf(learner.hidden);
  const [{ column: first }] = trainers;
  const columns = able.map(({ column }) => {
    const mine = measured[column];
    const peak = peaks.find(({ of }) => of === column);
    const off = Math.abs(loss[column] / loss[first] - 1);
    return [
      column,
      {
        samples_per_second: rate(mine),
        gflops: (rate(mine) * operations) / 1e9,
        of_peak: peak && ratio({ ...mine, work: mine.work * operations }, measured[peak.column]),
        times_quicker: column === first ? undefined : ratio(measured[first], mine),
        loss: loss[column],
        void: off <= SAME_LOSS ? undefined : `its loss is ${(100 * off).toFixed(1)} % off`,
        ...mine,
      },
    ];
  });
  const tops = peaks.map(({ column }) => [column, { gflops: rate(measured[column]) / 1e9, ...measured[column] }]);
  return { name, section: 'training', columns: Object.fromEntries([...columns, ...tops]) };
}

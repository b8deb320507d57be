// How the cost grows with the work: over four orders of magnitude, with the exponent that fits best. 1 is proportional.
import { inTurn, median, secondsOf } from './measure.mjs';
import { specOf, weightsOf } from './train.mjs';

/** Long enough that neither the clock nor the message to the worker counts. */
const SLICE = 0.03;

/** The slope of a straight line through the logarithms, by least squares. @param {[number, number][]} points */
export function exponentOf(points) {
  const logs = points.map(([size, seconds]) => [Math.log(size), Math.log(seconds)]);
  const mean = (/** @type {number} */ i) => logs.reduce((sum, point) => sum + point[i], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return covariance / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

const POWERS = [100, 1000, 10_000, 100_000, 1_000_000];
const NETS = [[4], [12, 8], [32, 32], [112, 112], [256, 256, 256]];

/**
 * What grows: how a contestant gets ready for a size, and how it then works so many times.
 * @type {{name: string, sizes: number[], ready: (contestant: import('./contestant.mjs').Contestant, size: number, i: number) => Promise<unknown>,
 *   work: (contestant: import('./contestant.mjs').Contestant, size: number, times: number) => Promise<import('./contestant.mjs').Answer>}[]}
 */
export const GROWTHS = [
  {
    name: 'an epoch of [16, 16], batch 100, by samples',
    sizes: POWERS,
    async ready(contestant, n) {
      await contestant.call('begin', { spec: { ...specOf({ hidden: [16, 16], batch: 100 }), sample: { n } } });
      await contestant.call('draw');
    },
    work: (contestant, _, times) => contestant.call('train', { epochs: times }),
  },
  {
    name: 'an epoch of 1,000 samples, batch 250, by weights',
    sizes: NETS.map(weightsOf),
    async ready(contestant, _, i) {
      await contestant.call('begin', { spec: specOf({ hidden: NETS[i], batch: 250 }) });
      await contestant.call('draw');
    },
    work: (contestant, _, times) => contestant.call('train', { epochs: times }),
  },
  {
    name: 'index, by points',
    sizes: POWERS,
    async ready(contestant, n) {
      await contestant.call('begin', { spec: { sample: { n }, learner: { kind: 'knn', k: 5 } } });
      await contestant.call('draw');
      await contestant.call('index');
    },
    async work(contestant, _, times) {
      await contestant.call('again');
      return contestant.call('index', { times });
    },
  },
  {
    name: 'picture of k = 5 among 100,000, by pixels',
    sizes: POWERS,
    async ready(contestant) {
      await contestant.call('begin', { spec: { sample: { n: 100_000 }, learner: { kind: 'knn', k: 5 } } });
      await contestant.call('draw');
      await contestant.call('index');
    },
    work: (contestant, pixels, times) => contestant.call('raster', { side: Math.round(Math.sqrt(pixels)), times }),
  },
];

/** @param {(typeof GROWTHS)[number]} growth @param {import('./contestant.mjs').Contestant} contestant @param {number} rounds */
export async function growthRow({ name, sizes, ready, work }, contestant, rounds) {
  /** @type {[number, number][]} */
  const points = [];
  /** @type {Record<string, any>} */
  const columns = {};
  for (const [i, size] of sizes.entries()) {
    await ready(contestant, size, i);
    await work(contestant, size, 1);
    let times = 1;
    for (let seconds = 0; seconds < SLICE / 3 && times < 1e6;) {
      seconds = secondsOf(await work(contestant, size, times));
      times = Math.ceil(times * Math.min(100, Math.max(1, SLICE / Math.max(seconds, 1e-6))));
    }
    const entry = { name, work: times, sample: () => work(contestant, size, times) };
    const { [name]: measured } = await inTurn([entry], rounds);
    const each = median(measured.rounds) / times;
    points.push([size, each]);
    const text = each < 1e-3 ? `${(1e6 * each).toFixed(1)} µs` : `${(1e3 * each).toFixed(each < 0.1 ? 2 : 0)} ms`;
    columns[['smallest', '× 10', '× 100', '× 1,000', '× 10,000'][i]] = {
      text: `${size.toLocaleString('en')}: ${text}`,
      size,
      each,
      ...measured,
    };
  }
  const [all, last] = [exponentOf(points), exponentOf(points.slice(-2))];
  const exponents = {
    exponent: { text: all.toFixed(2), exponent: all },
    'of the last': { text: last.toFixed(2), exponent: last },
  };
  return { name, columns: { ...columns, ...exponents } };
}

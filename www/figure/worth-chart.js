// The answer to "how many times more points?": the plain network's error at more and more points, the line it has to
// reach, and the reader's guess. All of it from stored runs with the same number of updates.

import { createChart } from '../draw/curve.js';
import { h } from './dom.js';
import { formats, integer, number, percent } from './number.js';
import { loadStored } from './stored.js';
import { levels, median, worthOf } from './worth.js';

/** @typedef {import('./worth.js').Level} Level */

const FEW = 1000;

/** @param {number} times */
const factor = (times) => number(Number(times.toPrecision(2)));

export function createWorthChart() {
  const chart = createChart({
    label: 'Density error of the plain network against its number of points, and the line of the polar one',
    x: { label: 'points of the plain network', domain: [FEW, 1e6], log: true, format: integer },
    y: { label: 'wrong, by density', domain: [0.005, 0.1], log: true, format: formats.share },
    right: 32,
  });
  const words = h('p', { class: 'reply' });
  const plot = h('div', { class: 'plot' }, chart.root);
  const root = h('div', { class: 'worth', hidden: true }, words, plot);
  /** @type {Level[]} */
  let plain = [];
  /** @type {number[]} errors of the polar network with few points */
  let polar = [];

  return {
    root,
    destroy: chart.destroy,
    async load() {
      const [worth, prior] = await Promise.all([loadStored('prior-worth'), loadStored('prior')]);
      plain = levels(worth.runs);
      polar = levels(prior.runs.filter(({ variant }) => variant === 'polar')).find(({ n }) => n === FEW)?.values ?? [];
    },
    /** @param {number | undefined} guess times more points; undefined when the reader made none */
    update(guess) {
      const target = polar.length > 0 ? median(polar) : undefined;
      const worth = target === undefined ? undefined : worthOf(plain, target);
      plot.hidden = !worth;
      const said = guess === undefined ? '' : `You said ${number(guess)} times: ${integer(FEW * guess)} points. `;
      if (!worth || target === undefined) {
        words.textContent = `${said}The runs that answer this are not stored here.`;
        return;
      }
      const times = worth.points / FEW;
      words.textContent =
        said +
        (worth.reached
          ? `Measured: about ${factor(times)} times. With the same 4,000 updates the plain network comes down to ${percent(target)}, the median of the polar one, at about ${integer(Number(worth.points.toPrecision(2)))} points.`
          : `Measured: more than ${factor(times)} times. With the same 4,000 updates and ${integer(worth.points)} points the plain network still has not come down to ${percent(target)}, the median of the polar one.`);
      const ends = { from: FEW, to: 1e6 };
      chart.update({
        source: 'stored',
        now: guess === undefined ? undefined : Math.min(FEW * guess, ends.to),
        series: [
          {
            id: 'xy',
            label: '',
            colour: 'var(--series-xy)',
            points: plain.map(({ n, median: m }) => ({ x: n, y: m })),
          },
          {
            id: 'xy-runs',
            label: '',
            colour: 'var(--series-xy)',
            marker: 'circle',
            fill: 'var(--paper)',
            dash: 'none',
            points: plain.flatMap(({ n, values }) =>
              values.map((y) => ({ x: n, y, words: `x and y, ${integer(n)} points: ${percent(y)} wrong` })),
            ),
          },
          {
            id: 'polar',
            label: '',
            colour: 'var(--series-polar)',
            dash: '6 4',
            points: [
              { x: ends.from, y: target },
              { x: ends.to, y: target },
            ],
          },
        ],
        notes: [
          { x: ends.to, y: target, text: `polar, ${integer(FEW)} points`, colour: 'var(--series-polar)' },
          ...(guess === undefined ? [] : [{ x: Math.min(FEW * guess, ends.to), y: 0.07, text: 'your guess ' }]),
        ],
      });
    },
  };
}

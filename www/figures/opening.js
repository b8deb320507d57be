// One slider from a hundred points to a million, and the nearest-point rule sharpening under the finger. The true curve is
// drawn only when the slider is let go. The million points are drawn in the background, so that the end of the slider is
// as quick as its beginning: smaller samples are prefixes of larger ones.

import { createChart } from '../draw/curve.js';
import { h } from '../figure/dom.js';
import { createFigure } from '../figure/kit.js';
import { createNeighbourModel } from '../figure/neighbour-model.js';
import { formats, integer, measured, number, percent, valueOf } from '../figure/number.js';

const ALL = 1_000_000;

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  const count = h('dd', { class: 'huge' });
  const wrong = h('dd', { class: 'huge' });
  fig.frame.side.append(
    h(
      'dl',
      { class: 'readout pair' },
      h('div', {}, h('dt', {}, 'Points'), count),
      h('div', {}, h('dt', {}, 'Coloured wrongly'), wrong),
    ),
  );
  const path = createChart({
    label:
      'Share of new points coloured wrongly, against the number of points, both logarithmic: where your slider has been',
    x: { label: 'points', domain: [100, ALL], log: true, ticks: [100, 10_000, ALL], format: compact },
    y: { label: 'coloured wrongly', domain: [0.001, 0.5], log: true, format: formats.share },
    height: 210,
  });
  path.root.classList.add('path');
  fig.frame.side.append(path.root);
  /** Error by number of points, for one seed: the path of the slider. @type {Map<number, number>} */
  const seen = new Map();
  let seenSeed = state.get('sample.seed');
  let prepared = false;

  /** @param {number} n @param {import('../figure/number.js').Measured[]} errors */
  function drawPath(n, errors) {
    if (seenSeed !== state.get('sample.seed')) seen.clear();
    seenSeed = state.get('sample.seed');
    const value = valueOf(errors, 'density');
    if (value !== undefined) seen.set(n, value);
    const points = [...seen].sort((a, b) => a[0] - b[0]);
    const words = (/** @type {[number, number]} */ [x, y]) => `${integer(x)} points: ${percent(y)} coloured wrongly`;
    const blue = valueOf(errors, 'trivial_density');
    path.update({
      now: n,
      series: [
        {
          id: 'nearest',
          label: '',
          colour: 'var(--series-knn)',
          marker: 'circle',
          points: points.map((p) => ({ x: p[0], y: p[1], words: words(p) })),
        },
        ...(blue === undefined
          ? []
          : [
              {
                id: 'blue',
                label: '',
                colour: 'var(--outside)',
                dash: '4 4',
                points: [
                  { x: 100, y: blue },
                  { x: ALL, y: blue },
                ],
              },
            ]),
      ],
      notes: blue === undefined ? [] : [{ x: ALL, y: blue, text: 'calling everything blue', colour: 'var(--outside)' }],
    });
  }

  const model = createNeighbourModel(fig, {
    name: 'nearest',
    variant: 'nearest',
    finest: 480,
    drawPoints: 3000,
    layers: ({ raster, votes, rows, outline, hurry }) => ({
      raster,
      votes,
      rows,
      outline: state.touched && !hurry ? outline : undefined,
    }),
    curve: () => state.touched,
    onErrors(errors, { spec, stored }) {
      const value = valueOf(errors, 'density');
      const test = errors.find((e) => e.measure === 'density' && e.region === 'all')?.count;
      wrong.replaceChildren(measured(errors, 'density', { run: 'nearest' }));
      wrong.classList.remove('old');
      drawPath(spec.sample.n, errors);
      fig.frame.say(
        `With ${integer(spec.sample.n)} points and the colour of the nearest one, `,
        measured(errors, 'density', { run: 'nearest', as: 'percentRight' }),
        ' of new points get the right colour',
        value !== undefined && test ? `; ${integer(value * test)} of ${integer(test)} do not.` : '.',
      );
      if (!stored && !prepared) {
        prepared = true;
        model.prepare({ ...spec, sample: { ...spec.sample, n: ALL } });
      }
    },
    onEstimate(error) {
      wrong.textContent = `≈ ${percent(error)}`;
    },
    onPicture() {
      const n = state.get('sample.n');
      model.plane.describe(
        `The plane coloured by the nearest of ${integer(n)} points: orange where the nearest point is inside the hidden shape, blue where it is outside.` +
          (state.touched ? ' The true curve is drawn over it.' : ''),
      );
    },
  });
  fig.frame.pictures.append(model.plane.root);
  fig.showStored(() => model.showStored());

  return fig.start({
    update({ hurry }) {
      count.textContent = integer(state.get('sample.n'));
      wrong.classList.add('old');
      model.follow(hurry);
    },
    destroy() {
      path.destroy();
      model.destroy();
    },
  });
}

/** @param {number} n */
function compact(n) {
  return n >= 1e6 ? `${number(n / 1e6)} M` : n >= 1e4 ? `${number(n / 1e3)} k` : integer(n);
}

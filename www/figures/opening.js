// One slider from a hundred points to a million, and the nearest-point rule sharpening under the finger. The true curve is
// drawn only when the slider is let go. The million points are drawn in the background, so that the end of the slider is
// as quick as its beginning: smaller samples are prefixes of larger ones.

import { h } from '../figure/dom.js';
import { createFigure } from '../figure/kit.js';
import { createNeighbourModel } from '../figure/neighbour-model.js';
import { integer, measured, valueOf } from '../figure/number.js';

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
      h('div', {}, h('dt', {}, 'New points coloured wrongly'), wrong),
    ),
  );
  let prepared = false;

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
    onErrors(errors, { spec, stored }) {
      const value = valueOf(errors, 'density');
      const test = errors.find((e) => e.measure === 'density' && e.region === 'all')?.count;
      wrong.replaceChildren(measured(errors, 'density', { run: 'nearest' }));
      wrong.classList.remove('old');
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
    onPicture() {
      const n = state.get('sample.n');
      model.plane.describe(
        `The plane coloured by the nearest of ${integer(n)} points: orange where the nearest point is inside the hidden shape, blue where it is outside.` +
          (state.touched ? ' The true curve is drawn over it.' : ''),
      );
    },
  });
  fig.frame.pictures.append(model.plane.root);
  fig.showStored(() => model.showStored(fig.stored.find(state.spec())));

  return fig.start({
    update({ hurry }) {
      count.textContent = integer(state.get('sample.n'));
      wrong.classList.add('old');
      model.follow(hurry);
    },
    destroy: model.destroy,
  });
}

// A lens on the tip: how many points fell there, what one learner makes of them, and from the stored runs how much more data the tip
// would need to be known as well as the rest.

import { createChart } from '../draw/curve.js';
import { PLANE } from '../draw/projection.js';
import { dashTip, fallen, tipOf } from '../draw/tip.js';
import { paintWrong } from '../draw/wrong.js';
import { createAsk } from '../figure/ask.js';
import { h } from '../figure/dom.js';
import { createFigure } from '../figure/kit.js';
import { createLiveModel } from '../figure/live-model.js';
import { formats, integer, measured, number, percent, valueOf } from '../figure/number.js';
import { adoptStyle, loadStyle } from '../figure/own-style.js';
import { paintModel } from '../figure/paint.js';
import { createPick } from '../figure/pick.js';
import { createPlane } from '../figure/plane.js';
import { loadStored, storedRaster } from '../figure/stored.js';
import { farther, levelsOf, loadTail } from '../figure/tail-numbers.js';

/** @typedef {import('../figure/live-model.js').Shown} Shown */
/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {import('../figure/plane.js').Brush} Brush */
/** @typedef {import('../figure/tail-numbers.js').TailRun} TailRun */
/** @typedef {import('../figure/paint.js').ModelPicture} ModelPicture */
/** @typedef {{key: string, whole?: ModelPicture, lens: ModelPicture, fell?: number, stored: boolean}} Picture */

const sheet = await loadStyle('scale.css');

const LEARNERS = [
  {
    name: 'k1',
    label: 'the nearest point',
    short: 'nearest point',
    subject: 'the nearest point',
    colour: 'var(--series-knn)',
  },
  {
    name: 'xy',
    label: 'a network on x and y',
    short: 'network, x y',
    subject: 'the network on x and y',
    colour: 'var(--series-xy)',
  },
  {
    name: 'polar',
    label: 'a network on distance and angle',
    short: 'network, polar',
    subject: 'the network on distance and angle',
    colour: 'var(--series-polar)',
  },
];
/** Of the plane, a small picture is enough. */
const WHOLE = 200;

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  adoptStyle(fig.frame.figure, sheet);
  /** @type {TailRun[]} */
  let runs = [];
  /** @type {Picture | undefined} */
  let picture;
  /** @type {{errors: Measured[], key: string, stored: boolean} | undefined} */
  let latest;
  let begun = false;

  const learner = () => LEARNERS.find(({ name }) => name === state.look) ?? LEARNERS[0];
  const spec = () => state.spec(learner().name);
  const keyNow = () => JSON.stringify(spec());
  const tip = () => tipOf(spec().problem);

  const whole = createPlane({ caption: 'The whole square', finest: WHOLE, onPlace: (place) => point(0, place) });
  const lens = createPlane({
    caption: 'The tip, magnified; the broken line is what is called the tip here',
    view: tip().view,
    begin: fig.begin,
    end: fig.end,
    onResize: () => begun && follow(),
    onPlace: (place) => point(1, place),
  });
  const planes = [whole, lens];
  const asks = planes.map((plane) =>
    createAsk(plane, async (place, signal) => model().ask(place, spec(), signal), {
      announce: fig.announce,
      onError: (error) => fig.fail(error),
    }),
  );
  /** The same place on both; only the one pointed at speaks. @param {number} index @param {import('../figure/plane.js').Place | undefined} place */
  function point(index, place) {
    asks[index].at(place);
    planes[1 - index].cross(place);
  }

  // one run for each learner: going back to one finds it trained
  const models = new Map(
    LEARNERS.map(({ name }) => [
      name,
      createLiveModel(fig, {
        name,
        views: () => [
          { view: PLANE, side: Math.min(whole.rasterSide(), WHOLE) },
          { view: tip().view, side: lens.rasterSide() },
        ],
        inspect: (rows, { problem }) => fallen(rows, tipOf(problem)),
        onPicture(shown) {
          if (shown.key === keyNow()) put(shown);
        },
        onErrors(errors, { key }) {
          if (key !== keyNow()) return;
          latest = { errors, key, stored: false };
          say();
          for (const ask of asks) ask.again();
        },
      }),
    ]),
  );
  const model = () => /** @type {import('../figure/live-model.js').LiveModel} */ (models.get(learner().name));

  const pick = createPick({
    id: 'learner',
    label: 'Learner',
    options: LEARNERS.map(({ name, label }) => ({ value: name, label })),
    onPick: (name) => state.setLook(name === LEARNERS[0].name ? undefined : name),
  });
  const chart = createChart({
    label: 'Error by area against the number of points: in the tip, and over the whole square',
    x: { label: 'points', domain: [1000, 1e6], log: true, format: integer },
    y: { label: 'wrong, by area', domain: [0.001, 0.7], log: true, format: formats.share },
    height: 250,
    right: 84,
  });
  const plot = h('div', { class: 'plot', hidden: true }, chart.root);
  const body = h('tbody');
  const caption = h('caption');
  const table = h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': 'All learners, stored runs', tabindex: 0, hidden: true },
    h(
      'table',
      {},
      caption,
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...['Learner', 'Wrong, tip', 'Wrong, all', 'Tip found', 'Points needed'].map((label) =>
            h('th', { scope: 'col' }, label),
          ),
        ),
      ),
      body,
    ),
  );
  fig.frame.pictures.append(whole.root, lens.root);
  fig.frame.controls.prepend(pick.root);
  fig.frame.sentence.after(h('div', { class: 'stored-part' }, table, plot));

  /** @param {Shown} shown */
  function put({ key, rasters, truths, sample, outline }) {
    const votes = spec().learner?.kind === 'knn';
    picture = {
      key,
      whole: { raster: rasters[0], truth: truths[0], votes, outline },
      lens: { raster: rasters[1], truth: truths[1], votes, outline, rows: sample.rows },
      fell: sample.fell,
      stored: false,
    };
    paint();
  }

  function paint() {
    const shown = picture;
    if (!shown) return;
    const region = tip();
    lens.setView(region.view);
    const layers = (/** @type {ModelPicture} */ parts) => ({
      ...parts,
      rows: state.show.has('sample') ? parts.rows : undefined,
      outline: state.show.has('curve') ? parts.outline : undefined,
      truth: state.show.has('wrong') ? parts.truth : undefined,
    });
    whole.paint((brush) => {
      paintModel(brush, layers(shown.whole ?? {}), paintWrong);
      frameLens(brush, region.view);
    });
    lens.paint((brush) => {
      paintModel(brush, layers(shown.lens), paintWrong);
      dashTip(brush, region.outline);
    });
    const n = integer(state.get('sample.n'));
    whole.describe(`The plane as ${learner().subject} colours it with ${n} points; a frame marks the tip.`);
    lens.describe(
      `The tip, magnified, as ${learner().subject} colours it with ${n} points: orange inside, blue outside${
        shown.fell === undefined ? '' : `; ${integer(shown.fell)} points fell there`
      }.`,
    );
  }

  function say() {
    drawChart();
    fillTable();
    if (!latest || latest.key !== keyNow()) return;
    const { errors, stored } = latest;
    const run = stored ? 'stored' : learner().name;
    const n = state.get('sample.n');
    const [there, everywhere] = [valueOf(errors, 'area', 'tip') ?? 0, valueOf(errors, 'area') ?? 0];
    const fell =
      picture && !picture.stored && picture.key === latest.key && picture.fell !== undefined
        ? `${integer(picture.fell)} ${picture.fell === 1 ? 'has' : 'have'} fallen into the tip`
        : `about ${number(Number((n * (valueOf(errors, 'share', 'tip') ?? 0)).toPrecision(2)))} fall into the tip`;
    fig.frame.say(
      `Of ${integer(n)} points, ${fell}. There ${learner().subject} colours `,
      measured(errors, 'area', { run, region: 'tip' }),
      ' of the area wrongly, in the whole square ',
      measured(errors, 'area', { run }),
      everywhere > 0 ? `: ${number(Number((there / everywhere).toPrecision(2)))} times as much. ` : '. ',
      'Of the orange in the tip it finds ',
      measured(errors, 'recall', { run, region: 'tip' }),
      '. Painting the tip blue would be wrong on ',
      measured(errors, 'trivial_area', { run, region: 'tip' }),
      there > (valueOf(errors, 'trivial_area', 'tip') ?? 1) ? ', which is less.' : '.',
    );
  }

  function fillTable() {
    table.hidden = runs.length === 0;
    const n = state.get('sample.n');
    caption.textContent = `With ${integer(n)} points: medians of five stored samples. The last column: how many times more points, until the tip is known as well as the whole square is now.`;
    body.replaceChildren(
      ...LEARNERS.flatMap(({ name, short }) => {
        const at = levelsOf(runs, name, n);
        if (!at) return [];
        return [
          h(
            'tr',
            { 'aria-current': name === learner().name ? 'true' : undefined },
            h('th', { scope: 'row' }, short),
            h('td', {}, percent(at.tip)),
            h('td', {}, percent(at.all)),
            h('td', {}, percent(at.recall)),
            h('td', {}, farther(runs, name, n).words),
          ),
        ];
      }),
    );
  }

  function drawChart() {
    const { name, label, colour } = learner();
    const own = runs.filter(({ variant }) => variant === name);
    plot.hidden = own.length === 0;
    if (own.length === 0) return;
    const sizes = [...new Set(own.map(({ n }) => n))].sort((a, b) => a - b);
    /** @param {'tip' | 'all'} what @param {string} words @param {import('../draw/curve.js').Marker} marker @param {string} [dash] */
    const pair = (what, words, marker, dash) => [
      {
        id: `${name}-${what}`,
        label: words,
        colour,
        dash,
        points: sizes.map((n) => ({ x: n, y: levelsOf(runs, name, n)?.[what] ?? NaN })),
      },
      {
        id: `${name}-${what}-runs`,
        label: '',
        colour,
        marker,
        hollow: true,
        dash: 'none',
        points: own.map(({ n, seed, values }) => ({
          x: n,
          y: values[what],
          words: `${label}, ${integer(n)} points, sample ${seed}: ${percent(values[what])} wrong ${what === 'tip' ? 'in the tip' : 'everywhere'}`,
        })),
      },
    ];
    const blue = own[0].values.blue;
    chart.update({
      source: 'stored',
      now: state.get('sample.n'),
      series: [
        ...pair('tip', 'in the tip', 'circle'),
        ...pair('all', 'everywhere', 'square', '6 4'),
        {
          id: 'blue',
          label: '',
          colour: 'var(--outside)',
          dash: '2 4',
          points: [
            { x: 1000, y: blue },
            { x: 1e6, y: blue },
          ],
        },
      ],
      notes: [{ x: 1e6, y: blue, text: 'tip painted blue', colour: 'var(--outside)' }],
    });
  }

  /** The stored picture and numbers of this spec, if there are any. */
  async function stand() {
    const key = keyNow();
    const now = spec();
    const run = runs.find((one) => one.fits(now));
    if (!run || (picture?.key === key && !picture.stored)) return;
    latest = { errors: run.errors, key, stored: true };
    const raster = storedRaster(/** @type {any} */ (run));
    if (raster) {
      const votes = now.learner?.kind === 'knn';
      const { outline } = await loadStored('problem'); // this run fits, so the curve is that one
      if (key !== keyNow() || (picture?.key === key && !picture.stored)) return;
      picture = { key, lens: { raster, votes, outline }, whole: { outline }, stored: true };
      fig.frame.status('stored');
      paint();
    }
    say();
  }

  function follow() {
    for (const one of models.values()) if (one !== model()) one.rest();
    model().follow(spec());
  }

  fig.begin();
  void loadTail().then((found) => {
    runs = found;
    void stand();
    say();
    fig.end();
  });

  return fig.start({
    update({ path }) {
      begun = true;
      pick.refresh(learner().name);
      if (path === 'show') return paint();
      void stand();
      say();
      follow();
    },
    takeAway: () => ({
      tables: [
        {
          name: 'stored',
          title: 'Every stored sample: errors in the tip and everywhere',
          columns: ['learner', 'sample.n', 'sample.seed', 'area.tip', 'area.all', 'recall.tip', 'digest'],
          rows: runs.map(({ variant, n, seed, values, digest }) => [
            variant,
            n,
            seed,
            values.tip,
            values.all,
            values.recall,
            digest,
          ]),
        },
      ],
    }),
    destroy() {
      chart.destroy();
      for (const ask of asks) ask.close();
      for (const one of models.values()) one.close();
      for (const plane of planes) plane.destroy();
    },
  });
}

/** Where the lens is. @param {Brush} brush @param {number[]} view */
function frameLens({ ctx, palette, to, ratio }, [x0, y0, x1, y1]) {
  ctx.save();
  for (const [colour, width] of /** @type {[string, number][]} */ ([
    [palette.css.paper, 4],
    [palette.css.ink, 1.5],
  ])) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * ratio;
    ctx.strokeRect(to.x(x0), to.y(y1), to.x(x1) - to.x(x0), to.y(y0) - to.y(y1));
  }
  ctx.restore();
}

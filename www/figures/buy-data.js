// The same money spent on points everywhere or on dearer points in the tip: the two outcomes live under a lens, and from stored runs what
// each purchase did to three kinds of error. The ordinary test error is one of them.

import { createChart } from '../draw/curve.js';
import { dashTip, fallen, tipOf } from '../draw/tip.js';
import { paintWrong } from '../draw/wrong.js';
import { createAsk } from '../figure/ask.js';
import { freshId, h } from '../figure/dom.js';
import { createFigure } from '../figure/kit.js';
import { createLiveModel } from '../figure/live-model.js';
import { fixed, formats, integer, measured, number, percent, percent2 } from '../figure/number.js';
import { adoptStyle, loadStyle } from '../figure/own-style.js';
import { paintModel } from '../figure/paint.js';
import { createPick } from '../figure/pick.js';
import { createPlane } from '../figure/plane.js';
import { KINDS, along, loadPurchases, medians, valueOn, wins, worthEach } from '../figure/purchases.js';
import { setField } from '../state/figure-state.js';

/** @typedef {import('../figure/live-model.js').Shown} Shown */
/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {import('../figure/purchases.js').Purchase} Purchase */
/** @typedef {import('../figure/purchases.js').Where} Where */

const sheet = await loadStyle('scale.css');

const LEARNERS = [
  { name: 'k1', label: 'the nearest point', subject: 'The nearest point' },
  { name: 'polar', label: 'a network on distance and angle', subject: 'The network' },
];
const WHERE = /** @type {const} */ (['everywhere', 'tip']);
const PRICES = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100];
const PRICE = 10;
const MOST = 100_000;
/** @type {Record<import('../figure/purchases.js').Kind, string>} */
const NAMES = {
  'density.all': 'by density: the ordinary test',
  'area.all': 'by area',
  'area.tip': 'at the tip',
};
const LINES = {
  everywhere: { label: 'everywhere', colour: 'var(--series-xy)', marker: /** @type {const} */ ('square'), dash: '6 4' },
  tip: { label: 'tip', colour: 'var(--series-extras)', marker: /** @type {const} */ ('circle'), dash: undefined },
};

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  adoptStyle(fig.frame.figure, sheet);
  /** @type {Purchase[]} */
  let stored = [];
  /** @type {Map<Where, {shown: Shown, errors?: Measured[]}>} what the two planes show */
  const latest = new Map();
  let begun = false;

  // what is no field of a spec stands in the link as "learner.price"
  const look = () => {
    const [name, price] = (state.look ?? '').split('.');
    return {
      learner: LEARNERS.find((one) => one.name === name) ?? LEARNERS[0],
      price: PRICES.includes(Number(price)) ? Number(price) : PRICE,
    };
  };
  const setLook = (/** @type {string} */ name, /** @type {number} */ price) =>
    state.setLook(name === LEARNERS[0].name && price === PRICE ? undefined : `${name}.${price}`);
  const variant = (/** @type {Where} */ where) => `${look().learner.name}_${where}`;
  const money = () => state.get('sample.extra_n', 'k1_everywhere');
  const bought = () => Math.round(money() / look().price);
  const base = () => state.get('sample.n');
  const tip = () => tipOf(state.spec().problem);

  const planes = WHERE.map((where, i) =>
    createPlane({
      caption: where === 'tip' ? 'Bought in the tip' : 'Bought everywhere',
      view: tip().view,
      begin: fig.begin,
      end: fig.end,
      onResize: () => begun && follow(where),
      onPlace(place) {
        asks[i].at(place);
        planes[1 - i].cross(place);
      },
    }),
  );
  /** @type {ReturnType<typeof createAsk>[]} */
  const asks = planes.map((plane, i) =>
    createAsk(
      plane,
      async (place, signal) => models.get(variant(WHERE[i]))?.ask(place, state.spec(variant(WHERE[i])), signal),
      { announce: fig.announce, onError: (error) => fig.fail(error) },
    ),
  );
  // one run for each learner and place: going back to one finds it trained
  const models = new Map(
    LEARNERS.flatMap(({ name }) =>
      WHERE.map((where) => {
        const own = `${name}_${where}`;
        const current = (/** @type {string} */ key) =>
          variant(where) === own && key === JSON.stringify(state.spec(own));
        const model = createLiveModel(fig, {
          name: own,
          views: () => [{ view: tip().view, side: planes[WHERE.indexOf(where)].rasterSide() }],
          inspect: (rows, { problem }) => fallen(rows, tipOf(problem)),
          onPicture(shown) {
            if (!current(shown.key)) return;
            latest.set(where, { shown });
            paint(where);
          },
          onErrors(errors, shown) {
            if (!current(shown.key)) return;
            latest.set(where, { shown, errors });
            say();
            asks[WHERE.indexOf(where)].again();
          },
        });
        return /** @type {const} */ ([own, model]);
      }),
    ),
  );

  const pick = createPick({
    id: 'learner',
    label: 'Learner',
    options: LEARNERS.map(({ name, label }) => ({ value: name, label })),
    onPick: (name) => setLook(name, look().price),
  });
  const priceId = freshId('price');
  const priceOutput = h('output', { for: priceId });
  const price = h('input', {
    id: priceId,
    type: 'range',
    min: 0,
    max: PRICES.length - 1,
    step: 1,
    'data-control': 'price',
    oninput: () => setLook(look().learner.name, PRICES[Number(price.value)]),
  });
  const priceRoot = h(
    'div',
    { class: 'control range' },
    h('label', { for: priceId }, 'A point at the tip costs'),
    priceOutput,
    price,
  );

  const charts = KINDS.map((kind) => {
    /** @type {import('../draw/curve.js').Axis} */
    const y = { label: `wrong ${NAMES[kind]}`, domain: [0, 0.1], format: formats.share };
    const chart = createChart({
      label: `Error ${NAMES[kind]}, against the money spent: everywhere, and in the tip`,
      x: {
        label: 'money',
        domain: [30, MOST],
        log: true,
        zero: true,
        ticks: [0, 100, 1000, 10_000, MOST],
        format: compact,
      },
      y,
      height: 230,
      right: 20,
    });
    return { kind, y, chart };
  });
  const plots = h('div', { class: 'charts', hidden: true }, ...charts.map(({ chart }) => chart.root));
  const key = h(
    'p',
    { class: 'caption', hidden: true },
    'Squares and broken line: bought everywhere. ',
    'Circles and full line: bought in the tip. Each dot is one of ten stored samples, each line their median.',
  );
  const body = h('tbody');
  const caption = h('caption');
  const table = h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': 'What the money buys, stored runs', tabindex: 0, hidden: true },
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
          ...['Error', 'Everywhere', 'Tip', 'Tip is better', 'One tip point is worth'].map((label) =>
            h('th', { scope: 'col' }, label),
          ),
        ),
      ),
      body,
    ),
  );
  fig.frame.pictures.append(...planes.map((plane) => plane.root));
  fig.frame.controls.prepend(pick.root);
  fig.frame.controls.querySelector('.range')?.after(priceRoot);
  fig.frame.sentence.after(h('div', { class: 'stored-part' }, table, plots, key));

  /** @param {Where} where */
  function paint(where) {
    const found = latest.get(where);
    if (!found) return;
    const { rasters, truths, sample, outline, spec } = found.shown;
    const region = tip();
    const plane = planes[WHERE.indexOf(where)];
    plane.setView(region.view);
    plane.paint((brush) => {
      paintModel(
        brush,
        {
          raster: rasters[0],
          votes: spec.learner?.kind === 'knn',
          rows: state.show.has('sample') ? sample.rows : undefined,
          outline: state.show.has('curve') ? outline : undefined,
          truth: state.show.has('wrong') ? truths[0] : undefined,
        },
        paintWrong,
      );
      dashTip(brush, region.outline);
    });
    const amount = integer(spec.sample?.extra_n ?? 0);
    const words = where === 'tip' ? 'in the tip' : 'everywhere';
    const line = plane.root.querySelector('.caption');
    if (line) line.textContent = `${amount} bought ${words}; ${integer(sample.fell)} points lie in the tip`;
    plane.describe(
      `The tip, magnified, as ${look().learner.label} colours it after ${amount} points were bought ${words}; ${integer(sample.fell)} points lie in the tip.`,
    );
  }

  function say() {
    const [a, b] = WHERE.map((where) => latest.get(where));
    const names = WHERE.map(variant);
    const current = [a, b].every((one, i) => one?.errors && one.shown.key === JSON.stringify(state.spec(names[i])));
    if (!a?.errors || !b?.errors || !current) return sayStored();
    const both = (/** @type {string} */ measure, /** @type {string} */ region = 'all') => [
      measured(a.errors ?? [], measure, { run: names[0], region, as: 'percent2' }),
      ' or ',
      measured(b.errors ?? [], measure, { run: names[1], region, as: 'percent2' }),
    ];
    tell('', both('density'), both('area'), both('area', 'tip'));
  }

  /** Until the runs are there. */
  function sayStored() {
    const name = look().learner.name;
    const lines = WHERE.map((where) => along(stored, name, base(), where));
    if (lines.some((line) => line.length === 0)) return;
    const both = KINDS.map((kind) => {
      const values = lines.map((line, i) => valueOn(medians(line, kind), i === 0 ? money() : bought()));
      return [values.map((value) => (value === undefined ? 'more than was tried' : percent2(value))).join(' or ')];
    });
    tell(' in the median of ten stored samples', both[0], both[1], both[2]);
  }

  /** @param {string} when @param {(Node | string)[]} density @param {(Node | string)[]} area @param {(Node | string)[]} there */
  function tell(when, density, area, there) {
    const { learner, price: each } = look();
    fig.frame.say(
      `To ${integer(base())} points you add ${integer(money())} from everywhere, or ${integer(bought())} in the tip${each === 1 ? '' : ` at ${integer(each)} times the price`}. ${learner.subject} then errs${when} on `,
      ...density,
      ' of new points; on ',
      ...area,
      ' of the square; on ',
      ...there,
      ' of the tip.',
    );
  }

  function drawStored() {
    const { learner, price: each } = look();
    const some = {
      everywhere: along(stored, learner.name, base(), 'everywhere'),
      tip: along(stored, learner.name, base(), 'tip'),
    };
    const none = some.tip.length === 0;
    for (const part of [plots, table, key]) part.hidden = none;
    if (none) return;
    for (const { kind, y, chart } of charts) {
      const most = Math.max(...[...some.everywhere, ...some.tip].map(({ errors }) => errors[kind]));
      y.domain = [0, most * 1.05];
      chart.update({
        source: 'stored',
        now: money(),
        series: WHERE.flatMap((where) => {
          const { colour, marker, dash, label } = LINES[where];
          const cost = where === 'tip' ? each : 1;
          const within = some[where].filter(({ amount }) => amount * cost <= MOST);
          return [
            {
              id: where,
              label: '',
              colour,
              dash,
              points: medians(within, kind).map(({ amount, value }) => ({ x: amount * cost, y: value })),
            },
            {
              id: `${where}-runs`,
              label: '',
              colour,
              marker,
              hollow: true,
              dash: 'none',
              points: within.map(({ amount, seed, errors }) => ({
                x: amount * cost,
                y: errors[kind],
                words: `${integer(amount)} bought ${where === 'tip' ? 'in the tip' : label}, sample ${seed}: ${percent(errors[kind])} wrong ${NAMES[kind]}`,
              })),
            },
          ];
        }),
      });
    }
    caption.textContent = `Medians of ten stored samples, with ${integer(base())} points and ${integer(money())} to spend: ${integer(money())} everywhere, ${integer(bought())} in the tip.${learner.name === 'polar' ? ' Networks scatter from run to run, so what a point is worth to them is rough.' : ''}`;
    body.replaceChildren(
      ...KINDS.map((kind) => {
        const [everywhere, there] = [medians(some.everywhere, kind), medians(some.tip, kind)];
        const values = [valueOn(everywhere, money()), valueOn(there, bought())];
        const { won, of } = wins(some.everywhere, some.tip, kind, money(), bought());
        return h(
          'tr',
          {},
          h('th', { scope: 'row' }, NAMES[kind]),
          ...values.map((value) => h('td', {}, value === undefined ? '—' : percent2(value))),
          h('td', {}, of === 0 || bought() === 0 ? '—' : `${integer(won)} of ${integer(of)}`),
          h('td', {}, worthWords(worthEach(everywhere, there, bought()))),
        );
      }),
    );
  }

  /** @param {Where} where */
  function follow(where) {
    const own = variant(where);
    for (const [name, model] of models) if (name.endsWith(where) && name !== own) model.rest();
    models.get(own)?.follow(state.spec(own));
  }

  fig.begin();
  void loadPurchases().then((found) => {
    stored = found;
    drawStored();
    if (stored.length > 0 && latest.size === 0) fig.frame.status('stored');
    say();
    fig.end();
  });

  return fig.start({
    update({ path, hurry }) {
      begun = true;
      const { learner, price: each } = look();
      // what the money buys in the tip follows from the price
      for (const { name } of LEARNERS) setField(state.spec(`${name}_tip`), 'sample.extra_n', bought());
      pick.refresh(learner.name);
      price.value = String(PRICES.indexOf(each));
      price.style.setProperty('--filled', `${(100 * Number(price.value)) / (PRICES.length - 1)}%`);
      const words = each === 1 ? 'as much as any' : `${integer(each)} times as much`;
      price.setAttribute('aria-valuetext', words);
      priceOutput.textContent = words;
      drawStored();
      if (path === 'show') return WHERE.forEach(paint);
      say();
      // a network takes seconds: not while a finger is still moving
      if (!hurry || learner.name === 'k1') WHERE.forEach(follow);
    },
    takeAway: () => ({
      tables: [
        {
          name: 'purchases',
          title: 'Every stored purchase',
          columns: ['learner', 'sample.n', 'bought', 'where', 'sample.seed', ...KINDS, 'digest'],
          rows: stored.map((one) => [
            one.learner,
            one.base,
            one.amount,
            one.where,
            one.seed,
            ...KINDS.map((kind) => one.errors[kind]),
            one.digest,
          ]),
        },
      ],
    }),
    destroy() {
      for (const { chart } of charts) chart.destroy();
      for (const ask of asks) ask.close();
      for (const model of models.values()) model.close();
      for (const plane of planes) plane.destroy();
    },
  });
}

/** @param {ReturnType<typeof worthEach>} each */
function worthWords(each) {
  if (!each) return '—';
  const { worth, more } = each;
  if (worth === 0) return 'nothing';
  const size = worth < 10 ? fixed(worth, 1) : number(Number(worth.toPrecision(2)));
  return `${more ? 'more than ' : ''}${size} ordinary`;
}

/** @param {number} value */
function compact(value) {
  return value >= 1000 ? `${integer(value / 1000)}k` : integer(value);
}

// Error against points, log-log, every seed a dot: stored at once, rerun here beside them. One knob, the training budget, moves the
// networks' lines, the crossing, and the sentence that says what holds of the claim.

import { createChart } from '../draw/curve.js';
import { h } from '../figure/dom.js';
import { createNumberGuess, SKIPPED } from '../figure/guess.js';
import { createFigure } from '../figure/kit.js';
import { formats, integer, number, percent } from '../figure/number.js';
import { BUDGETS, LINES, loadScaling, middles, SIZES } from '../figure/scaling-data.js';
import { createChoice, createFitTable, createLivePanel } from '../figure/scaling-panels.js';

/** @typedef {import('../draw/curve.js').Series} ChartSeries */
/** @typedef {import('../figure/scaling-data.js').Line} Line */
/** @typedef {import('../figure/scaling-data.js').ScalingData} ScalingData */
/** @typedef {import('../figure/scaling-data.js').Middle} Middle */
/** @typedef {import('../figure/scaling-panels.js').LiveDot} LiveDot */

const MEASURES = /** @type {const} */ ([
  { id: 'density.all', label: 'by density', axis: 'wrong, by density', domain: [0.0001, 0.5] },
  { id: 'area.all', label: 'by area', axis: 'wrong, by area', domain: [0.0001, 0.5] },
  { id: 'area.tip', label: 'at the tip', axis: 'wrong at the tip, by area', domain: [0.005, 0.5] },
]);
const AXES = /** @type {const} */ ([
  { id: 'points', label: 'points' },
  { id: 'operations', label: 'operations' },
  { id: 'bytes', label: 'bytes' },
]);
/** @type {import('../draw/curve.js').Axis} */
const POINTS = {
  label: 'points',
  domain: [100, 1e6],
  log: true,
  ticks: [100, 1000, 10000, 100000, 1000000],
  format: integer,
};
/** Answers that the axis of operations counts in, besides training. */
const ANSWERS = 1e6;
/** Where the law is registered to hold. */
const LAW_FROM = 10000;
/** Before the guess the lines are shown up to here. */
const SHOWN_BEFORE = 1000;
const NEVER = 1e9;

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  /** @type {ScalingData | undefined} */
  let data;
  /** @type {LiveDot[]} */
  let live = [];

  const looks = () => {
    const [measure, axis] = (state.look ?? '').split('.at.');
    return {
      measure: MEASURES.find(({ id }) => id === measure) ?? MEASURES[0],
      axis: AXES.find(({ id }) => id === axis) ?? AXES[0],
    };
  };
  const look = (/** @type {string} */ measure, /** @type {string} */ axis) =>
    state.setLook(measure === MEASURES[0].id && axis === AXES[0].id ? undefined : `${measure}.at.${axis}`);
  const steps = () => {
    const wanted = state.get('budget.steps', 'network') ?? BUDGETS[1];
    return BUDGETS.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best));
  };
  const guessed = () => state.guess !== undefined;

  const guess = createNumberGuess(state, {
    question: 'Your guess first: from how many points on is one neighbour better than the polar network after 4,000 steps?',
    values: [...SIZES.slice(2), NEVER],
    start: 100000,
    words: (value) => (value >= NEVER ? 'never, up to a million' : `${integer(value)} points`),
  });
  const chart = createChart({
    label: 'Error against the number of points for neighbours and networks, every seed a dot',
    x: POINTS,
    y: { label: MEASURES[0].axis, domain: [0.0001, 0.5], log: true, format: formats.share },
    height: 420,
    right: 118,
  });
  const measureChoice = createChoice('Count', MEASURES, (id) => look(id, looks().axis.id), 'measure');
  const axisChoice = createChoice('Against', AXES, (id) => look(looks().measure.id, id), 'axis');
  const fits = createFitTable();
  const panel = createLivePanel(fig, {
    jobs() {
      const seed = state.get('sample.seed');
      return shown().flatMap((line) =>
        SIZES.map((n) => ({
          spec: /** @type {ScalingData} */ (data).spec(line, steps(), n, seed),
          // Measured once: what a step and a point cost beside each other.
          weight: line.kind === 'network' ? 0.2 + steps() / 3000 : 0.2 + n / 5e5,
          tag: { line, n, seed, steps: steps() },
        })),
      );
    },
    stored: ({ line, n, seed, steps: budget }) =>
      data?.runs(line, budget).find(({ axes }) => axes['sample.n'] === n && axes['sample.seed'] === seed)?.digest,
    onDots(dots) {
      live = dots;
      draw();
    },
  });
  const plot = h('div', { class: 'plot wide' }, chart.root);
  fig.frame.pictures.append(plot);
  const slider = fig.frame.controls.firstElementChild;
  const knob = h(
    'div',
    { class: 'knob' },
    /** @type {Element} */ (slider),
    h('div', { class: 'stops', 'aria-hidden': 'true' }, ...BUDGETS.map((budget) => h('span', {}, integer(budget)))),
    h('p', { class: 'hint' }, 'How many steps each network may take, whatever the number of points. The rate falls to zero with the last one.'),
  );
  // The knob and what it does to the sentence stand together; the rest of the controls below.
  fig.frame.controls.before(guess.root, knob, fig.frame.sentence);
  fig.frame.controls.prepend(h('div', { class: 'choices' }, measureChoice.root, axisChoice.root));
  fig.frame.controls.after(panel.root);
  fig.frame.more.hidden = false;
  fig.frame.more.append(fits.root);

  /** The lines that are to be seen, with something stored or live behind them. */
  function shown() {
    const wanted = (/** @type {Line} */ { id, kind }) => state.show.has(kind === 'family' ? 'brackets' : id);
    return LINES.filter(wanted).filter((line) => data && data.runs(line, steps()).length > 0);
  }

  /** The line that one neighbour is held against: the cleverest shown. */
  function rival() {
    return shown()
      .filter(({ kind }) => kind === 'network')
      .at(-1);
  }

  function draw() {
    if (!data) return;
    const { measure, axis } = looks();
    const most = guessed() || axis.id !== 'points' ? Infinity : SHOWN_BEFORE;
    const series = shown().flatMap((line) => (axis.id === 'points' ? byPoints(line, most) : byCost(line, axis.id)));
    const against = rival();
    const crossing = guessed() && against && axis.id === 'points' ? data.crossing(against, steps(), measure.id) : undefined;
    chart.update({
      source: 'stored',
      x: xAxis(axis.id),
      y: { label: measure.axis, domain: [...measure.domain], log: true, format: formats.share },
      series: [...(axis.id === 'points' ? lawAndLevels(most) : []), ...series],
      span: crossing && state.show.has('k1') ? spanOf(crossing) : undefined,
      now: guessed() && state.guess !== SKIPPED ? Math.min(Number(state.guess), 1e6) : undefined,
      notes:
        guessed() && state.guess !== SKIPPED && axis.id === 'points'
          ? [{ x: Math.min(Number(state.guess), 1e6), y: measure.domain[0] * 1.15, text: 'your guess ' }]
          : [],
    });
    fits.update(data, shown(), steps(), measure);
    say();
  }

  /** @param {string} id @returns {import('../draw/curve.js').Axis} */
  function xAxis(id) {
    if (id === 'operations') {
      return { label: 'operations to train and then answer a million points', domain: [3e7, 1e12], log: true, format: power };
    }
    if (id === 'bytes') return { label: 'bytes kept', domain: [500, 2e7], log: true, format: power };
    return POINTS;
  }

  /** @param {Line} line @param {number} most @returns {ChartSeries[]} */
  function byPoints(line, most) {
    const { measure } = looks();
    const all = /** @type {ScalingData} */ (data).dots(line, steps(), measure.id);
    const dots = all.filter(({ n, value }) => n <= most && value > 0);
    const middle = middles(all).filter(({ n, value }) => n <= most && value > 0);
    const words = (/** @type {number} */ n, /** @type {number} */ value, /** @type {string} */ of) =>
      `${line.label}, ${integer(n)} points${of}: ${percent(value)} wrong`;
    const rings = live.filter((dot) => dot.line.id === line.id && (line.kind !== 'network' || dot.steps === steps()));
    return [
      {
        id: `${line.id}-dots`,
        label: '',
        colour: line.colour,
        marker: 'circle',
        small: true,
        dash: 'none',
        points: dots.map(({ n, value, seed }) => ({ x: n, y: value, words: words(n, value, `, seed ${seed}`) })),
      },
      {
        id: line.id,
        label: line.label,
        colour: line.colour,
        marker: line.marker,
        hollow: limited(line),
        dash: line.dash,
        points: middle.map(({ n, value, count }) => ({ x: n, y: value, words: words(n, value, `, median of ${count}`) })),
      },
      {
        id: `${line.id}-live`,
        label: '',
        colour: line.colour,
        marker: 'circle',
        ring: true,
        dash: 'none',
        points: rings.flatMap(({ n, values, seed }) => {
          const value = values[measure.id];
          return value > 0 ? [{ x: n, y: value, words: words(n, value, `, seed ${seed}, run here`) }] : [];
        }),
      },
      ...(state.show.has('fit') && most === Infinity ? extrapolated(line) : []),
    ];
  }

  /** What a fit on the affordable sizes promises beyond them. @param {Line} line @returns {ChartSeries[]} */
  function extrapolated(line) {
    const { measure } = looks();
    const fit = /** @type {ScalingData} */ (data).fit(line, steps(), measure.id)?.affordable;
    if (!fit) return [];
    const points = [];
    for (let e = 2; e <= 6.001; e += 0.1) {
      const n = 10 ** e;
      points.push({ x: n, y: fit.a.value * n ** -fit.alpha.value + fit.c.value });
    }
    return [{ id: `${line.id}-fit`, label: '', colour: line.colour, dash: '1 4', points }];
  }

  /** Each learner at its most points, by what it costs: networks over their budgets, neighbours over their sizes. @param {Line} line @param {string} axis @returns {ChartSeries[]} */
  function byCost(line, axis) {
    const { measure } = looks();
    const from = /** @type {ScalingData} */ (data);
    const cost = (/** @type {import('../figure/scaling-data.js').Dot} */ dot) =>
      axis === 'bytes'
        ? dot.numbers('cost.bytes') ?? NaN
        : (dot.numbers('cost.train') ?? NaN) + ANSWERS * (dot.numbers('cost.per_query') ?? NaN);
    const groups =
      line.kind === 'network'
        ? BUDGETS.map((budget) => from.dots(line, budget, measure.id).filter(({ n }) => n === 1e6))
        : SIZES.map((n) => from.dots(line, 0, measure.id).filter((dot) => dot.n === n));
    const points = groups.flatMap((dots) => {
      const [middle] = middles(dots.map((dot) => ({ ...dot, n: 0 })));
      const x = dots.length > 0 ? cost(dots[0]) : NaN;
      if (!middle || !(x > 0) || !(middle.value > 0)) return [];
      const of = line.kind === 'network' ? '1,000,000 points' : `${integer(dots[0].n)} points`;
      return [{ x, y: middle.value, words: `${line.label}, ${of}, ${power(x)} ${axis}: ${percent(middle.value)} wrong` }];
    });
    return [{ id: line.id, label: line.label, colour: line.colour, marker: line.marker, dash: line.dash, points }];
  }

  /** The law, and the error of the answer that knows nothing. @param {number} most @returns {ChartSeries[]} */
  function lawAndLevels(most) {
    const { measure } = looks();
    const trivial = data?.fits?.trivial[measure.id];
    const law = measure.id === 'density.all' && state.show.has('law') ? data?.fits?.law.k1.predicted : undefined;
    const from = guessed() ? LAW_FROM : SIZES[0];
    return [
      ...(trivial
        ? [{ id: 'trivial', label: 'all blue', colour: 'var(--muted)', dash: '1 5', points: [{ x: 100, y: trivial }, { x: 1e6, y: trivial }] }]
        : []),
      ...(law
        ? [
            {
              id: 'law',
              label: most === Infinity ? '' : 'the law for 1',
              colour: 'var(--ink)',
              dash: '5 4',
              points: law
                .filter((/** @type {{n: number}} */ { n }) => n >= from)
                .map((/** @type {{n: number, error: number}} */ { n, error }) => ({ x: n, y: error })),
            },
          ]
        : []),
    ];
  }

  /** @param {Line} line */
  const limited = (line) => line.kind === 'network' && steps() < 80000;

  /** @param {any} crossing @returns {import('../draw/curve.js').ChartData['span']} */
  function spanOf({ crossing, low, high }) {
    if (crossing.sign !== '=') return undefined;
    const [from, to] = [low?.n ?? crossing.n, high?.n ?? crossing.n];
    return { from, to, at: crossing.n, text: `overtaken at ${round(crossing.n)}`, colour: 'var(--series-knn)' };
  }

  function say() {
    const { measure, axis } = looks();
    const line = rival();
    if (!data || !line) {
      fig.frame.say('Show a network, and the two are compared here.');
      return;
    }
    const at = (/** @type {Line} */ of) => middles(/** @type {ScalingData} */ (data).dots(of, steps(), measure.id)).at(-1);
    const [dull, clever] = [at(LINES[0]), at(line)];
    if (!guessed() && axis.id === 'points') {
      fig.frame.say('You see the first thousand points. Guess or skip, and the rest of each line appears.');
      return;
    }
    if (!dull || !clever) return;
    const budget = `${integer(steps())} steps`;
    const both = `With ${budget} and ${integer(clever.n)} points ${line.words} errs on ${percent(clever.value)} ${measure.label}, one neighbour on ${percent(dull.value)}. `;
    const crossing = data.crossing(line, steps(), measure.id);
    const adequate = limited(line) ? 'The network was stopped by its budget, not by its data: more steps would move the line.' : '';
    fig.frame.say(both, verdict(crossing, line), ' ', adequate);
  }

  /** What holds of "given enough data the dull rule overtakes". @param {any} crossing @param {Line} line */
  function verdict(crossing, line) {
    if (!crossing) return '';
    const { crossing: place, low, high } = crossing;
    if (place.sign === '<') return `The dull rule is ahead from the smallest sample on.`;
    if (place.sign === '>') {
      const some = 1 - crossing.beyond;
      return some > 0.005
        ? `The dull rule does not overtake within a million points; in ${percent(some)} of the resampled seeds it would.`
        : 'The dull rule does not overtake within a million points, in none of the resampled seeds.';
    }
    const interval = low && high ? ` (95 % interval ${bound(low)} to ${bound(high)})` : '';
    return `The dull rule overtakes ${line.words} at about ${round(place.n)} points${interval}: under this budget the article is right.`;
  }

  async function showStored() {
    fig.begin();
    data = await loadScaling();
    if (data.series.neighbours.runs.length > 0) fig.frame.status('stored');
    else fig.fail(new Error('The stored runs of this figure could not be fetched.'), showStored);
    draw();
    fig.end();
  }
  void showStored();

  return fig.start({
    update() {
      guess.refresh();
      const { measure, axis } = looks();
      measureChoice.refresh(measure.id);
      axisChoice.refresh(axis.id);
      panel.refresh();
      draw();
    },
    pause: panel.hide,
    destroy() {
      panel.close();
      chart.destroy();
    },
    takeAway: () => ({ tables: [tableOf(data, shown(), steps(), live)] }),
  });
}

/** @param {number} n */
const round = (n) => integer(Number(n.toPrecision(2)));
/** @param {import('../figure/scaling-data.js').Place} place */
const bound = ({ sign, n }) => (sign === '>' ? 'beyond a million' : sign === '<' ? `below ${integer(n)}` : round(n));
/** @param {number} value */
const power = (value) => {
  const e = Math.round(Math.log10(value));
  return Math.abs(value / 10 ** e - 1) < 0.01 ? `10${[...String(e)].map((d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)]).join('')}` : number(value);
};

/** @param {ScalingData | undefined} data @param {Line[]} lines @param {number} steps @param {LiveDot[]} live */
function tableOf(data, lines, steps, live) {
  const names = ['density.all', 'area.all', 'area.tip', 'recall.tip', 'border.all', 'cost.train', 'cost.per_query', 'cost.bytes'];
  const columns = ['line', 'steps', 'n', 'seed', 'source', 'digest', ...names];
  const stored = lines.flatMap((line) =>
    (data?.dots(line, steps, 'density.all') ?? []).map((dot) => [
      line.id,
      line.kind === 'network' ? steps : '',
      dot.n,
      dot.seed,
      'stored',
      dot.digest ?? '',
      ...names.map((name) => dot.numbers(name) ?? ''),
    ]),
  );
  const here = live.map((dot) => [
    dot.line.id,
    dot.line.kind === 'network' ? dot.steps : '',
    dot.n,
    dot.seed,
    'live',
    dot.digest,
    ...names.map((name) => dot.values[name] ?? ''),
  ]);
  return { name: 'seeds', title: 'Every seed', columns, rows: [...stored, ...here] };
}

// "k = 1 beats k = 5 here. Why?" The reader chooses an answer first, then turns up the label noise until the order flips.

import { createChart } from '../draw/curve.js';
import { paintWrong } from '../draw/wrong.js';
import { h } from '../figure/dom.js';
import { createAnswers } from '../figure/guess.js';
import { createFigure } from '../figure/kit.js';
import { createNeighbourModel } from '../figure/neighbour-model.js';
import { formats, integer, measured, number, percent, valueOf } from '../figure/number.js';
import { fieldAt } from '../state/figure-state.js';

/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {import('../state/figure-state.js').Spec} Spec */

const MODELS = /** @type {const} */ ([
  {
    name: 'one',
    k: 1,
    caption: 'The nearest point',
    label: '1 neighbour',
    colour: 'var(--series-knn)',
    marker: 'circle',
  },
  {
    name: 'five',
    k: 5,
    caption: 'The vote of five',
    label: '5 neighbours',
    colour: 'var(--series-xy)',
    marker: 'square',
  },
]);

const ANSWERS = [
  { id: 'luck', text: 'Luck: another sample would turn it round.', test: 'Press “New” beside the seed a few times.' },
  {
    id: 'thin',
    text: 'The arm is thin: five neighbours reach across it.',
    test: 'Give it more points: the five move closer together.',
  },
  {
    id: 'noise',
    text: 'No label is wrong, so there is nothing to outvote.',
    test: 'Let some labels be wrong, and see.',
  },
  {
    id: 'data',
    text: 'Five votes need five times the points.',
    test: 'Compare one vote now with five votes on five times the points.',
  },
];

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  /** @type {Map<string, {errors: Measured[], key: string}>} */
  const latest = new Map();
  /** What was measured on this page: error by density, by variant and noise, for one n and seed. @type {Map<string, Map<number, number>>} */
  const seen = new Map();
  let seenFor = '';
  /** Has the order turned round before the reader's eyes? Only then the stored runs of the other shares are shown. */
  let turned = false;
  /** Are there stored runs in the chart? */
  let withStored = false;

  const models = MODELS.map(({ name, caption }) =>
    createNeighbourModel(fig, {
      name,
      variant: name,
      caption,
      wrong: paintWrong,
      layers: ({ raster, votes, outline, truth }) => ({
        raster,
        votes,
        outline: state.show.has('curve') ? outline : undefined,
        truth: state.show.has('wrong') ? truth : undefined,
      }),
      onErrors(errors, { key, spec, stored }) {
        latest.set(name, { errors, key });
        if (!stored) remember(name, spec, errors);
        say();
      },
      onPicture: () => describe(name),
    }),
  );

  /** @param {string} name */
  function describe(name) {
    const n = integer(state.get('sample.n'));
    const noise = formats.share(state.get('labels.noise'));
    const index = MODELS.findIndex((m) => m.name === name);
    models[index].plane.describe(
      `${MODELS[index].caption}, on ${n} points of which ${noise} carry the wrong colour: orange inside, blue outside.`,
    );
  }

  const question = 'Your guess first: why does one neighbour do better than five?';
  const guess = createAnswers(state, { question, answers: ANSWERS });
  const reply = h('p', { class: 'reply' });
  const chart = createChart({
    label: 'Error by density against the share of points with the wrong colour, for one and for five neighbours',
    x: {
      label: 'points with the wrong colour',
      domain: [0.001, 0.4],
      log: true,
      zero: true,
      ticks: [0, 0.001, 0.01, 0.1, 0.4],
      format: formats.share,
    },
    y: { label: 'wrong, by density', domain: [0.001, 0.5], log: true, format: formats.share },
    right: 88,
  });
  const plot = h('div', { class: 'plot' }, chart.root);
  fig.frame.pictures.append(...models.map((model) => model.plane.root));
  fig.frame.controls.before(guess.root, reply);
  fig.frame.sentence.after(plot);

  /** @param {string} name @param {Spec} spec @param {Measured[]} errors */
  function remember(name, spec, errors) {
    const key = JSON.stringify([spec.sample, spec.problem]);
    if (key !== seenFor) seen.clear();
    seenFor = key;
    const value = valueOf(errors, 'density');
    if (value === undefined) return;
    const points = seen.get(name) ?? new Map();
    seen.set(name, points.set(spec.labels.noise, value));
  }

  /** Stored and measured values at this n and seed. @param {string} name @param {number} k */
  function pointsOf(name, k) {
    const [n, seed] = [state.get('sample.n'), state.get('sample.seed')];
    /** @type {Map<number, number>} */
    const points = new Map();
    for (const { spec, errors } of turned ? fig.stored.runs : []) {
      const value = valueOf(errors, 'density');
      const same =
        fieldAt(spec, 'sample.n') === n && fieldAt(spec, 'sample.seed') === seed && fieldAt(spec, 'learner.k') === k;
      if (!same || value === undefined) continue;
      withStored = true;
      points.set(fieldAt(spec, 'labels.noise'), value);
    }
    if (seenFor === JSON.stringify([state.spec().sample, state.spec().problem])) {
      for (const [noise, value] of seen.get(name) ?? []) points.set(noise, value);
    }
    return [...points].sort((a, b) => a[0] - b[0]);
  }

  function drawChart() {
    withStored = false;
    const series = MODELS.map(({ name, k, label, colour, marker }) => ({
      id: name,
      label,
      colour,
      marker,
      points: pointsOf(name, k).map(([x, y]) => ({
        x,
        y,
        words: `${label}, ${formats.share(x)} wrong labels: ${percent(y)} wrong`,
      })),
    }));
    chart.update({ series, source: withStored ? 'stored and live' : undefined, now: state.get('labels.noise') });
  }

  function say() {
    drawChart();
    const [one, five] = MODELS.map(({ name }) => latest.get(name));
    // both numbers must belong to the same points
    if (!one || !five || MODELS.some(({ name }) => latest.get(name)?.key !== JSON.stringify(state.spec(name)))) return;
    const a = valueOf(one.errors, 'density') ?? 0;
    const b = valueOf(five.errors, 'density') ?? 0;
    const noise = state.get('labels.noise');
    if (b < a && state.guess !== undefined && !turned) {
      turned = true;
      drawChart();
    }
    const ratio =
      a === b
        ? ''
        : ` ${a < b ? 'Five make' : 'One makes'} ${number(Math.max(a, b) / Math.min(a, b))} times as many mistakes.`;
    fig.frame.say(
      noise === 0
        ? `No label of the ${integer(state.get('sample.n'))} points is wrong. One neighbour errs on `
        : `With ${formats.share(noise)} of the labels wrong, one neighbour errs on `,
      measured(one.errors, 'density', { run: 'one' }),
      ' of new points, five on ',
      measured(five.errors, 'density', { run: 'five' }),
      a === b ? '.' : `: ${a < b ? 'one' : 'five'} wins.`,
      ratio,
    );
  }

  function refreshGuess() {
    guess.refresh();
    const answered = state.guess !== undefined;
    const answer = ANSWERS.find(({ id }) => id === state.guess);
    reply.hidden = !answered;
    reply.textContent = answer
      ? `You said: ${answer.text} ${answer.test}`
      : 'Turn up the share of wrong labels and watch the order.';
    for (const part of [fig.frame.controls, plot]) part.hidden = !answered;
  }

  fig.showStored(() => {
    for (const model of models) model.showStored();
    drawChart();
  });

  return fig.start({
    update({ path, hurry }) {
      refreshGuess();
      if (path === 'guess') drawChart();
      else if (path === 'show') for (const model of models) model.paint();
      else for (const model of models) model.follow(hurry);
    },
    destroy() {
      chart.destroy();
      for (const model of models) model.destroy();
    },
  });
}

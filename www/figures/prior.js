// The same points for the same network, once as x and y, once as distance and angle, trained in step. Before the reader
// sees what that is worth in points, a guess.

import { paintWrong } from '../draw/wrong.js';
import { h } from '../figure/dom.js';
import { createNumberGuess, SKIPPED } from '../figure/guess.js';
import { createFigure } from '../figure/kit.js';
import { createLossChart } from '../figure/loss-chart.js';
import { fixed, integer, measured, number, valueOf } from '../figure/number.js';
import { paintModel } from '../figure/paint.js';
import { createTraining, storedTraining } from '../figure/training.js';
import { createWorthChart } from '../figure/worth-chart.js';
import { makeScale } from '../state/scale.js';

/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {import('../figure/plane.js').Brush} Brush */
/** @typedef {import('../figure/training.js').Scene} Scene */

const MEMBERS = [
  { name: 'xy', variant: 'xy', caption: 'From x and y' },
  { name: 'polar', variant: 'polar', caption: 'From distance and angle' },
];
const POLAR = 1;
/** Direction of the ray where the angle jumps. @type {Record<string, number | undefined>} */
const SEAMS = { polar: Math.PI, polar_turned: 0 };
const TIMES = makeScale({ kind: 'log', min: 1, max: 1000, perDecade: 8 }).values;

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  const chart = createLossChart({
    label: 'Loss on new points over the training, for both inputs; dashed, on their own points',
    right: 64,
  });
  const worth = createWorthChart();
  const guess = createNumberGuess(state, {
    question: 'Your guess first: how many times more points would the network on x and y need, to do as well?',
    values: TIMES,
    start: TIMES[TIMES.length >> 1],
    words: (times) => `${integer(times)} times`,
  });

  const training = createTraining(fig, {
    members: MEMBERS,
    coarse: 80,
    draw(brush, index, { parts, truth }) {
      paintModel(
        brush,
        { raster: parts[index].raster, truth: state.show.has('wrong') ? truth : undefined },
        paintWrong,
      );
      const seam = index === POLAR ? SEAMS[state.get('features', 'polar')] : undefined;
      if (seam !== undefined && state.show.has('seam')) paintSeam(brush, seam);
    },
    onScene(scene) {
      drawLoss(scene);
      describe(scene);
      if (!scene.fine) sayMoving(scene);
    },
    onErrors: say,
    words(index, { x, y }) {
      if (index !== POLAR) return undefined;
      const degrees = (Math.atan2(y, x) * 180) / Math.PI;
      return `Distance ${fixed(Math.hypot(x, y), 2)}, angle ${fixed(degrees, 0)}°`;
    },
  });
  fig.frame.pictures.append(...training.planes.map((plane) => plane.root));
  fig.frame.controls.before(guess.root, training.bar);
  fig.frame.sentence.after(worth.root);
  fig.frame.more.lastElementChild?.append(h('div', { class: 'loss wide' }, chart.root));

  /** @param {Scene} scene */
  function drawLoss({ parts, total, perEpoch }) {
    const [xy, polar] = parts.map(({ loss }) => loss);
    if (!xy || !polar) return;
    const lines = [
      { name: 'xy', label: 'x, y', colour: 'var(--series-xy)', loss: xy },
      { name: 'polar', label: 'polar', colour: 'var(--series-polar)', loss: polar },
    ];
    chart.update(lines, { total, perEpoch });
  }

  /** @param {Scene} scene */
  function describe({ step, total }) {
    const n = integer(state.get('sample.n'));
    const when = step < total ? `after ${integer(step)} of ${integer(total)} updates` : 'when trained';
    MEMBERS.forEach(({ caption }, i) =>
      training.planes[i].describe(
        `The plane as the network colours it ${when} on ${n} points. ${caption}: orange inside, blue outside.`,
      ),
    );
  }

  /** @param {Scene} scene */
  function sayMoving({ step, parts }) {
    const [xy, polar] = parts.map(({ loss }) => loss?.test.at(-1));
    if (xy === undefined || polar === undefined)
      fig.frame.say('Before any training: the weights are as they were drawn.');
    else
      fig.frame.say(
        `Update ${integer(step)}: the loss on new points is ${number(xy)} from x and y, ${number(polar)} from distance and angle.`,
      );
  }

  /** @param {Measured[][]} errors @param {Scene} scene */
  function say([xy, polar], { step, total }) {
    const [a, b] = [valueOf(xy, 'density') ?? 0, valueOf(polar, 'density') ?? 0];
    const both = (/** @type {string} */ region) => [
      measured(xy, 'density', { run: 'xy', region }),
      ' and ',
      measured(polar, 'density', { run: 'polar', region }),
    ];
    fig.frame.say(
      `${step < total ? `After ${integer(step)} updates, on` : 'On'} the same ${integer(state.get('sample.n'))} points the network on x and y errs on `,
      measured(xy, 'density', { run: 'xy' }),
      ' of new points, the one on distance and angle on ',
      measured(polar, 'density', { run: 'polar' }),
      a > 0 ? `: ${fixed(b / a, 2)} times as many. ` : '. ',
      'Close to the curve it is ',
      ...both('dense'),
      ' where the points are dense, ',
      ...both('sparse'),
      ' where they are sparse.',
    );
  }

  function refreshGuess() {
    guess.refresh();
    // a slider that stands where nobody put it would look like a guess
    guess.root.hidden = state.guess === SKIPPED;
    const times = Number(state.guess);
    worth.root.hidden = state.guess === undefined;
    worth.update(Number.isFinite(times) && times > 0 ? times : undefined);
  }

  void worth.load().then(refreshGuess);
  fig.showStored(() =>
    training.showStored(MEMBERS.map(({ variant }) => storedTraining(fig.stored, state.spec(variant)))),
  );

  return fig.start({
    update(change) {
      refreshGuess();
      if (change.path === 'show') training.paint();
      else if (change.path !== 'guess') training.follow(change);
    },
    pause: training.hide,
    destroy() {
      chart.destroy();
      worth.destroy();
      training.destroy();
    },
  });
}

/** The ray on which the angle jumps. @param {Brush} brush @param {number} angle */
function paintSeam({ ctx, palette, to, ratio }, angle) {
  ctx.save();
  ctx.lineCap = 'butt';
  for (const [colour, width, dash] of /** @type {[string, number, number[]][]} */ ([
    [palette.css.paper, 4, []],
    [palette.css.polar, 2, [6, 4]],
  ])) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * ratio;
    ctx.setLineDash(dash.map((length) => length * ratio));
    ctx.beginPath();
    ctx.moveTo(to.x(0), to.y(0));
    ctx.lineTo(to.x(2 * Math.cos(angle)), to.y(2 * Math.sin(angle)));
    ctx.stroke();
  }
  ctx.restore();
}

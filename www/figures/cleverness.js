// Focal loss, weight decay and layer norm on the polar network: a guess, a shell game over stored runs, and a bench on
// which any combination is trained beside the plain network, and over all the stored seeds again.

import { paintWrong } from '../draw/wrong.js';
import { combinationOf, combinations } from '../figure/combinations.js';
import { h } from '../figure/dom.js';
import { createFigure } from '../figure/kit.js';
import { fixed, integer, measured, number, percent, valueOf } from '../figure/number.js';
import { paintModel } from '../figure/paint.js';
import { createRerun } from '../figure/rerun.js';
import { createShellGame } from '../figure/shell-game.js';
import { createTraining, storedTraining } from '../figure/training.js';

/** @typedef {import('../figure/combinations.js').Combination} Combination */
/** @typedef {import('../figure/combinations.js').Spread} Spread */
/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {import('../figure/rerun.js').Rerun} Rerun */
/** @typedef {import('../figure/training.js').Scene} Scene */

const MEMBERS = [
  { name: 'plain', variant: 'plain', caption: 'Plain' },
  { name: 'tricks', variant: 'tricks', caption: 'With the tricks' },
];
const TRICKS = /** @type {const} */ ([
  ['learner.focal_gamma', 'focal loss'],
  ['learner.weight_decay', 'weight decay'],
  ['learner.layer_norm', 'layer norm'],
]);

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  /** @type {Combination[]} */
  let all = [];
  /** @type {Rerun[]} */
  let live = [];
  let liveOf = '';
  const game = createShellGame(state, () => state.get('sample.seed'));
  const chosen = () => combinationOf(state.spec('tricks'));

  const training = createTraining(fig, {
    members: MEMBERS,
    coarse: 80,
    storedFor: storedScene,
    draw(brush, index, { parts, truth }) {
      paintModel(
        brush,
        { raster: parts[index].raster, truth: state.show.has('wrong') ? truth : undefined },
        paintWrong,
      );
    },
    onScene(scene) {
      describe(scene);
      if (!scene.fine) sayMoving(scene);
    },
    onErrors: say,
  });

  const again = h('button', { type: 'button', 'data-action': 'rerun' }, 'Rerun these seeds here');
  const report = h('span', { class: 'report' });
  const rerunRow = h('div', { class: 'rerun' }, again, report);
  const rerun = createRerun(fig, 'rerun', {
    onOutcome(done, total) {
      live = done;
      refreshGame();
      const same = done.filter((outcome) => outcome.same).length;
      report.textContent =
        done.length < total
          ? `${integer(done.length)} of ${integer(total)} done`
          : same === total
            ? `All ${integer(total)} have the same bits as the stored runs.`
            : `${integer(same)} of ${integer(total)} have the same bits as the stored runs.`;
    },
    onEnd: refreshRerun,
  });
  again.addEventListener('click', () => {
    const stored = all.find(({ id }) => id === chosen());
    if (rerun.working || !stored) {
      rerun.stop();
      report.textContent = '';
    } else {
      liveOf = stored.id;
      void rerun.start(stored.outcomes);
    }
    refreshRerun();
  });

  const body = h('tbody');
  const table = h(
    'div',
    {
      class: 'scroll spread',
      role: 'region',
      'aria-label': 'The eight combinations in numbers',
      tabindex: 0,
      hidden: true,
    },
    h(
      'table',
      {},
      h('caption', {}, 'Stored runs: medians over the samples; the error is by density'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...['Tricks', 'Median error', 'Range', 'False alarms, centre', 'Tip found'].map((label) =>
            h('th', { scope: 'col' }, label),
          ),
        ),
      ),
      body,
    ),
  );
  fig.frame.pictures.append(...training.planes.map((plane) => plane.root));
  fig.frame.pictures.parentElement?.before(game.root, rerunRow, table);
  fig.frame.controls.classList.add('inline');
  fig.frame.controls.before(training.bar);

  function refreshGame() {
    game.refresh(chosen(), liveOf === chosen() ? live : []);
    table.hidden = !game.open || all.length === 0;
  }

  function refreshRerun() {
    const stored = all.find(({ id }) => id === chosen());
    rerunRow.hidden = !game.open || !stored;
    again.textContent = rerun.working ? 'Stop' : `Rerun “${stored?.name}” on these samples here`;
    if (liveOf !== chosen()) report.textContent = '';
  }

  function fillTable() {
    const ranked = [...all].sort((a, b) => a.density.median - b.density.median);
    body.replaceChildren(
      ...ranked.map(({ name, density, centre, tip }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          h('td', {}, percent(density.median)),
          h('td', {}, `${fixed(100 * density.low, 1)} to ${percent(density.high)}`),
          h('td', {}, percent(centre.median)),
          h('td', {}, percent(tip.median)),
        ),
      ),
    );
  }

  function storedScene() {
    return MEMBERS.map(({ variant }) => storedTraining(fig.stored, state.spec(variant)));
  }

  function tricksInWords() {
    const on = TRICKS.filter(([path]) => state.get(path, 'tricks')).map(([, name]) => name);
    if (on.length === 0) return 'no trick';
    return on.length === 1 ? on[0] : `${on.slice(0, -1).join(', ')} and ${on[on.length - 1]}`;
  }

  /** @param {Scene} scene */
  function describe({ step, total }) {
    const when = step < total ? `after ${integer(step)} of ${integer(total)} updates` : 'when trained';
    const n = integer(state.get('sample.n'));
    const caption = training.planes[1].root.querySelector('.caption');
    if (caption) caption.textContent = `With ${tricksInWords()}`;
    ['no trick', tricksInWords()].forEach((tricks, i) =>
      training.planes[i].describe(
        `The plane as the polar network with ${tricks} colours it ${when} on ${n} points: orange inside, blue outside.`,
      ),
    );
  }

  /** @param {Scene} scene */
  function sayMoving({ step, perEpoch, parts }) {
    const [plain, tricks] = parts.map(({ loss }) => loss?.test_error.at(-1));
    const when = perEpoch ? `Epoch ${integer(Math.floor(step / perEpoch))}` : `Update ${integer(step)}`;
    if (plain === undefined || tricks === undefined) fig.frame.say(`${when}: the weights are as they were drawn.`);
    else
      fig.frame.say(
        `${when}: of 2,000 new points the plain network gets ${percent(plain)} wrong, the one with ${tricksInWords()} ${percent(tricks)}.`,
      );
  }

  /** @param {Measured[][]} errors @param {Scene} scene */
  function say([plain, tricks], { step, total, perEpoch }) {
    const [a, b] = [valueOf(plain, 'density') ?? 0, valueOf(tricks, 'density') ?? 0];
    const when =
      step < total ? `, after ${perEpoch ? `${number(step / perEpoch)} epochs` : `${integer(step)} updates`}` : '';
    const both = (/** @type {string} */ measure, /** @type {string} */ region) => [
      measured(plain, measure, { run: 'plain', region }),
      ' and ',
      measured(tricks, measure, { run: 'tricks', region }),
    ];
    fig.frame.say(
      `On sample ${state.get('sample.seed')}${when} the plain network errs on `,
      measured(plain, 'density', { run: 'plain' }),
      ` of new points, the one with ${tricksInWords()} on `,
      measured(tricks, 'density', { run: 'tricks' }),
      a > 0 ? `: ${fixed(b / a, 2)} times as many. ` : '. ',
      'At the centre they raise false alarms on ',
      ...both('false_alarm', 'centre'),
      ' of the outside; of the tip they find ',
      ...both('recall', 'tip'),
      '.',
    );
  }

  fig.showStored(() => {
    all = combinations(fig.stored.runs);
    game.give(all);
    fillTable();
    refreshGame();
    refreshRerun();
    training.showStored(storedScene());
  });

  return fig.start({
    update(change) {
      if (rerun.working && liveOf !== chosen()) rerun.stop();
      refreshGame();
      refreshRerun();
      if (change.path === 'show') training.paint();
      else if (change.path !== 'guess') training.follow(change);
    },
    pause: training.hide,
    takeAway() {
      // before the names are known there is nothing that could give them away
      if (!game.open || all.length === 0) return {};
      const title = 'Every sample, by combination';
      const done = liveOf === chosen() ? live : [];
      return {
        pictures: [
          { name: 'strips', title, source: done.length > 0 ? 'stored, rings live' : 'stored', svg: game.picture },
        ],
        tables: [
          {
            name: 'samples',
            title,
            columns: ['combination', 'source', 'sample.seed', 'density_error', 'digest'],
            rows: [
              ...all.flatMap(({ id, outcomes }) =>
                outcomes.map(({ seed, value, digest }) => [id, 'stored', seed, value, digest]),
              ),
              ...done.map(({ seed, value, digest }) => [liveOf, 'live', seed, value, digest]),
            ],
          },
        ],
      };
    },
    destroy() {
      rerun.close();
      training.destroy();
    },
  });
}

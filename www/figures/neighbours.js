// The other team does not think: the vote of the nearest points, live, beside the stored picture of a network that had a
// tenth of them. Any place can be asked who voted.

import { paintWrong } from '../draw/wrong.js';
import { h, s } from '../figure/dom.js';
import { drawMark } from '../figure/guess.js';
import { createFigure } from '../figure/kit.js';
import { createNeighbourModel } from '../figure/neighbour-model.js';
import { integer, measured, percent, valueOf } from '../figure/number.js';
import { paintModel } from '../figure/paint.js';
import { createPlane } from '../figure/plane.js';
import { loadStored, storedOutline, storedRaster } from '../figure/stored.js';
import { guessOf, onGuess } from '../state/guesses.js';
import { parsePlace } from '../state/scale.js';

/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {import('../figure/stored.js').StoredRun} StoredRun */

const RUN = 'knn';
const NETWORK = 'network';
const COLUMNS = /** @type {const} */ ([
  ['density', 'all', 'Wrong, by density'],
  ['area', 'all', 'Wrong, by area'],
  ['recall', 'tip', 'Found at the tip'],
]);

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  /** @type {StoredRun | undefined} */
  let network;
  /** @type {ArrayLike<number> | undefined} */
  let networkOutline;
  /** @type {ArrayLike<number> | undefined} */
  let networkTruth;
  /** @type {Measured[] | undefined} */
  let latest;

  const model = createNeighbourModel(fig, {
    name: RUN,
    variant: 'knn',
    caption: 'Neighbours, live',
    drawPoints: 5000,
    wrong: paintWrong,
    layers: ({ raster, votes, rows, outline, truth }) => ({
      raster,
      votes,
      rows: state.show.has('sample') ? rows : undefined,
      outline: state.show.has('curve') ? outline : undefined,
      truth: state.show.has('wrong') ? truth : undefined,
    }),
    onErrors(errors) {
      latest = errors;
      say();
    },
    onPicture() {
      const [k, n] = [state.get('learner.k'), state.get('sample.n')];
      model.plane.describe(
        `The plane coloured by the vote of the ${integer(k)} nearest of ${integer(n)} points: orange inside, blue outside.`,
      );
    },
  });

  const other = createPlane({ caption: 'A network, 1,000 points · stored result', onResize: drawNetwork });
  other.root.hidden = true;
  const body = h('tbody');
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'Model'),
    ...COLUMNS.map(([, , label]) => h('th', { scope: 'col' }, label)),
  );
  const table = h('div', { class: 'scroll', hidden: true }, h('table', {}, h('thead', {}, head), body));
  fig.frame.pictures.append(model.plane.root, other.root);
  fig.frame.sentence.after(table);

  const mark = s('g', { class: 'guess-mark' });
  model.plane.marks.append(mark);
  const ringed = h('p', { class: 'ringed' }, 'The ring is the place you marked further up.');
  model.plane.root.append(ringed);
  const stopGuess = onGuess(drawGuess);
  function drawGuess() {
    const place = parsePlace(guessOf('problem'));
    drawMark(mark, place);
    ringed.hidden = !place;
  }
  drawGuess();

  /** @param {string} name @param {Measured[]} errors @param {string} run */
  const row = (name, errors, run) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      ...COLUMNS.map(([measure, region]) => h('td', {}, measured(errors, measure, { run, region }))),
    );

  function say() {
    if (!latest) return;
    const [k, n] = [state.get('learner.k'), state.get('sample.n')];
    const voters = k === 1 ? 'the nearest point decides' : `${integer(k)} neighbours vote`;
    const mine = valueOf(latest, 'density');
    const theirs = network && valueOf(network.errors, 'density');
    fig.frame.say(
      `With ${integer(n)} points, ${voters} and `,
      measured(latest, 'density', { run: RUN }),
      ' of new points get the wrong colour; of the plane, ',
      measured(latest, 'area', { run: RUN }),
      '.',
      mine !== undefined && theirs !== undefined
        ? ` The stored network, with 1,000 points, is wrong on ${percent(theirs)}: ${mine < theirs ? 'more' : 'less'}.`
        : '',
    );
    table.hidden = false;
    body.replaceChildren(
      row(`${k === 1 ? '1 neighbour' : `${integer(k)} neighbours`}, ${integer(n)} points`, latest, RUN),
      ...(network ? [row('Network, 1,000 points (stored)', network.errors, NETWORK)] : []),
    );
  }

  function drawNetwork() {
    const raster = storedRaster(network);
    if (!raster) return;
    const outline = state.show.has('curve') ? networkOutline : undefined;
    const truth = state.show.has('wrong') ? networkTruth : undefined;
    other.paint((brush) => paintModel(brush, { raster, outline, truth }, paintWrong));
    other.describe('The plane as a network trained on 1,000 points colours it; a stored result.');
  }

  async function showNetwork() {
    fig.begin();
    const { runs } = await loadStored('network');
    network = runs.find((run) => run.variant === 'xy' && run.spec.sample?.seed === 7 && run.raster);
    other.root.hidden = !network;
    drawNetwork();
    say();
    if (network?.raster) {
      const { view, width, height } = network.raster;
      networkOutline = await storedOutline(network.spec);
      drawNetwork();
      // what is wrong needs the program; without it the figure has said so already
      networkTruth = await engine.call('truth', network.spec, view, width, height).catch(() => undefined);
      networkOutline ??= (await fig.problem(network.spec).catch(() => undefined))?.outline;
      drawNetwork();
    }
    fig.end();
  }
  void showNetwork();
  fig.showStored(() => model.showStored());

  return fig.start({
    update({ path, hurry }) {
      drawNetwork();
      if (path === 'show') model.paint();
      else model.follow(hurry);
    },
    takeAway: () => ({ runs: network ? [{ ...network, variant: NETWORK }] : [] }),
    destroy() {
      stopGuess();
      model.destroy();
      other.destroy();
    },
  });
}

// Small multiples: two learners at four sizes, from stored pictures. Pointing at a place in one asks all of them about it. Any one of
// them can be run again here, and its digest compared with the stored one.

import { insideOf, truthOf } from '../draw/inside.js';
import { PLANE } from '../draw/projection.js';
import { paintWrong } from '../draw/wrong.js';
import { h } from '../figure/dom.js';
import { createFigure } from '../figure/kit.js';
import { createLiveModel } from '../figure/live-model.js';
import { fixed, integer, measured, number, percent, valueOf } from '../figure/number.js';
import { adoptStyle, loadStyle } from '../figure/own-style.js';
import { paintModel } from '../figure/paint.js';
import { createPlane } from '../figure/plane.js';
import { storedOutline, storedRaster } from '../figure/stored.js';
import { merge } from '../state/figure-state.js';

/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {import('../figure/plane.js').Place} Place */
/** @typedef {import('../figure/stored.js').StoredRun} StoredRun */
/** @typedef {import('../draw/heatmap.js').Raster} Raster */

const sheet = await loadStyle('scale.css');

/** Pixels along a side of the stored pictures. */
const SIDE = 120;
const SIZES = [1000, 10_000, 100_000, 1_000_000];
const LEARNERS = /** @type {const} */ ([
  ['k1', 'The nearest point', 'the nearest point'],
  ['polar', 'A network on distance and angle', 'the network'],
]);

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  adoptStyle(fig.frame.figure, sheet);
  /** @type {ArrayLike<number> | undefined} */
  let outline;

  const cells = LEARNERS.flatMap(([variant, , subject]) => SIZES.map((n) => createCell(variant, subject, n)));
  const grid = h(
    'div',
    { class: 'grid-of-planes' },
    ...LEARNERS.flatMap(([variant, title]) => [
      h('p', { class: 'who' }, title),
      ...cells.filter((cell) => cell.variant === variant).map(({ root }) => root),
    ]),
  );
  fig.frame.pictures.append(grid);

  /** @param {'k1' | 'polar'} variant @param {string} subject @param {number} n */
  function createCell(variant, subject, n) {
    const name = `${variant}-${n}`;
    /** @type {StoredRun | undefined} */
    let stored;
    /** @type {(Raster & {truth?: ArrayLike<number>}) | undefined} */
    let raster;
    /** @type {import('../figure/live-model.js').LiveModel | undefined} */
    let model;
    let working = false;
    const plane = createPlane({
      caption: `${integer(n)} points`,
      onPlace: point,
    });
    const below = h('p', { class: 'below' });
    const button = h('button', { type: 'button', class: 'quiet', 'data-action': `rerun-${name}`, onclick: toggle });
    const report = h('span', {});
    plane.root.append(below, h('div', { class: 'below' }, button, ' ', report));

    const cell = {
      variant,
      subject,
      n,
      plane,
      root: plane.root,
      get errors() {
        return stored?.errors;
      },
      /** @param {StoredRun[]} runs */
      give(runs) {
        stored = runs.find((run) => run.variant === variant && run.axes['sample.n'] === n);
        if (!stored) return;
        raster = storedRaster(stored);
        tell(stored.errors, 'stored');
        cell.paint();
      },
      paint() {
        const shown = raster;
        if (!shown) return;
        shown.truth ??= outline && truthOf(outline, plane.view, shown.width, shown.height);
        plane.paint((brush) =>
          paintModel(
            brush,
            {
              raster: shown,
              votes: variant === 'k1',
              outline: state.show.has('curve') ? outline : undefined,
              truth: state.show.has('wrong') ? shown.truth : undefined,
            },
            paintWrong,
          ),
        );
      },
      /** Probability of inside at a place, from the picture. @param {Place} place */
      at({ x, y }) {
        if (!raster) return undefined;
        const [x0, y0, x1, y1] = plane.view;
        const column = Math.floor(((x - x0) / (x1 - x0)) * raster.width);
        const row = Math.floor(((y1 - y) / (y1 - y0)) * raster.height);
        const within = column >= 0 && row >= 0 && column < raster.width && row < raster.height;
        return within ? raster.data[row * raster.width + column] : undefined;
      },
      close() {
        model?.close();
        plane.destroy();
      },
    };

    /** @param {Measured[]} errors @param {'stored' | 'live'} from */
    function tell(errors, from) {
      below.replaceChildren(
        measured(errors, 'density', { run: from === 'live' ? name : 'stored' }),
        ' wrong; tip found: ',
        measured(errors, 'recall', { run: from === 'live' ? name : 'stored', region: 'tip' }),
      );
      plane.describe(
        `The plane as ${subject} colours it with ${integer(n)} points; ${percent(valueOf(errors, 'density') ?? NaN)} of new points get the wrong colour.`,
      );
    }

    function toggle() {
      if (working) {
        model?.close();
        model = undefined;
        fig.runs.delete(name);
        fig.frame.progress(undefined);
        settle('');
        return;
      }
      working = true;
      button.textContent = 'Stop';
      report.textContent = 'running…';
      model ??= createLiveModel(fig, {
        name,
        views: () => [{ view: /** @type {[number, number, number, number]} */ (plane.view), side: plane.rasterSide() }],
        onPicture({ rasters, truths }) {
          raster = { ...rasters[0], truth: truths[0] };
          cell.paint();
          // this picture is live, the others are not; its own line says so
          fig.frame.status('stored');
        },
        onErrors(errors, _, digest) {
          tell(errors, 'live');
          settle(
            digest === stored?.digest
              ? 'Live: the same bits as stored.'
              : 'Live: other bits than stored, please report.',
          );
        },
        onFail: () => settle(''),
      });
      model.follow(merge(state.spec(variant), { sample: { n } }));
    }

    /** @param {string} words */
    function settle(words) {
      working = false;
      button.textContent = 'Rerun here';
      report.textContent = words;
    }
    settle('');
    return cell;
  }

  /** The same place in all pictures: the middle of a pixel, for which they answer. @param {Place | undefined} pointed */
  function point(pointed) {
    const place = pointed && { ...pointed, x: middle(pointed.x), y: middle(pointed.y) };
    const truth = place && outline && insideOf(outline, place.x, place.y);
    for (const cell of cells) {
      cell.plane.cross(place);
      const p = place && cell.at(place);
      if (!place || p === undefined) {
        cell.plane.tip(undefined);
        continue;
      }
      const inside = p >= 0.5;
      const wrong = truth !== undefined && truth !== inside;
      const sure = cell.variant === 'k1' || p === 0.5 ? '' : ` ${percent(inside ? p : 1 - p)}`;
      cell.plane.tip(
        place,
        h('p', { class: wrong ? 'wrong' : '' }, `${inside ? 'inside' : 'outside'}${sure}${wrong ? ' — wrong' : ''}`),
      );
    }
    if (!place) return sayAll();
    const { x, y } = place;
    const truthWords = truth === undefined ? '' : `, which is ${truth ? 'inside' : 'outside'}`;
    const right = LEARNERS.map(([variant, , subject]) => {
      const sizes = cells
        .filter((cell) => cell.variant === variant && truth !== undefined && (cell.at(place) ?? NaN) >= 0.5 === truth)
        .map(({ n }) => integer(n));
      return `${subject} is right ${sizes.length === 0 ? 'at no size' : sizes.length === SIZES.length ? 'at every size' : `with ${sizes.join(', ')}`}`;
    });
    const words = `At (${fixed(x, 2)}, ${fixed(y, 2)})${truthWords}, ${right.join('; ')}.`;
    if (place.how === 'hover') fig.frame.sentence.textContent = words;
    else {
      fig.frame.say(words);
      fig.announce(words);
    }
  }

  function sayAll() {
    const of = (/** @type {string} */ variant, /** @type {number} */ n) => {
      const errors = cells.find((cell) => cell.variant === variant && cell.n === n)?.errors;
      return errors && valueOf(errors, 'density');
    };
    const [few, most] = [SIZES[0], SIZES[SIZES.length - 1]];
    const [a, b, c, d] = [of('k1', few), of('polar', few), of('k1', most), of('polar', most)];
    if (!a || !b || !c || !d) return;
    const times = (/** @type {number} */ ratio) => number(Number(ratio.toPrecision(2)));
    fig.frame.say(
      `With ${integer(few)} points the nearest point errs ${times(a / b)} times as often as the network, with ${integer(most)} ${times(c / d)} times: ${percent(a)} against ${percent(b)} of new points, then ${percent(c)} against ${percent(d)}.`,
    );
  }

  fig.showStored(() => {
    for (const cell of cells) cell.give(fig.stored.runs);
    fig.frame.status('stored');
    sayAll();
    fig.begin();
    void storedOutline(fig.stored.runs[0].spec).then((line) => {
      outline = line;
      for (const cell of cells) cell.paint();
      fig.end();
    });
  });

  return fig.start({
    update() {
      for (const cell of cells) cell.paint();
    },
    takeAway: () => ({
      runs: fig.stored.runs.map((run) => ({ ...run, variant: `${run.variant}-${run.axes['sample.n']}` })),
    }),
    destroy() {
      for (const cell of cells) cell.close();
    },
  });
}

/** The middle of the pixel that a coordinate falls into. @param {number} at */
function middle(at) {
  const [low, , high] = PLANE;
  const pixel = (high - low) / SIDE;
  return low + (Math.floor((at - low) / pixel) + 0.5) * pixel;
}

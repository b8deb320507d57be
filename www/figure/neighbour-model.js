// One live nearest-neighbour model on one plane: a run that follows the state, pictures that follow the run.
// A picture in progress is finished before a newer wish is served, so that the plane keeps moving under the finger and is
// never more than one picture behind; everything finer gives way at once.

import { PLANE } from '../draw/projection.js';
import { createAsk } from './ask.js';
import { newestWins } from './newest.js';
import { paintModel } from './paint.js';
import { createPlane } from './plane.js';
import { storedOutline, storedRaster } from './stored.js';
import { weigher } from './weigh.js';
import { whenTrained } from './train.js';

/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {import('./kit.js').Figure} Figure */
/** @typedef {import('./number.js').Measured} Measured */
/** @typedef {import('../draw/projection.js').View} View */
/** @typedef {{spec: Spec, key: string, view: View, hurry: boolean, side: number, ahead?: Spec}} Wish  ahead: a spec to prepare */
/** @typedef {import('./paint.js').ModelPicture & {key: string, hurry: boolean, stored: boolean}} Picture */
/**
 * @typedef {object} ModelOptions
 * @property {string} name                   the run's name in data-run attributes
 * @property {string} variant                whose spec it follows
 * @property {string} [caption]
 * @property {number} [finest]
 * @property {typeof import('../draw/wrong.js').paintWrong} [wrong] also fetch the truth, and show so what is wrong
 * @property {number} [drawPoints]           samples up to this size are drawn point by point
 * @property {(picture: Picture) => import('./paint.js').ModelPicture} layers  what of a picture is shown now
 * @property {() => boolean} [curve]         whether `layers` may show the true curve: a stored one is fetched for that
 * @property {(errors: Measured[], picture: {key: string, spec: Spec, stored: boolean}) => void} onErrors
 * @property {(error: number) => void} [onEstimate]  error by density as the coarse picture has it, while a control moves
 * @property {(picture: Picture) => void} [onPicture]
 */

/** Side of the first picture of all, and while a control moves; about a tenth of the work of the fine one. */
const COARSE = 144;

/** @param {Figure} fig @param {ModelOptions} options */
export function createNeighbourModel(fig, options) {
  const {
    name,
    variant,
    caption,
    finest,
    drawPoints = 2000,
    wrong,
    layers,
    curve = () => true,
    onErrors,
    onEstimate,
    onPicture,
  } = options;
  const { engine } = fig;
  /** @type {import('../engine/client.js').Run | undefined} */
  let run;
  /** key of the spec the run holds */
  let held = '';
  /** @type {Picture | undefined} */
  let picture;
  /** @type {Wish | undefined} */
  let last;
  const ask = /** @type {() => ReturnType<typeof createAsk>} */ (() => asking);
  const plane = createPlane({
    caption,
    finest,
    begin: fig.begin,
    end: fig.end,
    onResize: () => follow(false),
    onPlace: (place) => ask().at(place),
  });
  const asking = createAsk(plane, question, { announce: fig.announce, onError: (error) => fig.fail(error, again) });

  /** @param {import('./plane.js').Place} place @param {AbortSignal} signal */
  async function question({ x, y }, signal) {
    const spec = fig.state.spec(variant);
    if (!run || held !== JSON.stringify(spec)) return undefined; // the model asked about is not there yet; asked again then
    const tiny = [x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3]; // one pixel whose centre is the point
    const [probability, neighbours, truth] = await Promise.all([
      run.probability(x, y, { signal }),
      run.neighbours(x, y, { signal }),
      engine.call('truth', spec, tiny, 1, 1),
    ]);
    return { probability, neighbours, truth: truth[0] === 1 };
  }

  const queue = newestWins(
    /** @param {Wish} wish @param {import('./newest.js').Turn} turn */
    async (wish, turn) => {
      if (wish.ahead) {
        turn.giveWay();
        await hold(wish.ahead, JSON.stringify(wish.ahead), turn.signal);
      }
      await hold(wish.spec, wish.key, turn.signal);
      if (wish.ahead) return asking.again();
      if (turn.stale() && !wish.hurry) return;
      const { view } = wish;
      const n = wish.spec.sample?.n ?? 0;
      if (wish.hurry || !picture || picture.stored) {
        const side = Math.min(COARSE, wish.side);
        const [{ data }, rows, weigh] = await Promise.all([
          current().raster({ view, width: side, height: side }),
          n <= drawPoints ? current().sample(n) : undefined,
          wish.hurry && onEstimate ? weigher(engine, wish.spec, view, side) : undefined,
        ]);
        put(wish, { raster: { data, width: side, height: side }, rows });
        if (weigh) onEstimate?.(weigh(data));
      }
      turn.giveWay();
      const { signal } = turn;
      const [{ data }, rows, { outline }, truth] = await Promise.all([
        current().raster({ view, width: wish.side, height: wish.side }, { signal }),
        n <= drawPoints ? current().sample(n, { signal }) : undefined,
        fig.problem(wish.spec),
        wrong ? engine.call('truth', wish.spec, view, wish.side, wish.side) : undefined,
      ]);
      if (signal.aborted) return;
      put(wish, { raster: { data, width: wish.side, height: wish.side }, rows, outline, truth });
      const errors = await current().errors({ signal });
      if (signal.aborted) return;
      onErrors(errors, { key: wish.key, spec: wish.spec, stored: false });
      asking.again();
    },
    {
      onError(error, wish) {
        fig.fail(error, again);
        void putStored(wish.spec);
      },
      onBusy: fig.begin,
      onIdle: fig.end,
    },
  );

  function current() {
    if (!run) throw new Error('no run is open');
    return run;
  }

  /** Bring the run to a spec, trained. @param {Spec} spec @param {string} key @param {AbortSignal} signal */
  async function hold(spec, key, signal) {
    if (!run) {
      run = engine.open(spec);
      fig.watch(name, run);
      held = key;
    } else if (held !== key) {
      held = ''; // unknown until it is done
      await run.respec(spec);
      held = key;
    }
    await whenTrained(run, signal);
  }

  /** @param {Wish} wish @param {import('./paint.js').ModelPicture} parts */
  function put(wish, parts) {
    plane.setView(wish.view);
    picture = { ...parts, votes: true, key: wish.key, hurry: wish.hurry, stored: false };
    fig.clear();
    fig.frame.status('live');
    paint();
  }

  /** @param {Spec} spec */
  async function putStored(spec) {
    const before = picture;
    const key = JSON.stringify(spec);
    const stored = await fig.findStored(spec);
    if (!stored) return;
    const raster = storedRaster(stored);
    const outline = curve() ? await storedOutline(stored.spec) : undefined;
    // live was quicker, or the reader went on
    if (picture !== before || key !== JSON.stringify(fig.state.spec(variant))) return;
    if (raster) {
      plane.setView(raster.view);
      picture = { raster, outline, votes: true, key, hurry: false, stored: true };
      fig.frame.status('stored');
      paint();
      // the page may answer the reader in between: on a slow machine each half takes long
      await new Promise((resolve) => setTimeout(resolve));
      if (picture?.raster !== raster) return;
    }
    onErrors(stored.errors, { key, spec: stored.spec, stored: true });
  }

  function paint() {
    const shown = picture;
    if (!shown) return;
    plane.paint((brush) => paintModel(brush, layers(shown), wrong));
    onPicture?.(shown);
  }

  /** @param {boolean} hurry */
  function follow(hurry) {
    const spec = fig.state.spec(variant);
    const view = /** @type {View} */ (fig.state.view ?? PLANE);
    const wish = { spec: structuredClone(spec), key: JSON.stringify(spec), view, hurry, side: plane.rasterSide() };
    last = wish;
    queue.want(wish);
  }

  function again() {
    held = '';
    if (last) queue.want(last);
  }

  return {
    name,
    plane,
    follow,
    /** Draw what is there once more: a layer was switched. */
    paint,
    /** Show the stored run of the state, if there is one, until the live one arrives. */
    showStored() {
      if (!picture) void putStored(fig.state.spec(variant));
    },
    /** Work for later, given up as soon as the reader wants something. @param {Spec} spec */
    prepare(spec) {
      if (last) queue.want({ ...last, ahead: spec });
    },
    get picture() {
      return picture;
    },
    destroy() {
      queue.close();
      asking.close();
      run?.close();
      plane.destroy();
    },
  };
}
/** @typedef {ReturnType<typeof createNeighbourModel>} NeighbourModel */

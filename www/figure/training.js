// Networks that train before the reader's eyes: planes, the bar that plays them, asking any point, and the place in the
// state where they stop. `state.at` is the step shown; absent, it is the end of the training.

import { PLANE } from '../draw/projection.js';
import { createAsk } from './ask.js';
import { createLockstep, stepsPerEpoch, worldKey } from './lockstep.js';
import { createOverlay } from './overlay.js';
import { adoptStyle, loadStyle } from './own-style.js';
import { createPlane } from './plane.js';
import { storedRaster } from './stored.js';
import { createTrainingBar } from './training-bar.js';

/** @typedef {import('./kit.js').Figure} Figure */
/** @typedef {import('./lockstep.js').Frame} Frame */
/** @typedef {import('./lockstep.js').Loss} Loss */
/** @typedef {import('./lockstep.js').Unit} Unit */
/** @typedef {import('./number.js').Measured} Measured */
/** @typedef {import('./plane.js').Brush} Brush */
/** @typedef {import('./plane.js').Place} Place */
/** @typedef {import('./stored.js').StoredRun} StoredRun */
/** @typedef {import('../draw/heatmap.js').Raster} Raster */
/** @typedef {import('../draw/projection.js').View} View */
/** @typedef {import('../state/figure-state.js').Change} Change */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/**
 * @typedef {object} Scene   what the planes show: all members at one step
 * @property {string} key    of the specs
 * @property {number} step
 * @property {number} total
 * @property {number} perEpoch  steps in an epoch; 0 where the training does not end with a whole one
 * @property {boolean} fine  at rest
 * @property {boolean} stored
 * @property {{raster?: Raster, unit?: Raster, loss?: Loss}[]} parts  in the order of the members
 * @property {ArrayLike<number>} [truth]
 */
/** @typedef {import('./lockstep.js').World} World */
/**
 * @typedef {object} TrainingOptions
 * @property {{name: string, variant: string, caption?: string}[]} members  name: of the run, in data-run attributes
 * @property {number} [finest]
 * @property {number} [coarse]    side of a picture on the way
 * @property {() => Unit | undefined} [unit]  a hidden unit that is looked into
 * @property {(brush: Brush, index: number, scene: Scene, outline?: Float32Array) => boolean | void} draw  one member's
 *   plane below the points and the curve; true: these are drawn already
 * @property {(scene: Scene) => void} onScene
 * @property {(errors: Measured[][], scene: Scene) => void} onErrors
 * @property {() => (StoredRun | undefined)[]} [storedFor]  stored runs that stand in at once when a control changes the specs
 * @property {(index: number, place: Place, scene: Scene) => string | undefined} [words]  more to say of a place
 */

const sheet = await loadStyle('training.css');

/** The steps a spec trains for. @param {Spec} spec */
function stepsOf(spec) {
  const { steps, epochs = 1000 } = spec.budget ?? {};
  return steps ?? epochs * stepsPerEpoch(spec);
}

/**
 * The stored run of a spec. A budget in epochs and one in updates may be the same training in other words.
 * @param {import('./stored.js').Stored} stored @param {Spec} spec @returns {StoredRun | undefined}
 */
export function storedTraining(stored, spec) {
  const run = stored.find({ ...spec, budget: {} });
  return run && stepsOf(run.spec) === stepsOf(spec) ? run : undefined;
}

/** @param {Figure} fig @param {TrainingOptions} options */
export function createTraining(fig, options) {
  const { members, finest, coarse = 96, unit, draw, storedFor, onScene, onErrors, words } = options;
  const { engine, state } = fig;
  adoptStyle(fig.frame.figure, sheet);
  const { findStored } = fig;
  fig.findStored = async (wish) => (await findStored(wish)) ?? storedTraining(fig.stored, wish);
  /** @type {Scene | undefined} */
  let scene;
  /** @type {World} */
  let world = { key: '' };
  let playing = false;
  /** key of the specs at which a pause was asked for that has not been reached yet @type {string | undefined} */
  let pausing;
  /** does it stand before the step at which it diverges? */
  let diverged = false;
  let begun = false;

  const planes = members.map(({ caption }, index) =>
    createPlane({
      caption,
      finest,
      begin: fig.begin,
      end: fig.end,
      onResize: () => begun && want('to', false),
      onPlace: (place) => point(index, place),
    }),
  );
  const overlays = planes.map(() => createOverlay());
  const asks = planes.map((plane, index) => {
    const question = (/** @type {Place} */ place, /** @type {AbortSignal} */ signal) => answer(index, place, signal);
    return createAsk(plane, question, { announce: fig.announce, onError: (error) => fig.fail(error) });
  });

  /** The same place on every plane; only the one pointed at speaks. @param {number} index @param {Place | undefined} place */
  function point(index, place) {
    asks.forEach((ask, i) => ask.at(place && i !== index ? { ...place, how: 'hover' } : place));
  }

  /** @param {number} index @param {Place} place @param {AbortSignal} signal */
  async function answer(index, place, signal) {
    const shown = scene;
    const run = lockstep.resting(index);
    if (!run || !shown || shown.stored) return undefined; // asked again when the picture at rest is there
    const { x, y } = place;
    const tiny = /** @type {View} */ ([x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3]); // one pixel whose centre is the point
    const [probability, truth] = await Promise.all([
      run.probability(x, y, { signal }),
      engine.call('truth', state.spec(members[index].variant), tiny, 1, 1),
    ]);
    return { probability, truth: truth[0] === 1, words: words?.(index, place, shown) };
  }

  const lockstep = createLockstep(
    fig,
    members.map(({ name }) => name),
    coarse,
    {
      onFrame(frame) {
        if (!frame.parts.every(({ raster }) => sound(raster))) return;
        scene = { ...frame, stored: false, perEpoch: perEpoch(frame.total) };
        if (playing) state.at = frame.step;
        fig.clear();
        fig.frame.status('live');
        bar.count(frame.step, frame.total, scene.perEpoch);
        paint();
        onScene(scene);
      },
      onWorld(next) {
        world = next;
        paint();
      },
      onErrors(errors, frame) {
        if (scene?.key === frame.key) onErrors(errors, scene);
        for (const ask of asks) ask.again();
      },
      onMove(moving) {
        bar.move(moving);
      },
      onRest(step, total, message) {
        playing = false;
        pausing = undefined;
        if (message) fig.frame.notice(`${message}. The picture shows the last step before that.`);
        else {
          if (diverged) fig.frame.notice(undefined);
          state.at = step < total ? step : undefined;
        }
        diverged = Boolean(message);
      },
      onError(error, again) {
        playing = false;
        fig.fail(error, again);
      },
    },
  );

  const bar = createTrainingBar({
    onPlay() {
      const atEnd = !scene || scene.stored || scene.step >= scene.total || diverged;
      if (atEnd) lockstep.fromStart();
      state.at = atEnd ? 0 : scene?.step;
      playing = true;
      pausing = undefined;
      want('play', false);
    },
    onPause() {
      playing = false;
      pausing = keyNow();
      state.at = scene?.step;
      want('pause', false);
    },
    onStep: () => goTo((scene?.step ?? 0) + stepsPerEpoch(spec())),
    onRewind: () => goTo(0),
    onSpeed: lockstep.setSpeed,
  });

  /** @param {number} step */
  function goTo(step) {
    playing = false;
    pausing = undefined;
    state.at = step;
    want('to', false);
  }

  function spec() {
    return state.spec(members[0].variant);
  }

  /** @param {number} total */
  function perEpoch(total) {
    const each = stepsPerEpoch(spec());
    return total % each === 0 ? each : 0;
  }

  function keyNow() {
    return JSON.stringify(members.map(({ variant }) => state.spec(variant)));
  }

  /** @param {'to' | 'play' | 'pause'} kind @param {boolean} hurry */
  function want(kind, hurry) {
    const specs = members.map(({ variant }) => structuredClone(state.spec(variant)));
    const key = keyNow();
    const goal = state.at ?? Infinity;
    if (pausing !== key) pausing = undefined;
    lockstep.want({
      kind: kind !== 'to' ? kind : playing ? 'play' : pausing ? 'pause' : 'to',
      specs,
      key,
      goal: playing ? Infinity : goal,
      view: /** @type {View} */ (state.view ?? PLANE),
      side: Math.max(...planes.map((plane) => plane.rasterSide())),
      unit: unit?.(),
      hurry,
      quiet: Boolean(scene?.stored && scene.key === key && goal === Infinity && !playing),
    });
  }

  function paint() {
    const shown = scene;
    if (!shown) return;
    planes.forEach((plane, index) => {
      plane.setView(state.view ?? PLANE);
      plane.paint((brush) => {
        const outline = state.show.has('curve') ? world.outline : undefined;
        if (draw(brush, index, shown, outline)) return;
        overlays[index](brush, { rows: state.show.has('sample') ? world.rows : undefined, outline });
      });
    });
  }

  /** Show stored runs, one for each member. @param {(StoredRun | undefined)[]} runs @returns {boolean} whether there are any */
  function stand(runs) {
    if (playing || state.at !== undefined || !runs.every((run) => run?.raster)) return false;
    const total = stepsOf(spec());
    // points of another sample must not lie over this picture
    if (world.key !== worldKey(spec())) world = { key: '' };
    scene = {
      key: keyNow(),
      step: total,
      total,
      perEpoch: perEpoch(total),
      fine: true,
      stored: true,
      parts: runs.map((run) => ({ raster: storedRaster(run), loss: run?.loss })),
    };
    fig.frame.status('stored');
    bar.count(total, total, scene.perEpoch);
    paint();
    onScene(scene);
    onErrors(
      runs.map((run) => run?.errors ?? []),
      scene,
    );
    return true;
  }

  return {
    bar: bar.root,
    planes,
    /** Draw what is there once more: a layer was switched. */
    paint,
    /** The state was changed. @param {Change} change */
    follow({ path, hurry }) {
      // not by one control but as a whole, by a link or a reset: it says itself where to stop
      if (path === undefined) {
        playing = false;
        pausing = undefined;
      }
      if (begun && storedFor && !(scene?.fine && scene.key === keyNow())) stand(storedFor());
      begun = true;
      want('to', hurry);
    },
    get scene() {
      return scene;
    },
    /** Show stored runs, one for each member, until live ones arrive. @param {(StoredRun | undefined)[]} runs */
    showStored(runs) {
      // what is on its way need not be shown any more
      if (!scene && stand(runs) && begun) want('to', false);
    },
    hide: lockstep.hide,
    destroy() {
      lockstep.close();
      for (const ask of asks) ask.close();
      for (const plane of planes) plane.destroy();
    },
  };
}
/** @typedef {ReturnType<typeof createTraining>} Training */

/** Nothing that is not a number is ever drawn. @param {Raster} raster */
function sound({ data }) {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

// A run that follows a spec and is shown only when it has learnt all there is: pictures of any number of views, something about its
// sample, its errors. For any kind of learner; the last picture stays until the next one is complete.

import { newestWins } from './newest.js';
import { whenTrained } from './train.js';

/** @typedef {import('./ask.js').Answer} Answer */
/** @typedef {import('./kit.js').Figure} Figure */
/** @typedef {import('./number.js').Measured} Measured */
/** @typedef {import('./plane.js').Place} Place */
/** @typedef {import('../draw/heatmap.js').Raster} Raster */
/** @typedef {import('../draw/projection.js').View} View */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {{view: View, side: number}} Wanted */
/**
 * @typedef {object} Shown
 * @property {string} key        of the spec
 * @property {Spec} spec
 * @property {Raster[]} rasters  in the order of the views
 * @property {Uint8Array[]} truths
 * @property {any} [sample]      what `inspect` made of the points
 * @property {Float32Array} outline
 */
/**
 * @typedef {object} LiveOptions
 * @property {string} name                        of the run, in data-run attributes
 * @property {() => Wanted[]} views
 * @property {(rows: Float32Array, spec: Spec) => any} [inspect]  all points x, y, label, …
 * @property {(shown: Shown) => void} onPicture
 * @property {(errors: Measured[], shown: Shown, digest: string) => void} onErrors
 * @property {() => void} [onFail]  the figure has said why and offers another try
 */

/** @param {Figure} fig @param {LiveOptions} options */
export function createLiveModel(fig, { name, views, inspect, onPicture, onErrors, onFail }) {
  const { engine } = fig;
  /** @type {import('../engine/client.js').Run | undefined} */
  let run;
  /** key of the spec the run holds */
  let held = '';
  /** key of the spec that it has finished */
  let finished = '';
  /** @type {Spec | undefined} */
  let last;

  const queue = newestWins(
    async (/** @type {Spec | undefined} */ spec, turn) => {
      turn.giveWay();
      if (!spec) {
        await run?.pause();
        return;
      }
      const { signal } = turn;
      const key = JSON.stringify(spec);
      const now = await hold(spec, key, signal);
      finished = key;
      const wanted = views();
      const points = (spec.sample?.n ?? 0) + (spec.sample?.extra_n ?? 0);
      const [rasters, truths, rows, { outline }] = await Promise.all([
        Promise.all(
          wanted.map(async ({ view, side }) => {
            const { data } = await now.raster({ view, width: side, height: side }, { signal });
            return { data, width: side, height: side };
          }),
        ),
        Promise.all(wanted.map(({ view, side }) => engine.call('truth', spec, view, side, side))),
        inspect && now.sample(points, { signal }),
        fig.problem(spec),
      ]);
      signal.throwIfAborted();
      const shown = { key, spec, rasters, truths, sample: rows && inspect?.(rows, spec), outline };
      fig.clear();
      fig.frame.status('live');
      onPicture(shown);
      const [errors, digest] = await Promise.all([now.errors({ signal }), now.digest({ signal })]);
      signal.throwIfAborted();
      onErrors(errors, shown, digest);
    },
    {
      onError(error) {
        onFail?.();
        fig.fail(error, again);
      },
      onBusy: fig.begin,
      onIdle: fig.end,
    },
  );

  /** Bring the run to a spec, trained. @param {Spec} spec @param {string} key @param {AbortSignal} signal */
  async function hold(spec, key, signal) {
    if (!run) {
      run = engine.open(spec);
      fig.watch(name, run);
      held = key;
    } else if (held !== key) {
      held = ''; // unknown until it is done
      finished = '';
      await run.respec(spec);
      held = key;
    }
    signal.throwIfAborted();
    await whenTrained(run, signal);
    return run;
  }

  function again() {
    held = '';
    if (last) queue.want(last);
  }

  return {
    /** @param {Spec} spec */
    follow(spec) {
      last = structuredClone(spec);
      queue.want(last);
    },
    /** Nobody looks at it any more: what it has learnt stays, the rest of its training waits. */
    rest() {
      if (run && run.progress.state === 'running') queue.want(undefined);
    },
    /** Ask about a place; undefined while the model of this spec is not there. @param {Place} place @param {Spec} spec @param {AbortSignal} signal @returns {Promise<Answer | undefined>} */
    async ask({ x, y }, spec, signal) {
      if (!run || finished !== JSON.stringify(spec)) return undefined;
      const tiny = [x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3]; // one pixel whose centre is the point
      const [probability, neighbours, truth] = await Promise.all([
        run.probability(x, y, { signal }),
        spec.learner?.kind === 'knn' ? run.neighbours(x, y, { signal }) : undefined,
        engine.call('truth', spec, tiny, 1, 1),
      ]);
      return { probability, neighbours, truth: truth[0] === 1 };
    },
    close() {
      queue.close();
      run?.close();
    },
  };
}
/** @typedef {ReturnType<typeof createLiveModel>} LiveModel */

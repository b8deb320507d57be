// The kit every figure is built with. A figure is figures/NAME.json (what it is) and figures/NAME.js (what it does):
//
//   import { createFigure } from '../figure/kit.js';
//   import { createNeighbourModel } from '../figure/neighbour-model.js';
//   import { measured, percentRight } from '../figure/number.js';
//
//   /** @type {import('../figure/kit.js').Mount} */
//   export function mount(element, engine, state) {
//     const fig = createFigure(element, engine, state);        // title, controls, sentence, foot from the definition
//     const model = createNeighbourModel(fig, {                // a plane and a run that follows the state
//       name: 'knn', variant: 'knn',
//       layers: (picture) => ({ ...picture }),                 // which parts of the picture are painted
//       onErrors: (errors) => fig.frame.say('Wrong on ', measured(errors, 'density', { run: 'knn' }), ' of new points.'),
//     });
//     fig.frame.pictures.append(model.plane.root);
//     fig.showStored(() => model.showStored());
//     return fig.start({ update: ({ hurry }) => model.follow(hurry), destroy: model.destroy });
//   }
//
// Rules a figure keeps
// - Spec fields, guess, view and layers live in `state` (state/figure-state.js) and nowhere else; controls of the JSON are
//   bound to it already. `update(change)` is called once at the start and after every change; `change.hurry` is true while a
//   slider is still being moved. `state.set(path, value, {variants, hurry})` changes it from code.
// - What a canvas shows is a function of (spec, step, size, pixel ratio, theme, state): paint from the newest complete reply
//   through `plane.paint(brush => …)`, which repeats it on a new size or theme. Passing things (crosshair, guess, votes) go
//   on `plane.marks` or `plane.tip`.
// - Work goes through `newestWins` (newest.js) with `onBusy: fig.begin, onIdle: fig.end, onError: fig.fail`: the last picture
//   stays while waiting, stale replies never arrive, and `settled()` of the element tells tests when all is drawn.
//   A network does it like this: `run = engine.open(spec)`; `fig.watch(name, run)`; on 'progress' want a picture from a
//   newestWins whose work is `const {data, step} = await run.raster({view, width, height}, {signal})`, then `plane.paint`
//   with `paintModel` (paint.js); `run.train()` plays, `run.pause()` pauses, `run.train({until})` steps, `run.reset()`.
// - A number in the sentence or a table comes from `measured(errors, measure, {run, region, as})`; `run` is the name given to
//   `fig.watch`, so that a test can compare it with `element.runs.get(name).errors()`.
// - Stored runs (results/NAME.json): `fig.findStored(spec)` and `storedRaster(run)`; other sweeps by `loadStored(name)`.
// - A failure goes to `fig.fail(error, again)`: one sentence in the figure, picture kept, a button that tries again.
// - "Take it away" in the foot needs nothing of a figure: its link, its command, its data by variant (errors, loss; live if
//   they are, else stored), the numbers of its charts, all its planes as one PNG, each chart as SVG. A run is taken for the
//   variant whose name it was given in `fig.watch`. What the kit cannot find by itself a figure gives to `fig.start`:
//     takeAway: () => ({
//       tables: [{ name: 'spread', title: 'Every sample', columns: ['seed', 'wrong'], rows: [[7, 0.02], [8, 0.03]] }],
//       pictures: [{ name: 'strips', title: 'Every sample', svg: () => mySvgElement }],  // styles are written into a copy
//       runs: [storedRun],                                     // shown beside its own, with its `variant` to tell it by
//     }),
//   It is called anew each time, so it answers for what is shown now. A chart or picture of other runs than these says which
//   by `source`: 'stored' (of a chart, in what `update` is given).
// Other parts: createPlane (plane.js), createAsk (ask.js), guesses (guess.js), charts (draw/curve.js), h and s (dom.js).

import { choiceControl, rangeControl, seedControl, showControl, switchControl } from './controls.js';
import { createFoot } from './foot.js';
import { createFrame } from './frame.js';
import { isAbort } from './newest.js';
import { loadStored, Stored } from './stored.js';

/** @typedef {import('../engine/client.js').Engine} Engine */
/** @typedef {import('../engine/client.js').Run} Run */
/** @typedef {import('../state/figure-state.js').FigureState} FigureState */
/** @typedef {import('../state/figure-state.js').Change} Change */
/** @typedef {import('../state/figure-state.js').Control} Control */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {import('./controls.js').Widget} Widget */
/** @typedef {{outline: Float32Array, plane: number[], regions: string[], tip?: ArrayLike<number>}} Problem */
/**
 * @typedef {object} Handle       what a figure gives back to whoever mounted it
 * @property {() => void} update  the state was changed from outside (a link)
 * @property {(hidden: boolean) => void} pause  out of sight: stop what costs; or back in sight
 * @property {() => void} destroy
 * @property {() => Promise<void>} settled  resolves when nothing is under way
 * @property {Map<string, Run>} runs        by the names used in data-run
 */
/** @typedef {(element: HTMLElement, engine: Engine, state: FigureState) => Handle} Mount */
/**
 * @typedef {object} Takings      what of a figure can be taken away beside what the kit finds by itself
 * @property {import('../take/write.js').Table[]} [tables]
 * @property {import('../take/picture.js').Drawing[]} [pictures]
 * @property {Partial<import('./stored.js').StoredRun>[]} [runs]  stored runs that it shows beside those of its variants
 */
/** @typedef {ReturnType<typeof createFigure>} Figure */

/** Curves, by what they depend on. @type {Map<string, Promise<Problem>>} */
const problems = new Map();

/** @param {HTMLElement} element @param {Engine} engine @param {FigureState} state */
export function createFigure(element, engine, state) {
  const { definition } = state;
  const frame = createFrame(element, definition);
  /** @type {Widget[]} */
  const widgets = [];
  /** @type {Map<string, Run>} */
  const runs = new Map();
  /** @type {Map<string, number>} share of the work done, by run */
  const shares = new Map();
  let busy = 0;
  /** @type {(() => void)[]} */
  let waiters = [];
  let failed = false;

  for (const control of definition.controls) {
    const widget = build(control);
    widgets.push(widget);
    if (control.kind === 'seed') frame.foot.append(widget.root);
    else if (control.more) {
      frame.more.hidden = false;
      frame.more.lastElementChild?.append(widget.root);
    } else frame.controls.append(widget.root);
  }
  frame.status('waking');

  /** @param {Control} control @returns {Widget} */
  function build(control) {
    switch (control.kind) {
      case 'range':
        return rangeControl(control, state);
      case 'choice':
        return choiceControl(control, state);
      case 'switch':
        return switchControl(control, state);
      case 'show':
        return showControl(control, state);
      case 'seed':
        return seedControl(control, state, drawSeed);
    }
  }

  /** @returns {Promise<number | undefined>} */
  async function drawSeed() {
    try {
      return await engine.call('randomSeed');
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  /** Show a failure where the reader looks. @param {unknown} error @param {() => void} [again] */
  function fail(error, again) {
    if (isAbort(error)) return;
    failed = true;
    const message = error instanceof Error && error.message ? error.message : 'Something went wrong in this figure.';
    frame.notice(message, { again: again && (() => (clear(), again())), dismiss: !again });
    if (/** @type {any} */ (error)?.code !== 'spec') frame.status('stopped');
  }

  /** Something arrived: the failure is over. */
  function clear() {
    if (!failed) return;
    failed = false;
    frame.notice(undefined);
  }

  function drawProgress() {
    const open = [...shares.values()].filter((share) => share < 1);
    frame.progress(open.length > 0 ? Math.min(...open) : undefined);
  }

  function begin() {
    busy++;
  }

  function end() {
    busy--;
    if (busy > 0) return;
    for (const resolve of waiters) resolve();
    waiters = [];
  }

  const fig = {
    definition,
    state,
    engine,
    frame,
    runs,
    stored: new Stored([]),
    begin,
    end,
    fail,
    clear,
    announce: frame.announce,
    /** What the figure itself gives to be taken away. @type {(() => Takings) | undefined} */
    takeAway: undefined,
    /** Resolves when nothing is under way. @returns {Promise<void>} */
    settled: () => (busy === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),

    /** Name a run (for data-run and for tests) and show its progress. @param {string} name @param {Run} run */
    watch(name, run) {
      runs.set(name, run);
      const drop = () => {
        shares.delete(name);
        drawProgress();
      };
      run.on('progress', ({ done, total, state: at }) => {
        shares.set(name, at === 'running' && total > 0 ? done / total : 1);
        drawProgress();
      });
      run.on('done', drop);
      run.on('diverged', drop);
      run.on('error', drop);
      run.on('lost', () => frame.status('waking'));
      run.on('recovered', () => frame.status('live'));
    },

    /** The curve of a spec; asked once for all figures of the page. @param {Spec} spec @returns {Promise<Problem>} */
    problem(spec) {
      const key = JSON.stringify(spec.problem ?? {});
      let problem = problems.get(key);
      if (!problem) {
        problem = engine.call('problem', spec);
        problems.set(key, problem);
        // a failure is not remembered: the next figure asks again
        problem.catch(() => problems.delete(key));
      }
      return problem;
    },

    /** Fetch the stored runs to begin with and show them, unless something live was quicker. @param {() => void} show */
    async showStored(show) {
      const name = definition.first ?? definition.results;
      if (!name) return;
      begin();
      fig.stored = await loadStored(name);
      if (fig.stored.runs.length > 0) show();
      end();
    },

    /** The stored run of this spec, if need be from those that were not fetched to begin with. @param {Spec} spec */
    async findStored(spec) {
      const run = fig.stored.find(spec);
      if (run || !definition.first || !definition.results) return run;
      fig.stored = await loadStored(definition.results);
      return fig.stored.find(spec);
    },

    /**
     * Bind the figure to its state and begin.
     * @param {{update: (change: Change) => void, pause?: (hidden: boolean) => void, destroy?: () => void, takeAway?: () => Takings}} parts
     * @returns {Handle}
     */
    start({ update, pause, destroy, takeAway }) {
      fig.takeAway = takeAway;
      const refresh = (/** @type {Change} */ change) => {
        for (const widget of widgets) widget.refresh();
        update(change);
      };
      const stop = state.subscribe(refresh);
      const tellRefused = () => {
        if (state.refused.length === 0) return;
        const parts = state.refused.map(({ part, why }) => (why.startsWith(part) ? why : `${part} ${why}`)).join('; ');
        frame.notice(`Not all of the link could be used: ${parts}.`, { dismiss: true });
      };
      refresh({ hurry: false });
      tellRefused();
      return {
        runs,
        update() {
          refresh({ hurry: false });
          frame.notice(undefined);
          tellRefused();
        },
        pause: (hidden) => pause?.(hidden),
        settled: fig.settled,
        destroy() {
          stop();
          destroy?.();
          frame.destroy();
        },
      };
    },
  };
  frame.foot.append(createFoot(fig));
  return fig;
}

// Networks trained in step: every picture shown has all of them at the same step. Rounds of "train to a step, ask for the
// pictures, show them" give the backpressure: the next picture is asked for when the last one has been drawn.
// What is shown at rest depends on the specs and the step alone; the clock only chooses which steps are shown on the way.

import { newestWins } from './newest.js';
import { reach } from './reach.js';

/** @typedef {import('./kit.js').Figure} Figure */
/** @typedef {import('./kit.js').Run} Run */
/** @typedef {import('./newest.js').Turn} Turn */
/** @typedef {import('./number.js').Measured} Measured */
/** @typedef {import('../draw/heatmap.js').Raster} Raster */
/** @typedef {import('../draw/projection.js').View} View */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {{step: number[], train: number[], test: number[], test_error: number[]}} Loss */
/** @typedef {{key: string, rows?: Float32Array, outline?: Float32Array}} World  key: see worldKey */
/** @typedef {{layer: number, unit: number}} Unit  both counted from 0 */
/** @typedef {{raster: Raster, unit?: Raster, loss: Loss}} Part */
/**
 * @typedef {object} Frame   all members at one step
 * @property {string} key    of the specs
 * @property {number} step
 * @property {number} total
 * @property {boolean} fine  drawn at full size, at rest
 * @property {ArrayLike<number>} truth  1 inside, at the rasters' size
 * @property {Part[]} parts  in the order of the members
 */
/**
 * @typedef {object} Wish
 * @property {'to' | 'play' | 'pause'} kind
 * @property {Spec[]} specs     of the members
 * @property {string} key
 * @property {number} goal      step to stop at; Infinity is the end
 * @property {View} view
 * @property {number} side      of the picture at rest
 * @property {Unit} [unit]      also what this hidden unit sees
 * @property {boolean} hurry    a control is still being moved
 * @property {boolean} quiet    the picture at the goal is on display already: show none on the way
 */
/**
 * @typedef {object} Hooks
 * @property {(frame: Frame) => void} onFrame
 * @property {(world: World) => void} onWorld  the points and the curve
 * @property {(errors: Measured[][], frame: Frame) => void} onErrors    of the members, at rest
 * @property {(moving: boolean) => void} onMove     pictures are about to change one after the other, or rest
 * @property {(step: number, total: number, message?: string) => void} onRest
 *   message: it stopped there because the next step is the one at which training diverges
 * @property {(error: unknown, again: () => void) => void} onError
 */
/** @typedef {'slow' | 'medium' | 'fast'} Speed */

/** Epochs in a picture and the least time it stands. @type {Record<Speed, {epochs: number, ms: number} | undefined>} */
const SPEEDS = { slow: { epochs: 1, ms: 150 }, medium: { epochs: 5, ms: 100 }, fast: undefined };
/** At full speed: train about so long between two pictures. */
const ROUND_MS = 90;
/** Readers who want no motion get stills: so many on the way. */
const STILLS = 8;
/** Points drawn one by one. */
const POINTS = 5000;

/** Optimiser steps in an epoch. @param {Spec} spec */
export function stepsPerEpoch(spec) {
  const n = spec.sample?.n ?? 1000;
  return Math.ceil(n / Math.min(spec.learner?.batch ?? 250, n));
}

/** What the points and the curve depend on. @param {Spec} spec */
export function worldKey({ sample, problem, labels }) {
  return JSON.stringify([sample, problem, labels]);
}

/**
 * @param {Figure} fig @param {string[]} names of the runs, in order
 * @param {number} coarse side of a picture on the way @param {Hooks} hooks
 */
export function createLockstep(fig, names, coarse, hooks) {
  const { engine } = fig;
  /** @type {{run: Run, key: string}[]} key of the spec a run holds; empty while that is not certain */
  const members = [];
  /** Where training diverges, by key of the specs: nothing is shown beyond the last sound step. @type {Map<string, {step: number, message: string}>} */
  const limits = new Map();
  /** Pictures of the truth, by what they depend on; two sizes are in use at a time. @type {Map<string, Promise<Uint8Array>>} */
  const truths = new Map();
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  /** @type {Speed} */
  let speed = 'fast';
  /** steps between two pictures at full speed */
  let stride = 8;
  let restart = false;
  let moving = false;
  /** do the runs stand at what is shown? */
  let standing = false;
  /** @type {(() => void) | undefined} */
  let wake;
  let hidden = false;
  /** @type {Wish | undefined} */
  let last;

  const queue = newestWins(
    async (/** @type {Wish} */ wish, turn) => {
      try {
        await serve(wish, turn);
      } finally {
        fig.frame.progress(undefined);
        if (!turn.stale()) move(false);
      }
    },
    { onError: (error) => hooks.onError(error, again), onBusy: fig.begin, onIdle: fig.end },
  );

  /** @param {Wish} wish @param {Turn} turn @returns {Promise<void>} */
  async function serve(wish, turn) {
    const { signal } = turn;
    standing = false;
    // While a slider moves the first picture is finished before a newer wish is served, or there would be none.
    if (!wish.hurry) turn.giveWay();
    const { start, end, total } = await prepare(wish);
    signal.throwIfAborted();
    await world(wish);
    signal.throwIfAborted();
    move(start < end && !wish.quiet);
    for (let step = start; ;) {
      const began = performance.now();
      const reached = await Promise.all(members.map(({ run }) => reach(run, step, signal)));
      const sick = reached.find(({ state }) => state === 'diverged');
      if (sick) {
        limits.set(wish.key, { step: (sick.diverged_at ?? 1) - 1, message: sick.message ?? 'training diverged' });
        return serve(wish, turn);
      }
      const spent = performance.now() - began;
      if (step > start) stride = Math.max(1, Math.round(stride * Math.min(Math.max(ROUND_MS / spent, 0.5), 2)));
      if (step >= end) break;
      if (!wish.quiet && (step > start || wish.kind === 'play')) {
        hooks.onFrame(await picture(wish, step, total, coarse, signal));
        turn.giveWay();
      }
      if (end > start) fig.frame.progress((step - start) / (end - start));
      if (wish.kind === 'play') await stand(began, signal);
      step = Math.min(end, step + strideOf(wish, end - start));
    }
    const frame = { ...(await picture(wish, end, total, wish.side, signal)), fine: true };
    standing = true;
    hooks.onFrame(frame);
    fig.frame.progress(undefined);
    move(false);
    const limit = limits.get(wish.key);
    hooks.onRest(end, total, limit && end === limit.step ? limit.message : undefined);
    turn.giveWay();
    const errors = await Promise.all(members.map(({ run }) => run.errors({ signal })));
    signal.throwIfAborted();
    hooks.onErrors(errors, frame);
  }

  /** Bring the runs to the specs, at one step not beyond the goal. @param {Wish} wish */
  async function prepare(wish) {
    const fresh = restart;
    restart = false;
    await Promise.all(wish.specs.map((spec, i) => hold(spec, i)));
    const dones = members.map(({ run }) => run.progress.done);
    const { total } = members[0].run.progress;
    const goal = wish.kind === 'pause' ? Math.max(...dones) : wish.goal;
    const end = Math.min(goal, total, limits.get(wish.key)?.step ?? Infinity);
    const late = members.filter(
      ({ run }, i) => dones[i] > end || (fresh && dones[i] > 0) || run.progress.state === 'diverged',
    );
    await Promise.all(late.map(({ run }) => run.reset().then(() => drawn(run))));
    const start = Math.min(end, Math.max(...members.map(({ run }) => run.progress.done)));
    return { start, end, total };
  }

  /** A member with this spec, standing still. @param {Spec} spec @param {number} i */
  async function hold(spec, i) {
    const key = JSON.stringify(spec);
    const member = members[i];
    if (!member) {
      const run = engine.open(spec);
      members[i] = { run, key };
      introduce(names[i], run);
      await drawn(run);
    } else if (member.key !== key) {
      member.key = '';
      await member.run.respec(spec);
      await drawn(member.run);
      member.key = key;
    } else if (member.run.until !== null) await member.run.pause();
    else await member.run.ready();
  }

  /** Only with its points does a run know how many steps its training has. @param {Run} run */
  async function drawn(run) {
    await run.sample(1);
    await run.pause();
  }

  /** @param {string} name @param {Run} run */
  function introduce(name, run) {
    fig.runs.set(name, run);
    run.on('lost', () => fig.frame.status('waking'));
    run.on('recovered', () => fig.frame.status('live'));
  }

  /** @type {World | undefined} */
  let known;
  /** The points and the curve, before anything is trained on them. @param {Wish} wish */
  async function world({ specs }) {
    const key = worldKey(specs[0]);
    if (known?.key !== key) {
      const [rows, { outline }] = await Promise.all([members[0].run.sample(POINTS), fig.problem(specs[0])]);
      known = { key, rows, outline };
    }
    hooks.onWorld(known);
  }

  /** All members at this step. @param {Wish} wish @param {number} step @param {number} total @param {number} side @param {AbortSignal} signal @returns {Promise<Frame>} */
  async function picture({ specs, key, view, unit }, step, total, side, signal) {
    const size = { view, width: side, height: side };
    /** @param {Run} run @param {Unit} [of] */
    const raster = async (run, of) => {
      const { step: at, data } = await run.raster({ ...size, unit: of }, { signal });
      // the runs stand still while their pictures are made; one at another step must never be shown
      if (at !== step) throw new Error(`A picture of step ${at} came instead of step ${step}.`);
      return { data, width: side, height: side };
    };
    const parts = members.map(async ({ run }) => {
      const [shown, looked, loss] = await Promise.all([raster(run), unit && raster(run, unit), run.loss({ signal })]);
      return { raster: shown, unit: looked, loss };
    });
    const [truth, ...all] = await Promise.all([truthAt(specs[0], view, side), ...parts]);
    signal.throwIfAborted();
    return { key, step, total, fine: false, truth, parts: all };
  }

  /** @param {Spec} spec @param {View} view @param {number} side @returns {Promise<Uint8Array>} */
  function truthAt(spec, view, side) {
    const key = JSON.stringify([spec.problem, view, side]);
    let truth = truths.get(key);
    if (!truth) {
      if (truths.size > 3) truths.clear();
      truth = engine.call('truth', spec, view, side, side);
      truths.set(key, truth);
      truth.catch(() => truths.delete(key));
    }
    return truth;
  }

  /** @param {Wish} wish @param {number} way */
  function strideOf({ kind, specs, quiet }, way) {
    const pace = kind === 'play' ? SPEEDS[speed] : undefined;
    if (pace) return pace.epochs * stepsPerEpoch(specs[0]);
    return calm.matches && !quiet ? Math.max(1, Math.ceil(way / STILLS)) : stride;
  }

  /** Let a picture stand for the time its speed gives it, and wait while nobody can see it. @param {number} began @param {AbortSignal} signal */
  async function stand(began, signal) {
    const pace = SPEEDS[speed];
    const rest = pace ? pace.ms - (performance.now() - began) : 0;
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    if (!hidden) return;
    signal.throwIfAborted();
    fig.end(); // nothing is under way as long as it is out of sight
    await new Promise((resolve) => {
      wake = () => resolve(undefined);
      signal.addEventListener('abort', wake);
    });
    fig.begin();
    signal.throwIfAborted();
  }

  /** @param {boolean} now */
  function move(now) {
    if (moving === now) return;
    moving = now;
    hooks.onMove(now);
  }

  function again() {
    for (const member of members) member.key = '';
    if (last) queue.want(last);
  }

  return {
    /** Show these specs: at the goal, playing towards it, or where they are. @param {Wish} wish */
    want(wish) {
      last = wish;
      queue.want(wish);
    },
    /** Whatever comes next begins at step 0. */
    fromStart() {
      restart = true;
    },
    /** @param {Speed} next */
    setSpeed(next) {
      speed = next;
    },
    /** @param {boolean} now */
    hide(now) {
      hidden = now;
      if (!now) wake?.();
    },
    /** The runs, while they stand still at what is shown. @param {number} index @returns {Run | undefined} */
    resting: (index) => (standing && members[index]?.key ? members[index].run : undefined),
    close() {
      queue.close();
      for (const { run } of members) run.close();
    },
  };
}
/** @typedef {ReturnType<typeof createLockstep>} Lockstep */

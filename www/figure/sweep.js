// Many runs, live: a queue of specs worked off by a few runs at once, each outcome handed over as it is there. It can be paused, stopped and
// continued; what was computed before, also on an earlier visit, is not computed again.

import { recall, remember } from '../state/run-cache.js';
import { isAbort } from './newest.js';
import { reach } from './reach.js';

/** @typedef {import('../engine/client.js').Engine} Engine */
/** @typedef {import('../engine/client.js').Run} Run */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {import('../state/run-cache.js').Outcome} Outcome */
/**
 * @typedef {object} Job
 * @property {Spec} spec
 * @property {number} weight   how much work it is beside the others, for the time left
 * @property {any} [tag]       the caller's own
 */
/** @typedef {Outcome & {diverged?: string}} Result */
/**
 * @typedef {object} Hooks
 * @property {(job: Job, result: Result) => void} onResult
 * @property {(state: SweepState) => void} onState
 * @property {(error: unknown) => void} onError
 */
/** @typedef {{state: 'idle' | 'running' | 'paused' | 'done', done: number, total: number, secondsLeft: number | undefined, note?: string}} SweepState */

/** @param {{measure: string, region: string, value: number}[]} errors @param {any} cost @returns {Record<string, number>} */
function numbers(errors, cost) {
  /** @type {Record<string, number>} */
  const values = {};
  for (const { measure, region, value } of errors) values[`${measure}.${region}`] = value;
  for (const part of ['train', 'per_query', 'bytes']) values[`cost.${part}`] = cost[part];
  return values;
}

/** @param {Engine} engine @param {number} atOnce runs side by side @param {Hooks} hooks */
export function createLiveSweep(engine, atOnce, { onResult, onState, onError }) {
  /** @type {Job[]} */
  let queue = [];
  /** @type {Map<Run, Job>} */
  const running = new Map();
  let controller = new AbortController();
  /** @type {SweepState['state']} */
  let state = 'idle';
  let total = 0;
  let done = 0;
  let weightDone = 0;
  let secondsSpent = 0;
  /** @type {string | undefined} */
  let note;
  /** @type {number | undefined} */
  let engineNumber;

  const weightLeft = () =>
    queue.reduce((sum, { weight }) => sum + weight, 0) +
    [...running].reduce((sum, [run, { weight }]) => {
      const { done: at, total: of } = run.progress;
      return sum + weight * (1 - (of > 0 ? at / of : 0));
    }, 0);

  function tell() {
    const workers = Math.max(1, Math.min(atOnce, engine.pool.slots.length));
    const secondsLeft = weightDone > 0 ? ((secondsSpent / weightDone) * weightLeft()) / workers : undefined;
    onState({ state, done, total, secondsLeft, note });
  }

  /** One of the side-by-side runs: takes jobs until there are none. @param {AbortSignal} signal */
  async function work(signal) {
    /** @type {Run | undefined} */
    let run;
    try {
      while (!signal.aborted && state === 'running') {
        const job = queue.shift();
        if (!job) return;
        if (run) await run.respec(job.spec);
        else run = engine.open(job.spec, { wide: true });
        running.set(run, job);
        const stop = run.on('progress', tell);
        try {
          const { specId } = await run.ready();
          engineNumber ??= await engine.call('engineNumber');
          const before = await recall(/** @type {number} */ (engineNumber), specId);
          const result = before ?? (await compute(run, specId, signal));
          if (signal.aborted) return;
          done++;
          if (!before) {
            weightDone += job.weight;
            secondsSpent += result.seconds;
          }
          onResult(job, result);
        } catch (error) {
          // Whoever halts takes the run in hand back into the queue; it is all that a stop costs.
          if (!signal.aborted) queue.unshift(job);
          throw error;
        } finally {
          stop();
          if (!signal.aborted) running.delete(run);
        }
        tell();
      }
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) onError(error);
    } finally {
      run?.close();
    }
  }

  /** @param {Run} run @param {string} specId @param {AbortSignal} signal @returns {Promise<Result>} */
  async function compute(run, specId, signal) {
    const start = performance.now();
    const { state: end, message } = await reach(run, Infinity, signal);
    const seconds = (performance.now() - start) / 1000;
    if (end === 'diverged') return { digest: '', values: {}, seconds, diverged: message ?? 'training diverged' };
    const [errors, cost, digest] = await Promise.all([run.errors({ signal }), run.cost({ signal }), run.digest({ signal })]);
    const outcome = { digest, values: numbers(errors, cost), seconds };
    note ??= await remember(/** @type {number} */ (engineNumber), specId, outcome);
    return outcome;
  }

  function go() {
    controller = new AbortController();
    const { signal } = controller;
    state = 'running';
    tell();
    const all = Array.from({ length: Math.min(atOnce, queue.length) }, () => work(signal));
    void Promise.all(all).then(() => {
      if (signal.aborted) return;
      state = queue.length === 0 ? 'done' : 'idle';
      tell();
    });
  }

  function halt() {
    controller.abort();
    queue.unshift(...running.values());
    running.clear();
  }

  return {
    get state() {
      return state;
    },
    /** Begins anew with these jobs, the quick ones first. @param {Job[]} jobs */
    start(jobs) {
      halt();
      queue = [...jobs].sort((a, b) => a.weight - b.weight);
      [total, done, weightDone, secondsSpent] = [jobs.length, 0, 0, 0];
      note = undefined;
      go();
    },
    pause() {
      if (state !== 'running') return;
      halt();
      state = 'paused';
      tell();
    },
    resume() {
      if (state === 'paused') go();
    },
    stop() {
      halt();
      queue = [];
      state = 'idle';
      tell();
    },
    close: halt,
  };
}

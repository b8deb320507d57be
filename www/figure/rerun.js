// "Rerun these seeds here": the outcomes of one stored strip computed again on this machine, one after the other.

import { isAbort } from './newest.js';
import { valueOf } from './number.js';
import { reach } from './reach.js';

/** @typedef {import('./combinations.js').Outcome} Outcome */
/** @typedef {import('./kit.js').Figure} Figure */
/** @typedef {{seed: number, value: number, digest: string, same: boolean}} Rerun  same: its digest is the stored one's */

/**
 * @param {Figure} fig @param {string} name of the run
 * @param {{onOutcome: (done: Rerun[], total: number) => void, onEnd: () => void}} hooks
 */
export function createRerun(fig, name, { onOutcome, onEnd }) {
  /** @type {import('./kit.js').Run | undefined} */
  let run;
  let controller = new AbortController();
  let working = false;

  /** @param {Outcome[]} stored @param {AbortSignal} signal */
  async function work(stored, signal) {
    /** @type {Rerun[]} */
    const done = [];
    for (const { seed, spec, digest } of stored) {
      if (run) await run.respec(spec);
      else fig.runs.set(name, (run = fig.engine.open(spec)));
      const { state, message } = await reach(run, Infinity, signal);
      if (state === 'diverged') throw new Error(message ?? 'training diverged');
      const [errors, found] = await Promise.all([run.errors({ signal }), run.digest({ signal })]);
      done.push({ seed, value: valueOf(errors, 'density') ?? NaN, digest: found, same: found === digest });
      onOutcome([...done], stored.length);
    }
  }

  return {
    get working() {
      return working;
    },
    /** @param {Outcome[]} stored */
    async start(stored) {
      controller.abort();
      controller = new AbortController();
      const { signal } = controller;
      working = true;
      fig.begin();
      onOutcome([], stored.length);
      try {
        await work(stored, signal);
      } catch (error) {
        if (!signal.aborted && !isAbort(error)) fig.fail(error);
      } finally {
        if (!signal.aborted) {
          working = false;
          onEnd();
        }
        fig.end();
      }
    },
    stop() {
      controller.abort();
      working = false;
      void run?.pause().catch(() => {}); // withdrawn with the run
    },
    close() {
      controller.abort();
      run?.close();
    },
  };
}

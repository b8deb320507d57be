// What figures use of the engine: `getEngine()`, then `engine.open(spec)` for a run, `engine.call(name, …)` for small questions.

import { Pool } from './pool.js';
import { Run } from './run.js';

export { EngineError } from './errors.js';
export { Run } from './run.js';

/** @typedef {import('./protocol.js').Spec} Spec */
/** @typedef {import('./protocol.js').Progress} Progress */
/** @typedef {import('./protocol.js').View} View */
/** @typedef {'checkSpec' | 'defaultSpec' | 'specRanges' | 'engineNumber' | 'randomSeed' | 'parseLink' | 'formatLink'
 *   | 'problem' | 'density' | 'truth'} CallName */

export class Engine {
  /** @param {import('./pool.js').PoolOptions} [options] */
  constructor(options) {
    this.pool = new Pool(options);
    this.lastRun = 0;
    this.onVisibility = () => this.pool.sleep(document.hidden);
    if (typeof document !== 'undefined') {
      document.addEventListener('visibilitychange', this.onVisibility);
      this.onVisibility();
    }
  }

  /** Starts the program; resolves when it answers, rejects with an EngineError that says why not. A later try is a new try. */
  ready() {
    return this.pool.ready();
  }

  /**
   * A question that needs no run, answered by any worker.
   * @param {CallName} name @param {...any} args @returns {Promise<any>}
   */
  call(name, ...args) {
    return this.pool.call(name, args);
  }

  /** A run of this spec, paused at step 0. What is wrong with the spec comes as its `error` event and from whatever is asked of it.
   * @param {Spec} spec @param {{wide?: boolean}} [options] wide: one of many that are to use every core */
  open(spec, { wide = false } = {}) {
    return new Run(this.pool, ++this.lastRun, spec, wide);
  }

  /** For tests and the curious. */
  stats() {
    const { slots, runs, replaced, dropped } = this.pool;
    const workers = slots.filter((slot) => slot.worker !== null).length;
    return { workers, sessions: runs.size, replaced, droppedReplies: dropped };
  }

  /** Ends every run and worker. */
  destroy() {
    if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', this.onVisibility);
    this.pool.destroy();
    if (shared === this) shared = null;
  }
}

/** @type {Engine | null} */
let shared = null;

/** The page's one engine. */
export function getEngine() {
  return (shared ??= new Engine());
}

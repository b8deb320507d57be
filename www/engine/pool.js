// The page's workers: few, started when first needed, shared by all runs.

import { EngineError } from './errors.js';
import { compile, obstacle } from './load.js';
import { WASM_URL, ways } from './start.js';
import { Slot } from './slot.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {{setTimeout: (f: () => void, ms: number) => any, clearTimeout: (timer: any) => void,
 *   setInterval: (f: () => void, ms: number) => any, clearInterval: (timer: any) => void, now: () => number}} Clock */
/**
 * What tests may put in place of the real thing.
 * @typedef {{cores?: number, clock?: Clock, ways?: () => (() => import('./start.js').WorkerLike)[], wasm?: string,
 *   compile?: (url: string) => Promise<WebAssembly.Module | null>, obstacle?: () => EngineError | null}} PoolOptions
 */

const TICK_MS = 250;
/** More workers do not make figures faster that a reader can look at, and each costs memory. */
const WORKERS_LIMIT = 4;

/** @type {Clock} */
const realClock = {
  setTimeout: (f, ms) => setTimeout(f, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  setInterval: (f, ms) => setInterval(f, ms),
  clearInterval: (timer) => clearInterval(timer),
  now: () => performance.now(),
};

export class Pool {
  /** @param {PoolOptions} [options] */
  constructor(options = {}) {
    this.clock = options.clock ?? realClock;
    this.wasm = options.wasm ?? WASM_URL;
    this.ways = options.ways ?? (() => ways());
    this.compile = options.compile ?? compile;
    this.obstacle = options.obstacle ?? obstacle;
    const cores = options.cores ?? navigator.hardwareConcurrency ?? 2;
    this.limit = Math.max(1, Math.min(cores - 1, WORKERS_LIMIT));
    /** For sweeps: a reader who starts one waits for it, and the page itself has little to do meanwhile. */
    this.wideLimit = Math.max(1, Math.min(cores, WORKERS_LIMIT));
    /** @type {Slot[]} */
    this.slots = [];
    /** @type {Set<Run>} */
    this.runs = new Set();
    this.asleep = false;
    this.replaced = 0;
    this.dropped = 0;
    /** Whether a worker has ever got as far as answering. */
    this.wasReady = false;
    this.lastId = 0;
    /** @type {Promise<WebAssembly.Module | null> | null} */
    this.compiled = null;
    /** @type {{resolve: () => void, reject: (error: unknown) => void}[]} */
    this.waiting = [];
    /** @type {any} */
    this.timer = null;
    this.ticked = 0;
    this.destroyed = false;
  }

  nextId() {
    return ++this.lastId;
  }

  /** Resolves when a worker answers. @returns {Promise<void>} */
  ready() {
    const error = this.refusal();
    if (error) return Promise.reject(error);
    if (this.slots.some((slot) => slot.state === 'ready')) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.leastLoaded().start();
    });
  }

  /** @param {string} name @param {any[]} args @returns {Promise<any>} */
  call(name, args) {
    const error = this.refusal();
    if (error) return Promise.reject(error);
    const id = this.nextId();
    return new Promise((resolve, reject) => {
      this.leastLoaded().call({ id, message: { type: 'call', id, name, args }, resolve, reject });
    });
  }

  /** Finds a worker for a run; null if none can be had, which the run is told. @param {Run} run */
  place(run) {
    this.runs.add(run);
    const error = this.refusal();
    if (error) {
      // Later, since whoever opens the run has not had time to listen.
      queueMicrotask(() => run.giveUp(error));
      return null;
    }
    const slot = this.roomiest(run.wide ? this.wideLimit : this.limit);
    slot.add(run);
    return slot;
  }

  /** @param {Run} run */
  forget(run) {
    this.runs.delete(run);
  }

  refusal() {
    if (this.destroyed) return new EngineError('dead', 'The engine of this page was shut down.');
    return this.obstacle();
  }

  /** Where a new run goes: a worker with nothing to do, else a new worker, else the one with the least to do. @param {number} limit */
  roomiest(limit) {
    const free = this.slots.find((slot) => !slot.runs.size);
    if (free) return free;
    if (this.slots.length < limit) return this.newSlot();
    return this.slots.reduce((best, slot) => (slot.load < best.load ? slot : best));
  }

  /** Where a short question goes: any worker that is there. */
  leastLoaded() {
    const there = this.slots.filter((slot) => slot.state === 'ready');
    const from = there.length ? there : this.slots;
    if (!from.length) return this.newSlot();
    return from.reduce((best, slot) => (slot.load + slot.calls.size < best.load + best.calls.size ? slot : best));
  }

  newSlot() {
    const slot = new Slot(this);
    this.slots.push(slot);
    return slot;
  }

  /** The program, compiled once for all workers; null where the page may not compile, so that workers try for themselves. */
  module() {
    this.compiled ??= this.compile(this.wasm).catch((error) => {
      // Forgotten, so that the next try fetches again.
      this.compiled = null;
      if (error instanceof EngineError) throw error;
      return null;
    });
    return this.compiled;
  }

  becameReady() {
    this.wasReady = true;
    for (const { resolve } of this.waiting.splice(0)) resolve();
  }

  /** @param {unknown} error */
  startFailed(error) {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  /** The page was hidden or shown: nothing is computed behind the reader's back. @param {boolean} asleep */
  sleep(asleep) {
    this.asleep = asleep;
    for (const slot of this.slots) slot.post({ type: 'sleep', asleep });
  }

  /** Keeps an eye on the workers as long as there are any. */
  watch() {
    if (this.timer !== null) return;
    this.ticked = this.clock.now();
    this.timer = this.clock.setInterval(() => this.tick(), TICK_MS);
  }

  tick() {
    const now = this.clock.now();
    const elapsed = now - this.ticked;
    this.ticked = now;
    // A late tick means that the page itself was held up: then messages are waiting unread, and the silence proves nothing.
    const counted = Math.min(elapsed, 2 * TICK_MS);
    for (const slot of this.slots) slot.tick(elapsed, counted);
    if (this.slots.every((slot) => slot.state === 'empty')) this.stopWatching();
  }

  stopWatching() {
    this.clock.clearInterval(this.timer);
    this.timer = null;
  }

  /**
   * Ends a worker as the system might, for tests: its runs go on in another from their checkpoints.
   * @param {number} index
   */
  kill(index) {
    const slot = this.slots[index];
    if (slot?.state === 'ready') slot.lose('killed');
  }

  destroy() {
    this.destroyed = true;
    for (const run of [...this.runs]) run.close();
    const error = this.refusal();
    for (const slot of this.slots) {
      for (const call of slot.calls.values()) call.reject(error);
      slot.calls.clear();
      slot.release();
    }
    this.startFailed(error);
    this.stopWatching();
  }

  /** A listener's error goes where uncaught errors go. @param {unknown} error */
  report(error) {
    this.clock.setTimeout(() => {
      throw error;
    }, 0);
  }
}

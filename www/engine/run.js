// One run as the page sees it: what was asked of it and is still open, and all that is needed to set it up again in another worker.

import { EngineError, abortError } from './errors.js';

/**
 * @typedef {import('./pool.js').Pool} Pool
 * @typedef {import('./slot.js').Slot} Slot
 * @typedef {import('./protocol.js').Spec} Spec
 * @typedef {import('./protocol.js').View} View
 * @typedef {import('./protocol.js').Verb} Verb
 * @typedef {import('./protocol.js').Progress} Progress
 * @typedef {import('./protocol.js').ToWorker} ToWorker
 * @typedef {import('./protocol.js').SpecMessage} SpecMessage
 * @typedef {import('./protocol.js').PauseMessage} PauseMessage
 * @typedef {import('./protocol.js').AskMessage} AskMessage
 */
/** @typedef {import('./protocol.js').Reply | import('./protocol.js').Refused | import('./protocol.js').ProgressMessage
 *   | import('./protocol.js').Checkpoint} RunMessage */
/** @typedef {SpecMessage | PauseMessage | AskMessage} Question */
/** @typedef {{message: Question, resolve: (value: any) => void, reject: (error: unknown) => void, forget: () => void}} Pending */
/** @typedef {{signal?: AbortSignal}} Options */
/** @typedef {{spec: Spec, specId: string}} Settled */
/** @typedef {'progress' | 'done' | 'diverged' | 'lost' | 'recovered' | 'error'} RunEvent */

/** A run under which the worker broke so many times in a row, without getting any further, is given up. */
const STRIKES = 3;

/** @returns {Progress} */
const nothing = () => ({ done: 0, total: 0, state: 'running', epoch: 0, epochs: 0 });

export class Run {
  /** Use `engine.open(spec)`. @param {Pool} pool @param {number} id @param {Spec} spec @param {boolean} [wide] */
  constructor(pool, id, spec, wide = false) {
    this.pool = pool;
    /** Whether it is one of many, for which a worker may be started on every core. */
    this.wide = wide;
    this.id = id;
    this.generation = 0;
    /** @type {Slot | null} */
    this.slot = null;
    /** As given by the caller. @type {Spec} */
    this.spec = spec;
    /** Whether the core has accepted this spec. */
    this.settled = false;
    /** The latest that is known. */
    this.progress = nothing();
    /** Train up to here; null when paused or at an end. @type {number | null} */
    this.until = null;
    /** Open questions in the order they were asked. @type {Map<number, Pending>} */
    this.pending = new Map();
    /** @type {{bytes: Uint8Array, done: number} | null} */
    this.checkpoint = null;
    this.strikes = 0;
    this.struckAt = 0;
    this.isLost = false;
    this.closed = false;
    /** Why nothing can be asked any more, until another spec comes. @type {unknown} */
    this.failure = null;
    /** @type {Map<RunEvent, Set<(value: any) => void>>} */
    this.listeners = new Map();
    this.opened = this.giveSpec(spec);
  }

  // What figures use.

  /** Resolves when the core has accepted the spec it was opened with. @returns {Promise<Settled>} */
  ready() {
    return this.opened;
  }

  /**
   * Another spec: everything asked before is withdrawn (rejects with 'AbortError'), and the run stands at step 0, paused.
   * @param {Spec} spec
   * @returns {Promise<Settled>} the whole spec as the core understands it; rejects with EngineError 'spec' if it does not
   */
  respec(spec) {
    return (this.opened = this.giveSpec(spec));
  }

  /** The same spec from the start. */
  reset() {
    return this.respec(this.spec);
  }

  /** Trains in the background, at most up to step `until` exactly. @param {{until?: number}} [options] */
  train({ until = Infinity } = {}) {
    if (!(until >= 0)) throw new RangeError(`until must be a number of steps, not ${until}`);
    if (this.closed || this.failure) return;
    this.until = until;
    this.slot?.post(this.trainMessage(until));
  }

  /** Stops after the current slice. @returns {Promise<Progress>} */
  pause() {
    this.until = null;
    return handled(this.ask({ type: 'pause' }));
  }

  /**
   * The picture at whatever step the run is at when its turn comes; all of it from that one step.
   * @param {{view: View, width: number, height: number, unit?: {layer: number, unit: number}}} picture
   * @param {Options} [options]
   * @returns {Promise<{step: number, data: Float32Array}>}
   */
  raster({ view, width, height, unit }, options) {
    return this.question('raster', { view, width, height, unit }, options);
  }

  /** @param {Options} [options] @returns {Promise<{measure: string, region: string, value: number, count: number, standard_error: number}[]>} */
  errors(options) {
    return this.question('errors', null, options);
  }

  /** Only of a finished run. @param {Options} [options] @returns {Promise<string>} */
  digest(options) {
    return this.question('digest', null, options);
  }

  /** @param {Options} [options] @returns {Promise<{step: number[], train: number[], test: number[], test_error: number[]}>} */
  loss(options) {
    return this.question('loss', null, options);
  }

  /** The first points trained on: x, y, label, x, y, label, … @param {number} max @param {Options} [options] @returns {Promise<Float32Array>} */
  sample(max, options) {
    return this.question('sample', { max }, options);
  }

  /** The training points counted per pixel: all outside-labelled, then all inside-labelled.
   * @param {{view: View, width: number, height: number}} picture @param {Options} [options] @returns {Promise<Uint32Array>} */
  counts({ view, width, height }, options) {
    return this.question('counts', { view, width, height }, options);
  }

  /** @param {number} x @param {number} y @param {Options} [options] @returns {Promise<number>} */
  probability(x, y, options) {
    return this.question('probability', { x, y }, options);
  }

  /** Nearest first. @param {number} x @param {number} y @param {Options} [options]
   * @returns {Promise<{index: number, x: number, y: number, label: number, distance: number}[]>} */
  neighbours(x, y, options) {
    return this.question('neighbours', { x, y }, options);
  }

  /** @param {Options} [options] @returns {Promise<any>} */
  cost(options) {
    return this.question('cost', null, options);
  }

  /** Ends the run and gives its memory back; open questions are withdrawn. */
  close() {
    if (this.closed) return;
    this.closed = true;
    this.until = null;
    this.checkpoint = null;
    this.listeners.clear();
    this.withdraw(abortError('The run was closed.'));
    this.leave();
    this.pool.forget(this);
  }

  /**
   * Listens; returns how to stop listening. `progress` and `done` get the progress, `diverged` the progress with its message,
   * `error` an EngineError; `lost` (the worker is gone, the run is being restored) and `recovered` get the progress.
   * @param {RunEvent} type @param {(value: any) => void} listener
   */
  on(type, listener) {
    const set = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, set.add(listener));
    return () => void set.delete(listener);
  }

  // What the pool uses.

  /** Whether its worker owes it anything. */
  get expects() {
    return this.until !== null || this.pending.size > 0;
  }

  /** Sets everything up in a fresh worker: the spec, the steps that were done, then what is still open, in order. */
  resume() {
    if (this.settled) {
      const restore = { snapshot: this.checkpoint?.bytes ?? null, floor: this.progress.done };
      this.slot?.post({ type: 'spec', run: this.id, generation: this.generation, id: 0, spec: this.spec, restore });
    }
    // A pause that is still open came before any training that is still wanted, or that would not be wanted.
    const questions = [...this.pending.values()].map(({ message }) => message);
    for (const message of questions) if (message.type !== 'ask') this.slot?.post(message);
    if (this.until !== null) this.slot?.post(this.trainMessage(this.until));
    for (const message of questions) if (message.type === 'ask') this.slot?.post(message);
  }

  /** @param {RunMessage} message */
  receive(message) {
    if (message.type === 'reply' || message.type === 'refused') return this.settle(message);
    if (message.generation !== this.generation) return;
    if (message.type === 'checkpoint') {
      this.checkpoint = message;
      if (message.done > this.struckAt) this.strikes = 0;
    } else if (message.type === 'restored') {
      this.progress = message.progress;
      this.recover();
    } else {
      this.progress = message.progress;
      this.tell();
    }
  }

  /** Its worker is gone. */
  lost() {
    if (this.isLost) return;
    this.isLost = true;
    this.emit('lost', this.progress);
  }

  /** Its worker broke while serving it. @returns {boolean} whether it must be given up */
  strike() {
    this.struckAt = this.progress.done;
    return ++this.strikes >= STRIKES;
  }

  /** Ends it with a reason; another spec may revive it. @param {unknown} error */
  giveUp(error) {
    this.failure = error;
    this.until = null;
    this.isLost = false;
    this.checkpoint = null;
    this.leave();
    this.withdraw(error);
    this.emit('error', error);
  }

  // Inside.

  /** @param {Spec} spec @returns {Promise<Settled>} */
  giveSpec(spec) {
    this.withdraw(abortError('The run was given another spec.'));
    this.generation++;
    this.spec = spec;
    this.settled = false;
    this.progress = nothing();
    this.until = null;
    this.checkpoint = null;
    this.strikes = 0;
    this.struckAt = 0;
    this.failure = null;
    if (!this.slot && !this.closed) this.slot = this.pool.place(this);
    return handled(this.ask({ type: 'spec', spec, restore: null }));
  }

  /** @param {Verb} verb @param {any} args @param {Options} [options] @returns {Promise<any>} */
  question(verb, args, options) {
    return this.ask({ type: 'ask', verb, args }, options?.signal);
  }

  /**
   * @param {{type: 'spec', spec: Spec, restore: null} | {type: 'pause'} | {type: 'ask', verb: Verb, args: any}} what
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  ask(what, signal) {
    if (this.closed) return Promise.reject(abortError('The run was closed.'));
    if (this.failure) return Promise.reject(this.failure);
    if (signal?.aborted) return Promise.reject(abortError());
    const id = this.pool.nextId();
    const message = /** @type {Question} */ ({ ...what, run: this.id, generation: this.generation, id });
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        if (!this.pending.delete(id)) return;
        this.slot?.post({ type: 'cancel', id });
        reject(abortError());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.pending.set(id, { message, resolve, reject, forget: () => signal?.removeEventListener('abort', onAbort) });
      this.slot?.post(message);
    });
  }

  /** @param {import('./protocol.js').Reply | import('./protocol.js').Refused} message */
  settle(message) {
    const pending = this.pending.get(message.id);
    if (!pending || message.generation !== this.generation) return void this.pool.dropped++;
    this.pending.delete(message.id);
    pending.forget();
    const ofSpec = pending.message.type === 'spec';
    if (message.type === 'refused') {
      const error = new EngineError(message.error.code, message.error.message);
      pending.reject(error);
      if (ofSpec) {
        this.until = null;
        this.isLost = false;
        this.failure = error;
        this.emit('error', error);
      }
      return;
    }
    // Questions are answered in order: with this one answered, the one that broke a worker is not in the way any more.
    if (pending.message.type === 'ask') this.strikes = 0;
    if (ofSpec) {
      const { spec, specId, progress } = message.value;
      this.settled = true;
      this.spec = spec;
      this.progress = progress;
      pending.resolve({ spec, specId });
      this.recover();
    } else {
      if (pending.message.type === 'pause') {
        this.progress = message.value;
        this.emit('progress', this.progress);
      }
      pending.resolve(message.value);
    }
  }

  /** Tells what a progress message means. */
  tell() {
    const { state, done } = this.progress;
    const until = this.until;
    if (until !== null && (state !== 'running' || done >= until)) {
      this.until = null;
      this.strikes = 0;
    }
    this.emit('progress', this.progress);
    if (state !== 'running' && until !== null) this.emit(state, this.progress);
  }

  recover() {
    if (!this.isLost) return;
    this.isLost = false;
    this.emit('recovered', this.progress);
  }

  /** @param {unknown} reason */
  withdraw(reason) {
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const { forget, reject } of all) {
      forget();
      reject(reason);
    }
  }

  leave() {
    const slot = this.slot;
    this.slot = null;
    slot?.remove(this);
  }

  /** @param {number} until @returns {import('./protocol.js').TrainMessage} */
  trainMessage(until) {
    return { type: 'train', run: this.id, generation: this.generation, until };
  }

  /** @param {RunEvent} type @param {any} value */
  emit(type, value) {
    for (const listener of [...(this.listeners.get(type) ?? [])]) {
      try {
        listener(value);
      } catch (error) {
        // One listener's fault must not keep the others, or the pool, from going on.
        this.pool.report(error);
      }
    }
  }
}

/**
 * Marks a promise as looked after: verbs that are mostly called without waiting must not end in an unhandled rejection.
 * Who waits for it still sees the error.
 * @template T
 * @param {Promise<T>} promise
 */
function handled(promise) {
  promise.catch(() => {});
  return promise;
}

// One session in the worker: its spec, its jobs (questions) and its training, each done a slice at a time.
// Messages only note what is wanted; the work happens when it is this desk's turn.

import { CHECKPOINT_MS, PROGRESS_MS } from './protocol.js';
import { ANSWERS, JOBS, fitsOneSlice, takesSlices, transferable } from './jobs.js';
import { Pace } from './pace.js';

/**
 * @typedef {import('./jobs.js').Core} Core
 * @typedef {import('./jobs.js').Session} Session
 * @typedef {import('./protocol.js').FromWorker} FromWorker
 * @typedef {import('./protocol.js').SpecMessage} SpecMessage
 * @typedef {import('./protocol.js').AskMessage} AskMessage
 * @typedef {import('./protocol.js').Progress} Progress
 * @typedef {'order' | 'draw' | 'job' | 'train'} Work
 */
/**
 * The worker's surroundings, so that tests can put theirs in.
 * @typedef {{core: Core, post: (message: FromWorker, transfer?: Transferable[]) => void, now: () => number,
 *   fatal: (error: unknown) => boolean}} Room
 *   fatal: whether an error has spoilt the whole instance; such errors are passed on, not answered
 */

/** A checkpoint may take at most this share of the training time it saves. */
const CHECKPOINT_SHARE = 0.05;
/** And they may not litter the page faster than this: the biggest network is saved about once a second. */
const CHECKPOINT_BYTES_PER_MS = 4000;

export class Desk {
  /** @param {Room} room @param {number} run */
  constructor(room, run) {
    this.room = room;
    this.run = run;
    this.generation = 0;
    /** @type {Session | null} */
    this.session = null;
    /** What the core said against the newest spec: then nothing can be asked until a better one comes. @type {string | null} */
    this.refusal = null;
    /** @type {Progress} */
    this.progress = { done: 0, total: 0, state: 'running', epoch: 0, epochs: 0 };
    /** A spec that waits to be built. @type {SpecMessage | null} */
    this.order = null;
    /** @type {AskMessage[]} */
    this.asks = [];
    /** @type {{ask: AskMessage, steps: Generator<void, any, void>} | null} */
    this.open = null;
    /** Whether the sample has been drawn: before that there is nothing to ask about. */
    this.drawn = false;
    /** Train up to this step; 0 is paused. */
    this.until = 0;
    /** After a restore: the step to reach before anything else is answered. */
    this.floor = 0;
    this.restoring = false;
    /** Pauses to be answered once restored. @type {number[]} */
    this.pauses = [];
    /** Which slice of the worker was the last one here, of what somebody waits for and of training. */
    this.served = [0, 0];
    /** @type {Map<string, Pace>} */
    this.paces = new Map();
    this.unsaved = 0;
    this.saveEvery = CHECKPOINT_MS;
    this.posted = -Infinity;
    /** Whether progress is to be told even if there is nothing to train. */
    this.owed = false;
  }

  // What messages do.

  /** @param {SpecMessage} order */
  setSpec(order) {
    this.generation = order.generation;
    this.drop();
    // Of several specs in a row only the newest is worth building.
    this.order = order;
    this.restoring = false;
  }

  /** @param {number} until */
  train(until) {
    this.until = until;
    // A run that is already there says so, or its reader would wait for ever.
    this.owed = true;
  }

  /** @param {number} id */
  pause(id) {
    this.until = 0;
    if (this.order || this.restoring) this.pauses.push(id);
    else this.answerPause(id);
  }

  /** @param {AskMessage} ask */
  ask(ask) {
    this.asks.push(ask);
  }

  /** @param {number} id */
  cancel(id) {
    this.asks = this.asks.filter((ask) => ask.id !== id);
    if (this.open?.ask.id === id) this.open = null;
  }

  close() {
    this.drop();
    this.order = null;
    this.session?.free();
    this.session = null;
  }

  /** Forgets everything asked so far and stops training. */
  drop() {
    this.asks = [];
    this.open = null;
    this.pauses = [];
    this.until = 0;
    this.owed = false;
  }

  // What there is to do.

  /** @param {boolean} training whether training is wanted, or only what somebody waits for @returns {Work | null} */
  wants(training) {
    if (this.order) return training ? null : 'order';
    if (this.restoring) return training ? 'train' : null;
    if (!training) {
      if (!this.open && !this.asks.length) return null;
      return this.drawn || this.refusal ? 'job' : 'draw';
    }
    return !this.open && (this.trains() || this.owed) ? 'train' : null;
  }

  trains() {
    const { state, done } = this.progress;
    return this.session !== null && !this.refusal && state === 'running' && done < this.goal();
  }

  goal() {
    return Math.max(this.until, this.restoring ? this.floor : 0);
  }

  /** @param {Work} work */
  serve(work) {
    if (work === 'order') this.serveOrder();
    else if (work === 'draw') this.draw(Infinity);
    else if (work === 'job') this.serveJob();
    else this.serveTraining();
  }

  // One slice of each kind.

  serveOrder() {
    const order = /** @type {SpecMessage} */ (this.order);
    this.order = null;
    this.paces.clear();
    this.unsaved = 0;
    this.posted = -Infinity;
    try {
      const session = this.build(order);
      this.refusal = null;
      this.progress = session.progress();
      this.drawn = session.cost() !== null;
      this.floor = order.restore?.floor ?? 0;
      this.restoring = Boolean(order.restore);
      if (order.restore) return;
      this.reply(order.id, { spec: session.spec(), specId: session.spec_id(), progress: this.progress });
    } catch (error) {
      if (this.room.fatal(error)) throw error;
      this.refusal = messageOf(error);
      this.owed = false;
      this.refuse(order.id, this.refusal);
    }
    this.answerPauses();
  }

  /** @param {SpecMessage} order @returns {Session} */
  build({ spec, restore }) {
    if (this.session) {
      this.session.respec(spec);
      return this.session;
    }
    this.session = new this.room.core.Session(spec);
    if (restore?.snapshot) {
      try {
        this.session.restore(restore.snapshot);
      } catch (error) {
        if (this.room.fatal(error)) throw error;
        // A checkpoint that is not accepted costs time, not the run: it starts again from nothing.
        this.session.free();
        this.session = new this.room.core.Session(spec);
      }
    }
    return this.session;
  }

  serveJob() {
    const job = this.open ?? this.begin();
    const { id } = job.ask;
    try {
      const turn = job.steps.next();
      if (!turn.done) return;
      this.open = null;
      this.reply(id, turn.value, transferable(turn.value));
    } catch (error) {
      if (this.room.fatal(error)) throw error;
      this.open = null;
      this.refuse(id, messageOf(error));
    }
  }

  begin() {
    const ask = /** @type {AskMessage} */ (this.asks.shift());
    this.open = { ask, steps: this.steps(ask) };
    return this.open;
  }

  /** @param {AskMessage} ask @returns {Generator<void, any, void>} */
  *steps({ verb, args }) {
    if (!this.session || this.refusal) throw new Error(this.refusal ?? 'The session was not opened.');
    if (fitsOneSlice(verb)) return ANSWERS[verb](this.session, args);
    if (!takesSlices(verb)) throw new Error(`unknown question: ${verb}`);
    return yield* JOBS[verb](this.session, args, (first, limit, work) => this.pace(verb, first).slice(limit, work));
  }

  serveTraining() {
    const session = /** @type {Session} */ (this.session);
    if (this.trains()) {
      // Who wants it all need not count: the last unit of an index may stand for passes of its own.
      const goal = this.goal();
      const limit = goal >= this.progress.total ? Infinity : goal - this.progress.done;
      const begun = this.room.now();
      if (this.drawn)
        this.progress = this.pace('train', 1).slice(limit, (steps) => session.advance(Math.min(steps, 0xffffffff)));
      else this.draw(limit);
      this.unsaved += this.room.now() - begun;
    }
    const { state, done } = this.progress;
    if (this.restoring && (state !== 'running' || done >= this.floor)) {
      this.restoring = false;
      this.room.post({ type: 'restored', run: this.run, generation: this.generation, progress: this.progress });
      this.answerPauses();
    }
    const stopped = !this.trains();
    if (!this.restoring && (stopped || this.owed || this.room.now() - this.posted >= PROGRESS_MS)) this.postProgress();
    if (this.unsaved >= this.saveEvery || (stopped && this.unsaved >= CHECKPOINT_MS)) this.save();
  }

  /**
   * The core draws the sample before it trains, in calls of the same verb; how many points fit a slice says nothing about how
   * many steps do, so this has a pace of its own.
   * @param {number} limit
   */
  draw(limit) {
    const session = /** @type {Session} */ (this.session);
    this.progress = this.pace('draw', 64).slice(limit, (units) => session.advance(Math.min(units, 0xffffffff)));
    // The core knows what a learner costs as soon as there is one.
    this.drawn = session.cost() !== null;
  }

  save() {
    const session = /** @type {Session} */ (this.session);
    const { done, state } = this.progress;
    // A run that diverged is done again from the last sound state; its weights are not worth keeping.
    if (state === 'diverged') return;
    const begun = this.room.now();
    const bytes = session.snapshot();
    const cost = this.room.now() - begun;
    this.saveEvery = Math.max(CHECKPOINT_MS, cost / CHECKPOINT_SHARE, bytes.length / CHECKPOINT_BYTES_PER_MS);
    this.unsaved = 0;
    this.room.post(
      { type: 'checkpoint', run: this.run, generation: this.generation, done, bytes },
      transferable(bytes),
    );
  }

  // Small helpers.

  /** @param {string} kind @param {number} first */
  pace(kind, first) {
    let pace = this.paces.get(kind);
    if (!pace) this.paces.set(kind, (pace = new Pace(this.room.now, first)));
    return pace;
  }

  postProgress() {
    this.posted = this.room.now();
    this.owed = false;
    this.room.post({ type: 'progress', run: this.run, generation: this.generation, progress: this.progress });
  }

  answerPauses() {
    if (this.order || this.restoring) return;
    for (const id of this.pauses.splice(0)) this.answerPause(id);
  }

  /** @param {number} id */
  answerPause(id) {
    if (this.refusal) this.refuse(id, this.refusal);
    else this.reply(id, this.progress);
  }

  /** @param {number} id @param {any} value @param {Transferable[]} [transfer] */
  reply(id, value, transfer = []) {
    this.room.post({ type: 'reply', id, run: this.run, generation: this.generation, value }, transfer);
  }

  /** @param {number} id @param {string} message */
  refuse(id, message) {
    const error = { code: /** @type {const} */ ('spec'), message };
    this.room.post({ type: 'refused', id, run: this.run, generation: this.generation, error });
  }
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

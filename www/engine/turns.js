// The worker's desks, served by turns: one slice, then the messages that came meanwhile, then the next slice.

import { CALLS } from './protocol.js';
import { Desk } from './desk.js';
import { transferable } from './jobs.js';

/**
 * @typedef {import('./desk.js').Room} Room
 * @typedef {import('./desk.js').Work} Work
 * @typedef {import('./protocol.js').ToWorker} ToWorker
 * @typedef {import('./protocol.js').CallMessage} CallMessage
 */

/** What somebody waits for goes before training, but of this many slices and one more, the one more is training's. */
const JOBS_BEFORE_TRAINING = 3;

export class Turns {
  /**
   * @param {Room} room
   * @param {(turn: () => void) => void} later calls back after waiting messages have been received
   * @param {() => number} memory bytes of the core's memory
   */
  constructor(room, later, memory) {
    this.room = room;
    this.later = later;
    this.memory = memory;
    /** @type {Map<number, Desk>} */
    this.desks = new Map();
    /** @type {CallMessage[]} */
    this.calls = [];
    this.asleep = false;
    this.scheduled = false;
    this.jobsInRow = 0;
    this.slices = 0;
    /** After a trap nothing of this instance can be trusted, and the page replaces the worker. */
    this.broken = false;
  }

  /** @param {ToWorker} message */
  receive(message) {
    if (this.broken) return;
    switch (message.type) {
      case 'sleep':
        this.asleep = message.asleep;
        break;
      case 'ping':
        this.beat(null, null);
        break;
      case 'call':
        this.calls.push(message);
        break;
      case 'cancel':
        this.calls = this.calls.filter((call) => call.id !== message.id);
        for (const desk of this.desks.values()) desk.cancel(message.id);
        break;
      case 'close':
        this.guard(message.run, null, () => this.desks.get(message.run)?.close());
        this.desks.delete(message.run);
        break;
      case 'spec':
        if (!this.desks.has(message.run)) this.desks.set(message.run, new Desk(this.room, message.run));
        this.desks.get(message.run)?.setSpec(message);
        break;
      case 'train':
      case 'pause':
      case 'ask': {
        const desk = this.desks.get(message.run);
        // An older generation has been given up by the page already.
        if (!desk || desk.generation !== message.generation) break;
        if (message.type === 'train') desk.train(message.until);
        else if (message.type === 'pause') desk.pause(message.id);
        else desk.ask(message);
      }
    }
    this.wake();
  }

  wake() {
    if (this.scheduled || this.broken || !(this.calls.length || this.next())) return;
    this.scheduled = true;
    this.later(() => this.turn());
  }

  turn() {
    this.scheduled = false;
    if (this.broken) return;
    const call = this.calls.shift();
    const next = call ? null : this.next();
    if (call) {
      this.beat(null, call.id);
      this.guard(null, call.id, () => this.serveCall(call));
    } else if (next) {
      const { desk, work } = next;
      const training = work === 'train';
      this.jobsInRow = training ? 0 : this.jobsInRow + 1;
      desk.served[training ? 1 : 0] = ++this.slices;
      this.beat(desk.run, null);
      this.guard(desk.run, null, () => desk.serve(work));
    }
    this.wake();
    if (!this.scheduled && !this.broken) this.beat(null, null);
  }

  /** Which desk to serve now, and with what. @returns {{desk: Desk, work: Work} | null} */
  next() {
    if (this.asleep) return null;
    const job = this.first(false);
    if (job && this.jobsInRow < JOBS_BEFORE_TRAINING) return job;
    return this.first(true) ?? job;
  }

  /** Whose turn it is: of those who want such a slice, the one that has waited longest for one of its kind. @param {boolean} training */
  first(training) {
    const kind = training ? 1 : 0;
    /** @type {{desk: Desk, work: Work} | null} */
    let first = null;
    for (const desk of this.desks.values()) {
      if (first && desk.served[kind] >= first.desk.served[kind]) continue;
      const work = desk.wants(training);
      if (work) first = { desk, work };
    }
    return first;
  }

  /** @param {CallMessage} call */
  serveCall({ id, name, args }) {
    const base = /** @type {const} */ ({ id, run: null, generation: 0 });
    try {
      const theirs = CALLS.get(name);
      if (!theirs) throw new Error(`unknown call: ${name}`);
      const value = /** @type {any} */ (this.room.core)[theirs](...args);
      this.room.post({ type: 'reply', ...base, value }, transferable(value));
    } catch (error) {
      if (this.room.fatal(error)) throw error;
      const message = error instanceof Error ? error.message : String(error);
      this.room.post({ type: 'refused', ...base, error: { code: 'spec', message } });
    }
  }

  /** @param {number | null} run @param {number | null} call */
  beat(run, call) {
    this.room.post({ type: 'beat', run, call, memory: this.memory() });
  }

  /**
   * Runs a slice; whatever escapes it has spoilt the instance.
   * @param {number | null} run @param {number | null} call @param {() => void} slice
   */
  guard(run, call, slice) {
    try {
      slice();
    } catch (error) {
      this.broken = true;
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.room.post({ type: 'trap', run, call, message });
    }
  }
}

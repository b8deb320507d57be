// A page and its workers in one thread of Node, with a clock that only moves when it is told to.

import { Turns } from '../../www/engine/turns.js';
import { Engine } from '../../www/engine/client.js';
import { fakeWasm } from './fake-wasm.mjs';

export class FakeClock {
  time = 0;
  last = 0;
  tasks = [];
  now = () => this.time;
  setTimeout = (run, ms) => this.#add({ run, at: this.time + ms });
  setInterval = (run, ms) => this.#add({ run, at: this.time + ms, every: ms });
  clearTimeout = (id) => void (this.tasks = this.tasks.filter((task) => task.id !== id));
  clearInterval = this.clearTimeout;
  #add(task) {
    this.tasks.push({ ...task, id: ++this.last });
    return this.last;
  }
  /** Runs what falls due in the next `ms`, letting promises settle after each. */
  async run(ms) {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const due = this.tasks.filter((task) => task.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!due) break;
      this.time = Math.max(this.time, due.at);
      if (due.every) {
        // As in browsers: a late timer fires once, and again an interval later.
        due.at = this.time + due.every;
      } else this.tasks = this.tasks.filter((task) => task !== due);
      due.run();
      await settle();
    }
    this.time = Math.max(this.time, end);
  }
  /** Nothing at all runs meanwhile, as when the page is held up by a long task. */
  stall(ms) {
    this.time += ms;
  }
}

export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A worker's thread: its own time runs on beside the page's, so that two workers are not slower than one. */
export class FakeWorker {
  onmessage = null;
  onerror = null;
  sent = [];
  received = [];
  hung = false;
  dead = false;
  /** Until when this thread is busy. */
  busy = 0;
  /** Milliseconds of work done. */
  worked = 0;
  memory = 2 ** 20;
  queue = [];
  pumping = false;

  constructor(clock, { silent = false, broken = false, refuses = '' } = {}) {
    this.clock = clock;
    this.refuses = refuses;
    this.birth = clock.time;
    if (broken) clock.setTimeout(() => this.onerror?.({ message: '' }), 5);
    else if (!silent) clock.setTimeout(() => this.#say({ type: 'awake' }), 20);
  }

  postMessage(message, transfer = []) {
    const copy = structuredClone(message, { transfer });
    const run = () => {
      this.received.push(copy);
      if (copy.type === 'hello') this.#hello(copy);
      else this.turns.receive(copy);
    };
    // It waits in the queue from now on, whatever the thread is doing.
    this.#enqueue(run, this.clock.time);
  }

  terminate() {
    this.dead = true;
  }

  /** Stops answering, like an endless loop. */
  hang() {
    this.hung = true;
  }

  #hello({ asleep }) {
    if (this.refuses) return this.#say({ type: 'failed', message: this.refuses });
    const spend = (ms) => {
      this.busy += ms;
      this.worked += ms;
    };
    const core = /** @type {any} */ (fakeWasm(spend, () => this.hang()));
    const room = {
      core,
      post: (message, transfer) => this.#say(message, transfer),
      now: () => this.busy,
      fatal: (error) => error instanceof WebAssembly.RuntimeError,
    };
    this.turns = new Turns(
      room,
      (turn) => this.#task(turn),
      () => this.memory,
    );
    if (asleep) this.turns.receive({ type: 'sleep', asleep });
    this.#say({ type: 'ready', engine: 1 });
  }

  /** Runs in this thread, after what it is doing and what was there before. */
  #task(run) {
    this.#enqueue(run, Math.max(this.busy, this.clock.time));
  }

  #enqueue(run, from) {
    this.queue.push({ run, from });
    this.queue.sort((a, b) => a.from - b.from);
    this.#pump();
  }

  #pump() {
    if (this.pumping || !this.queue.length) return;
    this.pumping = true;
    const at = Math.max(this.busy, this.queue[0].from);
    this.clock.setTimeout(
      () => {
        this.pumping = false;
        if (this.dead || this.hung) return;
        this.busy = Math.max(this.busy, this.clock.time);
        this.queue.shift().run();
        this.#pump();
      },
      Math.max(0, at - this.clock.time),
    );
  }

  #say(message, transfer = []) {
    if (this.dead || this.hung) return;
    const copy = structuredClone(message, { transfer });
    this.sent.push({ at: Math.max(this.busy, this.clock.time), ...copy });
    // Arrives when the thread has got so far.
    this.clock.setTimeout(() => this.onmessage?.({ data: copy }), Math.max(0, this.busy - this.clock.time));
  }
}

/**
 * An engine over fake workers. `starts` describes each worker in turn (the last description goes on).
 * @param {{starts?: object[]} & import('../../www/engine/pool.js').PoolOptions} [options]
 */
export function fakeEngine({ cores = 2, starts = [{}], ...options } = {}) {
  const clock = new FakeClock();
  const workers = [];
  const engine = new Engine({
    cores,
    clock,
    obstacle: () => null,
    compile: async () => null,
    ways: () => [
      () => {
        const worker = new FakeWorker(clock, starts[Math.min(workers.length, starts.length - 1)]);
        workers.push(worker);
        return worker;
      },
    ],
    ...options,
  });
  return { engine, clock, workers };
}

/** @type {[number, number, number, number]} */
export const VIEW = [-1, -1, 1, 1];
/** @param {number} width @param {number} [height] */
export const picture = (width, height = width) => ({ view: VIEW, width, height });

/** What a promise has come to, without waiting for it. */
export function watch(promise) {
  const seen = { state: 'pending', value: undefined, error: undefined };
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: 'rejected', error }),
  );
  return seen;
}

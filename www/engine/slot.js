// A place for one worker: starts it, watches its beats, replaces it when it is lost, and lets it go when it has nothing to do.

import { EngineError } from './errors.js';

/**
 * @typedef {import('./pool.js').Pool} Pool
 * @typedef {import('./run.js').Run} Run
 * @typedef {import('./start.js').WorkerLike} WorkerLike
 * @typedef {import('./protocol.js').ToWorker} ToWorker
 * @typedef {import('./protocol.js').FromWorker} FromWorker
 */
/** @typedef {{id: number, message: import('./protocol.js').CallMessage, resolve: (value: any) => void, reject: (error: unknown) => void}} Call */
/** @typedef {'empty' | 'starting' | 'ready' | 'waiting'} SlotState  waiting: for the time before the next start */

/** A worker from which nothing was heard for this long, while the page itself was running, is lost. */
export const SILENCE_MS = 5000;
/** A silent worker is asked for a beat after this long, if somebody expects something of it. */
const PING_MS = 1000;
/** Longer, since scripts may come over a slow line. */
const START_MS = 30_000;
/** The wait before a replacement, doubled each time, forgotten after a healthy minute. */
const BACKOFF_MS = 100;
const BACKOFF_LIMIT_MS = 30_000;
const HEALTHY_MS = 60_000;
/** So many starts in a row may fail before those who wait are told that it is hopeless. */
const STARTS = 6;
/** A worker without sessions is kept this long; at once let go if its memory has grown, since that never shrinks. */
const IDLE_MS = 60_000;
const HEAVY_BYTES = 64 * 2 ** 20;

export class Slot {
  /** @param {Pool} pool */
  constructor(pool) {
    this.pool = pool;
    /** @type {SlotState} */
    this.state = 'empty';
    /** @type {WorkerLike | null} */
    this.worker = null;
    /** @type {Set<Run>} */
    this.runs = new Set();
    /** @type {Map<number, Call>} */
    this.calls = new Map();
    /** Milliseconds without a message, counted only while the page itself was running. */
    this.silence = 0;
    this.idle = 0;
    this.healthy = 0;
    this.failures = 0;
    this.failedStarts = 0;
    this.memory = 0;
    /** What the worker said it was about to do. @type {{run: number | null, call: number | null}} */
    this.serving = { run: null, call: null };
    /** @type {(() => WorkerLike)[]} */
    this.ways = [];
    /** @type {any} */
    this.timer = null;
  }

  /** Whether anybody waits for something from this worker. */
  get expected() {
    if (this.calls.size) return true;
    for (const run of this.runs) if (run.expects) return true;
    return false;
  }

  /** How busy it is: for choosing where a new run goes. */
  get load() {
    let load = 0;
    for (const run of this.runs) load += run.expects ? 1 : 0.01;
    return load;
  }

  /** Starts a worker unless one is there or on its way. */
  start() {
    if (this.state !== 'empty') return;
    this.state = 'starting';
    this.ways = this.pool.ways();
    this.pool.watch();
    // Fetched while the worker starts; a failure is dealt with where it is waited for.
    this.pool.module().catch(() => {});
    this.startNextWay();
  }

  /** @returns {void} */
  startNextWay() {
    const way = this.ways.shift();
    if (!way)
      return this.startFailed(
        new EngineError(
          'load',
          'The program could not be started in the background: ' +
            'this page or browser does not allow it, or a script could not be loaded.',
        ),
      );
    this.silence = 0;
    let worker;
    try {
      worker = way();
    } catch {
      return this.startNextWay();
    }
    this.worker = worker;
    worker.onmessage = (event) => {
      if (worker === this.worker) this.receive(event.data);
    };
    // A script that cannot be loaded gives an error event without a message; after the start it is a fault in our own code.
    worker.onerror = (event) => {
      event.preventDefault?.();
      if (worker !== this.worker) return;
      if (this.state === 'starting') {
        this.discard();
        this.startNextWay();
      } else this.lose('error');
    };
    worker.onmessageerror = worker.onerror;
  }

  /** The script runs: give it the program. @param {WorkerLike} worker */
  async introduce(worker) {
    try {
      const module = await this.pool.module();
      if (worker !== this.worker) return;
      this.silence = 0;
      worker.postMessage({ type: 'hello', module, wasm: this.pool.wasm, asleep: this.pool.asleep });
    } catch (error) {
      if (worker === this.worker) this.startFailed(error);
    }
  }

  /** @param {FromWorker} message */
  receive(message) {
    this.silence = 0;
    switch (message.type) {
      case 'awake':
        // The page's fetch has a limit of its own: while it runs, the worker's silence is no fault.
        this.silence = -Infinity;
        if (this.worker) this.introduce(this.worker);
        break;
      case 'ready':
        this.ready();
        break;
      case 'failed':
        this.discard();
        if (this.ways.length) this.startNextWay();
        else this.startFailed(new EngineError('load', message.message));
        break;
      case 'beat':
        this.serving = message;
        this.memory = message.memory;
        break;
      case 'trap':
        this.serving = message;
        this.lose('trap', message.message);
        break;
      case 'reply':
      case 'refused':
        if (message.run === null) this.settleCall(message);
        else this.deliver(message.run, message);
        break;
      default:
        this.deliver(message.run, message);
    }
  }

  /** @param {number} id @param {import('./run.js').RunMessage} message */
  deliver(id, message) {
    for (const run of this.runs) if (run.id === id) return run.receive(message);
    if (message.type === 'reply' || message.type === 'refused') this.pool.dropped++;
  }

  ready() {
    this.state = 'ready';
    this.healthy = 0;
    this.failedStarts = 0;
    this.idle = 0;
    this.serving = { run: null, call: null };
    this.pool.becameReady();
    for (const run of this.runs) run.resume();
    for (const call of this.calls.values()) this.post(call.message);
  }

  /** Posts if there is a worker to post to; otherwise whoever wants something is asked again when there is.
   * @param {ToWorker} message */
  post(message) {
    if (this.state === 'ready') this.worker?.postMessage(message);
  }

  /** @param {Call} call */
  call(call) {
    this.calls.set(call.id, call);
    this.start();
    this.post(call.message);
  }

  /** @param {import('./protocol.js').Reply | import('./protocol.js').Refused} message */
  settleCall(message) {
    const call = this.calls.get(message.id);
    if (!call) return void this.pool.dropped++;
    this.calls.delete(message.id);
    if (message.type === 'reply') call.resolve(message.value);
    else call.reject(new EngineError(message.error.code, message.error.message));
  }

  /** @param {Run} run */
  add(run) {
    this.runs.add(run);
    this.start();
  }

  /** @param {Run} run */
  remove(run) {
    if (!this.runs.delete(run)) return;
    this.post({ type: 'close', run: run.id });
    if (!this.runs.size) this.idle = 0;
  }

  /**
   * Time has passed.
   * @param {number} elapsed @param {number} counted of it, what may be held against the worker
   */
  tick(elapsed, counted) {
    if (this.state === 'starting') {
      this.silence += counted;
      if (this.silence < START_MS) return;
      this.discard();
      this.startNextWay();
    } else if (this.state === 'ready') {
      this.healthy += counted;
      if (this.healthy >= HEALTHY_MS) this.failures = 0;
      if (this.runs.size || this.calls.size) this.idle = 0;
      else if ((this.idle += elapsed) >= (this.memory > HEAVY_BYTES ? 0 : IDLE_MS)) return this.release();
      if (!this.expected) return void (this.silence = 0);
      this.silence += counted;
      if (this.silence >= SILENCE_MS) this.lose('silent');
      else if (this.silence >= PING_MS) this.worker?.postMessage({ type: 'ping' });
    }
  }

  /**
   * The worker is gone or useless.
   * @param {'trap' | 'silent' | 'error' | 'killed'} cause
   * @param {string} [detail]
   */
  lose(cause, detail = '') {
    const { run, call } = this.serving;
    this.discard();
    this.state = 'empty';
    this.pool.replaced++;
    const error =
      cause === 'trap'
        ? new EngineError(
            'trap',
            `The program broke down (${detail}). Reload the page; if it happens again, please report it.`,
          )
        : new EngineError(
            'dead',
            'The computation stopped answering and could not be revived. Reload the page to try again.',
          );
    // A kill from outside is nobody's fault here.
    if (cause !== 'killed') {
      this.failures++;
      const culprit = call === null ? undefined : this.calls.get(call);
      if (culprit) {
        this.calls.delete(culprit.id);
        culprit.reject(error);
      }
    }
    for (const sufferer of [...this.runs]) {
      if (cause !== 'killed' && sufferer.id === run && sufferer.strike()) sufferer.giveUp(error);
      else sufferer.lost();
    }
    this.restart(cause === 'killed' ? 0 : this.delay());
  }

  delay() {
    return Math.min(BACKOFF_MS * 2 ** Math.max(0, this.failures - 1), BACKOFF_LIMIT_MS);
  }

  /** @param {number} delay */
  restart(delay) {
    if (!this.runs.size && !this.calls.size) return;
    this.state = 'waiting';
    this.timer = this.pool.clock.setTimeout(() => {
      this.state = 'empty';
      if (this.runs.size || this.calls.size) this.start();
    }, delay);
  }

  /** @param {unknown} error */
  startFailed(error) {
    this.discard();
    this.state = 'empty';
    this.failures++;
    this.failedStarts++;
    // A first start that fails will fail again; a replacement may have met a passing trouble.
    if (this.pool.wasReady && this.failedStarts < STARTS) return this.restart(this.delay());
    this.failedStarts = 0;
    this.pool.startFailed(error);
    for (const call of this.calls.values()) call.reject(error);
    this.calls.clear();
    for (const run of [...this.runs]) run.giveUp(error);
  }

  /** Ends the worker and forgets it. */
  discard() {
    const worker = this.worker;
    this.worker = null;
    if (worker) {
      worker.onmessage = worker.onerror = worker.onmessageerror = null;
      worker.terminate();
    }
    this.memory = 0;
    this.silence = 0;
  }

  /** Lets an unneeded worker go. */
  release() {
    this.pool.clock.clearTimeout(this.timer);
    this.discard();
    this.state = 'empty';
  }
}

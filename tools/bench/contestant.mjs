// Contestants: whoever works on a command and says how long it took. One is a worker in Chromium, another a process that answers
// line by line. Times are of the thread that works, where the system tells (the machine may be busy with other things), and by the
// clock.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Answer
 * @property {any} [result]
 * @property {number} [wall]  seconds by the clock
 * @property {number | null} [cpu]  seconds that the thread worked
 */
/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(verb: string, args?: Record<string, unknown>) => Promise<Answer>} call
 * @property {(file: string) => string} place  where it finds a file of the shared data
 */

/**
 * A process that reads commands as lines.
 * @param {string} name @param {string} program @param {string[]} args
 * @param {{data: string, greets?: boolean}} options data: the folder; greets: its first line tells its version
 * @returns {Promise<Contestant & {version: string, close: () => void}>}
 */
export async function spawned(name, program, args, { data, greets = false }) {
  // One thread each, as a worker has.
  const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const child = spawn(program, args, { env: { ...process.env, ...threads }, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => (complaint = (complaint + text).slice(-2000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise((resolve) => {
    child.on('error', (error) => resolve({ value: undefined, done: true, error }));
  });
  child.stdin.on('error', () => {}); // the answer that does not come says it
  const answer = async () => {
    const { value, done } = await Promise.race([lines.next(), gone]);
    if (done) throw new Error(`${name} has ended: ${complaint.trim().split('\n').pop()}`);
    return JSON.parse(value);
  };
  return {
    name,
    place: (file) => `${data}/${file}`,
    version: greets ? (await answer()).result : '',
    call(verb, args = {}) {
      child.stdin.write(`${JSON.stringify({ verb, ...args })}\n`);
      return answer();
    },
    close: () => child.stdin.end(),
  };
}

/** Runs inside the page: a worker, asked by number. */
function openWorker(/** @type {string} */ name) {
  const all = /** @type {any} */ (window);
  const worker = new Worker('worker/worker.mjs', { name });
  const waiting = new Map();
  worker.onmessage = ({ data: { id, answer, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  };
  let last = 0;
  all.contestants ??= {};
  all.contestants[name] = {
    ask: (/** @type {string} */ verb, /** @type {unknown} */ args) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        worker.postMessage({ id: last, verb, args });
      }),
    end: () => worker.terminate(),
  };
}

/** Threads of workers among the processes of a browser, as "process/thread"; none where the system has no /proc. */
function workerThreads() {
  /** @type {string[]} */
  const found = [];
  const list = (/** @type {string} */ folder) => {
    try {
      return readdirSync(folder).filter((entry) => /^\d+$/.test(entry));
    } catch {
      return []; // no such system, or a process that has just ended
    }
  };
  for (const process of list('/proc')) {
    for (const thread of list(`/proc/${process}/task`)) {
      try {
        const name = readFileSync(`/proc/${process}/task/${thread}/comm`, 'utf8').trim();
        if (name === 'DedicatedWorker') found.push(`${process}/task/${thread}`);
      } catch {
        // a thread that has just ended
      }
    }
  }
  return found;
}

/** @param {string | undefined} thread @returns {number | undefined} seconds that it has worked */
function secondsOf(thread) {
  if (!thread) return undefined;
  try {
    return Number(readFileSync(`/proc/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
  } catch {
    return undefined;
  }
}

/**
 * A worker in Chromium.
 * @param {import('puppeteer-core').Page} page  of the site that site.mjs lays out
 * @param {string} name @param {Record<string, unknown>} open  what its first message says
 * @returns {Promise<Contestant & {version: string, close: () => Promise<void>}>}
 */
export async function worker(page, name, open) {
  const before = new Set(workerThreads());
  await page.evaluate(openWorker, name);
  const ask = (/** @type {string} */ verb, args = {}) =>
    page.evaluate(
      (name, verb, args) => /** @type {any} */ (window).contestants[name].ask(verb, args),
      name,
      verb,
      args,
    );
  const { result: version = '' } = await ask('open', open);
  // If another browser starts a worker in the same moment, nobody can tell which is which: the clock must do.
  const fresh = workerThreads().filter((thread) => !before.has(thread));
  const thread = fresh.length === 1 ? fresh[0] : undefined;
  return {
    name,
    version,
    place: (file) => new URL(`data/${file}`, page.url()).href,
    async call(verb, args) {
      const start = secondsOf(thread);
      const answer = await ask(verb, args);
      const end = secondsOf(thread);
      const cpu = start === undefined || end === undefined ? null : end - start;
      return answer.wall === undefined ? answer : { ...answer, cpu };
    },
    close: () => page.evaluate((name) => /** @type {any} */ (window).contestants[name].end(), name),
  };
}

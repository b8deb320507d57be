// The core in a worker, through the same door as the page, and the peak of the engine that runs it.
import { peakLoops } from '../peak.mjs';
import { VIEW, readPoints, timed } from './common.mjs';

/** @type {any} the module, by its glue */
let wasm;
/** @type {WebAssembly.Memory} */
let memory;
/** @type {any} */
let session;
/** @type {any} */
let spec;
/** @type {(operations: number) => number} */
let peak;

const MANY = 1e9;

function begin(next) {
  session?.free();
  session = undefined;
  spec = next;
  session = new wasm.Session(spec);
}

function finish() {
  while (session.advance(MANY).state === 'running');
}

/** The quickest of the loops: how many chains suit the engine is its own affair. */
function quickest() {
  const loops = peakLoops().map(({ run }) => ({ run, best: Infinity }));
  for (let round = 0; round < 5; round++) {
    for (const loop of loops) loop.best = Math.min(loop.best, timed(() => loop.run(2e8)).wall);
  }
  return loops.reduce((a, b) => (a.best <= b.best ? a : b)).run;
}

/** @type {import('./worker.mjs').Verbs} */
export const verbs = {
  async open({ glue, wasm: file }) {
    wasm = await import(glue);
    ({ memory } = await wasm.default({ module_or_path: file }));
    peak = quickest();
  },
  peak: ({ operations }) => timed(() => peak(operations)),
  begin: ({ spec }) => begin(spec),
  async 'begin.rows'({ file, k }) {
    const { n, xy, labels } = await readPoints(file);
    const rows = Array.from(labels, (label, i) => [xy[2 * i], xy[2 * i + 1], label]);
    begin({ problem: { kind: 'data', rows }, sample: { n }, learner: { kind: 'knn', k } });
  },
  /** Back to the start, or to another spec, keeping the points that are drawn. */
  again: ({ spec: next = spec } = {}) => timed(() => session.respec((spec = next))),
  draw: () =>
    timed(() => {
      while (!session.advance(MANY).drawn);
    }),
  /** From points to an index that answers, so many times. */
  index: ({ times = 1 } = {}) =>
    timed(() => {
      finish();
      for (let i = 1; i < times; i++) {
        session.respec(spec);
        finish();
      }
    }),
  train({ epochs, give }) {
    const { done, total, epochs: all } = session.progress();
    const end = done + epochs * Math.round(total / all);
    const { wall } = timed(() => {
      for (let at = done; at < end;) {
        const { state, message, done } = session.advance(end - at);
        if (state !== 'running') throw new Error(message ?? 'the budget is spent');
        at = done;
      }
    });
    return { wall, result: give ? answers() : undefined };
  },
  raster({ side, give, times = 1 }) {
    const { result, wall } = timed(() => {
      for (let i = 1; i < times; i++) session.raster(VIEW, side, side);
      return session.raster(VIEW, side, side);
    });
    return { wall, result: give ? Array.from(result) : undefined };
  },
  memory: () => ({ result: memory.buffer.byteLength }),
};

/** Probabilities at the training points. */
function answers() {
  const points = session.sample(1e9);
  const shares = [];
  for (let i = 0; i < points.length; i += 3) shares.push(session.probability(points[i], points[i + 1]));
  return shares;
}

// What can be asked of a session. The long answers are generators that yield between slices; training of the session waits while
// one is open, so that everything in one answer comes from the same step.

/**
 * The core's module (made by wasm-pack).
 * @typedef {typeof import('./core.js')} Core
 * @typedef {import('../pkg/bitter_lesson.js').Session} Session
 * @typedef {import('./protocol.js').Verb} Verb
 * @typedef {import('./protocol.js').View} View
 */
/**
 * `slice(first, limit, work)` runs one slice of `work`, sized by what earlier slices of this verb took.
 * @typedef {<T>(first: number, limit: number, work: (units: number) => T) => T} Slice
 */

/** The first slice of each kind, small enough for the slowest learner: pixels, then points. */
const FIRST_PIXELS = 2000;
const FIRST_POINTS = 1000;

/** Answers that take many slices.
 * @type {Record<'raster' | 'errors' | 'digest', (session: Session, args: any, slice: Slice) => Generator<void, any, void>>} */
export const JOBS = {
  *raster(session, { view, width, height, unit }, slice) {
    const step = session.progress().done;
    if (unit) {
      return { step, data: session.unit_raster(unit.layer, unit.unit, view, width, height) };
    }
    // An empty or impossible picture goes to the core whole: its checker has the words for what is wrong with it.
    if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0)) {
      return { step, data: session.raster(view, width, height) };
    }
    /** @type {Float32Array | null} */
    let data = null;
    for (let row = 0; row < height;) {
      const first = row;
      row = slice(FIRST_PIXELS, width * (height - row), (pixels) => {
        const rows = Math.min(height - first, Math.max(1, Math.floor(pixels / width)));
        const part = session.raster_rows(view, width, height, first, rows);
        // Room for the whole is made only after the core has accepted the size.
        data ??= new Float32Array(width * height);
        data.set(part, first * width);
        return first + rows;
      });
      if (row < height) yield;
    }
    return { step, data };
  },

  *errors(session, _, slice) {
    while (!slice(FIRST_POINTS, Infinity, (points) => session.measure(bounded(points)))) yield;
    return session.errors();
  },

  *digest(session, _, slice) {
    // Of an unfinished run there is none, and the core has the words for it.
    const parts = (/** @type {number} */ count) => {
      for (let i = 0; i < count; i++) if (session.digest_step()) return true;
      return false;
    };
    if (session.progress().state === 'done') while (!slice(1, Infinity, parts)) yield;
    return session.digest();
  },
};

/** Answers that fit one slice.
 * @type {Record<Exclude<Verb, 'raster' | 'errors' | 'digest'>, (session: Session, args: any) => any>} */
export const ANSWERS = {
  loss: (session) => session.loss(),
  sample: (session, { max }) => session.sample(max),
  counts: (session, { view, width, height }) => session.sample_counts(view, width, height),
  probability: (session, { x, y }) => session.probability(x, y),
  neighbours: (session, { x, y }) => session.neighbours(x, y),
  cost: (session) => session.cost(),
};

/** @param {Verb} verb @returns {verb is keyof typeof JOBS} */
export const takesSlices = (verb) => Object.hasOwn(JOBS, verb);

/** @param {Verb} verb @returns {verb is keyof typeof ANSWERS} */
export const fitsOneSlice = (verb) => Object.hasOwn(ANSWERS, verb);

/** The core counts work in u32.
 * @param {number} units */
function bounded(units) {
  return Math.min(units, 0xffffffff);
}

/**
 * What of an answer to hand over instead of copying.
 * @param {any} value @returns {Transferable[]}
 */
export function transferable(value) {
  const arrays = ArrayBuffer.isView(value)
    ? [value]
    : value && typeof value === 'object'
      ? Object.values(value).filter(ArrayBuffer.isView)
      : [];
  return [...new Set(arrays.map((array) => /** @type {ArrayBuffer} */ (array.buffer)))];
}

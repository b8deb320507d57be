// Stored results: runs made beforehand by the command line (`bitter-lesson sweep`), shown before the engine is awake and
// where it cannot run. They are marked as stored wherever they appear.

import { fieldAt } from '../state/figure-state.js';

/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {import('./number.js').Measured} Measured */
/** @typedef {{data: Float32Array, width: number, height: number, view: number[]}} StoredRaster */
/**
 * @typedef {object} StoredRun
 * @property {string} variant
 * @property {Record<string, any>} axes
 * @property {Spec} spec
 * @property {string} spec_id
 * @property {string | null} digest
 * @property {Measured[]} errors
 * @property {{step: number[], train: number[], test: number[], test_error: number[]}} [loss]
 * @property {any} [cost]
 * @property {number[]} [sample]  the points x, y, label…
 * @property {{view: number[], width: number, height: number, p: string}} [raster]
 */

const HERE = new URL('../results/', import.meta.url);
/** @type {Map<string, Promise<Stored>>} */
const cache = new Map();

/** @param {string} name of results/NAME.json @returns {Promise<Stored>} empty when it cannot be read */
export function loadStored(name) {
  let stored = cache.get(name);
  if (!stored) {
    stored = fetchStored(name);
    cache.set(name, stored);
  }
  return stored;
}

/** @param {string} name @returns {Promise<Stored>} */
async function fetchStored(name) {
  try {
    const response = await fetch(new URL(`${name}.json`, HERE));
    if (!response.ok) return new Stored([]);
    const { runs, outline, engine } = await response.json();
    return new Stored(Array.isArray(runs) ? runs : [], outline, engine);
  } catch {
    // A figure without stored runs still goes live.
    return new Stored([]);
  }
}

/**
 * The curve as stored beside the runs of the figure `problem`, if it is this problem's.
 * @param {Spec} spec complete
 * @returns {Promise<number[] | undefined>}
 */
export async function storedOutline(spec) {
  const { runs, outline } = await loadStored('problem');
  return outline && runs.length > 0 && agrees(runs[0].spec.problem, spec.problem) ? outline : undefined;
}

export class Stored {
  /** @param {StoredRun[]} runs @param {number[]} [outline] the curve, x, y, x, y… @param {number} [engine] that made them */
  constructor(runs, outline, engine) {
    this.runs = runs;
    this.outline = outline;
    this.engine = engine;
  }

  /**
   * The run of this very spec. The wish may be partial: its fields must agree, and so must every axis of the sweep.
   * @param {Spec} wish
   * @returns {StoredRun | undefined}
   */
  find(wish) {
    return this.runs.find(
      (run) =>
        agrees(wish, run.spec) &&
        Object.keys(run.axes).every((path) => {
          const wished = fieldAt(wish, path);
          return wished === undefined || wished === run.axes[path];
        }),
    );
  }
}

/** Does every field of `part` stand in `whole` with the same value? @param {any} part @param {any} whole @returns {boolean} */
export function agrees(part, whole) {
  if (part === null || typeof part !== 'object') return Object.is(part, whole);
  if (whole === null || typeof whole !== 'object') return false;
  if (Array.isArray(part) && (!Array.isArray(whole) || part.length !== whole.length)) return false;
  return Object.keys(part).every((key) => Object.hasOwn(whole, key) && agrees(part[key], whole[key]));
}

/** Probabilities of a stored picture, to 1/255. @param {StoredRun | undefined} run @returns {StoredRaster | undefined} */
export function storedRaster(run) {
  if (!run?.raster) return undefined;
  const { view, width, height, p } = run.raster;
  const bytes = atob(p);
  const data = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) data[i] = bytes.charCodeAt(i) / 255;
  return data.length === width * height ? { data, width, height, view } : undefined;
}

// Scales of controls: a slider moves over whole positions 0…count-1, each of which stands for one number.
// Slider strings become numbers here; everything else sees numbers only.

/**
 * @typedef {{kind: 'log', min: number, max: number, perDecade: number}
 *   | {kind: 'linear', min: number, max: number, step: number}
 *   | {kind: 'list', values: number[]}} ScaleSpec
 * @typedef {{values: number[], nearest: (value: number) => number}} Scale
 */

/** Two significant digits: 1259 becomes 1300. The numbers of a log slider should be sayable. @param {number} x */
function sayable(x) {
  return Number(x.toPrecision(2));
}

/**
 * @param {ScaleSpec} spec
 * @returns {Scale}
 */
export function makeScale(spec) {
  const values = valuesOf(spec);
  const logarithmic = spec.kind === 'log';
  return {
    values,
    // The position whose number lies nearest: a link may hold a number between two positions, and keeps it.
    nearest(value) {
      let best = 0;
      for (let i = 1; i < values.length; i++) {
        if (distance(values[i], value, logarithmic) < distance(values[best], value, logarithmic)) best = i;
      }
      return best;
    },
  };
}

/** @param {ScaleSpec} spec @returns {number[]} */
function valuesOf(spec) {
  if (spec.kind === 'list') return spec.values.slice();
  const values = [];
  if (spec.kind === 'log') {
    const count = Math.round(Math.log10(spec.max / spec.min) * spec.perDecade);
    for (let i = 0; i <= count; i++) values.push(sayable(spec.min * 10 ** (i / spec.perDecade)));
    values[count] = spec.max;
  } else {
    const count = Math.round((spec.max - spec.min) / spec.step);
    // toPrecision: 3 * 0.1 would otherwise write itself into links as 0.30000000000000004
    for (let i = 0; i <= count; i++) values.push(Number((spec.min + i * spec.step).toPrecision(12)));
  }
  return values;
}

/** @param {number} a @param {number} b @param {boolean} logarithmic */
function distance(a, b, logarithmic) {
  return logarithmic ? Math.abs(Math.log(a / b)) : Math.abs(a - b);
}

/**
 * The number a range input stands for.
 * @param {Scale} scale @param {string} position value of the input
 */
export function valueAt(scale, position) {
  const i = Number(position);
  const last = scale.values.length - 1;
  return scale.values[Number.isInteger(i) ? Math.min(Math.max(i, 0), last) : 0];
}

/**
 * A seed typed by the reader: a whole number in 0…2^32-1, else undefined.
 * @param {string} text
 * @returns {number | undefined}
 */
export function parseSeed(text) {
  if (!/^\s*\d{1,10}\s*$/.test(text)) return undefined;
  const n = Number(text);
  return n <= 0xffffffff ? n : undefined;
}

/**
 * A place on the plane kept in a link as "x,y".
 * @param {string | null | undefined} text
 * @returns {[number, number] | undefined}
 */
export function parsePlace(text) {
  const m = /^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text ?? '');
  return m ? [Number(m[1]), Number(m[2])] : undefined;
}

/** @param {number} x @param {number} y */
export function formatPlace(x, y) {
  return `${x.toFixed(3)},${y.toFixed(3)}`;
}

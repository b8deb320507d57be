// Numbers as the reader sees them, and as a test can read them back.

import { h } from './dom.js';

const INTEGER = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const PLAIN = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
/** @type {Map<number, Intl.NumberFormat>} */
const FIXED = new Map();

/** @param {number} value @param {number} digits after the point */
export function fixed(value, digits) {
  let format = FIXED.get(digits);
  if (!format) {
    format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    FIXED.set(digits, format);
  }
  // a true minus sign, and no "-0.00"
  const text = format.format(value);
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text.replace('-', '\u2212');
}

/** @param {number} value */
export function integer(value) {
  return INTEGER.format(value);
}

/** Three significant digits. @param {number} value */
export function number(value) {
  return PLAIN.format(value).replace('-', '\u2212');
}

/** A share as percent: one digit after the point, two below one percent, three below a tenth. @param {number} share */
export function percent(share) {
  const size = Math.abs(share);
  const digits = size === 0 || size >= 0.01 ? 1 : size >= 0.001 ? 2 : 3;
  return `${fixed(100 * share, digits)}%`;
}

/** The share that is not wrong, with the digits of the wrong one: 97.9%, 99.76%. @param {number} wrong */
export function percentRight(wrong) {
  const digits = wrong === 0 || wrong >= 0.01 ? 1 : wrong >= 0.001 ? 2 : 3;
  return `${fixed(100 * (1 - wrong), digits)}%`;
}

/** A chosen share, without the zeros that a measured one would show: 0%, 0.1%, 15%. @param {number} share */
export function share(share) {
  return `${number(100 * share)}%`;
}

export const formats = { integer, number, percent, percentRight, share };

/**
 * @typedef {{measure: string, region: string, value: number, count?: number, standard_error?: number}} Measured
 */

/** @param {Measured[]} errors @param {string} measure @param {string} [region] @returns {number | undefined} */
export function valueOf(errors, measure, region = 'all') {
  return errors.find((e) => e.measure === measure && e.region === region)?.value;
}

/**
 * A measured number in the text. The attributes say which number of which run it is, so that a test can compare it with
 * the run's own `errors()`.
 * @param {Measured[]} errors @param {string} measure
 * @param {{run: string, region?: string, as?: 'percent' | 'percentRight' | 'number'}} options
 * @returns {HTMLElement}
 */
export function measured(errors, measure, { run, region = 'all', as = 'percent' }) {
  const value = valueOf(errors, measure, region);
  return h(
    'span',
    {
      class: 'number',
      'data-measure': measure,
      'data-region': region,
      'data-run': run,
      'data-as': as,
      'data-value': value,
    },
    value === undefined ? '—' : formats[as](value),
  );
}

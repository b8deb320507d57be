// Numbers as the reader sees them, and as a test can read them back.

import { h } from './dom.js';

// As Intl writes them in British English (a test compares), without the twenty milliseconds that its first use costs.

/**
 * Rounds the number's shortest decimal form, a tie away from zero.
 * @param {number} value @param {number} digits after the point; below zero, that many places before it
 * @returns {string}
 */
function decimal(value, digits) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '\u2212∞' : '∞';
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e');
  const all = mantissa.replace('.', '');
  const keep = Number(exponent) + 1 + digits;
  const kept = all.slice(0, Math.max(keep, 0)).padEnd(keep, '0') || '0';
  const rounded = String(BigInt(kept) + (all[keep] >= '5' ? 1n : 0n));
  const text = rounded === '0' ? rounded : rounded + '0'.repeat(Math.max(-digits, 0));
  const point = Math.max(digits, 0);
  const padded = text.padStart(point + 1, '0');
  const whole = padded.slice(0, padded.length - point).replace(/\B(?=(\d{3})+$)/g, ',');
  // a true minus sign, and no "-0.00"
  const minus = value < 0 && rounded !== '0' ? '\u2212' : '';
  return minus + whole + (point > 0 ? `.${padded.slice(-point)}` : '');
}

/** @param {number} value @param {number} digits after the point */
export function fixed(value, digits) {
  return decimal(value, digits);
}

/** @param {number} value */
export function integer(value) {
  return decimal(value, 0);
}

/** Three significant digits. @param {number} value */
export function number(value) {
  const exponent = value === 0 || !Number.isFinite(value) ? 0 : Number(value.toExponential(2).split('e')[1]);
  const text = decimal(value, 2 - exponent);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
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

/** A share as percent with two digits after the point, where two that differ little stand side by side. @param {number} share */
export function percent2(share) {
  return `${fixed(100 * share, 2)}%`;
}

export const formats = { integer, number, percent, percent2, percentRight, share };

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
 * @param {{run: string, region?: string, as?: 'percent' | 'percent2' | 'percentRight' | 'number'}} options
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

// How much work fits a slice. The clock steers only the sizes of slices: results never depend on it.

import { SLICE_MS } from './protocol.js';

export class Pace {
  /**
   * @param {() => number} now milliseconds
   * @param {number} first the first slice, in units of work; small, since nothing is known yet
   */
  constructor(now, first) {
    this.now = now;
    this.size = first;
  }

  /**
   * Does one slice: calls `work` with a whole number of units, at least one and at most `limit`, and learns from the time it took.
   * @template T
   * @param {number} limit
   * @param {(units: number) => T} work
   * @returns {T}
   */
  slice(limit, work) {
    const units = Math.max(1, Math.min(Math.floor(this.size), limit));
    const begun = this.now();
    const value = work(units);
    const took = this.now() - begun;
    // Browsers round their clocks (to 1 ms, or 100 ms in private modes): "no time" only means "may grow", and growth is at most
    // twofold, so that a coarse clock cannot make one slice very long. A slice cut short by its limit proves nothing by "no time".
    const fits = took > 0 ? (units * SLICE_MS) / took : units >= Math.floor(this.size) ? Infinity : this.size;
    this.size = Math.max(1, Math.min(fits, 2 * this.size));
    return value;
  }
}

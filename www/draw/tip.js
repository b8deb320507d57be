// The region called the tip, as src/world/regions.rs has it: the last half-radian of the arm, up to 0.15 from its centre line.

import { outlinePath, strokeOutline } from './outline.js';

/** @typedef {import('../figure/plane.js').Brush} Brush */

const LENGTH = 4 * Math.PI + 2.25;
const RADIANS = 0.5;
const REACH = 0.15;
const TURNS = 3;
/** Half the side of the square that shows it, and where its middle lies. */
const LENS = 0.35;
const MIDDLE = /** @type {const} */ ([-0.43, 0.81]);

/** @typedef {import('../state/figure-state.js').Spec} Spec */

/** Distance of the arm's centre line from the origin. @param {number} f angle along the arm */
function centreLine(f) {
  const bend = Math.min(Math.max(f - LENGTH + 1, 0), 1);
  return 0.8 * (f / LENGTH) ** 0.9 + 0.22 * bend ** 2.2;
}

/**
 * The tip of a problem: `has(x, y)`, its outline, and a view that shows it large.
 * @param {Spec['problem']} [problem] of a spec
 * @returns {{has: (x: number, y: number) => boolean, outline: number[], view: [number, number, number, number]}}
 */
export function tipOf({ rotation = 0 } = {}) {
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
  const [x, y] = [cos * MIDDLE[0] - sin * MIDDLE[1], sin * MIDDLE[0] + cos * MIDDLE[1]];
  /** @type {number[]} */
  const outline = [];
  const steps = 24;
  for (const side of [1, -1]) {
    for (let i = 0; i <= steps; i++) {
      const f = LENGTH - RADIANS * (side > 0 ? i / steps : 1 - i / steps);
      const r = centreLine(f) + side * REACH;
      outline.push(r * Math.cos(f + rotation), r * Math.sin(f + rotation));
    }
  }
  return {
    has(px, py) {
      const turn = 2 * Math.PI;
      const angle = (((Math.atan2(py, px) - rotation) % turn) + turn) % turn;
      const f = angle + turn * (TURNS - 1);
      return f >= LENGTH - RADIANS && f <= LENGTH && Math.abs(Math.hypot(px, py) - centreLine(f)) <= REACH;
    },
    outline,
    view: [x - LENS, y - LENS, x + LENS, y + LENS],
  };
}

/**
 * The points that the lens shows, and how many lie in the tip.
 * @param {Float32Array} all x, y, label, … @param {ReturnType<typeof tipOf>} tip
 */
export function fallen(all, tip) {
  const [x0, y0, x1, y1] = tip.view;
  /** @type {number[]} */
  const rows = [];
  let fell = 0;
  for (let i = 0; i < all.length; i += 3) {
    const [x, y] = [all[i], all[i + 1]];
    if (x < x0 || x > x1 || y < y0 || y > y1) continue;
    rows.push(x, y, all[i + 2]);
    if (tip.has(x, y)) fell++;
  }
  return { rows: Float32Array.from(rows), fell };
}

/** The region's own outline, broken, so that it is not taken for the curve. @param {Brush} brush @param {number[]} outline */
export function dashTip({ ctx, palette, to, ratio }, outline) {
  const style = { colour: palette.css.muted, width: 1.25 * ratio, dash: [5 * ratio, 4 * ratio] };
  strokeOutline(ctx, outlinePath(outline, to), style);
}

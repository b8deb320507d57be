// A sample too large to draw point by point: the worker counts it into bins, one image shows them.

import { paintPixels } from './heatmap.js';

/** @typedef {import('./heatmap.js').Rgb} Rgb */
/** @typedef {CanvasRenderingContext2D} Context */

/**
 * Each bin takes the mixed colour of its labels, the stronger the more points fell in it.
 * @param {Context} ctx
 * @param {{counts: Uint32Array, width: number, height: number}} bins counts: all outside bins, then all inside bins
 * @param {{insideRgb: Rgb, outsideRgb: Rgb}} colours
 */
export function paintCounts(ctx, { counts, width, height }, { insideRgb, outsideRgb }) {
  const bins = width * height;
  let max = 1;
  for (let i = 0; i < bins; i++) max = Math.max(max, counts[i] + counts[bins + i]);
  // One lonely point must still show: alpha starts well above zero and grows with the logarithm.
  const full = Math.log1p(max);
  const alphas = new Float32Array(Math.min(max, 4096) + 1);
  for (let n = 1; n < alphas.length; n++) alphas[n] = max === 1 ? 255 : 255 * (0.35 + (0.65 * Math.log1p(n)) / full);
  paintPixels(
    ctx,
    width,
    height,
    (pixels) => {
      for (let i = 0; i < bins; i++) {
        const inside = counts[bins + i];
        const total = inside + counts[i];
        if (total === 0) continue;
        const share = inside / total;
        pixels[4 * i] = outsideRgb[0] + share * (insideRgb[0] - outsideRgb[0]);
        pixels[4 * i + 1] = outsideRgb[1] + share * (insideRgb[1] - outsideRgb[1]);
        pixels[4 * i + 2] = outsideRgb[2] + share * (insideRgb[2] - outsideRgb[2]);
        pixels[4 * i + 3] = alphas[Math.min(total, alphas.length - 1)];
      }
    },
    false,
  );
}

/** @param {Uint32Array} counts @returns {{inside: number, outside: number}} points in the view, by label */
export function totals(counts) {
  const half = counts.length / 2;
  let inside = 0;
  let outside = 0;
  for (let i = 0; i < half; i++) {
    outside += counts[i];
    inside += counts[half + i];
  }
  return { inside, outside };
}

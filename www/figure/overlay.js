// What lies over a model's picture and does not change while it trains, points and curve: drawn once for each size, theme
// and choice of layers, then laid over every picture.

import { outlinePath, strokeOutline } from '../draw/outline.js';
import { paintPoints, pointRadius } from '../draw/points.js';

/** @typedef {import('./plane.js').Brush} Brush */
/** @typedef {{rows?: Float32Array, outline?: Float32Array}} Layers */

/** @returns {(brush: Brush, layers: Layers) => void} one for each plane */
export function createOverlay() {
  const layer = new OffscreenCanvas(1, 1);
  /** what the layer was drawn from @type {any[]} */
  let drawn = [];

  return ({ ctx, palette, to, ratio, side, width, height }, { rows, outline }) => {
    if (!rows && !outline) return;
    const wanted = [palette, width, height, ratio, to.x(0), to.y(0), to.scale, rows, outline];
    if (wanted.some((value, i) => value !== drawn[i])) {
      drawn = wanted;
      layer.width = width;
      layer.height = height;
      // the same calls as on a canvas of the page
      const own = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (layer.getContext('2d')));
      if (rows) paintPoints(own, rows, to, palette.css, ratio * pointRadius(rows.length / 3, side));
      if (outline) {
        const style = { colour: palette.css.truth, halo: palette.css.paper, width: 2 * ratio };
        strokeOutline(own, outlinePath(outline, to), style);
      }
    }
    ctx.drawImage(layer, 0, 0);
  };
}

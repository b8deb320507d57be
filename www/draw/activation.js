// What one hidden unit sees: its activation over the plane. Nothing is paper; the stronger, the deeper the colour.

import { paintPixels } from './heatmap.js';

/** @typedef {import('./heatmap.js').Raster} Raster */
/** @typedef {import('./heatmap.js').Rgb} Rgb */
/** @typedef {CanvasRenderingContext2D} Context */

/** @param {ArrayLike<number>} data @returns {number} the largest size of a value */
export function strongest(data) {
  let most = 0;
  for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i]));
  return most;
}

/**
 * @param {Context} ctx @param {Raster} raster activations
 * @param {{positive: Rgb, negative: Rgb}} colours
 */
export function paintActivation(ctx, { data, width, height }, { positive, negative }) {
  const most = strongest(data) || 1;
  paintPixels(ctx, width, height, (pixels) => {
    for (let i = 0; i < width * height; i++) {
      const colour = data[i] < 0 ? negative : positive;
      pixels[4 * i] = colour[0];
      pixels[4 * i + 1] = colour[1];
      pixels[4 * i + 2] = colour[2];
      pixels[4 * i + 3] = 200 * (Math.abs(data[i]) / most);
    }
  });
}

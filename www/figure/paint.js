// How a model's picture of the plane is layered, the same in every figure:
// probability · what is wrong · decision line · points · the true curve.

import { contour, soften } from '../draw/contour.js';
import { paintProbability, probabilityRamp } from '../draw/heatmap.js';
import { outlinePath, strokeOutline } from '../draw/outline.js';
import { paintPoints, pointRadius } from '../draw/points.js';

/** @typedef {import('./plane.js').Brush} Brush */
/** @typedef {import('../draw/heatmap.js').Raster} Raster */
/**
 * @typedef {object} ModelPicture
 * @property {Raster} [raster]            probability of inside
 * @property {boolean} [votes]            few neighbours: probabilities jump, the line is softened by one pixel
 * @property {ArrayLike<number>} [truth]  1 inside, at the raster's size: what is wrong is hatched, where a figure does that
 * @property {ArrayLike<number>} [rows]   points x, y, label
 * @property {ArrayLike<number>} [outline] the true curve
 */

/**
 * @param {Brush} brush @param {ModelPicture} picture
 * @param {typeof import('../draw/wrong.js').paintWrong} [hatch] given by the figures that show what is wrong
 */
export function paintModel(brush, { raster, votes, truth, rows, outline }, hatch) {
  const { ctx, palette, to, ratio, side, width, height } = brush;
  ctx.fillStyle = palette.css.paper;
  ctx.fillRect(0, 0, width, height);
  if (raster) {
    paintProbability(ctx, raster, probabilityRamp(palette.rgb));
    if (truth) hatch?.(ctx, raster, truth, palette.rgb.wrong, ratio);
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 1.25 * ratio;
    ctx.strokeStyle = palette.css.inside;
    ctx.stroke(contour(votes ? soften(raster) : raster, 0.5, width, height));
  }
  if (rows) paintPoints(ctx, rows, to, palette.css, ratio * pointRadius(rows.length / 3, side));
  if (outline) {
    strokeOutline(ctx, outlinePath(outline, to), {
      colour: palette.css.truth,
      halo: palette.css.paper,
      width: 2 * ratio,
    });
  }
}

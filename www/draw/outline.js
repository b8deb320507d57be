// Closed curves of the plane: the true curve with a halo of the background, the outlines of regions.

/** @typedef {import('./projection.js').Projection} Projection */
/** @typedef {CanvasRenderingContext2D} Context */

/** @param {ArrayLike<number>} outline x, y, x, y… @param {Projection} to @returns {Path2D} */
export function outlinePath(outline, to) {
  const path = new Path2D();
  for (let i = 0; i < outline.length; i += 2) {
    const x = to.x(outline[i]);
    const y = to.y(outline[i + 1]);
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
  return path;
}

/**
 * @param {Context} ctx @param {Path2D} path
 * @param {{colour: string, halo?: string, width: number, dash?: number[], alpha?: number}} style width in canvas pixels
 */
export function strokeOutline(ctx, path, { colour, halo, width, dash = [], alpha = 1 }) {
  ctx.save();
  ctx.lineJoin = 'round';
  ctx.lineCap = 'round';
  if (halo) {
    ctx.strokeStyle = halo;
    ctx.lineWidth = 2.5 * width;
    ctx.globalAlpha = 0.8;
    ctx.stroke(path);
  }
  ctx.globalAlpha = alpha;
  ctx.setLineDash(dash);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke(path);
  ctx.restore();
}

// Single points of a sample: circle inside, triangle outside, so that colour is never the only difference.

/** @typedef {import('./projection.js').Projection} Projection */
/** @typedef {CanvasRenderingContext2D} Context */

/** Radius in CSS pixels: many points must not become a carpet. @param {number} count @param {number} side of the picture, CSS pixels */
export function pointRadius(count, side) {
  const free = (0.3 * side) / Math.sqrt(Math.max(count, 1));
  return Math.min(Math.max(free, 1), 3.6);
}

/**
 * @param {Context} ctx @param {ArrayLike<number>} rows x, y, label, x, y, label… @param {Projection} to
 * @param {{inside: string, outside: string, paper: string}} colours @param {number} radius canvas pixels
 */
export function paintPoints(ctx, rows, to, { inside, outside, paper }, radius) {
  const circles = new Path2D();
  const triangles = new Path2D();
  const r = 1.15 * radius;
  for (let i = 0; i < rows.length; i += 3) {
    const x = to.x(rows[i]);
    const y = to.y(rows[i + 1]);
    if (rows[i + 2] === 1) {
      circles.moveTo(x + radius, y);
      circles.arc(x, y, radius, 0, 2 * Math.PI);
    } else {
      triangles.moveTo(x, y - 1.15 * r);
      triangles.lineTo(x + r, y + 0.6 * r);
      triangles.lineTo(x - r, y + 0.6 * r);
      triangles.closePath();
    }
  }
  ctx.save();
  ctx.lineWidth = Math.max(0.6, 0.3 * radius);
  ctx.strokeStyle = paper;
  for (const [path, colour] of /** @type {[Path2D, string][]} */ ([
    [triangles, outside],
    [circles, inside],
  ])) {
    ctx.stroke(path);
    ctx.fillStyle = colour;
    ctx.fill(path);
  }
  ctx.restore();
}

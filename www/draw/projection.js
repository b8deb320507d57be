// The plane on a canvas: y points up on the plane and down on the canvas; one scale for both axes.

/** @typedef {[number, number, number, number]} View  x0, y0, x1, y1 */
/** @typedef {{x: (x: number) => number, y: (y: number) => number, unitX: (px: number) => number, unitY: (py: number) => number, scale: number}} Projection */

/** The whole plane of the problem. @type {View} */
export const PLANE = [-1.2, -1.2, 1.2, 1.2];

/**
 * @param {ArrayLike<number>} view @param {number} width @param {number} height in canvas pixels
 * @returns {Projection}
 */
export function projection(view, width, height) {
  const [x0, y0, x1, y1] = Array.from(view);
  const sx = width / (x1 - x0);
  const sy = height / (y1 - y0);
  return {
    x: (x) => (x - x0) * sx,
    y: (y) => (y1 - y) * sy,
    unitX: (px) => x0 + px / sx,
    unitY: (py) => y1 - py / sy,
    scale: sx,
  };
}

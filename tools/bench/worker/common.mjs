// What the contestants in workers share.

/** @template T @param {() => T} work @returns {{result: T, wall: number}} seconds */
export function timed(work) {
  const start = performance.now();
  const result = work();
  return { result, wall: (performance.now() - start) / 1000 };
}

/** The plane of the toy problem, which all pictures show. */
export const VIEW = [-1.2, -1.2, 1.2, 1.2];

/**
 * Centres of the pixels of a square picture of the plane, x, y, x, y, …, as the core computes them.
 * @param {number} side
 */
export function pixels(side) {
  const [x0, y0, x1, y1] = VIEW;
  const points = new Float32Array(2 * side * side);
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      points[at++] = x0 + ((x1 - x0) * (column + 0.5)) / side;
      points[at++] = y1 - ((y1 - y0) * (row + 0.5)) / side;
    }
  }
  return points;
}

/** Points of a file: coordinates and labels. @param {string} file */
export async function readPoints(file) {
  const rows = new Float32Array(await (await fetch(file)).arrayBuffer());
  const n = rows.length / 3;
  const xy = new Float32Array(2 * n);
  const labels = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    xy[2 * i] = rows[3 * i];
    xy[2 * i + 1] = rows[3 * i + 1];
    labels[i] = rows[3 * i + 2];
  }
  return { n, xy, labels };
}

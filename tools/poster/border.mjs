// How long and how crooked the border of a picture is. Only the side of each pixel counts, not how sure the model was: votes
// and probabilities could not be compared otherwise. Lengths on a grid of pixels run a few per cent long, alike for all.

import { contours } from './contour.mjs';

/** Crossings of pixel edges between the points of the walk by which turns are counted: fewer would count the pixels. */
const STRIDE = 3;

/** Length of all borders in units of the plane. `sides` are 0 and 1, row-major; `pixel` is the side of one. */
export function borderLength(sides, width, height, pixel) {
  const steps = contours(sides, width, height, 0.5).flatMap((line) =>
    line.map((p, i) => distance(p, line[(i + 1) % line.length])),
  );
  return pixel * steps.reduce((a, b) => a + b, 0);
}

/** How often a walker along all borders turns right round, left and right turns alike. A circle has one turn. */
export function borderTurns(sides, width, height) {
  let angle = 0;
  for (const line of contours(sides, width, height, 0.5)) {
    const at = (i) => line[i % line.length];
    // Every start of the walk once; each sees every turn about once in STRIDE starts.
    for (let i = 0; i < line.length; i++) angle += Math.abs(turn(at(i), at(i + STRIDE), at(i + 2 * STRIDE))) / STRIDE;
  }
  return angle / (2 * Math.PI);
}

function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** The change of direction at b on the way from a to c. */
function turn(a, b, c) {
  const [u, v] = [
    [b[0] - a[0], b[1] - a[1]],
    [c[0] - b[0], c[1] - b[1]],
  ];
  return Math.atan2(u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]);
}

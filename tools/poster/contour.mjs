// From a raster of numbers to closed outlines: marching squares with linear interpolation, then fewer points.

/**
 * The closed outlines of the region where values are at least `level`, in pixel units (0,0 is the upper left corner of the
 * raster, values stand at pixel centres). Beyond the edge counts as below the level, so every outline closes.
 * @param {ArrayLike<number>} values row-major, first row on top
 * @returns {[number, number][][]}
 */
export function contours(values, width, height, level) {
  const [w, h] = [width + 2, height + 2];
  const low = level - 1;
  const at = (i, j) => (i < 1 || j < 1 || i > width || j > height ? low : values[(j - 1) * width + i - 1]);
  // Outlines run with the region on a fixed side, so each crossed edge leads to exactly one next edge.
  const next = new Map();
  const top = (i, j) => 2 * (j * w + i);
  const left = (i, j) => 2 * (j * w + i) + 1;
  for (let j = 0; j < h - 1; j++) {
    for (let i = 0; i < w - 1; i++) {
      const corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
      const code = corners.reduce((n, v) => 2 * n + (v >= level ? 1 : 0), 0);
      const edges = { T: top(i, j), R: left(i + 1, j), B: top(i, j + 1), L: left(i, j) };
      const joined = corners.reduce((a, b) => a + b, 0) / 4 >= level;
      for (const [from, to] of cellLines(code, joined)) next.set(edges[from], edges[to]);
    }
  }
  /** @returns {[number, number]} */
  const crossing = (edge) => {
    const k = edge >> 1;
    const [i, j] = [k % w, Math.floor(k / w)];
    const [a, b] = edge % 2 ? [at(i, j), at(i, j + 1)] : [at(i, j), at(i + 1, j)];
    // A value beyond the edge is no value: the outline then runs along the edge itself.
    const share = a === low || b === low ? 0.5 : (level - a) / (b - a);
    return edge % 2 ? [i - 0.5, j - 0.5 + share] : [i - 0.5 + share, j - 0.5];
  };
  const lines = [];
  while (next.size) {
    const [start] = next.keys();
    const line = [];
    for (let edge = start; next.has(edge);) {
      line.push(crossing(edge));
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    lines.push(line);
  }
  return lines;
}

/** Lines through one cell, by which of its corners (upper left, upper right, lower right, lower left) are in the region. */
function cellLines(code, joined) {
  switch (code) {
    case 8:
      return ['LT'];
    case 4:
      return ['TR'];
    case 2:
      return ['RB'];
    case 1:
      return ['BL'];
    case 7:
      return ['TL'];
    case 11:
      return ['RT'];
    case 13:
      return ['BR'];
    case 14:
      return ['LB'];
    case 12:
      return ['LR'];
    case 6:
      return ['TB'];
    case 3:
      return ['RL'];
    case 9:
      return ['BT'];
    case 10:
      return joined ? ['RT', 'LB'] : ['LT', 'RB'];
    case 5:
      return joined ? ['TL', 'BR'] : ['TR', 'BL'];
    default:
      return [];
  }
}

/** A closed line with the points left out that lie within `tolerance` of what remains (Douglas and Peucker). */
export function simplify(line, tolerance) {
  if (line.length < 4) return line;
  // A closed line has no ends: cut it at the first point and at the one farthest from it.
  const far = farthest(line.map((p) => Math.hypot(p[0] - line[0][0], p[1] - line[0][1])));
  const half = (points) => reduce(points, tolerance).slice(0, -1);
  return [...half(line.slice(0, far + 1)), ...half([...line.slice(far), line[0]])];
}

function reduce(points, tolerance) {
  if (points.length < 3) return points;
  const distances = points.map((p) => distance(p, points[0], points.at(-1)));
  const far = farthest(distances);
  if (distances[far] <= tolerance) return [points[0], points.at(-1)];
  return [...reduce(points.slice(0, far + 1), tolerance).slice(0, -1), ...reduce(points.slice(far), tolerance)];
}

function farthest(distances) {
  return distances.reduce((best, d, i) => (d > distances[best] ? i : best), 0);
}

function distance(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (length === 0) return Math.hypot(p[0] - a[0], p[1] - a[1]);
  return Math.abs(dx * (p[1] - a[1]) - dy * (p[0] - a[0])) / length;
}

/** Twice the signed area of a closed line. */
export function area2(line) {
  return line.reduce((sum, p, i) => {
    const q = line[(i + 1) % line.length];
    return sum + p[0] * q[1] - q[0] * p[1];
  }, 0);
}

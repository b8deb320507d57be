// The line where a raster crosses a level, by marching squares: crisp at any pixel ratio, unlike the raster itself.
// The pieces through the cells are joined into few long lines, since a canvas stroked piece by piece draws two caps each.

/** @typedef {import('./heatmap.js').Raster} Raster */
/** @typedef {number[]} Line  x, y, x, y…; a loop ends with the point it begins with */

// The sides of a cell, and by which of its corners are above the level (upper left 8, upper right 4, lower right 2, lower
// left 1) the pieces through it, from side to side. What is above lies on their left, so a side shared by two cells is
// where one piece ends and one begins.
const [TOP, EAST, BASE, WEST] = [0, 1, 2, 3];
const PIECES = [
  [],
  [BASE, WEST],
  [EAST, BASE],
  [EAST, WEST],
  [TOP, EAST],
  [TOP, EAST, BASE, WEST],
  [TOP, BASE],
  [TOP, WEST],
  [WEST, TOP],
  [BASE, TOP],
  [WEST, TOP, EAST, BASE],
  [EAST, TOP],
  [WEST, EAST],
  [BASE, EAST],
  [WEST, BASE],
  [],
];
/** Two opposite corners are above, and the middle too, so that they hang together. @type {Record<number, number[]>} */
const BRIDGES = { 5: [TOP, WEST, BASE, EAST], 10: [EAST, TOP, WEST, BASE] };

/**
 * Binomial blur, radius one. The votes of few neighbours jump from 0 to 1 between pixels; blurred by one pixel their
 * contour runs between the pixels instead of around their corners. For drawing the line only, never for measuring.
 * @param {Raster} raster
 * @returns {Raster}
 */
export function soften({ data, width, height }) {
  const across = new Float32Array(width * height);
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let left = data[row];
    let here = left;
    for (let x = row; x < row + width; x++) {
      const right = x + 1 < row + width ? data[x + 1] : here;
      across[x] = 0.25 * left + 0.5 * here + 0.25 * right;
      left = here;
      here = right;
    }
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const up = y > 0 ? row - width : row;
    const down = y < height - 1 ? row + width : row;
    for (let x = 0; x < width; x++)
      out[row + x] = 0.25 * across[up + x] + 0.5 * across[row + x] + 0.25 * across[down + x];
  }
  return { data: out, width, height };
}

/**
 * @param {Raster} raster @param {number} level
 * @param {number} canvasWidth @param {number} canvasHeight
 * @returns {Path2D}
 */
export function contour(raster, level, canvasWidth, canvasHeight) {
  const path = new Path2D();
  for (const line of contourLines(raster, level, canvasWidth, canvasHeight)) {
    path.moveTo(line[0], line[1]);
    // Loops are not closed: for closePath() Chromium goes through all the points that the path has so far.
    for (let i = 2; i < line.length; i += 2) path.lineTo(line[i], line[i + 1]);
  }
  return path;
}

/**
 * @param {Raster} raster @param {number} level
 * @param {number} canvasWidth @param {number} canvasHeight
 * @returns {Line[]}
 */
export function contourLines(raster, level, canvasWidth, canvasHeight) {
  const { data, width, height } = raster;
  const { next, starts } = pieces(raster, level);
  // Values stand at pixel centres; the outermost ones also hold on the edge, so that lines reach the frame.
  const xs = centres(width, canvasWidth);
  const ys = centres(height, canvasHeight);
  const value = (/** @type {number} */ i, /** @type {number} */ j) =>
    data[Math.min(Math.max(j - 1, 0), height - 1) * width + Math.min(Math.max(i - 1, 0), width - 1)];
  /** @type {Line[]} */
  const lines = [];
  for (const start of starts) {
    if (next[start] === 0) continue; // a line that began elsewhere has come by
    /** @type {Line} */
    const line = [];
    let side = start;
    do {
      const i = (side >> 1) % (width + 2);
      const j = Math.floor((side >> 1) / (width + 2));
      const here = value(i, j);
      if (side & 1) line.push(xs[i], ys[j] + ((level - here) / (value(i, j + 1) - here)) * (ys[j + 1] - ys[j]));
      else line.push(xs[i] + ((level - here) / (value(i + 1, j) - here)) * (xs[i + 1] - xs[i]), ys[j]);
      const from = side;
      side = next[from];
      next[from] = 0;
    } while (side !== 0 && side !== start);
    if (side === start) line.push(line[0], line[1]);
    lines.push(line);
  }
  return lines;
}

/**
 * The pieces of the line through all cells, from side to side. Sides go by number: twice that of the corner where they
 * begin, and one more for those that go down.
 * @param {Raster} raster @param {number} level
 * @returns {{next: Int32Array, starts: number[]}} next: where a piece that begins at a side ends, 0 where none begins (side
 *   0 itself is never crossed); starts: where pieces begin, those first to which no other leads
 */
function pieces({ data, width, height }, level) {
  const columns = width + 2;
  const offsets = [0, 3, 2 * columns, 1]; // of a cell's sides, from its upper left corner
  const next = new Int32Array(2 * columns * (height + 2));
  const reached = new Uint8Array(next.length);
  const begun = [];
  for (let j = 0; j <= height; j++) {
    const upper = Math.max(j - 1, 0) * width;
    const lower = Math.min(j, height - 1) * width;
    // Nearly all cells lie on one side of the line: each costs two reads, the other two are the last cell's.
    let a = data[upper];
    let d = data[lower];
    let west = (a >= level ? 8 : 0) | (d >= level ? 1 : 0);
    for (let i = 0; i <= width; i++) {
      const right = i < width ? i : width - 1;
      const b = data[upper + right];
      const c = data[lower + right];
      const east = (b >= level ? 4 : 0) | (c >= level ? 2 : 0);
      const code = west | east;
      if (code !== 0 && code !== 15) {
        const sides = ((a + b + c + d) / 4 >= level && BRIDGES[code]) || PIECES[code];
        const corner = 2 * (j * columns + i);
        for (let k = 0; k < sides.length; k += 2) {
          const from = corner + offsets[sides[k]];
          const to = corner + offsets[sides[k + 1]];
          next[from] = to;
          reached[to] = 1;
          begun.push(from);
        }
      }
      a = b;
      d = c;
      west = ((east << 1) & 8) | ((east >> 1) & 1);
    }
  }
  return { next, starts: [...begun.filter((side) => !reached[side]), ...begun] };
}

/** The edge, every pixel centre, the other edge. @param {number} count of pixels @param {number} length of the canvas */
function centres(count, length) {
  const at = new Float64Array(count + 2);
  for (let i = 0; i < count; i++) at[i + 1] = ((i + 0.5) * length) / count;
  at[count + 1] = length;
  return at;
}

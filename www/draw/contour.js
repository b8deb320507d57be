// The line where a raster crosses a level, by marching squares: crisp at any pixel ratio, unlike the raster itself.

/** @typedef {import('./heatmap.js').Raster} Raster */

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
export function contour({ data, width, height }, level, canvasWidth, canvasHeight) {
  const path = new Path2D();
  // Values stand at pixel centres; the outermost ones also hold on the edge, so that lines reach the frame.
  const xs = centres(width, canvasWidth);
  const ys = centres(height, canvasHeight);
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
      if (code !== 0 && code !== 15) cross(path, code, level, [a, b, c, d], [xs[i], xs[i + 1], ys[j], ys[j + 1]]);
      a = b;
      d = c;
      west = ((east << 1) & 8) | ((east >> 1) & 1);
    }
  }
  return path;
}

/**
 * The line through one cell.
 * @param {Path2D} path @param {number} code which corners are above @param {number} level
 * @param {number[]} corners from the upper left, clockwise @param {number[]} box x0, x1, y0, y1
 */
function cross(path, code, level, [a, b, c, d], [x0, x1, y0, y1]) {
  const top = () => [x0 + ((level - a) / (b - a)) * (x1 - x0), y0];
  const east = () => [x1, y0 + ((level - b) / (c - b)) * (y1 - y0)];
  const base = () => [x0 + ((level - d) / (c - d)) * (x1 - x0), y1];
  const west = () => [x0, y0 + ((level - a) / (d - a)) * (y1 - y0)];
  for (const [from, to] of edges(code, (a + b + c + d) / 4 >= level, top, east, base, west)) {
    path.moveTo(from[0], from[1]);
    path.lineTo(to[0], to[1]);
  }
}

/** The edge, every pixel centre, the other edge. @param {number} count of pixels @param {number} length of the canvas */
function centres(count, length) {
  const at = new Float64Array(count + 2);
  for (let i = 0; i < count; i++) at[i + 1] = ((i + 0.5) * length) / count;
  at[count + 1] = length;
  return at;
}

/**
 * @param {number} code @param {boolean} middle is the centre of the cell above the level?
 * @param {() => number[]} top @param {() => number[]} east @param {() => number[]} base @param {() => number[]} west
 * @returns {number[][][]}
 */
function edges(code, middle, top, east, base, west) {
  switch (code) {
    case 1:
    case 14:
      return [[west(), base()]];
    case 2:
    case 13:
      return [[base(), east()]];
    case 3:
    case 12:
      return [[west(), east()]];
    case 4:
    case 11:
      return [[top(), east()]];
    case 6:
    case 9:
      return [[top(), base()]];
    case 7:
    case 8:
      return [[west(), top()]];
    default: {
      // two opposite corners are above: the centre says whether they hang together
      const joined = (code === 5) === middle;
      return joined
        ? [
            [west(), top()],
            [base(), east()],
          ]
        : [
            [west(), base()],
            [top(), east()],
          ];
    }
  }
}

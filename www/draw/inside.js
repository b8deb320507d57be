// What the closed curve says of places, from its outline alone: no program needed.

/** Is the place inside the closed line? @param {ArrayLike<number>} outline x, y, x, y… @param {number} x @param {number} y */
export function insideOf(outline, x, y) {
  let inside = false;
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [outline[i], outline[i + 1], outline[j], outline[j + 1]];
    if (yi > y !== yj > y && x < xi + ((y - yi) / (yj - yi)) * (xj - xi)) inside = !inside;
  }
  return inside;
}

/**
 * The truth at the pixel centres of a raster: 1 inside. Row by row, between the crossings of the line.
 * @param {ArrayLike<number>} outline @param {ArrayLike<number>} view @param {number} width @param {number} height
 */
export function truthOf(outline, view, width, height) {
  const [x0, y0, x1, y1] = Array.from(view);
  const truth = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = y1 - ((row + 0.5) / height) * (y1 - y0);
    /** @type {number[]} */
    const crossings = [];
    for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
      const [xi, yi, xj, yj] = [outline[i], outline[i + 1], outline[j], outline[j + 1]];
      if (yi > y !== yj > y) crossings.push(xi + ((y - yi) / (yj - yi)) * (xj - xi));
    }
    crossings.sort((a, b) => a - b);
    for (let column = 0, passed = 0; column < width; column++) {
      const x = x0 + ((column + 0.5) / width) * (x1 - x0);
      while (passed < crossings.length && crossings[passed] < x) passed++;
      truth[row * width + column] = passed % 2;
    }
  }
  return truth;
}

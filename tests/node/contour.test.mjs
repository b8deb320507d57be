// The decision line: pieces of marching squares joined into long lines, none lost, none drawn twice.
import test from 'node:test';
import assert from 'node:assert/strict';
import { contourLines } from '../../www/draw/contour.js';

/** @param {number} width @param {number} height @param {(x: number, y: number) => number} of */
const raster = (width, height, of) => ({
  data: Float64Array.from({ length: width * height }, (_, k) => of((k % width) + 0.5, Math.floor(k / width) + 0.5)),
  width,
  height,
});

const isLoop = (line) => line.length > 4 && line[0] === line.at(-2) && line[1] === line.at(-1);

/** Pieces without a direction, as text to compare and sort. */
const piece = (...ends) =>
  ends
    .map(([x, y]) => `${x.toFixed(9)} ${y.toFixed(9)}`)
    .sort()
    .join(' - ');

const piecesOf = (lines) =>
  lines.flatMap((line) => {
    const all = [];
    for (let i = 2; i < line.length; i += 2) all.push(piece([line[i - 2], line[i - 1]], [line[i], line[i + 1]]));
    return all;
  });

/** Cell by cell from the definition: the crossed sides around a cell, paired by what its middle says. */
function naive({ data, width, height }, level) {
  const at = (i, j) => data[Math.min(Math.max(j, 0), height - 1) * width + Math.min(Math.max(i, 0), width - 1)];
  const place = (i, count) => Math.min(Math.max(i + 0.5, 0), count);
  const found = [];
  for (let j = -1; j < height; j++) {
    for (let i = -1; i < width; i++) {
      const corners = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      const values = corners.map(([x, y]) => at(x, y));
      const crossings = corners.flatMap(([x, y], k) => {
        const other = corners[(k + 1) % 4];
        const [a, b] = [values[k], values[(k + 1) % 4]];
        if (a >= level === b >= level) return [];
        const share = (level - a) / (b - a);
        const [x0, x1, y0, y1] = [place(x, width), place(other[0], width), place(y, height), place(other[1], height)];
        return [[x0 + share * (x1 - x0), y0 + share * (y1 - y0)]];
      });
      // With four crossings each piece cuts off a corner: the two that are not as the middle is.
      const middle = values.reduce((sum, v) => sum + v, 0) / 4 >= level;
      const shift = crossings.length === 4 && values[0] >= level === middle ? 0 : 1;
      const around = crossings.map((_, k) => crossings[(k + crossings.length - shift) % crossings.length]);
      for (let k = 0; k < around.length; k += 2) found.push(piece(around[k], around[k + 1]));
    }
  }
  return found;
}

test('a disc is one loop', () => {
  const lines = contourLines(
    raster(40, 40, (x, y) => 12 - Math.hypot(x - 20, y - 20)),
    0,
    400,
    400,
  );
  assert.equal(lines.length, 1);
  assert.ok(isLoop(lines[0]));
  for (let i = 0; i < lines[0].length; i += 2)
    assert.ok(Math.abs(Math.hypot(lines[0][i] - 200, lines[0][i + 1] - 200) - 120) < 1);
});

test('a ring is two loops', () => {
  const lines = contourLines(
    raster(40, 40, (x, y) => 4 - Math.abs(Math.hypot(x - 20, y - 20) - 12)),
    0,
    40,
    40,
  );
  assert.deepEqual(lines.map(isLoop), [true, true]);
});

test('a line across the picture is open, and reaches the frame at both ends', () => {
  const lines = contourLines(
    raster(30, 20, (x, y) => y - 4 - 0.3 * x),
    0,
    300,
    200,
  );
  assert.equal(lines.length, 1);
  const [line] = lines;
  assert.deepEqual([line[0], line.at(-2)].sort(), [0, 300]);
});

test('a region at a corner of the picture is bounded by one open line', () => {
  const lines = contourLines(
    raster(20, 20, (x, y) => 8 - Math.hypot(x, y)),
    0,
    20,
    20,
  );
  assert.deepEqual(lines.map(isLoop), [false]);
});

test('one side of the level everywhere: no line', () => {
  const flat = raster(9, 7, () => 0.5);
  for (const level of [0, 0.5, 1]) assert.deepEqual(contourLines(flat, level, 90, 70), []);
});

test('joined lines are the pieces of all cells, each once, on rasters of any shape and roughness', () => {
  let state = 7;
  const chance = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const shapes = [
    [1, 1],
    [1, 9],
    [9, 1],
    [2, 2],
    [17, 23],
    [40, 40],
  ];
  for (const [width, height] of shapes) {
    const rough = [
      raster(width, height, chance),
      raster(width, height, () => Math.round(chance())), // votes: jumps, and middles exactly at the level
      raster(width, height, (x, y) => (Math.floor(x) + Math.floor(y)) % 2),
      raster(width, height, (x, y) => 0.5 + 0.5 * Math.sin(x / 3) * Math.cos(y / 4)),
    ];
    for (const one of rough) {
      const lines = contourLines(one, 0.5, width, height);
      assert.deepEqual(piecesOf(lines).sort(), naive(one, 0.5).sort());
      for (const line of lines.filter((line) => !isLoop(line))) {
        for (const [x, y] of [line.slice(0, 2), line.slice(-2)])
          assert.ok(x === 0 || y === 0 || x === width || y === height, `an open line ends inside, at ${x}, ${y}`);
      }
    }
  }
});

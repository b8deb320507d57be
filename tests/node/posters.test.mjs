import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, existsSync } from 'node:fs';
import { contours, simplify, area2 } from '../../tools/poster/contour.mjs';

const grid = (size, of) =>
  Float64Array.from({ length: size * size }, (_, k) => of((k % size) + 0.5, Math.floor(k / size) + 0.5));

test('the outline of a disc is one closed line with its area', () => {
  const values = grid(80, (x, y) => 30 - Math.hypot(x - 40, y - 40));
  const lines = contours(values, 80, 80, 0);
  assert.equal(lines.length, 1);
  assert.ok(Math.abs(Math.abs(area2(lines[0])) / 2 - Math.PI * 900) < 8, `${area2(lines[0]) / 2}`);
});

test('a hole is a second line that runs the other way', () => {
  const values = grid(80, (x, y) => 10 - Math.abs(Math.hypot(x - 40, y - 40) - 20));
  const areas = contours(values, 80, 80, 0).map(area2);
  assert.equal(areas.length, 2);
  assert.ok(areas[0] * areas[1] < 0);
});

test('a region that reaches the edge is closed along the edge', () => {
  const lines = contours(new Float64Array(12).fill(1), 4, 3, 0.5);
  assert.equal(lines.length, 1);
  for (const [x, y] of lines[0]) assert.ok(x === 0 || x === 4 || y === 0 || y === 3, `${x},${y}`);
});

test('where pixels touch at their corners the lines still close', () => {
  const lines = contours(
    grid(6, (x, y) => (Math.floor(x) + Math.floor(y)) % 2),
    6,
    6,
    0.5,
  );
  assert.ok(lines.every((line) => line.length >= 3));
  // Eighteen pixels are on; corners that touch are joined, which adds a little.
  const area = Math.abs(lines.reduce((sum, line) => sum + area2(line), 0)) / 2;
  assert.ok(area > 14 && area < 22, `${area}`);
});

test('simplifying keeps a square’s corners and stays within its tolerance', () => {
  const line = [];
  for (let i = 0; i < 20; i++) line.push([i, 0]);
  for (let i = 0; i < 20; i++) line.push([20, i]);
  for (let i = 0; i < 20; i++) line.push([20 - i, 20]);
  for (let i = 0; i < 20; i++) line.push([0, 20 - i]);
  assert.deepEqual(simplify(line, 0.1), [
    [0, 0],
    [20, 0],
    [20, 20],
    [0, 20],
  ]);
});

test('the page reserves for each poster the shape it has', () => {
  const page = readFileSync(new URL('../../www/index.html', import.meta.url), 'utf8');
  const images = [...page.matchAll(/<img src="(posters\/[\w-]+\.svg)" width="(\d+)" height="(\d+)"/g)];
  assert.ok(images.length >= 7);
  for (const [, src, width, height] of images) {
    const file = new URL(`../../www/${src}`, import.meta.url);
    assert.ok(existsSync(file), `${src} is missing: run node tools/posters.mjs`);
    assert.match(readFileSync(file, 'utf8'), new RegExp(`viewBox="0 0 ${width} ${height}"`), src);
  }
});

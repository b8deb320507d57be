// The independent scripts in tests/independent: NumPy, the formulae of the problem, and nothing of this program. What they find agrees
// with what the program says, within what their own random points allow.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const program = `${process.env.CARGO_TARGET_DIR ?? path('target')}/release/bitter-lesson`;
const python = process.env.PYTHON ?? 'python3';
const missing = spawnSync(python, ['-c', 'import numpy']).status !== 0 && `${python} has no NumPy`;

const script = (/** @type {string} */ name, /** @type {string[]} */ ...args) =>
  JSON.parse(execFileSync(python, [path(`tests/independent/${name}.py`), ...args]).toString());
const ours = (/** @type {string[]} */ args, /** @type {any} */ input) =>
  JSON.parse(execFileSync(program, args, { input: JSON.stringify(input) }).toString());
const near = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ by) =>
  assert.ok(Math.abs(a / b - 1) <= by, `${a} and ${b} differ by more than ${100 * by} %`);

test('the law of neighbours, and what it is measured to be', { skip: missing }, () => {
  const found = script('knn_law', '2000');
  for (const k of [1, 5]) {
    const said = ours(['scaling', '-'], { kind: 'law', k, sizes: [10000] });
    near(found.integral, said.integral, 1e-3);
    near(found.k[k].constant, said.constant, k === 1 ? 1e-6 : 0.04);
    const run = ours(['run', '-'], { sample: { n: 2000 }, learner: { kind: 'knn', k } });
    const error = run.errors.find((/** @type {any} */ e) => e.measure === 'density' && e.region === 'all').value;
    // Two samples of 2,000 points differ by a few per cent.
    near(found.k[k].measured, error, 0.1);
  }
});

test('a fit with a floor', { skip: missing }, () => {
  const found = script('fit');
  assert.ok(Math.abs(found.alpha - 0.5) < 0.01 && Math.abs(found.c - 0.004) < 2e-4);
});

test('the density and the share of the plane inside', { skip: missing }, () => {
  const found = script('density');
  assert.ok(found.p > 0.001 && found.p_moved < 0.001);
  const run = ours(['run', '-'], { sample: { n: 1 }, learner: { kind: 'knn', k: 1 } });
  const inside = run.errors.find((/** @type {any} */ e) => e.measure === 'trivial_density' && e.region === 'all').value;
  near(found.inside, inside, 0.02);
});

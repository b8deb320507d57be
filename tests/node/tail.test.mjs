// What the figures of the tip work out by themselves: the region as the program has it, the curve's inside, what purchases are worth.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { parseResults, query } from '../../tools/results-query.mjs';
import { insideOf, truthOf } from '../../www/draw/inside.js';
import { tipOf } from '../../www/draw/tip.js';
import { valueOn, wins, worthEach } from '../../www/figure/purchases.js';

const results = (/** @type {string} */ file) =>
  parseResults(readFileSync(new URL(`../../www/results/${file}`, import.meta.url), 'utf8'));

test('the tip has the area that the program measures, turned or not, and its outline bounds it', () => {
  const share = query(results('tail-neighbours.jsonl'), 'sample.n=1000|area_share.tip|median');
  for (const rotation of [0, 1]) {
    const tip = tipOf({ rotation });
    const [x0, y0, x1, y1] = tip.view;
    const side = 400;
    let own = 0;
    let drawn = 0;
    for (let i = 0; i < side * side; i++) {
      const x = x0 + (((i % side) + 0.5) / side) * (x1 - x0);
      const y = y0 + ((Math.floor(i / side) + 0.5) / side) * (y1 - y0);
      const has = tip.has(x, y);
      own += Number(has);
      drawn += Number(has !== insideOf(tip.outline, x, y));
    }
    const area = (own / side ** 2) * (x1 - x0) * (y1 - y0);
    assert.ok(Math.abs(area / 2.4 ** 2 / share - 1) < 0.02, `${area / 2.4 ** 2} against ${share}`);
    assert.ok(drawn / own < 0.01, `${drawn} of ${own}`);
  }
});

test('row by row the curve holds what it holds point by point', () => {
  const outline = [0, 0, 1, 0.1, 0.9, 1, 0.2, 0.7, 0.5, 0.4];
  const truth = truthOf(outline, [-0.5, -0.5, 1.5, 1.5], 50, 40);
  for (let row = 0; row < 40; row++)
    for (let column = 0; column < 50; column++) {
      const [x, y] = [-0.5 + ((column + 0.5) / 50) * 2, 1.5 - ((row + 0.5) / 40) * 2];
      assert.equal(truth[row * 50 + column] === 1, insideOf(outline, x, y), `${x} ${y}`);
    }
});

test('worth: ordinary points that come down to the same error, for each in the tip', () => {
  const everywhere = [0, 100, 1000, 10_000].map((amount, i) => ({ amount, value: [8, 6, 4, 2][i] }));
  const tip = [0, 10, 100].map((amount, i) => ({ amount, value: [8, 4, 1][i] }));
  assert.equal(valueOn(everywhere, 50), 7);
  assert.ok(Math.abs((valueOn(everywhere, Math.sqrt(1e5)) ?? 0) - 5) < 1e-9);
  assert.equal(valueOn(everywhere, 20_000), undefined);
  assert.deepEqual(worthEach(everywhere, tip, 10), { worth: 100, more: false });
  assert.deepEqual(worthEach(everywhere, tip, 100), { worth: 100, more: true });
  assert.equal(worthEach(everywhere, tip, 0), undefined);
  assert.deepEqual(worthEach(everywhere, [tip[0], { amount: 10, value: 9 }], 10), { worth: 0, more: false });
});

test('wins are counted sample by sample', () => {
  const one = (
    /** @type {any} */ where,
    /** @type {number} */ amount,
    /** @type {number} */ seed,
    /** @type {number} */ error,
  ) => ({
    learner: 'k1',
    base: 1000,
    where,
    amount,
    seed,
    digest: null,
    errors: { 'density.all': error, 'area.all': error, 'area.tip': error },
  });
  const nothing = [one('everywhere', 0, 1, 5), one('everywhere', 0, 2, 5)];
  const everywhere = [...nothing, one('everywhere', 100, 1, 4), one('everywhere', 100, 2, 2)];
  const tip = [...nothing, one('tip', 10, 1, 3), one('tip', 10, 2, 3)];
  assert.deepEqual(wins(everywhere, tip, 'area.all', 100, 10), { won: 1, of: 2 });
});

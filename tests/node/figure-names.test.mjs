import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { FIGURE_NAMES } from '../../www/figure/names.js';

test('the figures that a frame knows are those that there are', () => {
  const files = readdirSync(new URL('../../www/figures/', import.meta.url));
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  assert.deepEqual([...FIGURE_NAMES].sort(), names.sort());
});

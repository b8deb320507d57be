// Sessions of the wasm module with arguments that no figure gives: they answer or refuse, and never trap, since a trap would
// cost the worker its life.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const wasm = await import('../../www/pkg/bitter_lesson.js');
wasm.initSync({ module: readFileSync(new URL('../../www/pkg/bitter_lesson_bg.wasm', import.meta.url)) });

const PLANE = [-1.2, -1.2, 1.2, 1.2];
const small = { measure: { test_n: 500 } };
const SPECS = [
  { ...small, sample: { n: 10000 }, learner: { hidden: [4] }, budget: { steps: 30 } },
  { ...small, sample: { n: 40000 }, learner: { kind: 'knn', k: 3 } },
  { ...small, sample: { n: 9000 }, features: 'playground', learner: { kind: 'knn', k: 99 } },
  { ...small, sample: { n: 300 }, learner: { kind: 'knn', k: 1, index: 'brute' } },
  { ...small, sample: { n: 200 }, learner: { kind: 'family', family: 'even_arm' } },
];
const done = (spec) => {
  const session = new wasm.Session(spec);
  while (session.advance(1e6).state === 'running');
  return session;
};

test('slices of any size come to the end, and to the same one', () => {
  for (const spec of SPECS) {
    const digest = done(spec).digest();
    for (const [first, then] of [
      [1, Infinity],
      [1, 2 ** 32],
      [1, 1e8],
      [4097, 2 ** 31],
      [0, 1e300],
      [NaN, 12345],
    ]) {
      const session = new wasm.Session(spec);
      session.advance(first);
      for (let i = 0; i < 1000 && session.progress().state === 'running'; i++) session.advance(then);
      assert.equal(
        session.progress().state,
        'done',
        `${first} and then ${then}: ${JSON.stringify(session.progress())}`,
      );
      assert.equal(session.digest(), digest);
      session.free();
    }
    const session = new wasm.Session(spec);
    for (const none of [0, -1, -Infinity, NaN, 0.5]) {
      session.advance(none);
      assert.ok(session.progress().done < session.progress().total);
    }
  }
});

test('what cannot be drawn is refused, and the session goes on', () => {
  const session = done(SPECS[0]);
  const whole = session.raster(PLANE, 10, 10);
  const refused = [
    () => session.raster(PLANE, 0, 10),
    () => session.raster(PLANE, 10, -1),
    () => session.raster(PLANE, 5000, 10),
    () => session.raster(PLANE, NaN, 10),
    () => session.raster([0, 0, 1], 10, 10),
    () => session.raster([], 10, 10),
    () => session.raster([0, 0, NaN, 1], 10, 10),
    () => session.raster([0, 0, Infinity, 1], 10, 10),
    () => session.raster([1, 0, 0, 1], 10, 10),
    () => session.sample_counts([1, 0, 0, 1], 10, 10),
    () => session.unit_raster(0, 4, PLANE, 10, 10),
    () => session.unit_raster(1, 0, PLANE, 10, 10),
    () => session.unit_raster(-1, -1, PLANE, 10, 10),
    () => session.respec({ sample: { n: 0 } }),
    () => session.respec(null),
    () => session.respec({ features: Symbol('x') }),
    () => session.restore(new Uint8Array(100)),
    () => new wasm.Session(),
    () => wasm.density({}, [0, 0, 1, 1], 0, 0),
    () => wasm.format_link({ figure: 'n', variants: [{ name: 'a', spec: { x: 1 } }] }),
    () => wasm.default_spec('tree'),
  ];
  for (const call of refused) {
    assert.throws(
      call,
      (error) => error instanceof Error && !(error instanceof WebAssembly.RuntimeError) && error.message.length > 10,
      String(call),
    );
  }
  assert.deepEqual(session.raster(PLANE, 10, 10), whole);
  assert.equal(session.raster_rows(PLANE, 10, 10, 5, 1e9).length, 50);
  assert.equal(session.raster_rows(PLANE, 10, 10, 20, 5).length, 0);
  assert.equal(session.sample(1e9).length, 30000);
  assert.equal(session.sample(0).length, 0);
  assert.equal(session.measure(0), false);
  while (!session.measure(4e9));
});

test('a point that is nowhere has no answer, one far out has', () => {
  for (const spec of SPECS) {
    const session = done(spec);
    const before = session.probability(0.1, 0.2);
    for (const nowhere of [NaN, Infinity, -Infinity, 1e38, -1e300, undefined]) {
      for (const [x, y] of [
        [nowhere, 0],
        [0, nowhere],
      ]) {
        assert.throws(() => session.probability(x, y), /two numbers within/, `${x}, ${y}`);
        assert.throws(() => session.neighbours(x, y), /two numbers within/, `${x}, ${y}`);
      }
    }
    for (const [x, y] of [
      [1e7, -1e7],
      [1e-45, -0],
    ]) {
      const p = session.probability(x, y);
      assert.ok(p >= 0 && p <= 1, `${p} at ${x}, ${y}`);
      assert.equal(session.neighbours(x, y).length, spec.learner.k ?? 0);
    }
    assert.ok(session.raster([-1e7, -1e7, 1e7, 1e7], 7, 7).every((p) => p >= 0 && p <= 1));
    assert.equal(session.probability(0.1, 0.2), before);
  }
});

// The same bits in Node as natively: tests/bits.rs wrote fixtures/bits.json. The module of the page, and one without SIMD.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const { engine, runs } = JSON.parse(read('tests/fixtures/bits.json').toString());

for (const [name, folder] of [
  ['with SIMD', 'www/pkg'],
  ['without SIMD', 'target/pkg-nosimd'],
]) {
  test(`${name}: ${runs.length} specs give the digests and errors that they give natively`, async () => {
    const wasm = await import(new URL(`../../${folder}/bitter_lesson.js`, import.meta.url).href);
    wasm.initSync({ module: read(`${folder}/bitter_lesson_bg.wasm`) });
    assert.equal(wasm.engine(), engine);
    for (const stored of runs) {
      const fresh = wasm.run(stored.spec);
      assert.equal(fresh.spec_id, stored.spec_id, `${stored.name}: spec_id`);
      assert.equal(fresh.digest, stored.digest, `${stored.name}: digest`);
      assert.deepEqual(fresh.errors, stored.errors, `${stored.name}: errors`);
    }
  });
}

// The same bits in browsers as natively: tests/bits.rs wrote fixtures/bits.json. Through the module that the page loads.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { browsers, closeAll, serve, withPage } from './harness.mjs';

after(closeAll);

const { runs } = JSON.parse(readFileSync(new URL('../fixtures/bits.json', import.meta.url), 'utf8'));

for (const browser of browsers()) {
  test(`${browser}: ${runs.length} specs give the digests and errors that they give natively`, async () => {
    const { url } = await serve('www');
    await withPage(browser, { url }, async ({ page }) => {
      // A page without figures, so that nothing else runs.
      await page.goto(`${url}favicon.svg`);
      await page.goto(`${url}embed.html`);
      for (const stored of runs) {
        const fresh = await page.evaluate(async (spec) => {
          const path = '/pkg/bitter_lesson.js';
          const wasm = await import(path);
          await wasm.default();
          const { digest, errors } = wasm.run(spec);
          return { digest, errors };
        }, stored.spec);
        assert.equal(fresh.digest, stored.digest, `${stored.name}: digest`);
        assert.deepEqual(fresh.errors, stored.errors, `${stored.name}: errors`);
      }
    });
  });
}

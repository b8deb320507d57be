// Measures what a reader downloads, in gzipped bytes: the wasm module alone, and everything a browser asks for when it
// opens the essay and nobody scrolls. Fails above the limits. The server's own log counts what workers fetch, too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { closeAll, serve, withPage } from '../tests/page/harness.mjs';
import { ROOT } from './serve.mjs';

// The goals are 100 KB and 250 KB; these keep what has been reached from being lost. Lower them with every gain.
const WASM_LIMIT = 140_000;
const FIRST_VIEW_LIMIT = 320_000;
/** The first view is over when nothing has been asked for this long. */
const QUIET_MS = 3000;

/** @param {string} path as the server was asked for it @returns {number} */
function gzippedSize(path) {
  try {
    return gzipSync(readFileSync(join(ROOT, 'dist', path)), { level: 9 }).length;
  } catch {
    return 0; // a missing file: the page tests hear of it
  }
}

/** @returns {Promise<string[]>} paths, in the order asked for */
async function firstView() {
  const { url, requests } = await serve('dist');
  await withPage('chromium', { url, width: 1280, height: 900 }, async ({ page }) => {
    await page.goto(url);
    let seen = -1;
    while (seen !== requests.length) {
      seen = requests.length;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
  });
  return [...new Set(requests)];
}

const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} KB`;

const sizes = (await firstView()).map((path) => ({ path, size: gzippedSize(path) }));
await closeAll();
for (const { path, size } of [...sizes].sort((a, b) => b.size - a.size)) {
  console.log(kilobytes(size), path.replace(/^\/v-[0-9a-f]+\//, ''));
}
const total = sizes.reduce((sum, { size }) => sum + size, 0);
const wasm = sizes.find(({ path }) => path.endsWith('.wasm'))?.size;
console.log(
  kilobytes(total),
  `first view in ${sizes.length} requests, gzipped (at most ${FIRST_VIEW_LIMIT / 1000} KB)`,
);
let failed = total > FIRST_VIEW_LIMIT;
if (wasm === undefined) {
  console.error('The first view did not load the wasm module: no figure went live.');
  failed = true;
} else {
  console.log(kilobytes(wasm), `wasm module (at most ${WASM_LIMIT / 1000} KB)`);
  failed ||= wasm > WASM_LIMIT;
}
process.exit(failed ? 1 : 0);

// Measures what a reader downloads, in gzipped bytes: everything a browser asks for when it opens the essay and nobody
// scrolls, by kind, and all scripts there are. Fails above the limits. The server's own log counts what workers fetch, too.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { closeAll, serve, withPage } from '../tests/page/harness.mjs';
import { filesUnder } from './hash.mjs';
import { ROOT } from './serve.mjs';

const DIST = join(ROOT, 'dist');
/** The first view is over when nothing has been asked for this long. */
const QUIET_MS = 3000;

/**
 * Goals are what is wanted; limits keep what has been reached from being lost: lower them with every gain.
 * @type {Record<string, {goal: number, limit: number}>}
 */
const KINDS = {
  program: { goal: 60_000, limit: 147_000 },
  scripts: { goal: 30_000, limit: 32_000 },
  'text and style': { goal: 40_000, limit: 39_000 },
  'pictures and results': { goal: 60_000, limit: 12_000 },
};
const ALL_SCRIPTS = { goal: 120_000, limit: 100_000 };

/** @param {string} path */
function kindOf(path) {
  if (path.endsWith('.wasm')) return 'program';
  if (path.endsWith('.js')) return 'scripts';
  return /\.(html|css)$/.test(path) ? 'text and style' : 'pictures and results';
}

/** @param {string} path under dist/ @returns {number} */
function gzippedSize(path) {
  try {
    return gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length;
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
const total = (/** @type {{size: number}[]} */ files) => files.reduce((sum, { size }) => sum + size, 0);
let failed = false;

/** @param {string} what @param {number} size @param {{goal: number, limit: number}} bounds */
function judge(what, size, { goal, limit }) {
  const fits = size <= limit;
  failed ||= !fits;
  const limits = `goal ${goal / 1000} KB, limit ${limit / 1000} KB`;
  console.log(`${kilobytes(size)}  ${what} (${limits})${fits ? '' : ': TOO MUCH'}`);
}

const files = (await firstView()).map((path) => ({ path, size: gzippedSize(path), kind: kindOf(path) }));
await closeAll();
for (const { path, size } of [...files].sort((a, b) => b.size - a.size)) {
  console.log(kilobytes(size), '', path.replace(/^\/v-[0-9a-f]+\//, ''));
}
console.log(`${kilobytes(total(files))}  first view in ${files.length} requests, gzipped; of it`);
for (const [kind, bounds] of Object.entries(KINDS)) {
  judge(kind, total(files.filter((file) => file.kind === kind)), bounds);
}
const scripts = filesUnder(DIST).filter((path) => extname(path) === '.js');
judge(
  'all scripts of the page',
  total(scripts.map((path) => ({ size: gzippedSize(path.slice(DIST.length)) }))),
  ALL_SCRIPTS,
);
if (!files.some(({ kind }) => kind === 'program')) {
  console.error('The first view did not load the wasm module: no figure went live.');
  failed = true;
}
process.exit(failed ? 1 : 0);

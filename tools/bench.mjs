// Speeds of this machine, to compare with themselves from day to day. Nothing passes or fails here.
//   node tools/bench.mjs [--wasm-only] [FOLDER of a built module]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './serve.mjs';

const WHOLE = [-1.2, -1.2, 1.2, 1.2];
const NETWORK = {
  learner: { kind: 'mlp', hidden: [64, 64], batch: 250 },
  sample: { n: 1000 },
  budget: { epochs: 1000 },
};
const million = (k) => ({ learner: { kind: 'knn', k }, sample: { n: 1_000_000 } });

const report = (what, milliseconds, note = '') =>
  console.log(`${milliseconds.toFixed(0).padStart(7)} ms  ${what}${note && ` (${note})`}`);

/** @template T @param {() => T} work @returns {[T, number]} result and milliseconds */
function timed(work) {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

function finish(session) {
  while (session.advance(1_000_000).state === 'running');
}

async function benchWasm(folder) {
  const module = await import(pathToFileURL(join(folder, 'bitter_lesson.js')).href);
  module.initSync({ module: readFileSync(join(folder, 'bitter_lesson_bg.wasm')) });

  const [network, training] = timed(() => {
    const session = new module.Session(NETWORK);
    finish(session);
    return session;
  });
  report(
    'train [64, 64], 1,000 epochs of 1,000 samples, batch 250',
    training,
    `${(1e6 / training).toFixed(0)} samples a ms`,
  );
  report('raster of it, 200 x 200', timed(() => network.raster(WHOLE, 200, 200))[1]);
  report('errors of it, all measures', timed(() => network.errors())[1]);
  network.free();

  const [neighbours, drawing] = timed(() => {
    const session = new module.Session(million(5));
    finish(session);
    return session;
  });
  report('draw and index 1,000,000 points', drawing);
  report('raster of k = 5, 200 x 200', timed(() => neighbours.raster(WHOLE, 200, 200))[1]);
  for (const n of [100, 1000, 10_000, 100_000, 999_999, 1_000_000]) {
    const spec = { ...million(5), sample: { n } };
    const [, time] = timed(() => {
      neighbours.respec(spec);
      finish(neighbours);
      neighbours.raster(WHOLE, 200, 200);
    });
    report(`slider to ${n.toLocaleString('en')}: new index and raster`, time);
  }
  report('counts of 1,000,000 points, 400 x 400', timed(() => neighbours.sample_counts(WHOLE, 400, 400))[1]);
  report('errors of k = 5 at 1,000,000, all measures', timed(() => neighbours.errors())[1]);
  neighbours.free();
}

function benchNative() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const program = join(target, 'release', 'bitter-lesson');
  if (!existsSync(program)) return console.log('         (no native program: cargo build --release)');
  for (const [what, spec] of [
    ['run [64, 64], 1,000 epochs of 1,000 samples, with all measures', NETWORK],
    ['run k = 5 at 1,000,000, with all measures', million(5)],
  ]) {
    const [{ status, stderr }, time] = timed(() =>
      spawnSync(program, ['run', '-'], { input: JSON.stringify(spec), encoding: 'utf8' }),
    );
    report(what, time, status === 0 ? '' : `failed: ${stderr.trim()}`);
  }
}

/** The essay as a reader opens it: until a figure says that it is live. */
async function benchPage() {
  const { browsers, closeAll, withPage } = await import('../tests/page/harness.mjs');
  for (const browser of browsers()) {
    await withPage(browser, { width: 1280, height: 900 }, async ({ page, url }) => {
      const start = performance.now();
      await page.goto(url, { waitUntil: 'domcontentloaded' });
      await page.waitForSelector('bitter-figure[data-status="live"]', { timeout: 20_000 }).then(
        () => report(`${browser}: first figure live after navigation`, performance.now() - start),
        () => console.log(`         ${browser}: no figure went live in 20 s`),
      );
    });
  }
  await closeAll();
}

const wasmOnly = process.argv.includes('--wasm-only');
const folder = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? join(ROOT, 'www', 'pkg');
console.log(`WebAssembly in Node ${process.version}, one thread`);
await benchWasm(folder);
if (!wasmOnly) {
  console.log('Native command line');
  benchNative();
  console.log('Page');
  await benchPage();
}

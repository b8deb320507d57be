// What a reader waits for: the first live figure, and each stop of the slider over the size of the sample.
import { browsers, withPage } from '../../tests/page/harness.mjs';
import { measureInteraction } from './interaction.mjs';
import { secondsOf, spread, together } from './measure.mjs';

const MILLION = 1_000_000;
const STOPS = [100, 1000, 10_000, 100_000, 300_000, MILLION];
/** Sides of the pictures that the figures ask for: while a control moves, and then. */
const [COARSE, FULL] = [144, 300];
const MIB = 2 ** 20;

const milliseconds = (/** @type {import('./measure.mjs').Spread} */ { median }) => `${(1000 * median).toFixed(0)} ms`;
const knn = (/** @type {number} */ n) => ({ sample: { n }, learner: { kind: 'knn', k: 5 } });

/**
 * The slider drawn from one end to the other, after the points exist: what each stop takes.
 * @param {import('./cast.mjs').Cast} cast @param {number} rounds
 */
export async function dragRows(cast, rounds) {
  const { call } = cast.players.ours;
  await call('begin', { spec: knn(MILLION) });
  await call('draw');
  await call('index');
  /** @type {Record<number, {coarse: number[], full: number[]}>} */
  const taken = Object.fromEntries(STOPS.map((n) => [n, { coarse: [], full: [] }]));
  for (let round = 0; round <= rounds; round++) {
    for (const n of STOPS) {
      const coarse = together([
        await call('again', { spec: knn(n) }),
        await call('index'),
        await call('raster', { side: COARSE }),
      ]);
      const full = together([coarse, await call('raster', { side: FULL })]);
      if (round === 0) continue; // not yet optimised
      taken[n].coarse.push(secondsOf(coarse));
      taken[n].full.push(secondsOf(full));
    }
  }
  return STOPS.map((n) => {
    const [coarse, full] = [spread(taken[n].coarse), spread(taken[n].full)];
    const columns = {
      [`index and ${COARSE} × ${COARSE}`]: { text: milliseconds(coarse), seconds: coarse },
      [`and then ${FULL} × ${FULL}`]: { text: milliseconds(full), seconds: full },
    };
    return { name: `slider to ${n.toLocaleString('en')}`, columns };
  });
}

/** Memory of a fresh instance after work. @param {import('./cast.mjs').Cast} cast */
export async function memoryRows(cast) {
  const rows = [];
  for (const [name, spec] of [
    ['k = 5 among 1,000,000 points, with a picture', knn(MILLION)],
    [
      '[64, 64], an epoch of 1,000,000 points',
      { sample: { n: MILLION }, learner: { kind: 'mlp' }, budget: { epochs: 1 } },
    ],
  ]) {
    const fresh = await cast.ours(String(name));
    await fresh.call('begin', { spec });
    await fresh.call('draw');
    await fresh.call('index');
    await fresh.call('raster', { side: FULL });
    const { result: bytes } = await fresh.call('memory');
    await fresh.close();
    rows.push({ name, columns: { 'ours, Chromium': { text: `${(bytes / MIB).toFixed(1)} MiB`, bytes } } });
  }
  return rows;
}

/** The essay as a reader opens it, in a profile of its own: until the first figure says that it is live. @param {number} rounds */
export async function startRows(rounds) {
  /** @type {Record<string, any>} */
  const columns = {};
  for (const browser of browsers()) {
    const taken = [];
    try {
      for (let round = 0; round <= rounds; round++) {
        const seconds = await startOnce(browser);
        if (round > 0) taken.push(seconds); // the first one starts the browser
      }
    } catch (error) {
      columns[browser] = { void: String(error.message).split('\n')[0] };
      continue;
    }
    const wall = spread(taken);
    columns[browser] = { text: milliseconds(wall), wall };
  }
  return [{ name: 'first figure live after navigation', columns }];
}

/** @param {import('../../tests/page/harness.mjs').BrowserName} browser @returns {Promise<number>} seconds */
const startOnce = (browser) =>
  withPage(browser, { width: 1280, height: 900 }, async ({ page, url }) => {
    const start = performance.now();
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('bitter-figure[data-status="live"]', { timeout: 20_000 });
    return (performance.now() - start) / 1000;
  });

/** How soon the page answers while figures train. */
export async function interactionRow() {
  const measured = await measureInteraction();
  const { figures, slowdown, interactions, inp_ms, median_ms, longest_task_ms } = measured;
  const text = (/** @type {number} */ ms) => `${Math.round(ms)} ms`;
  const columns = {
    'slowest to the next paint': { text: text(inp_ms), ...measured },
    median: { text: text(median_ms) },
    'longest task': { text: text(longest_task_ms) },
  };
  return { name: `${interactions} presses while ${figures} figures train, ${slowdown} × slowed`, columns };
}

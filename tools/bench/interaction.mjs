// What a reader on a slow machine waits for while five figures train before their eyes: with the page's thread slowed four
// times, real clicks and keys, and for each the browser's own measure from the press to the next paint.
//   node tools/bench/interaction.mjs
import { pathToFileURL } from 'node:url';
import { closeAll, withPage } from '../../tests/page/harness.mjs';

const FIGURES = ['network', 'prior', 'cleverness', 'network', 'prior'];
const SLOWDOWN = 4;
const ROUNDS = 3;
/** Between two presses, so that each is answered by a page that trains, and paints are not shared. */
const BETWEEN_MS = 400;
/** Pressed in every figure, one after the other. */
const BUTTONS = ['[data-action="play"]', '[data-action="play"]', '[data-control="layers"]', '[data-control="norm"]'];

const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @typedef {{kind: string, ms: number}} Press */
/**
 * @typedef {object} Interaction
 * @property {number} figures that train
 * @property {number} slowdown of the page's thread
 * @property {number} interactions measured
 * @property {number} inp_ms      interaction to next paint: from the press to the paint after it, of the slowest
 * @property {number} median_ms
 * @property {string} slowest     the kind of that event
 * @property {number} longest_task_ms  on the page's thread, slowed
 * @property {number} long_tasks_per_second  tasks of 50 ms and more, slowed
 */

/** @returns {Promise<Interaction>} */
export async function measureInteraction() {
  return withPage('chromium', { width: 1280, height: 900 }, async ({ page, url }) => {
    await page.goto(`${url}embed.html#fig=${FIGURES[0]}`);
    await page.evaluate((names) => {
      // Side by side, so that all are near enough to the view to go on training.
      const main = /** @type {HTMLElement} */ (document.querySelector('main'));
      main.style.cssText = 'display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; max-width: none';
      for (const name of names) {
        const figure = document.createElement('bitter-figure');
        figure.setAttribute('name', name);
        main.append(figure);
      }
    }, FIGURES.slice(1));
    await page.waitForFunction(
      (count) => document.querySelectorAll('bitter-figure[data-status="live"]').length === count,
      {},
      FIGURES.length,
    );
    await page.evaluate(() => {
      const w = /** @type {any} */ (window);
      w.presses = [];
      w.tasks = [];
      new PerformanceObserver((list) => {
        for (const entry of /** @type {any[]} */ (list.getEntries())) {
          if (entry.interactionId) w.presses.push({ id: entry.interactionId, kind: entry.name, ms: entry.duration });
        }
      }).observe(/** @type {any} */ ({ type: 'event', durationThreshold: 16 }));
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) w.tasks.push(duration);
      }).observe({ type: 'longtask' });
    });
    await page.emulateCPUThrottling(SLOWDOWN);
    await play(page);
    const begun = performance.now();
    for (let round = 0; round < ROUNDS; round++) await pressEverything(page);
    const seconds = (performance.now() - begun) / 1000;
    await wait(1000);
    const { presses, tasks } = await page.evaluate(() => {
      const { presses, tasks } = /** @type {any} */ (window);
      return { presses, tasks };
    });
    return summary(presses, tasks, seconds);
  });
}

/** Every figure that stands still is set to train. @param {import('puppeteer-core').Page} page */
function play(page) {
  return page.evaluate(() => {
    for (const figure of document.querySelectorAll('bitter-figure')) {
      const button = /** @type {HTMLElement | null} */ (figure.shadowRoot?.querySelector('[data-action="play"]'));
      if (button?.textContent === 'Play') button.click();
    }
  });
}

/** @param {import('puppeteer-core').Page} page */
async function pressEverything(page) {
  for (const figure of await page.$$('bitter-figure')) {
    for (const selector of BUTTONS) {
      const target = await figure.$(`>>> ${selector}`);
      if (!(await target?.boundingBox())) continue; // not in this figure, or folded away
      await target?.click();
      await wait(BETWEEN_MS);
    }
    // A slider by keys: every press is another spec, for which the figure begins anew.
    const slider = await figure.$('>>> input[type="range"]');
    if (slider) {
      await slider.focus();
      for (const key of /** @type {const} */ (['ArrowRight', 'ArrowLeft'])) {
        await page.keyboard.press(key);
        await wait(BETWEEN_MS);
      }
    }
    const canvas = await figure.$('>>> canvas');
    await canvas?.click();
    await wait(BETWEEN_MS);
    await play(page);
  }
}

/** @param {{id: number, kind: string, ms: number}[]} entries @param {number[]} tasks @param {number} seconds @returns {Interaction} */
function summary(entries, tasks, seconds) {
  /** Several events make one interaction; the slowest counts. @type {Map<number, Press>} */
  const presses = new Map();
  for (const { id, kind, ms } of entries) if (ms > (presses.get(id)?.ms ?? -1)) presses.set(id, { kind, ms });
  const sorted = [...presses.values()].sort((a, b) => a.ms - b.ms);
  // As browsers count it: of fifty presses the slowest one is forgiven.
  const slowest = sorted.at(-1 - Math.floor(sorted.length / 50));
  return {
    figures: FIGURES.length,
    slowdown: SLOWDOWN,
    interactions: sorted.length,
    inp_ms: slowest?.ms ?? NaN,
    median_ms: sorted[sorted.length >> 1]?.ms ?? NaN,
    slowest: slowest?.kind ?? '',
    longest_task_ms: Math.round(Math.max(0, ...tasks)),
    long_tasks_per_second: Number((tasks.length / seconds).toFixed(1)),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await measureInteraction());
  await closeAll();
}

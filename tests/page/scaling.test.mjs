// The figure of error against points in real browsers: stored dots at once, the guess before the answer, a knob that moves the verdict,
// a live sweep with the bits of the stored runs that can be paused, stopped and continued, and is not computed twice.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { assertQuiet, axe, browsers, closeAll, withPage } from './harness.mjs';

after(closeAll);

const fits = JSON.parse(readFileSync(new URL('../../www/results/scaling-fits.json', import.meta.url), 'utf8'));

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {Page} page @param {string} url @param {string} fragment */
async function open(page, url, fragment = '#fig=scaling-curve') {
  await page.goto('about:blank');
  await page.goto(`${url}embed.html${fragment}`);
  await page.waitForFunction(() => document.querySelector('bitter-figure')?.getAttribute('data-status') === 'stored');
}

/** @param {Page} page @param {string} selector */
const press = (page, selector) =>
  page.evaluate((wanted) => {
    /** @type {HTMLElement} */ (document.querySelector('bitter-figure').shadowRoot.querySelector(wanted)).click();
  }, selector);

/** @param {Page} page @param {string} selector @returns {Promise<string>} */
const text = (page, selector) =>
  page.evaluate((wanted) => document.querySelector('bitter-figure').shadowRoot.querySelector(wanted).textContent, selector);

/** @param {Page} page @param {string} selector @param {string} part */
const says = (page, selector, part) =>
  page.waitForFunction(
    (wanted, words) => document.querySelector('bitter-figure').shadowRoot.querySelector(wanted).textContent.includes(words),
    { timeout: 120_000 },
    selector,
    part,
  );

/** Leaves one neighbour alone: the cheapest line to run. @param {Page} page */
async function onlyOneNeighbour(page) {
  await page.evaluate(() => {
    const root = document.querySelector('bitter-figure').shadowRoot;
    for (const box of root.querySelectorAll('[data-control=layers]')) {
      const input = /** @type {HTMLInputElement} */ (box);
      const wanted = input.nextElementSibling.textContent === '1 neighbour';
      if (input.checked !== wanted) input.click();
    }
  });
}

for (const browser of browsers) {
  test(`${browser}: stored dots, the guess first, and a knob that moves the verdict`, async () => {
    await withPage(browser, { width: 900 }, async ({ page, url, consoleMessages }) => {
      await open(page, url);
      const dots = () => page.evaluate(() => document.querySelector('bitter-figure').shadowRoot.querySelectorAll('.dot').length);
      const before = await dots();
      assert.ok(before > 50, `${before} dots`);
      assert.match(await text(page, '.sentence'), /Guess or skip/);
      await press(page, '[data-guess=skip]');
      assert.ok((await dots()) > 2 * before);
      const turn = (/** @type {number} */ position) =>
        page.evaluate((value) => {
          const root = document.querySelector('bitter-figure').shadowRoot;
          const knob = /** @type {HTMLInputElement} */ (root.querySelector('[data-control=steps]'));
          knob.value = String(value);
          knob.dispatchEvent(new Event('input', { bubbles: true }));
          knob.dispatchEvent(new Event('change', { bubbles: true }));
        }, position);
      for (const [position, steps] of [
        [0, 1000],
        [1, 4000],
        [2, 20000],
      ]) {
        await turn(position);
        const { crossing } = fits.crossings['density.all'][`polar/${steps}`];
        const said = await text(page, '.sentence');
        assert.equal(/overtakes the polar network at about/.test(said), crossing.sign === '=', said);
        assert.equal(/does not overtake within a million/.test(said), crossing.sign === '>', said);
      }
      await press(page, 'input[value="area.tip"]');
      assert.match(await text(page, '.sentence'), /at the tip/);
      await press(page, 'input[value="operations"]');
      assert.match(await text(page, '.chart'), /operations to train and then answer a million points/);
      assert.deepEqual(await axe(page), []);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: a live sweep has the bits of the stored runs, stops and goes on, and is kept`, async () => {
    await withPage(browser, { width: 900 }, async ({ page, url, consoleMessages }) => {
      await open(page, url);
      await press(page, '[data-guess=skip]');
      await onlyOneNeighbour(page);
      await press(page, '[data-action=rerun]');
      await says(page, '[data-report=sweep]', 'of 9 runs');
      await press(page, '[data-action=pause]');
      await says(page, '[data-report=sweep]', 'paused');
      await press(page, '[data-action=pause]');
      await says(page, '[data-report=sweep]', '9 of 9 runs. 9 of 9 have the bits of the stored runs.');
      // Kept by the browser: another visit has them at once, with no worker at work for long.
      await open(page, url);
      await press(page, '[data-guess=skip]');
      await onlyOneNeighbour(page);
      await press(page, '[data-action=rerun]');
      await says(page, '[data-report=sweep]', '9 of 9 have the bits');
      assertQuiet(consoleMessages);
    });
  });
}

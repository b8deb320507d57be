// The figures of scale: the grid of stored pictures asks all of them at once and reruns any; the lens and the purchases show stored
// results at once, and what follows from the price follows.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertQuiet, axe, browsers, closeAll, withPage } from './harness.mjs';

after(closeAll);

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {Page} page @param {string} url @param {string} fragment */
async function open(page, url, fragment) {
  await page.goto(`${url}embed.html${fragment}`);
  await page.waitForSelector('bitter-figure');
  await settled(page);
}

/** @param {Page} page */
function settled(page) {
  return page.evaluate(async () => {
    const figure = /** @type {any} */ (document.querySelector('bitter-figure'));
    for (let i = 0; i < 2; i++) {
      await figure.settled();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
}

/** @param {Page} page @param {string} selector */
function texts(page, selector) {
  return page.evaluate(
    (wanted) =>
      [...document.querySelector('bitter-figure').shadowRoot.querySelectorAll(wanted)].map(
        (element) => element.textContent,
      ),
    selector,
  );
}

for (const browser of browsers()) {
  for (const width of [360, 768, 1280]) {
    test(`${browser}: scaling-grid, tail and buy-data fit ${width} px, and axe finds nothing in the grid`, async () => {
      await withPage(browser, { width, dark: width === 768 }, async ({ page, url, consoleMessages }) => {
        for (const name of ['scaling-grid', 'tail', 'buy-data']) {
          await page.goto('about:blank');
          await open(page, url, `#fig=${name}`);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${name} is ${wide} px wide`);
          if (name === 'scaling-grid') assert.deepEqual(await axe(page, 'bitter-figure'), []);
        }
        assertQuiet(consoleMessages);
      });
    });
  }

  test(`${browser}: the grid answers for all pictures at once, by keyboard, and Escape leaves`, async () => {
    await withPage(browser, { width: 1000 }, async ({ page, url, consoleMessages }) => {
      await open(page, url, '#fig=scaling-grid');
      const [before] = await texts(page, '.sentence');
      assert.match(before ?? '', /times as often/);
      await page.evaluate(() => document.querySelector('bitter-figure').shadowRoot.querySelector('canvas').focus());
      await page.keyboard.press('ArrowRight');
      assert.equal((await texts(page, '.tip:not([hidden]) p')).length, 8);
      assert.match((await texts(page, '.sentence'))[0] ?? '', /^At \(.*the nearest point is right/);
      await page.keyboard.press('Escape');
      assert.equal((await texts(page, '.tip:not([hidden]) p')).length, 0);
      assert.equal((await texts(page, '.sentence'))[0], before);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: a picture of the grid, run again, has the same bits and the numbers of its run`, async () => {
    await withPage(browser, { width: 1000 }, async ({ page, url, consoleMessages }) => {
      await open(page, url, '#fig=scaling-grid');
      await page.evaluate(() =>
        /** @type {HTMLElement} */ (
          document.querySelector('bitter-figure').shadowRoot.querySelector('[data-action=rerun-k1-10000]')
        ).click(),
      );
      await settled(page);
      assert.ok((await texts(page, '.below')).some((text) => text?.includes('the same bits as stored')));
      const [shown, truth] = await page.evaluate(async () => {
        const figure = /** @type {any} */ (document.querySelector('bitter-figure'));
        const span = figure.shadowRoot.querySelector('[data-run=k1-10000][data-measure=density]');
        const errors = await figure.runs.get('k1-10000').errors();
        return [span.dataset.value, String(errors.find((e) => e.measure === 'density' && e.region === 'all').value)];
      });
      assert.equal(shown, truth);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: the lens shows a stored network before the live one, and then how many points fell there`, async () => {
    await withPage(browser, { width: 1000 }, async ({ page, url, consoleMessages }) => {
      await page.goto(`${url}embed.html#fig=tail&look=polar`);
      await page.waitForSelector('bitter-figure[data-status=stored]');
      assert.match((await texts(page, '.sentence'))[0] ?? '', /about 23 fall into the tip/);
      await settled(page);
      assert.match((await texts(page, '.sentence'))[0] ?? '', /22 have fallen into the tip/);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: what the money buys in the tip follows from the price, also in a link`, async () => {
    await withPage(browser, { width: 1000 }, async ({ page, url, consoleMessages }) => {
      await open(page, url, '#fig=buy-data&look=k1.100');
      assert.match((await texts(page, '.sentence'))[0] ?? '', /10 in the tip at 100 times the price/);
      assert.equal((await texts(page, 'tbody tr')).length, 3);
      assertQuiet(consoleMessages);
    });
  });
}

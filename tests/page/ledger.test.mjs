// The ledger in real browsers: the list is complete without scripts; with them a row opens by keyboard, verdicts can be chosen, a
// mark leads to its claim, and a seed computed on the page has the stored bits.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertQuiet, axe, browsers, closeAll, withPage } from './harness.mjs';

after(closeAll);

/** Two runs of neighbours on 10,000 points. */
const CHEAP = 'k1-area';

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {Page} page @param {string} id */
const focusRow = (page, id) =>
  page.$eval(`#claim-${id} summary`, (summary) => /** @type {HTMLElement} */ (summary).focus());

/** @param {Page} page @param {string} id */
const awake = (page, id) => page.waitForSelector(`#claim-${id} details[data-live="live"] .claim-dots`);

/** Presses Tab until the element is focused. @param {Page} page @param {string} selector */
async function tabTo(page, selector) {
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

/** Verdicts of the rows that are shown. @param {Page} page */
const shown = (page) =>
  page.$$eval('.claims > li', (rows) =>
    rows.filter((row) => row.checkVisibility()).map((row) => row.getAttribute('data-verdict')),
  );

for (const browser of browsers()) {
  test(`${browser}: a claim opens by keyboard, and a seed of it is computed to the stored bits`, async () => {
    await withPage(browser, { width: 900 }, async ({ page, url, consoleMessages }) => {
      await page.goto(url);
      await focusRow(page, CHEAP);
      await page.keyboard.press('Enter');
      await awake(page, CHEAP);
      const row = `#claim-${CHEAP}`;
      const dots = await page.$$eval(`${row} .claim-strip:first-child .dot`, (all) => all.length);
      assert.equal(dots, await page.$$eval(`${row} select option`, (all) => all.length));
      // from dot to dot by arrow, and the chosen one is the seed that is run
      await tabTo(page, `${row} .dot`);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      const seed = await page.evaluate(() => document.activeElement.getAttribute('data-key'));
      assert.equal(await page.$eval(`${row} select`, (select) => select.value), seed);
      await tabTo(page, `${row} [data-action="rerun"]`);
      await page.keyboard.press('Enter');
      await page.waitForFunction(
        (selector) => /bits|work/.test(document.querySelector(selector).textContent),
        {},
        `${row} .claim-report`,
      );
      const said = await page.$eval(`${row} .claim-report`, (report) => report.textContent);
      assert.match(said, new RegExp(`^Seed ${seed}: .* The same bits as in the ledger\\.`));
      assert.deepEqual(
        await page.$$eval(`${row} .ring`, (rings) => rings.map((ring) => ring.getAttribute('data-key'))),
        [seed],
      );
      assert.deepEqual(await axe(page, '#ledger'), []);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: what must fail fails`, async () => {
    await withPage(browser, { width: 360, dark: true }, async ({ page, url, consoleMessages }) => {
      await page.goto(`${url}#claim-${CHEAP}`);
      await awake(page, CHEAP);
      const row = `#claim-${CHEAP}`;
      await page.$eval(`${row} [data-action="counter"]`, (button) => /** @type {HTMLElement} */ (button).click());
      await page.waitForFunction(
        (selector) => /The test|work/.test(document.querySelector(selector).textContent),
        {},
        `${row} .claim-report`,
      );
      assert.match(await page.$eval(`${row} .claim-report`, (report) => report.textContent), /fails, as it must/);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      assert.deepEqual(await axe(page, '#ledger'), []);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: verdicts can be chosen by keyboard, and a mark opens its claim`, async () => {
    await withPage(browser, { width: 900 }, async ({ page, url, consoleMessages }) => {
      await page.goto(url);
      const all = await shown(page);
      assert.ok(all.length > 15);
      await page.waitForSelector('.claims-filter');
      await page.$eval('.claims-filter input[value="all"]', (input) => input.focus());
      for (const verdict of new Set(all)) {
        await page.$eval(`.claims-filter input[value="${verdict}"]`, (input) => input.focus());
        await page.keyboard.press(' ');
        assert.deepEqual(new Set(await shown(page)), new Set([verdict]));
        assert.equal((await shown(page)).length, all.filter((one) => one === verdict).length);
      }
      // the mark's claim is shown whatever was chosen
      await page.$eval(`.mark[data-claim="${CHEAP}"]`, (mark) => /** @type {HTMLElement} */ (mark).click());
      await awake(page, CHEAP);
      assert.equal(await page.evaluate(() => document.activeElement.closest('li')?.id), `claim-${CHEAP}`);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser} without scripts: every claim with its verdict, and what stands behind it`, async () => {
    await withPage(browser, { width: 900, javascript: false }, async ({ page, url }) => {
      const html = await (await fetch(url)).text();
      await page.goto(url);
      const rows = html.match(/<li id="claim-[\s\S]*?<\/li>/g);
      assert.ok(rows.length > 15);
      for (const row of rows) {
        assert.match(row, /<summary><span class="verdict (holds|depends|reversed)">\1<\/span>/);
        for (const name of ['Test', 'In numbers', 'Found', 'Must fail', 'Run it'])
          assert.ok(row.includes(`<dt>${name}</dt>`), row);
      }
      assert.doesNotMatch(html, /not judged yet/);
    });
  });
}

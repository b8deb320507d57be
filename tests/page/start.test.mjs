// How the page starts: nothing runs for a figure that is far below; when it comes near, the program is compiled once, for all.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertQuiet, browsers, closeAll, withPage } from './harness.mjs';

after(closeAll);

/** What was started so far. @param {import('puppeteer-core').Page} page */
const started = (page) => page.evaluate(() => /** @type {any} */ (window).started);

for (const browser of browsers()) {
  test(`${browser}: far below nothing is started; near, workers share one compiled program`, async () => {
    await withPage(browser, { width: 900, height: 700 }, async ({ page, url, consoleMessages }) => {
      await page.evaluateOnNewDocument(() => {
        const counts = { workers: 0, compiled: 0 };
        Object.assign(window, { started: counts });
        const { Worker } = window;
        window.Worker = class extends Worker {
          /** @param {string | URL} address @param {WorkerOptions} [options] */
          constructor(address, options) {
            super(address, options);
            counts.workers++;
          }
        };
        const { compileStreaming } = WebAssembly;
        WebAssembly.compileStreaming = (source) => {
          counts.compiled++;
          return compileStreaming.call(WebAssembly, source);
        };
      });
      await page.goto(`${url}embed.html`);
      await page.evaluate(() => {
        const far = document.createElement('div');
        far.style.height = '6000px';
        const figures = ['why-k-1', 'prior'].map((name) => {
          const figure = document.createElement('bitter-figure');
          figure.setAttribute('name', name);
          return figure;
        });
        document.querySelector('main')?.append(far, ...figures);
      });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      assert.deepEqual(await started(page), { workers: 0, compiled: 0 });
      await page.evaluate(() => scrollTo(0, 6000));
      await page.waitForFunction(() => document.querySelectorAll('bitter-figure[data-status="live"]').length === 2);
      const { workers, compiled } = await started(page);
      assert.ok(workers >= 1 && workers <= 4, `${workers} workers`);
      assert.equal(compiled, 1);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: a frame without a figure, or with one that there is not, says so and logs nothing`, async () => {
    /** @type {[string, RegExp][]} */
    const cases = [
      ['', /^This page shows one figure.*prior/],
      ['#fig=nothing-like-it', /^There is no figure called “nothing-like-it”.*opening.*cleverness/],
    ];
    for (const [fragment, words] of cases) {
      await withPage(browser, { width: 360, height: 700 }, async ({ page, url, consoleMessages }) => {
        await page.goto(`${url}embed.html${fragment}`);
        assert.match(await page.$eval('#figure', (place) => place.textContent ?? ''), words);
        // Chromium complains of what was fetched early for nothing only some seconds after the page has loaded.
        await new Promise((resolve) => setTimeout(resolve, 6000));
        assertQuiet(consoleMessages);
      });
    }
  });
}

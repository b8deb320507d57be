// The harness itself, on a page made here: a harness that hears nothing would let everything pass.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROOT } from '../../tools/serve.mjs';
import { assertQuiet, axe, browsers, closeAll, serve, withPage } from './harness.mjs';

const FOLDER = '.build/harness';
const head = '<!doctype html><html lang="en"><title>Trial</title><link rel="icon" href="data:,">';
const PAGES = {
  'index.html': `${head}<main><h1>Quiet</h1><script>document.body.append('scripted')</script></main></html>`,
  'loud.html': `${head}<main><h1>Loud</h1><img src="missing.png" alt=""><input>
    <script>
      console.log('spoken');
      new Worker('worker.js');
      setTimeout(() => { throw new Error('thrown'); });
    </script></main></html>`,
  'worker.js': "console.log('from the worker');",
};

/** @type {string} */
let url;
before(async () => {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  for (const [name, text] of Object.entries(PAGES)) writeFileSync(join(ROOT, FOLDER, name), text);
  url = (await serve(FOLDER)).url;
});
after(async () => {
  await closeAll();
  rmSync(join(ROOT, FOLDER), { recursive: true });
});

for (const browser of browsers()) {
  test(`${browser}: a good page is quiet, and axe has nothing to say`, async () => {
    await withPage(browser, { url, width: 320, height: 480 }, async ({ page, consoleMessages }) => {
      await page.goto(url);
      assert.equal(await page.evaluate(() => document.documentElement.clientWidth), 320);
      assert.deepEqual(await axe(page), []);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: messages, errors, missing files and axe's findings are heard`, async () => {
    await withPage(browser, { url }, async ({ page, consoleMessages }) => {
      await page.goto(`${url}loud.html`);
      const expected = [/spoken/, /from the worker/, /thrown/, /404.*missing\.png/];
      const deadline = Date.now() + 20_000;
      while (!expected.every((one) => consoleMessages.some((text) => one.test(text))) && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      for (const one of expected)
        assert.ok(
          consoleMessages.some((text) => one.test(text)),
          `${one}: ${consoleMessages}`,
        );
      assert.throws(() => assertQuiet(consoleMessages));
      assert.match((await axe(page)).join('\n'), /label/);
    });
  });

  test(`${browser}: dark, reduced motion, no scripts`, async () => {
    const media = () =>
      ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)'].map((q) => matchMedia(q).matches);
    await withPage(browser, { url, dark: true, reducedMotion: true }, async ({ page }) => {
      await page.goto(url);
      assert.deepEqual(await page.evaluate(media), [true, true]);
    });
    await withPage(browser, { url }, async ({ page }) => {
      await page.goto(url);
      assert.deepEqual(await page.evaluate(media), [false, false]);
      assert.match(await page.evaluate(() => document.body.textContent ?? ''), /^Quiet.*scripted/s);
    });
    await withPage(browser, { url, javascript: false }, async ({ page }) => {
      await page.goto(url);
      const text = await page.evaluate(() => document.body.innerText);
      assert.equal(text, 'Quiet');
    });
  });
}

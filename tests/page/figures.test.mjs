// The figures of neighbours and points in real browsers: each goes live alone on a page; what it shows is a function of its
// link; the numbers it tells are those of its runs; without WebAssembly the stored result stays.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertQuiet, axe, browsers, closeAll, withPage } from './harness.mjs';

after(closeAll);

const FIGURES = ['opening', 'problem', 'neighbours', 'why-k-1', 'tail', 'buy-data'];
const WIDTHS = [360, 1000];

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {Page} page @param {string} url @param {string} fragment */
async function open(page, url, fragment) {
  await page.goto(`${url}embed.html${fragment}`);
  await page.waitForSelector('bitter-figure');
  await settled(page);
}

/** Resolves when the figure shows what it was asked for, and still does a moment later. @param {Page} page */
async function settled(page) {
  await page.evaluate(async () => {
    const figure = /** @type {any} */ (document.querySelector('bitter-figure'));
    do {
      await figure.settled();
      await new Promise((resolve) => setTimeout(resolve, 200));
    } while (
      !(await Promise.race([figure.settled().then(() => true), new Promise((resolve) => setTimeout(resolve, 0))]))
    );
  });
}

/** What the reader sees: every canvas to the byte, the sentence, the notice. @param {Page} page */
function seen(page) {
  return page.evaluate(async () => {
    const root = /** @type {ShadowRoot} */ (document.querySelector('bitter-figure')?.shadowRoot);
    // A copy to read from: reading a canvas back makes the browser warn, and may change how it is drawn.
    const pictures = [...root.querySelectorAll('canvas')].map((canvas) => {
      const { width, height } = canvas;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      context.drawImage(canvas, 0, 0);
      return { width, height, data: context.getImageData(0, 0, width, height).data };
    });
    const canvases = pictures.map(async ({ width, height, data }) => {
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      return `${width}x${height} ${[...hash.slice(0, 8)].map((b) => b.toString(16).padStart(2, '0')).join('')}`;
    });
    return {
      canvases: await Promise.all(canvases),
      colours: pictures.map(({ data }) => new Set(new Uint32Array(data.buffer)).size),
      sentence: root.querySelector('.sentence').textContent,
      notice: root.querySelector('.notice:not([hidden]) p')?.textContent ?? null,
      status: document.querySelector('bitter-figure').getAttribute('data-status'),
    };
  });
}

/** Numbers in the text against the runs they name: the ones that differ, and how many were compared. @param {Page} page */
function compareNumbers(page) {
  return page.evaluate(async () => {
    const figure = /** @type {any} */ (document.querySelector('bitter-figure'));
    const different = [];
    let compared = 0;
    for (const span of figure.shadowRoot.querySelectorAll('[data-measure]')) {
      const { measure, region, as, run, value } = span.dataset;
      if (!figure.runs.has(run)) continue; // a stored run that is not live
      const errors = await figure.runs.get(run).errors();
      const truth = errors.find((e) => e.measure === measure && e.region === region)?.value;
      const read = Number.parseFloat(span.textContent) / 100;
      const expected = as === 'percentRight' ? 1 - truth : truth;
      compared++;
      if (String(truth) !== value || Math.abs(read - expected) > 0.0006)
        different.push([measure, region, span.textContent, truth]);
    }
    return { compared, different };
  });
}

/** Presses the copy button with a clipboard of our own. @param {Page} page @param {string} action */
function copied(page, action) {
  return page.evaluate(async (name) => {
    let text = '';
    const clipboard = { writeText: async (/** @type {string} */ t) => void (text = t) };
    Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
    /** @type {any} */ (
      document.querySelector('bitter-figure').shadowRoot.querySelector(`[data-action=${name}]`)
    ).click();
    while (text === '') await new Promise((resolve) => setTimeout(resolve, 20));
    return text;
  }, action);
}

/** One random control moved as a hand would; what was done. @param {Page} page @param {number[]} dice three numbers in [0, 1) */
function turnSomething(page, dice) {
  return page.evaluate(async ([which, where]) => {
    const root = document.querySelector('bitter-figure').shadowRoot;
    const all = [...root.querySelectorAll('input:not(.copied), button[data-control], button[data-guess]')]
      .map((control) => /** @type {HTMLInputElement} */ (control))
      .filter((control) => !control.disabled && control.checkVisibility());
    const control = all[Math.floor(which * all.length)];
    const event = (/** @type {string} */ type) => control.dispatchEvent(new Event(type, { bubbles: true }));
    if (control.type === 'range') {
      for (const shift of [0, 0.15, 0.3]) {
        control.value = String(Math.floor(((where + shift) % 1) * (Number(control.max) + 1)));
        event('input');
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      event('change');
    } else if (control.type === 'text') {
      control.value = String(Math.floor(where * 10_000));
      event('change');
    } else control.click();
    return `${control.dataset.control ?? control.dataset.guess} ${control.value}`;
  }, dice);
}

/** The same dice in every run of the test. @param {number} seed */
function dice(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

for (const browser of browsers()) {
  for (const [i, name] of FIGURES.entries()) {
    test(`${browser}: ${name} goes live, tells the numbers of its runs, and axe finds nothing`, async () => {
      for (const dark of [false, true]) {
        await withPage(browser, { width: WIDTHS[Number(dark)], dark }, async ({ page, url, consoleMessages }) => {
          await open(page, url, `#fig=${name}`);
          const { status, colours, sentence, notice } = await seen(page);
          assert.equal(status, 'live');
          assert.equal(notice, null);
          assert.ok(
            colours.every((count) => count > 20),
            `pictures are painted: ${colours}`,
          );
          assert.match(sentence, /\d/);
          const { compared, different } = await compareNumbers(page);
          assert.ok(compared > 0);
          assert.deepEqual(different, []);
          assert.deepEqual(await axe(page, 'bitter-figure'), []);
          assertQuiet(consoleMessages);
        });
      }
    });

    test(`${browser}: ${name} after any controls shows what a fresh load of its link shows`, async () => {
      const roll = dice(11 + i);
      await withPage(browser, { width: 900 }, async ({ page, url, consoleMessages }) => {
        await open(page, url, `#fig=${name}`);
        const done = [];
        for (let turn = 0; turn < 8; turn++) {
          done.push(await turnSomething(page, [roll(), roll()]));
          if (roll() < 0.3) await settled(page);
        }
        await settled(page);
        const before = await seen(page);
        assert.deepEqual((await compareNumbers(page)).different, [], done.join(', '));
        const link = new URL(await copied(page, 'copy-link'));
        await page.goto('about:blank');
        await open(page, url, link.hash);
        assert.deepEqual(await seen(page), before, `${done.join(', ')}: ${link.hash}`);
        assertQuiet(consoleMessages);
      });
    });

    test(`${browser}: ${name} comes back to what was published by reset`, async () => {
      await withPage(browser, { width: 900 }, async ({ page, url }) => {
        await open(page, url, `#fig=${name}`);
        const before = await seen(page);
        for (const which of [0.05, 0.3, 0.6]) await turnSomething(page, [which, 0.7]);
        await page.evaluate(() =>
          /** @type {any} */ (
            document.querySelector('bitter-figure').shadowRoot.querySelector('[data-action=reset]')
          ).click(),
        );
        await settled(page);
        const { canvases, sentence } = await seen(page);
        assert.deepEqual({ canvases, sentence }, { canvases: before.canvases, sentence: before.sentence });
        assert.equal(new URL(await copied(page, 'copy-link')).hash, `#fig=${name}`);
      });
    });
  }

  test(`${browser}: any place can be asked by keyboard, and Escape leaves`, async () => {
    await withPage(browser, { width: 900 }, async ({ page, url }) => {
      await open(page, url, '#fig=neighbours');
      const tip = () =>
        page.evaluate(() => {
          const element = /** @type {HTMLElement} */ (
            document.querySelector('bitter-figure').shadowRoot.querySelector('.tip')
          );
          return element.hidden ? null : element.innerText;
        });
      await page.evaluate(() => document.querySelector('bitter-figure').shadowRoot.querySelector('canvas').focus());
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => {
        const element = /** @type {HTMLElement} */ (
          document.querySelector('bitter-figure').shadowRoot.querySelector('.tip')
        );
        return !element.hidden;
      });
      assert.match(await tip(), /of 5 votes say inside/);
      await page.keyboard.press('Escape');
      assert.equal(await tip(), null);
    });
  });

  test(`${browser}: what cannot be honoured of a link is named in the figure, which keeps working`, async () => {
    const links = [
      ['#fig=neighbours&v=1&vars=knn&learner.kind=knn&learner.k=4', /learner\.k is 4.*odd/],
      ['#fig=neighbours&v=1&vars=knn&learner.kind=knn&constructor=1', /constructor/],
      ['#fig=neighbours&v=1', /learner\.kind/],
      ['#fig=neighbours&show=nothing', /show=nothing/],
      [`#fig=neighbours&guess=${'x'.repeat(70_000)}`, /characters long/],
    ];
    for (const [link, words] of links) {
      await withPage(browser, { width: 900 }, async ({ page, url, consoleMessages }) => {
        await open(page, url, /** @type {string} */ (link));
        const { notice, status } = await seen(page);
        assert.match(notice ?? '', /** @type {RegExp} */ (words));
        assert.equal(status, 'live');
        assertQuiet(consoleMessages);
      });
    }
  });
}

test('chromium without WebAssembly: the stored result stays, and one sentence says why nothing is live', async (t) => {
  if (!browsers().includes('chromium')) return t.skip();
  await withPage('chromium', { width: 900, args: ['--js-flags=--jitless'] }, async ({ page, url, consoleMessages }) => {
    await open(page, url, '#fig=opening');
    const { notice, colours, sentence } = await seen(page);
    assert.match(notice, /WebAssembly/);
    assert.ok(colours[0] > 20, 'the stored picture is painted');
    assert.match(sentence, /With 100 points/);
    assertQuiet(consoleMessages);
  });
});

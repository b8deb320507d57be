// "Take it away" in real browsers: it opens by keyboard, its files hold what the figure shows and what its runs say, pictures
// are drawn at twice the size for white paper, drawings parse, the frame shows the same figure, no clipboard is no dead end.
// PAGE_FOLDER=www tests the sources instead of dist/.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertQuiet, axe, browsers, closeAll, serve, withPage } from './harness.mjs';

after(closeAll);

/** A short training, stopped before its end by nothing: it is done. */
const TRAINED = '#fig=network&v=1&engine=1&budget.steps=200&sample.n=500&vars=xy';
const PAIR = '#fig=prior&v=1&engine=1&budget.steps=200&sample.n=500&vars=xy,polar&polar:features=polar';

/** @typedef {import('puppeteer-core').Page} Page */

/** @type {ReturnType<typeof serve> | undefined} */
let site;
/** @param {import('./harness.mjs').BrowserName} browser @param {import('./harness.mjs').PageOptions} options @param {Parameters<typeof withPage>[2]} body */
async function onPage(browser, options, body) {
  site ??= serve(process.env.PAGE_FOLDER || 'dist');
  await withPage(browser, { width: 900, ...options, url: (await site).url }, body);
}

/** @param {Page} page @param {string} address */
async function open(page, address) {
  await page.goto('about:blank');
  await page.goto(address);
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('bitter-figure'))?.mounted);
  await page.evaluate(async () => {
    const figure = /** @type {any} */ (document.querySelector('bitter-figure'));
    do await figure.settled();
    while (!(await Promise.race([figure.settled().then(() => true), new Promise((done) => setTimeout(done, 250))])));
  });
}

/** Opens the panel as a keyboard does. @param {Page} page */
async function openPanel(page) {
  await page.evaluate(() =>
    /** @type {HTMLElement} */ (
      document.querySelector('bitter-figure').shadowRoot.querySelector('[data-action=take]')
    ).focus(),
  );
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => {
    const root = document.querySelector('bitter-figure').shadowRoot;
    const link = /** @type {HTMLInputElement | null} */ (root.querySelector('.take:not([hidden]) [data-take=link]'));
    return Boolean(link?.value);
  });
}

/**
 * Presses a download and catches the file that it makes.
 * @param {Page} page @param {string} id
 * @returns {Promise<{name: string, text: string, picture?: {width: number, height: number, colours: number, corner: number[], marked: number}}>}
 *   marked: pixels of the colour of the reader's mark, in the light theme
 */
function taken(page, id) {
  return page.evaluate(async (wanted) => {
    const root = document.querySelector('bitter-figure').shadowRoot;
    const says = /** @type {HTMLElement} */ (root.querySelector('.take-says'));
    const make = URL.createObjectURL;
    const click = HTMLAnchorElement.prototype.click;
    /** @type {Blob | undefined} */
    let blob;
    let name = '';
    URL.createObjectURL = (file) => make.call(URL, (blob = /** @type {Blob} */ (file)));
    HTMLAnchorElement.prototype.click = function () {
      name = this.download;
    };
    try {
      says.textContent = '';
      /** @type {HTMLElement} */ (root.querySelector(`[data-download=${wanted}]`)).click();
      while (!name) {
        if (says.textContent && !says.textContent.startsWith('Waiting')) throw new Error(says.textContent);
        await new Promise((done) => setTimeout(done, 20));
      }
    } finally {
      URL.createObjectURL = make;
      HTMLAnchorElement.prototype.click = click;
    }
    if (blob.type !== 'image/png') return { name, text: await blob.text() };
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const pixels = new Uint32Array(data.buffer);
    const [mark] = new Uint32Array(new Uint8Array([0xa3, 0x19, 0x5b, 255]).buffer);
    const marked = pixels.reduce((sum, pixel) => sum + Number(pixel === mark), 0);
    const colours = new Set(pixels).size;
    return { name, text: '', picture: { width, height, colours, corner: [...data.slice(0, 3)], marked } };
  }, id);
}

/** What the runs say. @param {Page} page */
function runsOf(page) {
  return page.evaluate(async () => {
    const { runs } = /** @type {any} */ (document.querySelector('bitter-figure'));
    const all = [];
    for (const [name, run] of runs) {
      const { specId, spec } = await run.ready();
      const [errors, digest, loss] = [await run.errors(), await run.digest(), await run.loss()];
      all.push({ name, specId, spec, errors, digest, loss });
    }
    return all;
  });
}

/** Rows as objects; enough for what these tables hold. @param {string} text */
function rowsOf(text) {
  const split = (/** @type {string} */ line) =>
    [...`${line},`.matchAll(/("(?:[^"]|"")*"|[^",]*),/g)].map(([, cell]) => cell.replace(/^"|"$/g, ''));
  const [head, ...lines] = text.trimEnd().split('\n');
  const columns = split(head);
  return lines.map((line) => Object.fromEntries(split(line).map((cell, i) => [columns[i], cell])));
}

/** @param {Page} page @param {string} selector */
const sides = (page, selector) =>
  page.evaluate(
    (wanted) =>
      [...document.querySelector('bitter-figure').shadowRoot.querySelectorAll(wanted)].map((e) => e.clientWidth),
    selector,
  );

for (const browser of browsers()) {
  test(`${browser}: neighbours: the panel opens and closes by keyboard, and nothing in it is wrong for axe`, async () => {
    for (const [width, dark] of /** @type {[number, boolean][]} */ ([
      [360, false],
      [1000, true],
    ])) {
      await onPage(browser, { width, dark }, async ({ page, url, consoleMessages }) => {
        await open(page, `${url}embed.html#fig=neighbours`);
        await openPanel(page);
        const active = () =>
          page.evaluate(() => {
            const root = document.querySelector('bitter-figure').shadowRoot;
            const { dataset } = /** @type {HTMLElement} */ (root.activeElement);
            const opener = root.querySelector('[data-action=take]');
            return [dataset.action ?? dataset.download, opener.getAttribute('aria-expanded')];
          });
        assert.deepEqual(await active(), ['take', 'true']);
        await page.keyboard.press('Tab');
        assert.deepEqual(await active(), ['errors', 'true']);
        assert.deepEqual(await axe(page, 'bitter-figure'), []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} pixels too wide`);
        await page.keyboard.press('Escape');
        assert.deepEqual(await active(), ['take', 'false']);
        assertQuiet(consoleMessages);
      });
    }
  });

  test(`${browser}: neighbours: the tables hold what its run says, and the stored network beside it`, async () => {
    await onPage(browser, {}, async ({ page, url }) => {
      await open(page, `${url}embed.html#fig=neighbours`);
      await openPanel(page);
      const { name, text } = await taken(page, 'errors');
      const [run] = await runsOf(page);
      assert.match(name, new RegExp(`^neighbours-n${run.spec.sample.n}-[0-9a-f]{6}\\.csv$`));
      const rows = rowsOf(text);
      const live = rows.filter(({ variant }) => variant === 'knn');
      assert.equal(live.length, run.errors.length);
      for (const [i, row] of live.entries()) {
        assert.equal(row.source, 'live');
        assert.equal(row.digest, run.digest);
        assert.equal(row.spec_id, run.specId);
        assert.equal(row['spec.sample.seed'], String(run.spec.sample.seed));
        const { measure, region, value } = run.errors[i];
        assert.deepEqual([row.measure, row.region, Number(row.value)], [measure, region, value]);
      }
      assert.ok(rows.some(({ variant, source }) => variant === 'network' && source === 'stored'));
      const shown = await page.evaluate(
        () =>
          /** @type {HTMLElement} */ (
            document.querySelector('bitter-figure').shadowRoot.querySelector('.sentence [data-measure=density]')
          ).dataset.value,
      );
      assert.equal(live.find((row) => row.measure === 'density' && row.region === 'all').value, shown);

      const json = JSON.parse((await taken(page, 'json')).text);
      assert.deepEqual(json.runs[0].errors, run.errors);
      assert.deepEqual(json.runs[0].spec, run.spec);
      assert.equal(json.runs[0].digest, run.digest);
      const points = rowsOf((await taken(page, 'points')).text);
      assert.equal(points.length, run.spec.sample.n);
      assert.deepEqual(Object.keys(points[0]), ['x', 'y', 'label']);
    });
  });

  test(`${browser}: network: loss, drawing and picture of a training`, async () => {
    await onPage(browser, { dark: true }, async ({ page, url, consoleMessages }) => {
      await open(page, url + 'embed.html' + TRAINED);
      await openPanel(page);
      const [run] = await runsOf(page);
      const loss = rowsOf((await taken(page, 'loss')).text);
      assert.deepEqual(
        loss.map(({ step, train, test: fresh }) => [step, train, fresh].map(Number)),
        run.loss.step.map((/** @type {number} */ step, /** @type {number} */ i) => [
          step,
          run.loss.train[i],
          run.loss.test[i],
        ]),
      );
      const drawing = await taken(page, 'chart');
      assert.match(drawing.name, /^network-n500-[0-9a-f]{6}-chart\.svg$/);
      const found = await page.evaluate((text) => {
        const file = new DOMParser().parseFromString(text, 'image/svg+xml');
        return {
          root: file.documentElement.localName,
          wrong: file.querySelectorAll('parsererror, [class], [style]').length,
          lines: [...file.querySelectorAll('path')].map((path) => path.getAttribute('stroke')),
          words: file.documentElement.textContent,
        };
      }, drawing.text);
      assert.equal(found.root, 'svg');
      assert.equal(found.wrong, 0);
      // the light theme, on a dark page
      assert.ok(
        found.lines.includes('rgb(138, 90, 0)') && !drawing.text.includes('var('),
        `lines are coloured: ${found.lines}`,
      );
      assert.match(found.words, /CC BY 4\.0/);
      assert.match(found.words, /#fig=network/);
      const { picture } = await taken(page, 'png');
      const [side] = await sides(page, '.plane');
      assert.equal(picture.width, 2 * (Math.max(400, side) + 48));
      assert.ok(picture.height > picture.width);
      assert.ok(picture.colours > 100, `${picture.colours} colours`);
      assert.deepEqual(picture.corner, [255, 253, 248]);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: prior: both planes stand in one picture, the chart that is folded away in a drawing`, async () => {
    await onPage(browser, {}, async ({ page, url, consoleMessages }) => {
      await open(page, url + 'embed.html' + PAIR);
      await openPanel(page);
      const { name, picture } = await taken(page, 'png');
      assert.match(name, /^prior-n500-[0-9a-f]{6}\.png$/);
      const [side] = await sides(page, '.plane');
      assert.equal(picture.width, 2 * (2 * Math.max(400, side) + 24 + 48));
      assert.ok((await taken(page, 'chart')).text.includes('<path'));
      const rows = rowsOf((await taken(page, 'errors')).text);
      const digests = (await runsOf(page)).map(({ digest }) => digest);
      assert.deepEqual([...new Set(rows.map(({ digest }) => digest))], digests);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: prior: the frame and the command are of this very state`, async () => {
    await onPage(browser, {}, async ({ page, url }) => {
      await open(page, url + 'embed.html' + PAIR);
      await openPanel(page);
      const sentence = () =>
        page.evaluate(() => document.querySelector('bitter-figure').shadowRoot.querySelector('.sentence').textContent);
      const before = await sentence();
      const { src, title, loading, command } = await page.evaluate(() => {
        const root = document.querySelector('bitter-figure').shadowRoot;
        const text = (/** @type {string} */ name) =>
          /** @type {HTMLInputElement} */ (root.querySelector(`[data-take=${name}]`)).value;
        const frame = new DOMParser().parseFromString(text('embed'), 'text/html').querySelector('iframe');
        const { src, title } = frame;
        return { src, title, loading: frame.getAttribute('loading'), command: text('command') };
      });
      assert.equal(loading, 'lazy');
      assert.equal(title, 'The same points, written as distance and angle');
      assert.equal(command, `cargo run --release -- run '${new URL(src).hash}'`);
      await open(page, src);
      assert.equal(await sentence(), before);
    });
  });

  test(`${browser}: copying says so; without a clipboard the text is selected, with a word on it`, async () => {
    await onPage(browser, {}, async ({ page, url }) => {
      await open(page, `${url}embed.html#fig=why-k-1`);
      const result = await page.evaluate(async () => {
        const root = document.querySelector('bitter-figure').shadowRoot;
        const find = (/** @type {string} */ selector) => /** @type {HTMLInputElement} */ (root.querySelector(selector));
        const until = async (/** @type {() => unknown} */ holds) => {
          while (!holds()) await new Promise((done) => setTimeout(done, 20));
        };
        let copied = '';
        const give = (/** @type {any} */ clipboard) =>
          Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
        give({ writeText: async () => Promise.reject(new Error('no')) });
        find('[data-action=copy-link]').click();
        await until(() => find('.take-says')?.textContent);
        const selected = root.activeElement.getAttribute('data-take');
        const says = find('.take-says').textContent;
        give({ writeText: async (/** @type {string} */ text) => void (copied = text) });
        find('[data-copy=command]').click();
        await until(() => copied);
        await until(() => find('[data-copy=command]').textContent === 'Copied');
        const voice = find('.voice[aria-live]').textContent;
        await until(() => find('[data-copy=command]').textContent === 'Copy');
        return { selected, says, copied, voice };
      });
      assert.equal(result.selected, 'link');
      assert.match(result.says, /clipboard/);
      assert.equal(result.copied, "cargo run --release -- run '#fig=why-k-1'");
      assert.equal(result.voice, 'Copied');
    });
  });

  test(`${browser}: problem: the reader's mark stands in the picture, as thin as on the page`, async () => {
    await onPage(browser, { dark: true }, async ({ page, url }) => {
      await open(page, `${url}embed.html#fig=problem&guess=0.30,0.20`);
      await openPanel(page);
      const { picture } = await taken(page, 'png');
      const [side] = await sides(page, '.plane');
      // a ring of radius 0.05 in a plane 2.4 wide, with a line of 2 CSS pixels, blurred at both its sides
      const ring = 2 * Math.PI * (0.05 / 2.4) * (2 * side) * 4;
      assert.ok(picture.marked > 0.4 * ring && picture.marked < 1.05 * ring, `${picture.marked} of ${ring}`);
    });
  });

  test(`${browser}: a picture that the browser cannot make is told in words`, async () => {
    await onPage(browser, {}, async ({ page, url }) => {
      await open(page, `${url}embed.html#fig=neighbours`);
      await openPanel(page);
      await page.evaluate(() => {
        HTMLCanvasElement.prototype.toBlob = (done) => done(null);
      });
      await assert.rejects(taken(page, 'png'), /could not make a picture of \d+ × \d+ pixels/);
    });
  });
}

test('chromium without WebAssembly: stored results are taken away, and called so', async (t) => {
  if (!browsers().includes('chromium')) return t.skip();
  await onPage('chromium', { args: ['--js-flags=--jitless'] }, async ({ page, url }) => {
    await open(page, `${url}embed.html#fig=prior`);
    await openPanel(page);
    const rows = rowsOf((await taken(page, 'errors')).text);
    assert.deepEqual(
      [...new Set(rows.map(({ variant, source }) => `${variant} ${source}`))],
      ['xy stored', 'polar stored'],
    );
    assert.ok(rows.every(({ digest }) => /^[0-9a-f]{64}$/.test(digest)));
    assert.ok((await taken(page, 'png')).picture.colours > 100);
    const link = await page.evaluate(
      () =>
        /** @type {HTMLInputElement} */ (
          document.querySelector('bitter-figure').shadowRoot.querySelector('[data-take=link]')
        ).value,
    );
    assert.match(link, /#fig=prior$/);
  });
});

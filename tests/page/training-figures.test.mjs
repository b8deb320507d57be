// The figures that train, in real browsers: they go live, what they show is a function of their link (the step included),
// play, pause, step and back to 0 work, the numbers they tell are those of their runs, and the page is never blocked.
// PAGE_FOLDER=www tests the sources instead of dist/.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertQuiet, axe, browsers, closeAll, serve, withPage } from './harness.mjs';

after(closeAll);

/** Short trainings, so that a test takes seconds: the link says how many updates. */
const SHORT = '&v=1&engine=1&budget.steps=200&sample.n=500';
const VARIANTS = { network: 'xy', prior: 'xy,polar', cleverness: 'plain,tricks' };
const RUNS = { network: ['xy'], prior: ['xy', 'polar'], cleverness: ['plain', 'tricks'] };
const FEATURES = { network: '', prior: '&polar:features=polar', cleverness: '&features=polar' };
/** No main-thread task may take 50 ms; the mean of what a picture takes must stay well below. */
const MEAN_TASK_MS = 25;

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {keyof typeof VARIANTS} Name */

/** @param {Name} name @param {string} [more] */
const short = (name, more = '') => `#fig=${name}${SHORT}&vars=${VARIANTS[name]}${FEATURES[name]}${more}`;

/** @type {ReturnType<typeof serve> | undefined} */
let site;
/** @param {import('./harness.mjs').BrowserName} browser @param {import('./harness.mjs').PageOptions} options @param {Parameters<typeof withPage>[2]} body */
async function onPage(browser, options, body) {
  site ??= serve(process.env.PAGE_FOLDER || 'dist');
  await withPage(browser, { width: 800, ...options, url: (await site).url }, body);
}

/** @param {Page} page @param {string} url @param {string} fragment */
async function open(page, url, fragment) {
  await page.goto('about:blank'); // a new fragment alone would not load the page again
  await page.goto(`${url}embed.html${fragment}`);
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector('bitter-figure'))?.mounted);
  await settled(page);
}

/** Resolves when nothing is under way, and still is not a moment later. @param {Page} page */
function settled(page) {
  return page.evaluate(async () => {
    const figure = /** @type {any} */ (document.querySelector('bitter-figure'));
    const moment = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
    do {
      await figure.settled();
      await moment(250);
    } while (!(await Promise.race([figure.settled().then(() => true), moment(0)])));
  });
}

/** What the reader sees; canvases to the byte. @param {Page} page */
function seen(page) {
  return page.evaluate(async () => {
    const host = /** @type {HTMLElement} */ (document.querySelector('bitter-figure'));
    const root = /** @type {ShadowRoot} */ (host.shadowRoot);
    const canvases = [];
    let colours = Infinity;
    for (const canvas of root.querySelectorAll('canvas')) {
      const { width, height } = canvas;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      colours = Math.min(colours, new Set(new Uint32Array(data.buffer)).size);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      canvases.push(`${width} ${[...hash.slice(0, 8)].map((b) => b.toString(16).padStart(2, '0')).join('')}`);
    }
    return {
      canvases,
      colours,
      sentence: root.querySelector('.sentence')?.textContent ?? '',
      counter: root.querySelector('.counter')?.textContent ?? '',
      step: Number(/** @type {HTMLElement} */ (root.querySelector('.counter')).dataset.step),
      play: root.querySelector('[data-action=play]')?.textContent,
      notice: root.querySelector('.notice:not([hidden]) p')?.textContent ?? null,
      status: host.getAttribute('data-status'),
    };
  });
}

/** @param {Page} page @param {string} selector */
function click(page, selector) {
  return page.evaluate((wanted) => {
    const element = document.querySelector('bitter-figure').shadowRoot.querySelector(wanted);
    if (!element) throw new Error(`nothing is ${wanted}`);
    /** @type {HTMLElement} */ (element).click();
  }, selector);
}

/** The link as the copy button gives it; with no clipboard it stands in a field. @param {Page} page @returns {Promise<string>} */
async function linkOf(page) {
  return page.evaluate(async () => {
    let text = '';
    const clipboard = { writeText: async (/** @type {string} */ t) => void (text = t) };
    Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
    /** @type {any} */ (
      document.querySelector('bitter-figure').shadowRoot.querySelector('[data-action=copy-link]')
    ).click();
    while (text === '') await new Promise((resolve) => setTimeout(resolve, 20));
    return new URL(text).hash;
  });
}

/** Numbers in the sentence that are not those of the runs, and how many there are. @param {Page} page */
function compareNumbers(page) {
  return page.evaluate(async () => {
    const figure = /** @type {any} */ (document.querySelector('bitter-figure'));
    const spans = [...figure.shadowRoot.querySelectorAll('.sentence [data-measure]')];
    const different = [];
    for (const span of spans) {
      const { measure, region, run, value } = span.dataset;
      const errors = await figure.runs.get(run).errors();
      const truth = errors.find((e) => e.measure === measure && e.region === region)?.value;
      const read = Number.parseFloat(span.textContent) / 100;
      if (String(truth) !== value || Math.abs(read - truth) > 0.0006)
        different.push([run, measure, region, value, truth]);
    }
    return { compared: spans.length, different };
  });
}

/** One control moved as a hand would; sample sizes stay small. @param {Page} page @param {number[]} dice */
function turnSomething(page, dice) {
  return page.evaluate(async ([which, where]) => {
    const root = document.querySelector('bitter-figure').shadowRoot;
    for (const details of root.querySelectorAll('details')) details.open = true;
    const wanted =
      'input[data-control]:not([data-control=n], [data-control=steps]), [data-control^=new-], ' +
      '[data-action=play], [data-action=step], [data-action=rewind], [data-guess], [data-pick]';
    const all = [...root.querySelectorAll(wanted)]
      .map((control) => /** @type {HTMLInputElement} */ (control))
      .filter((control) => !control.disabled && control.checkVisibility());
    const control = all[Math.floor(which * all.length)];
    const event = (/** @type {string} */ type) => control.dispatchEvent(new Event(type, { bubbles: true }));
    if (control.type === 'range') {
      for (const shift of [0, 0.15, 0.3]) {
        const [low, high] = [Number(control.min), Number(control.max)];
        control.value = String(low + Math.floor(((where + shift) % 1) * (high - low + 1)));
        event('input');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      event('change');
    } else if (control.type === 'text') {
      control.value = String(Math.floor(where * 10_000));
      event('change');
    } else control.click();
    return `${control.dataset.control ?? control.dataset.action ?? control.dataset.guess} ${control.value}`;
  }, dice);
}

/** The same dice in every run of the test. @param {number} seed */
function diceOf(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

for (const browser of browsers()) {
  for (const name of /** @type {Name[]} */ (Object.keys(VARIANTS))) {
    test(`${browser}: ${name} goes live and tells the numbers of its runs; axe finds nothing`, async () => {
      for (const [width, dark] of /** @type {[number, boolean][]} */ ([
        [360, true],
        [1000, false],
      ])) {
        await onPage(browser, { width, dark }, async ({ page, url, consoleMessages }) => {
          await open(page, url, short(name));
          const { status, notice, colours, counter, step, play } = await seen(page);
          assert.deepEqual({ status, notice, step, play }, { status: 'live', notice: null, step: 200, play: 'Play' });
          assert.match(counter, /of 1?00$|of 200$/);
          assert.ok(colours > 20, `pictures are painted: ${colours} colours`);
          const { compared, different } = await compareNumbers(page);
          assert.ok(compared >= 5);
          assert.deepEqual(different, []);
          const room = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(room <= 0, `nothing is wider than the page: ${room}`);
          assert.deepEqual(await axe(page, 'bitter-figure'), []);
          assertQuiet(consoleMessages);
        });
      }
    });

    test(`${browser}: ${name} plays in step, pauses, steps, goes back; a link repeats the picture`, async () => {
      await onPage(browser, {}, async ({ page, url, consoleMessages }) => {
        await open(page, url, short(name));
        const end = await seen(page);
        await click(page, '[data-action=play]');
        await page.waitForFunction(() => {
          const root = document.querySelector('bitter-figure').shadowRoot;
          const step = Number(/** @type {HTMLElement} */ (root.querySelector('.counter')).dataset.step);
          return step > 0 && step < 200;
        });
        await click(page, '[data-action=play]');
        await settled(page);
        const paused = await seen(page);
        assert.equal(paused.play, 'Play');
        assert.ok(paused.step > 0 && paused.step < 200, `paused on the way, at ${paused.step}`);
        const steps = await page.evaluate(
          (runs) =>
            runs.map((run) => /** @type {any} */ (document.querySelector('bitter-figure')).runs.get(run).progress.done),
          RUNS[name],
        );
        assert.deepEqual(
          steps,
          RUNS[name].map(() => paused.step),
          'all at the step that is shown',
        );
        assert.deepEqual((await compareNumbers(page)).different, []);
        const link = await linkOf(page);
        assert.match(link, new RegExp(`&at=${paused.step}(&|$)`));

        await click(page, '[data-action=step]');
        await settled(page);
        assert.equal((await seen(page)).step, paused.step + 2, 'an epoch of 500 points has two updates');
        await click(page, '[data-action=rewind]');
        await settled(page);
        assert.equal((await seen(page)).step, 0);
        await click(page, '[data-action=play]');
        await settled(page);
        const again = await seen(page);
        assert.deepEqual([again.step, again.canvases, again.sentence], [200, end.canvases, end.sentence]);
        assert.doesNotMatch(await linkOf(page), /&at=/);

        await open(page, url, link);
        const fresh = await seen(page);
        assert.deepEqual([fresh.canvases, fresh.sentence], [paused.canvases, paused.sentence]);
        assertQuiet(consoleMessages);
      });
    });

    test(`${browser}: ${name} after random controls is what a fresh load of its link shows`, async () => {
      const random = diceOf(name.length + browser.length);
      await onPage(browser, { width: 700 }, async ({ page, url, consoleMessages }) => {
        await open(page, url, short(name));
        const done = [];
        for (let i = 0; i < 10; i++) {
          done.push(await turnSomething(page, [random(), random()]));
          await new Promise((resolve) => setTimeout(resolve, 300 * random()));
        }
        await settled(page);
        const link = await linkOf(page);
        const before = await seen(page);
        await open(page, url, link);
        const fresh = await seen(page);
        assert.deepEqual(
          [fresh.canvases, fresh.step, fresh.sentence],
          [before.canvases, before.step, before.sentence],
          `${link} after ${done.join(', ')}`,
        );
        assertQuiet(consoleMessages);
      });
    });
  }

  test(`${browser}: a training that diverges says so and shows its last sound step`, async () => {
    await onPage(browser, {}, async ({ page, url, consoleMessages }) => {
      const link = short('network', '&learner.learning_rate=1000000&learner.optimizer=sgd');
      await open(page, url, link);
      const { notice, step, colours } = await seen(page);
      assert.match(notice ?? '', /diverged at step \d+/);
      assert.equal(step, Number(/step (\d+)/.exec(notice ?? '')?.[1]) - 1);
      assert.ok(colours > 5);
      await click(page, '[data-control=new-weights]');
      await settled(page);
      assert.match((await seen(page)).notice ?? '', /diverged/);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: the network answers for a place by keys, and a hidden unit is part of the link`, async () => {
    await onPage(browser, {}, async ({ page, url, consoleMessages }) => {
      await open(page, url, short('network', '&look=1.3'));
      const looked = await seen(page);
      await page.evaluate(() => document.querySelector('bitter-figure').shadowRoot.querySelector('canvas').focus());
      await page.keyboard.press('ArrowUp');
      const tip = () =>
        document.querySelector('bitter-figure').shadowRoot.querySelector('.tip:not([hidden])')?.textContent;
      await page.waitForFunction(tip);
      assert.match((await page.evaluate(tip)) ?? '', /Probability of inside.*Truth: (inside|outside)/s);
      await page.keyboard.press('Escape');
      await page.evaluate(() => {
        const root = document.querySelector('bitter-figure').shadowRoot;
        /** @type {HTMLInputElement} */ (root.querySelector('[data-control=look][value="0"]')).click();
      });
      await settled(page);
      const answer = await seen(page);
      assert.notDeepEqual(answer.canvases, looked.canvases);
      assert.doesNotMatch(await linkOf(page), /look/);
      assertQuiet(consoleMessages);
    });
  });

  test(`${browser}: the guess of prior and the picks of cleverness are kept in the link`, async () => {
    await onPage(browser, {}, async ({ page, url, consoleMessages }) => {
      await open(page, url, short('prior'));
      await click(page, '[data-guess=commit]');
      assert.match(await linkOf(page), /&guess=\d+/);
      const reply = () =>
        document.querySelector('bitter-figure').shadowRoot.querySelector('.worth:not([hidden]) .reply')?.textContent;
      assert.match((await page.evaluate(reply)) ?? '', /^You said [\d,.]+ times/);
      await open(page, url, short('cleverness'));
      await click(page, '[data-guess=norm]');
      assert.match(await linkOf(page), /&guess=norm$/);
      assertQuiet(consoleMessages);
    });
  });
}

if (browsers().includes('chromium')) {
  for (const name of /** @type {Name[]} */ (Object.keys(VARIANTS))) {
    test(`chromium without WebAssembly: ${name} keeps its stored result and says why nothing is live`, async () => {
      await onPage('chromium', { args: ['--js-flags=--jitless'] }, async ({ page, url, consoleMessages }) => {
        await open(page, url, `#fig=${name}`);
        const { notice, colours, sentence } = await seen(page);
        assert.match(notice ?? '', /WebAssembly/);
        assert.ok(colours > 20, 'the stored picture is painted');
        assert.match(sentence, /\d%|\d\u202f%/);
        assertQuiet(consoleMessages);
      });
    });
  }

  test('chromium: a playing network leaves the page free', async () => {
    await onPage('chromium', {}, async ({ page, url }) => {
      await open(page, url, '#fig=network&v=1&engine=1&vars=xy&budget.steps=600');
      await page.evaluate(() => {
        const w = /** @type {any} */ (window);
        w.pictures = 0;
        const counter = document.querySelector('bitter-figure').shadowRoot.querySelector('.counter');
        new MutationObserver(() => w.pictures++).observe(counter, { attributes: true });
      });
      // in the time of the page's own thread: on a busy machine a task lasts longer than it works
      const client = await page.createCDPSession();
      await client.send('Performance.enable', { timeDomain: 'threadTicks' });
      const worked = async () => {
        const { metrics } = await client.send('Performance.getMetrics');
        return 1000 * (metrics.find(({ name: metric }) => metric === 'TaskDuration')?.value ?? NaN);
      };
      const before = await worked();
      await click(page, '[data-action=play]');
      await settled(page);
      const after = await worked();
      const pictures = await page.evaluate(() => /** @type {any} */ (window).pictures);
      assert.ok(pictures >= 5, `${pictures} pictures`);
      const each = (after - before) / pictures;
      assert.ok(each < MEAN_TASK_MS, `${each.toFixed(1)} ms of the page's thread for each of ${pictures} pictures`);
    });
  });
}

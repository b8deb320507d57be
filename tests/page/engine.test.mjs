// The engine in real browsers: real workers, the real core.

import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { assertQuiet, browsers, closeAll, withPage } from './harness.mjs';
import { engineSite, nodeCore } from './engine-site.mjs';

after(closeAll);

const core = await nodeCore();
const MLP = { sample: { n: 500 }, budget: { epochs: 60 }, measure: { test_n: 5000 } };
const KNN = { learner: { kind: 'knn', k: 3 }, sample: { n: 200000 }, measure: { test_n: 5000 } };

/** Puts what the bodies below use into the page, as window.kit. */
async function prepare() {
  const address = '/engine/client.js'; // no literal: this is not a file beside the test
  const client = await import(address);
  const kit = {
    ...client,
    ended: (run) => new Promise((resolve) => ['done', 'diverged'].forEach((type) => run.on(type, resolve))),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    failure: (promise) =>
      promise.then(
        () => null,
        ({ name, code, message }) => ({ name, code, message }),
      ),
  };
  Object.assign(window, { kit });
}

/** Runs `body` in an empty page beside the engine. */
async function inPage(browser, site, body, ...args) {
  return withPage(browser, { url: site.url }, async ({ page, consoleMessages }) => {
    await page.goto(site.url);
    await page.evaluate(prepare);
    const result = await page.evaluate(body, ...args);
    // As it is now: closing the page counts as a failure of what a worker was loading.
    return { result, consoleMessages: [...consoleMessages] };
  });
}

for (const browser of browsers()) {
  test(`${browser}: runs give the bits that Node gives, through questions, pauses and kills`, async () => {
    const site = await engineSite();
    const { result, consoleMessages } = await inPage(
      browser,
      site,
      async (specs) => {
        const { getEngine, ended, wait } = /** @type {any} */ (window).kit;
        const engine = getEngine();
        const results = [];
        for (const spec of specs) {
          const run = engine.open(spec);
          const events = [];
          for (const type of ['lost', 'recovered', 'error']) run.on(type, () => events.push(type));
          const end = ended(run);
          run.train({ until: 50 });
          await wait(100);
          const { step } = await run.raster({ view: [-1.2, -1.2, 1.2, 1.2], width: 100, height: 100 });
          run.train();
          await wait(150);
          const paused = await run.pause();
          engine.pool.kill(0);
          run.train();
          await run.probability(0, 0);
          const progress = await end;
          engine.pool.kill(0);
          const { data } = await run.raster({ view: [-1, -1, 1, 1], width: 50, height: 40 });
          const [digest, errors, loss] = await Promise.all([run.digest(), run.errors(), run.loss()]);
          const { specId } = await run.ready();
          results.push({ specId, step, paused, progress, digest, errors, loss, data: [...data], events });
          run.close();
        }
        const stats = engine.stats();
        engine.destroy();
        return { results, stats };
      },
      [MLP, KNN, { ...MLP, features: 'polar', learner: { kind: 'mlp', hidden: [16, 16, 16], activation: 'tanh' } }],
    );
    site.close();
    assertQuiet(consoleMessages);
    const specs = [
      MLP,
      KNN,
      { ...MLP, features: 'polar', learner: { kind: 'mlp', hidden: [16, 16, 16], activation: 'tanh' } },
    ];
    result.results.forEach((seen, i) => {
      const straight = core.run(specs[i]);
      assert.equal(seen.specId, straight.spec_id);
      assert.equal(seen.digest, straight.digest);
      assert.deepEqual(seen.errors, straight.errors);
      assert.deepEqual(seen.loss, straight.loss);
      assert.equal(seen.progress.state, 'done');
      const session = new core.Session(specs[i]);
      while (session.advance(1e6).state === 'running');
      assert.deepEqual(seen.data, [...session.raster([-1, -1, 1, 1], 50, 40)]);
      session.free();
      assert.equal(seen.events.includes('error'), false);
      assert.deepEqual(seen.events.slice(-2), ['lost', 'recovered']);
    });
    assert.equal(result.stats.replaced, 6);
    assert.equal(result.stats.sessions, 0);
  });

  test(`${browser}: a worker killed twenty times costs no bit`, async () => {
    const site = await engineSite();
    const { result, consoleMessages } = await inPage(
      browser,
      site,
      async (spec) => {
        const { getEngine, ended, wait } = /** @type {any} */ (window).kit;
        const engine = getEngine();
        const run = engine.open(spec);
        const end = ended(run);
        let last = 0;
        let back = 0;
        run.on('progress', ({ done }) => {
          if (done < last) back++;
          last = done;
        });
        await run.ready();
        const times = [];
        for (let i = 0; i < 20; i++) {
          run.train();
          await wait((i * 37) % 150);
          const begun = performance.now();
          engine.pool.kill(0);
          await run.probability(0, 0);
          times.push(Math.round(performance.now() - begun));
          await run.pause();
        }
        run.train();
        await end;
        const digest = await run.digest();
        const { replaced } = engine.stats();
        engine.destroy();
        return { digest, back, replaced, times: times.sort((a, b) => a - b) };
      },
      { ...MLP, budget: { epochs: 3000 } },
    );
    site.close();
    assertQuiet(consoleMessages);
    console.log(`${browser}: answered after a kill: median ${result.times[10]} ms, p95 ${result.times[18]} ms`);
    assert.equal(result.replaced, 20);
    assert.equal(result.back, 0);
    assert.equal(result.digest, core.run({ ...MLP, budget: { epochs: 3000 } }).digest);
  });

  test(`${browser}: a new spec withdraws old questions, abort and bad specs are told, small questions answered`, async () => {
    const site = await engineSite();
    const { result, consoleMessages } = await inPage(browser, site, async () => {
      const { getEngine, wait, failure } = /** @type {any} */ (window).kit;
      const engine = getEngine();
      const view = [-1.2, -1.2, 1.2, 1.2];
      const run = engine.open({ budget: { epochs: 1000 } });
      run.train();
      await wait(300);
      const old = failure(run.raster({ view, width: 1000, height: 1000 }));
      const next = run.respec({ sample: { seed: 8 } });
      const controller = new AbortController();
      const aborted = failure(run.raster({ view, width: 2000, height: 2000 }, { signal: controller.signal }));
      setTimeout(() => controller.abort(), 100);
      const all = {
        old: await old,
        aborted: await aborted,
        next: (await next).spec.sample.seed,
        done: run.progress.done,
        bad: await failure(run.respec({ learner: { kind: 'mlp', hiden: [2] } })),
        afterBad: await failure(run.raster({ view, width: 10, height: 10 })),
        undone: await failure(run.respec({}).then(() => run.digest())),
        ranges: Object.keys(await engine.call('specRanges')).length,
        link: await engine.call('parseLink', '#fig=constructor&__proto__=1'),
        outline: (await engine.call('problem', {})).outline instanceof Float32Array,
        density: (await engine.call('density', {}, view, 20, 10)).length,
        refused: await failure(engine.call('checkSpec', { n: 1 })),
        counts: (await run.counts({ view, width: 5, height: 5 })).reduce((a, b) => a + b),
        sample: (await run.sample(10)).length,
        probability: await run.probability(0, 0),
        unit: (await run.raster({ view, width: 8, height: 8, unit: { layer: 0, unit: 1 } })).data.length,
        cost: await run.cost(),
      };
      run.close();
      engine.destroy();
      return all;
    });
    site.close();
    assertQuiet(consoleMessages);
    assert.equal(result.old.name, 'AbortError');
    assert.equal(result.aborted.name, 'AbortError');
    assert.equal(result.next, 8);
    assert.equal(result.done, 0);
    assert.equal(result.bad.code, 'spec');
    assert.match(result.bad.message, /hiden/);
    assert.equal(result.afterBad.message, result.bad.message);
    assert.equal(result.undone.code, 'spec');
    assert.ok(result.ranges > 0);
    assert.equal(typeof result.link.figure, 'string');
    assert.equal(result.outline, true);
    assert.equal(result.density, 200);
    assert.equal(result.refused.code, 'spec');
    assert.ok(result.counts > 900 && result.counts <= 1000, `${result.counts} points of 1000 in the plane`);
    assert.equal(result.sample, 30);
    assert.ok(result.probability > 0 && result.probability < 1);
    assert.equal(result.unit, 64);
    assert.ok(result.cost.per_query > 0);
  });

  test(`${browser}: a worker that never answers is replaced within 6 s and the run ends with the same bits`, async () => {
    const site = await engineSite();
    const { result, consoleMessages } = await inPage(
      browser,
      site,
      async (spec) => {
        const { Engine, ended, wait } = /** @type {any} */ (window).kit;
        // A worker that can be told to loop for ever.
        const source = `import(${JSON.stringify(location.origin + '/engine/worker.js')});
          addEventListener('message', ({ data }) => { if (data.type === 'loop') for (;;); });`;
        const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
        const engine = new Engine({ cores: 2, ways: () => [() => new Worker(address)] });
        const run = engine.open(spec);
        const end = ended(run);
        run.train();
        await run.ready();
        await wait(200);
        const from = performance.now();
        const lost = new Promise((resolve) => run.on('lost', () => resolve(performance.now() - from)));
        const recovered = new Promise((resolve) => run.on('recovered', () => resolve(performance.now() - from)));
        engine.pool.slots[0].worker.postMessage({ type: 'loop' });
        const times = { lost: await lost, recovered: await recovered };
        await end;
        const digest = await run.digest();
        const { replaced } = engine.stats();
        engine.destroy();
        return { ...times, digest, replaced };
      },
      { ...MLP, budget: { epochs: 3000 } },
    );
    site.close();
    assertQuiet(consoleMessages);
    assert.equal(result.replaced, 1);
    assert.ok(result.lost > 4500, `given up after ${result.lost} ms`);
    assert.ok(result.lost < 12000, `noticed after ${result.lost} ms`);
    assert.equal(result.digest, core.run({ ...MLP, budget: { epochs: 3000 } }).digest);
  });

  test(`${browser}: heavy but healthy work is left alone, the page stays free, other runs are answered`, async () => {
    const site = await engineSite();
    const { result, consoleMessages } = await inPage(browser, site, async () => {
      const { Engine } = /** @type {any} */ (window).kit;
      const engine = new Engine({ cores: 2 });
      const view = [-1.2, -1.2, 1.2, 1.2];
      const hidden = [256, 256, 256, 256, 256, 256];
      const heavy = engine.open({ sample: { n: 1000000 }, learner: { kind: 'mlp', hidden }, budget: { epochs: 1 } });
      const four = [1, 2, 3, 4].map((seed) => engine.open({ learner: { kind: 'mlp', seed } }));
      const late = [];
      let last = performance.now();
      const timer = setInterval(() => {
        late.push(performance.now() - last - 10);
        last = performance.now();
      }, 10);
      const runs = [heavy, ...four];
      runs.forEach((run) => run.train());
      const begun = performance.now();
      const waits = [];
      // Four seconds, or as long as a busy machine needs for everybody to have got somewhere.
      const some = () => runs.every((run) => run.progress.done > 0);
      while (performance.now() - begun < 4000 || (!some() && performance.now() - begun < 60000)) {
        const asked = performance.now();
        await Promise.all(four.map((run) => run.raster({ view, width: 60, height: 60 })));
        waits.push(performance.now() - asked);
      }
      clearInterval(timer);
      const done = runs.map((run) => run.progress.done);
      const { replaced } = engine.stats();
      engine.destroy();
      return { late: Math.max(...late), waits: Math.max(...waits), done, replaced };
    });
    site.close();
    assertQuiet(consoleMessages);
    console.log(browser, JSON.stringify(result));
    assert.equal(result.replaced, 0);
    assert.ok(
      result.done.every((done) => done > 0),
      result.done.join(),
    );
    assert.ok(result.late < 1000, `the page was held up for ${result.late} ms`);
    assert.ok(result.waits < 5000, `pictures took ${result.waits} ms`);
  });

  test(`${browser}: a hidden page computes nothing, and goes on with the same bits`, async () => {
    const site = await engineSite();
    const { result, consoleMessages } = await inPage(
      browser,
      site,
      async (spec) => {
        const { getEngine, ended, wait } = /** @type {any} */ (window).kit;
        const engine = getEngine();
        const run = engine.open(spec);
        const end = ended(run);
        run.train();
        await wait(200);
        let hidden = true;
        Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
        // The slice in hand and its report may take their time; a run that never stops reaches its end.
        let before = -1;
        while (before !== run.progress.done) {
          before = run.progress.done;
          await wait(500);
        }
        await wait(500);
        const after = run.progress.done;
        hidden = false;
        document.dispatchEvent(new Event('visibilitychange'));
        await end;
        const digest = await run.digest();
        engine.destroy();
        return { before, after, digest, total: run.progress.total };
      },
      { ...MLP, budget: { epochs: 4000 } },
    );
    site.close();
    assertQuiet(consoleMessages);
    assert.equal(result.after, result.before);
    assert.ok(result.before < result.total, 'it was hidden in the middle');
    assert.equal(result.digest, core.run({ ...MLP, budget: { epochs: 4000 } }).digest);
  });

  test(`${browser}: from another origin, and in a sandboxed frame`, async () => {
    const site = await engineSite();
    const script = (origin) => `<script type="module">
      const { getEngine } = await import('${origin}engine/client.js').catch((error) => ({ getEngine() { throw error; } }));
      try {
        const n = await getEngine().call('engineNumber');
        (parent ?? window).postMessage({ engine: n }, '*');
      } catch (error) {
        (parent ?? window).postMessage({ failed: String(error) }, '*');
      }
    </script>`;
    const frame = (origin) =>
      `<iframe sandbox="allow-scripts" srcdoc="${script(origin).replaceAll('"', '&quot;').replaceAll('\n', ' ')}"></iframe>`;
    const listening = `<script>window.heard = []; addEventListener('message', (event) => window.heard.push(event.data));</script>`;
    for (const html of [listening + script(site.url), listening + frame(site.url)]) {
      const host = await engineSite({ html });
      const { result, consoleMessages } = await inPage(browser, host, async () => {
        const { kit, heard } = /** @type {any} */ (window);
        for (let i = 0; i < 200 && !heard.length; i++) await kit.wait(50);
        return heard;
      });
      host.close();
      assertQuiet(consoleMessages);
      assert.deepEqual(result, [{ engine: core.engine() }]);
    }
    site.close();
  });

  test(`${browser}: a program that does not arrive whole ends in a reason; one of a wrong type runs`, async () => {
    for (const fault of /** @type {const} */ (['missing', 'html', 'short', 'broken', 'mistyped'])) {
      const site = await engineSite({ fault });
      const { result } = await inPage(browser, site, async () => {
        const { getEngine, wait, failure } = /** @type {any} */ (window).kit;
        const unhandled = [];
        addEventListener('unhandledrejection', (event) => unhandled.push(String(event.reason)));
        const engine = getEngine();
        const run = engine.open({ budget: { epochs: 1 } });
        const told = new Promise((resolve) => run.on('error', ({ code }) => resolve(code)));
        const ready = await failure(engine.ready());
        const code = ready && (await told);
        const answer = ready ? null : await engine.call('engineNumber');
        await wait(50);
        const { workers } = engine.stats();
        engine.destroy();
        return { ready, code, answer, unhandled, workers };
      });
      site.close();
      assert.deepEqual(result.unhandled, [], fault);
      if (fault === 'mistyped') {
        assert.equal(result.answer, core.engine());
      } else {
        assert.equal(result.ready?.code, 'load', `${fault}: ${JSON.stringify(result)}`);
        assert.equal(result.code, 'load');
        assert.match(result.ready.message, /^[A-Z].{20,}\.$/s, fault);
        assert.equal(result.workers, 0);
        console.log(browser, fault, result.ready.message);
      }
    }
  });

  test(`${browser}: a page whose policy forbids wasm leaves it to the worker; one that demands Trusted Types is obeyed`, async () => {
    for (const policy of [
      "script-src 'self'; worker-src 'self'",
      "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; require-trusted-types-for 'script'; trusted-types bitter-lesson",
    ]) {
      const site = await engineSite({ headers: { 'content-security-policy': policy } });
      const { result } = await inPage(browser, site, async () => {
        const { getEngine } = /** @type {any} */ (window).kit;
        return getEngine().call('engineNumber');
      });
      site.close();
      assert.equal(result, core.engine(), policy);
    }
  });
}

if (browsers().includes('chromium')) {
  test('chromium: without WebAssembly the reason says what to do', async () => {
    const site = await engineSite();
    await withPage('chromium', { url: site.url, args: ['--js-flags=--jitless'] }, async ({ page }) => {
      await page.goto(site.url);
      await page.evaluate(prepare);
      const error = await page.evaluate(async () => {
        const { getEngine } = /** @type {any} */ (window).kit;
        return getEngine()
          .open({})
          .raster({ view: [-1, -1, 1, 1], width: 4, height: 4 })
          .catch(({ name, code, message }) => ({ name, code, message }));
      });
      assert.equal(error.name, 'EngineError');
      assert.equal(error.code, 'no-wasm');
      assert.match(error.message, /WebAssembly/);
    });
    site.close();
  });
}

// What the page tests share: a server over dist/, a browser per test file, pages that report everything that goes wrong.
//
//   import { after, test } from 'node:test';
//   import { assertQuiet, browsers, closeAll, withPage } from './harness.mjs';
//   after(closeAll);
//   for (const browser of browsers()) {
//     test(`${browser}: the title`, async () => {
//       await withPage(browser, { width: 800 }, async ({ page, url, consoleMessages }) => {
//         await page.goto(url);
//         …
//         assertQuiet(consoleMessages);
//       });
//     });
//   }
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { createStaticServer, listen, ROOT } from '../../tools/serve.mjs';

/** Long, since two cores may be shared with other work: tests are about outcomes, `build.sh bench` about time. */
export const PATIENCE = 60_000;

const PROGRAMS = {
  chromium: [process.env.CHROME_BIN, 'chromium', 'chromium-browser', 'google-chrome'],
  firefox: [process.env.FIREFOX_BIN, 'firefox-esr', 'firefox'],
};

/** @typedef {'chromium' | 'firefox'} BrowserName */

/** The browsers to test in; the environment's BROWSERS=firefox restricts them. @returns {BrowserName[]} */
export function browsers() {
  const names = (process.env.BROWSERS || 'chromium,firefox').split(',').map((name) => name.trim());
  for (const name of names) if (!(name in PROGRAMS)) throw new Error(`BROWSERS names '${name}': chromium or firefox.`);
  return /** @type {BrowserName[]} */ (names);
}

/** @param {BrowserName} name @returns {string} path of the program */
function programOf(name) {
  for (const program of PROGRAMS[name]) {
    if (!program) continue;
    try {
      return execFileSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).trim();
    } catch {
      // the next one
    }
  }
  throw new Error(`No ${name} found: looked for ${PROGRAMS[name].filter(Boolean).join(', ')}.`);
}

// Loopback only, nothing phones home; a root user has no sandbox.
const CHROMIUM_ARGUMENTS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
const FIREFOX_PREFERENCES = {
  'app.update.auto': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.downloads.remote.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
};

/** @type {Map<string, Promise<import('puppeteer-core').Browser>>} */
const running = new Map();
/** @type {Set<import('node:http').Server>} */
const servers = new Set();

/**
 * A browser, started at first use; one per set of arguments and preferences, so usually one a test file.
 * @param {BrowserName} name
 * @param {{args?: string[], preferences?: Record<string, unknown>}} [options] preferences: Firefox only
 */
export function launch(name, { args = [], preferences = {} } = {}) {
  const key = JSON.stringify([name, args, preferences]);
  let browser = running.get(key);
  if (!browser) {
    browser = puppeteer.launch({
      browser: name === 'firefox' ? 'firefox' : 'chrome',
      executablePath: programOf(name),
      headless: true,
      timeout: PATIENCE,
      protocolTimeout: 4 * PATIENCE,
      args: name === 'chromium' ? [...CHROMIUM_ARGUMENTS, ...args] : args,
      extraPrefsFirefox: name === 'firefox' ? { ...FIREFOX_PREFERENCES, ...preferences } : undefined,
    });
    running.set(key, browser);
  }
  return browser;
}

/**
 * A server of its own over a folder (default: dist/) on a free port of 127.0.0.1.
 * @param {string} [folder] relative to the repository
 * @returns {Promise<{url: string, requests: string[], close: () => Promise<void>}>} url ends with a slash
 */
export async function serve(folder = 'dist') {
  /** @type {string[]} */
  const requests = [];
  const server = createStaticServer(join(ROOT, folder), { onRequest: (path) => requests.push(path) });
  const port = await listen(server);
  servers.add(server);
  const close = () =>
    /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        servers.delete(server);
        server.close(() => resolve());
        server.closeAllConnections();
      })
    );
  return { url: `http://127.0.0.1:${port}/`, requests, close };
}

/** @type {ReturnType<typeof serve> | undefined} */
let dist;
/** The server over dist/ that all tests of a file share. */
export const serveDist = () => (dist ??= serve('dist'));

/** Closes browsers and servers: `after(closeAll)` in every test file. */
export async function closeAll() {
  await Promise.all([...running.values()].map(async (browser) => (await browser).close().catch(() => {})));
  running.clear();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers.clear();
  dist = undefined;
}

/**
 * @typedef {object} PageOptions
 * @property {number} [width] CSS pixels
 * @property {number} [height]
 * @property {boolean} [dark] prefers-color-scheme
 * @property {boolean} [reducedMotion] prefers-reduced-motion
 * @property {boolean} [javascript] false turns scripts off
 * @property {boolean} [touch]
 * @property {string[]} [args] of the browser
 * @property {string} [url] served elsewhere than dist/
 */

/**
 * Opens a page in a profile of its own, hands it over, closes it.
 * @template T
 * @param {BrowserName} browserName
 * @param {PageOptions} options
 * @param {(context: {page: import('puppeteer-core').Page, url: string, consoleMessages: string[]}) => Promise<T>} body
 *   url: of the server, ends with a slash; consoleMessages: console messages, page errors and failed requests so far
 * @returns {Promise<T>}
 */
export async function withPage(browserName, options, body) {
  const { width = 1024, height = 800, touch = false, args } = options;
  const firefox = browserName === 'firefox';
  const browser = await launch(browserName, { args, preferences: firefox ? firefoxPreferences(options) : {} });
  const url = options.url ?? (await serveDist()).url;
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.setViewport({ width, height, hasTouch: touch && !firefox });
    if (!firefox) await emulate(page, options);
    return await body({ page, url, consoleMessages: listenTo(page) });
  } finally {
    await context.close().catch(() => {});
  }
}

// Chromium emulates for a page what Firefox only takes as a preference of the whole browser.

/** @param {import('puppeteer-core').Page} page @param {PageOptions} options */
async function emulate(page, { dark = false, reducedMotion = false, javascript = true }) {
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: reducedMotion ? 'reduce' : 'no-preference' },
  ]);
  if (!javascript) await page.setJavaScriptEnabled(false);
}

/** @param {PageOptions} options */
function firefoxPreferences({ dark = false, reducedMotion = false, javascript = true }) {
  return {
    ...(dark && { 'layout.css.prefers-color-scheme.content-override': 0 }),
    ...(reducedMotion && { 'ui.prefersReducedMotion': 1 }),
    ...(!javascript && { 'javascript.enabled': false }),
  };
}

/** @param {import('puppeteer-core').Page} page @returns {string[]} grows while the page lives */
function listenTo(page) {
  /** @type {string[]} */
  const messages = [];
  page.on('console', (message) => messages.push(`console.${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`page error: ${error instanceof Error ? error.message : error}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A request given up by a page that is left or reloaded is no failure.
    if (!/ABORTED/i.test(why)) messages.push(`request failed: ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) messages.push(`status ${response.status()}: ${response.url()}`);
  });
  return messages;
}

/** Nothing was logged, thrown or missing. @param {string[]} messages @param {RegExp[]} [expected] */
export function assertQuiet(messages, expected = []) {
  const loud = messages.filter((message) => !expected.some((pattern) => pattern.test(message)));
  assert.deepEqual(loud, [], 'the console was not quiet');
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * What axe finds wrong, one line for each element: `assert.deepEqual(await axe(page), [])`.
 * @param {import('puppeteer-core').Page} page @param {string} [selector] only this part
 * @returns {Promise<string[]>}
 */
export async function axe(page, selector) {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async (within) => {
    // @ts-ignore axe is what the line above has put there
    const { violations } = await window.axe.run(within ?? document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map((/** @type {any} */ node) => `${id}: ${help}: ${node.target.join(' ')} ${node.html.slice(0, 120)}`),
    );
  }, selector ?? null);
}

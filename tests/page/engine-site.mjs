// An empty page beside the engine, served as it is or with a fault: for tests of the engine without the essay around it.

import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStaticServer, listen, ROOT } from '../../tools/serve.mjs';

const WASM = '/pkg/bitter_lesson_bg.wasm';
const FAULTS = {
  missing: (_wasm, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('gone'),
  html: (_wasm, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Hello'),
  mistyped: (wasm, response) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(wasm),
  short: (wasm, response) =>
    response.writeHead(200, { 'content-type': 'application/wasm' }).end(wasm.subarray(0, wasm.length / 2)),
  broken: (wasm, response) => {
    response.writeHead(200, { 'content-type': 'application/wasm', 'content-length': wasm.length });
    response.write(wasm.subarray(0, wasm.length / 2));
    setTimeout(() => response.destroy(), 100);
  },
};

/**
 * @param {{fault?: keyof typeof FAULTS, html?: string, headers?: Record<string, string>}} [options]
 *   headers: of the page itself, not of what it loads
 * @returns {Promise<{url: string, close: () => void}>}
 */
export async function engineSite({ fault, html = '', headers = {} } = {}) {
  const files = createStaticServer(join(ROOT, 'www'));
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path === '/') {
      const page = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>engine</title>${html}`;
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(page);
    } else if (path === WASM && fault) {
      response.setHeader('access-control-allow-origin', '*');
      FAULTS[fault](readFileSync(join(ROOT, 'www', WASM)), response);
    } else files.emit('request', request, response);
  });
  const port = await listen(server);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/`, close };
}

/** The core in this process, for comparison. */
export async function nodeCore() {
  const { initSync, ...core } = await import('../../www/pkg/bitter_lesson.js');
  initSync({ module: readFileSync(join(ROOT, 'www', WASM)) });
  return core;
}

// A small static server for dist/ or www/, on 127.0.0.1 only.
//   node tools/serve.mjs [--source] PORT      serve until stopped
//   node tools/serve.mjs --check PORT         only ask whether the port is free
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.mjs', '.css', '.json', '.svg', '.txt', '.wasm']);

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** @typedef {{body: Buffer, etag: string, type: string, extension: string, stamp: string, br?: Promise<Buffer>, gzip?: Promise<Buffer>}} Entry */

/**
 * @param {string} root folder to serve
 * @param {{onRequest?: (path: string) => void}} [options] onRequest hears of every path asked for
 */
export function createStaticServer(root, { onRequest } = {}) {
  /** @type {Map<string, Entry>} */
  const cache = new Map();

  /** @param {string} file @returns {Promise<Entry>} */
  async function load(file) {
    const { mtimeMs, size } = await stat(file);
    const stamp = `${mtimeMs} ${size}`;
    let entry = cache.get(file);
    if (entry?.stamp !== stamp) {
      const body = await readFile(file);
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      const extension = extname(file);
      entry = { body, etag, extension, stamp, type: TYPES[extension] ?? 'application/octet-stream' };
      cache.set(file, entry);
    }
    return entry;
  }

  /** @param {Entry} entry @param {string} accepts @returns {Promise<[Buffer, string?]>} body and its encoding */
  async function encoded(entry, accepts) {
    if (!COMPRESSIBLE.has(entry.extension) || entry.body.length < 500) return [entry.body];
    if (/\bbr\b/.test(accepts)) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: 6 };
      return [await (entry.br ??= brotli(entry.body, { params })), 'br'];
    }
    if (/\bgzip\b/.test(accepts)) return [await (entry.gzip ??= zip(entry.body)), 'gzip'];
    return [entry.body];
  }

  return createServer(async (request, response) => {
    const fail = (status, text) =>
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') return fail(405, 'Only GET and HEAD.');
    let path;
    try {
      path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    } catch {
      return fail(400, 'That is no path.');
    }
    if (path.endsWith('/')) path += 'index.html';
    onRequest?.(path);
    const file = normalize(join(root, path));
    if (!file.startsWith(normalize(root + sep)) || path.includes('\0') || path.includes('/.')) {
      return fail(404, 'Not found.');
    }
    try {
      const entry = await load(file);
      const headers = {
        'content-type': entry.type,
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
        'cache-control': path.startsWith('/v-') ? 'public, max-age=31536000, immutable' : 'no-cache',
        etag: entry.etag,
        vary: 'accept-encoding',
      };
      if (request.headers['if-none-match'] === entry.etag) return response.writeHead(304, headers).end();
      const [body, encoding] = await encoded(entry, String(request.headers['accept-encoding'] ?? ''));
      if (encoding) headers['content-encoding'] = encoding;
      headers['content-length'] = body.length;
      response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body);
    } catch (error) {
      const missing = ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(error.code);
      fail(missing ? 404 : 500, missing ? 'Not found.' : 'The server could not read that file.');
    }
  });
}

/** Resolves with the port once the server listens (0: any free one). @returns {Promise<number>} */
export function listen(server, port = 0) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address().port));
  });
}

function explain(error, port) {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} is taken: stop what uses it, or choose another, as in ./build.sh serve ${port < 65535 ? port + 1 : 8080}`;
  }
  if (error.code === 'EACCES')
    return `Port ${port} is reserved for root: choose one above 1023, as in ./build.sh serve`;
  return `Port ${port} cannot be used: ${error.message}`;
}

async function main(args) {
  const port = Number(args.at(-1));
  const source = args.includes('--source');
  const server = createStaticServer(join(ROOT, source ? 'www' : 'dist'));
  try {
    await listen(server, port);
  } catch (error) {
    console.error(`build.sh: ${explain(error, port)}`);
    process.exit(1);
  }
  if (args.includes('--check')) return server.close();
  console.log(`The essay${source ? ', from www/,' : ''} is at http://127.0.0.1:${port}/ (Ctrl-C stops it)`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));

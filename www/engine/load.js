// Fetching and compiling the wasm module, on the page (once, for all workers) or, where the page may not, in a worker.

import { EngineError, messageOf } from './errors.js';

/** A slow line is waited for this long, then the figure says so. */
const FETCH_LIMIT_MS = 60_000;

/** The smallest module that uses a SIMD instruction: () -> v128, `i32.const 0; i8x16.splat`. */
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

/** What stands in the way of running at all, or null. */
export function obstacle() {
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.validate !== 'function') {
    return new EngineError(
      'no-wasm',
      'This browser has WebAssembly switched off, so the figure cannot compute: ' +
        'allow WebAssembly or JavaScript optimisation for this site, or open the page in another browser.',
    );
  }
  if (!WebAssembly.validate(SIMD)) {
    return new EngineError(
      'no-wasm',
      'This browser is too old to compute the figure (it lacks WebAssembly SIMD): ' +
        'update it to Chrome 91, Firefox 89, Safari 16.4 or newer.',
    );
  }
  return null;
}

/**
 * Fetches and compiles. A wrong MIME type is no obstacle; anything that is not wasm is.
 * @param {string} url
 * @param {boolean} [streaming] while it arrives; a second try does without, since it then knows better what is wrong
 * @returns {Promise<WebAssembly.Module>} rejects with an EngineError 'load', or with the browser's own error if the bytes
 *   came but may not or cannot be compiled here
 */
export async function compile(url, streaming = true) {
  const response = await get(url);
  const type = response.headers.get('content-type') ?? '';
  if (streaming && type.startsWith('application/wasm') && typeof WebAssembly.compileStreaming === 'function') {
    return WebAssembly.compileStreaming(response);
  }
  const bytes = await body(response, url);
  if (bytes.byteLength < 8 || new DataView(bytes).getUint32(0) !== 0x0061736d) {
    throw new EngineError(
      'load',
      `The server sent something other than the program for ${url}: ` +
        'the figure cannot compute until the site is put right.',
    );
  }
  return WebAssembly.compile(bytes);
}

/** @param {string} url */
async function get(url) {
  let response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(FETCH_LIMIT_MS) });
  } catch (error) {
    throw new EngineError(
      'load',
      `The program could not be fetched (${messageOf(error)}): ` + 'check the connection, then load the page again.',
    );
  }
  if (!response.ok) {
    throw new EngineError(
      'load',
      `The program could not be fetched (${url} answered ${response.status}): load the page again later.`,
    );
  }
  return response;
}

/** @param {Response} response @param {string} url */
async function body(response, url) {
  try {
    return await response.arrayBuffer();
  } catch (error) {
    throw new EngineError(
      'load',
      `The connection broke while fetching ${url} (${messageOf(error)}): load the page again.`,
    );
  }
}

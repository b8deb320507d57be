// Ways to start a worker from a module that may live on another origin than the page.

/** The worker's script, wherever this file came from; from the top, since dist/ keeps this module in another folder. */
const WORKER_URL = new URL('../engine/worker.js', import.meta.url).href;
/** The wasm beside it. */
export const WASM_URL = new URL('../pkg/bitter_lesson_bg.wasm', import.meta.url).href;

/**
 * What the pool needs of a worker (a real one, or a test's).
 * @typedef {{postMessage(message: any, transfer?: Transferable[]): void, terminate(): void,
 *   onmessage: ((event: any) => void) | null, onerror: ((event: any) => void) | null,
 *   onmessageerror?: ((event: any) => void) | null}} WorkerLike
 */

/**
 * The ways to try, in order. A frame with an opaque origin and a page on another origin may not start our script from the
 * network; there a classic worker made from a blob imports it (a blob *module* worker fails in a sandboxed frame).
 * The blob way is also the second try elsewhere, for hosts that serve scripts with a wrong type to workers.
 * @param {string} [url] @returns {(() => WorkerLike)[]}
 */
export function ways(url = WORKER_URL) {
  const network = () => new Worker(trusted(url), { type: 'module', name: 'bitter-lesson' });
  const blob = () => {
    const failed = `{ type: 'failed', message: 'A script of the program could not be loaded (' + error + '): load the page again.' }`;
    const source = `import(${JSON.stringify(url)}).catch((error) => postMessage(${failed}))`;
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(trusted(address), { name: 'bitter-lesson' });
    // The address must outlive the fetch of the script, which begins after this task.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    return worker;
  };
  return new URL(url).origin === self.origin ? [network, blob] : [blob];
}

/** @type {{createScriptURL(text: string): any} | null | undefined} */
let policy;

/**
 * Pages that demand Trusted Types let only a policy name a worker's script. Ours passes our script and our blobs, nothing else.
 * @param {string} text @returns {string}
 */
function trusted(text) {
  if (policy === undefined) {
    policy = null;
    const types = /** @type {any} */ (globalThis).trustedTypes;
    try {
      policy = types?.createPolicy('bitter-lesson', { createScriptURL: ours }) ?? null;
    } catch {
      // The page's policy does not know our name: the plain text then works or is refused, and the refusal is reported.
    }
  }
  return policy ? policy.createScriptURL(text) : text;
}

/** @param {string} text */
function ours(text) {
  if (text !== WORKER_URL && !text.startsWith('blob:')) throw new TypeError(`not a script of this program: ${text}`);
  return text;
}

// A worker's way in: says that it is awake, waits for the program, then serves the page's messages by turns.

import { EngineError, messageOf } from './errors.js';
import { compile } from './load.js';
import { Turns } from './turns.js';

/**
 * @typedef {import('./jobs.js').Core} Core
 * @typedef {import('./protocol.js').FromWorker} FromWorker
 * @typedef {import('./protocol.js').Hello} Hello
 */

/** The worker's scope, with the little of it that is used here. */
const scope = /** @type {{postMessage(message: FromWorker, transfer?: Transferable[]): void,
  onmessage: ((event: MessageEvent) => void) | null}} */ (/** @type {unknown} */ (self));

// Not imported at the top: a failure is then a message with a reason instead of a silent error event.
const glue = import('./core.js');
glue.catch(() => {});

/** @type {Turns | null} */
let turns = null;

scope.onmessage = (/** @type {MessageEvent} */ event) => {
  /** @type {import('./protocol.js').ToWorker} */
  const data = event.data;
  if (data.type === 'hello') hello(data);
  else turns?.receive(data);
};
scope.postMessage({ type: 'awake' });

/** @param {Hello} message */
async function hello({ module, wasm, asleep }) {
  try {
    const core = await glue;
    const { memory } = core.initSync({ module: module ?? (await compile(wasm, false)) });
    const room = { core, post, now: () => performance.now(), fatal };
    turns = new Turns(room, later(), () => memory.buffer.byteLength);
    if (asleep) turns.receive({ type: 'sleep', asleep });
    post({ type: 'ready', engine: core.engine() });
  } catch (error) {
    post({ type: 'failed', message: reason(error) });
  }
}

/** @param {unknown} error */
function reason(error) {
  if (error instanceof EngineError) return error.message;
  if (error instanceof WebAssembly.CompileError) {
    return `The program arrived damaged, or this page does not allow it to run (${messageOf(error)}): load the page again.`;
  }
  return `The program could not be started (${messageOf(error)}): load the page again, or open it in another browser.`;
}

/** @param {FromWorker} message @param {Transferable[]} [transfer] */
function post(message, transfer = []) {
  scope.postMessage(message, transfer);
}

/** A trap, or the stack or memory running out inside wasm: the instance cannot be used again.
 * @param {unknown} error */
function fatal(error) {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    (error instanceof Error && error.name === 'InternalError')
  );
}

/** Yields through a message channel: unlike a timer it is not held back to 4 ms, and unlike a promise it lets messages in. */
function later() {
  const { port1, port2 } = new MessageChannel();
  /** @type {(() => void)[]} */
  const waiting = [];
  port1.onmessage = () => waiting.shift()?.();
  return (/** @type {() => void} */ turn) => {
    waiting.push(turn);
    port2.postMessage(null);
  };
}

// The messages between the page and a worker, and the times both sides go by. This is the only file that both import.
//
// A run (one session in some worker) is named by a number. Its generation rises with every new spec, and every message about
// a run carries the generation it belongs to: whoever receives one of another generation drops it.

/** Training and pictures are cut into pieces of about this long, so that messages are read in between. */
export const SLICE_MS = 12;
/** Progress of one run is posted at most this often (and always when it stops). */
export const PROGRESS_MS = 50;
/** Training that may be lost with a worker, where a checkpoint is cheap. */
export const CHECKPOINT_MS = 250;

/**
 * What the core says of a run: work units are optimiser steps (network) or chunks of points (neighbours).
 * @typedef {{done: number, total: number, state: 'running' | 'done' | 'diverged', epoch: number, epochs: number,
 *   message?: string, diverged_at?: number, train_loss?: number}} Progress
 */

/** @typedef {[number, number, number, number]} View  x0, y0, x1, y1 */
/** @typedef {Record<string, any>} Spec  plain data; the core's checker says what may stand in it */
/** @typedef {'raster' | 'errors' | 'digest' | 'loss' | 'sample' | 'counts' | 'probability' | 'neighbours' | 'cost'} Verb */
/** @typedef {{code: 'spec' | 'trap' | 'load', message: string}} Refusal */

/**
 * A session that stood in a lost worker: what to restore it from (null: from nothing), and the step that the page has
 * already seen. Nothing else is answered before that step is reached again, so a reader never sees a run go back.
 * @typedef {{snapshot: Uint8Array | null, floor: number}} Restore
 */

/**
 * @typedef {{type: 'hello', module: WebAssembly.Module | null, wasm: string, asleep: boolean}} Hello
 *   module null: the page could not compile (its policy may forbid it), the worker tries by itself
 * @typedef {{type: 'spec', run: number, generation: number, id: number, spec: Spec, restore: Restore | null}} SpecMessage
 *   opens the session or gives it another spec
 * @typedef {{type: 'train', run: number, generation: number, until: number}} TrainMessage
 * @typedef {{type: 'pause', run: number, generation: number, id: number}} PauseMessage
 * @typedef {{type: 'ask', run: number, generation: number, id: number, verb: Verb, args: any}} AskMessage
 * @typedef {{type: 'call', id: number, name: string, args: any[]}} CallMessage
 * @typedef {Hello | SpecMessage | TrainMessage | PauseMessage | AskMessage | CallMessage
 *   | {type: 'cancel', id: number} | {type: 'close', run: number} | {type: 'sleep', asleep: boolean} | {type: 'ping'}} ToWorker
 */

/**
 * @typedef {{type: 'awake'} | {type: 'ready', engine: number} | {type: 'failed', message: string}} StartMessage
 * @typedef {{type: 'beat', run: number | null, call: number | null, memory: number}} Beat
 *   sent before each slice with what is about to be served (so that a worker that falls silent has named the culprit),
 *   and once with nothing when the work runs out, and as the answer to a ping
 * @typedef {{type: 'reply', id: number, run: number | null, generation: number, value: any}} Reply
 * @typedef {{type: 'refused', id: number, run: number | null, generation: number, error: Refusal}} Refused
 * @typedef {{type: 'progress' | 'restored', run: number, generation: number, progress: Progress}} ProgressMessage
 * @typedef {{type: 'checkpoint', run: number, generation: number, done: number, bytes: Uint8Array}} Checkpoint
 * @typedef {{type: 'trap', run: number | null, call: number | null, message: string}} Trap
 * @typedef {StartMessage | Beat | Reply | Refused | ProgressMessage | Checkpoint | Trap} FromWorker
 */

/** Stateless helpers of the core that the page may call: our name, the core's name. */
export const CALLS = new Map([
  ['checkSpec', 'check_spec'],
  ['defaultSpec', 'default_spec'],
  ['specRanges', 'spec_ranges'],
  ['engineNumber', 'engine'],
  ['randomSeed', 'random_seed'],
  ['parseLink', 'parse_link'],
  ['formatLink', 'format_link'],
  ['problem', 'problem'],
  ['density', 'density'],
  ['truth', 'truth'],
]);

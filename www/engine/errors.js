// The two kinds of error that leave the engine.

/** @typedef {'no-wasm' | 'load' | 'dead' | 'spec' | 'trap'} EngineErrorCode */

/** Something went wrong, told in a sentence that can stand on the page. */
export class EngineError extends Error {
  /**
   * @param {EngineErrorCode} code no-wasm: this browser cannot run the program; load: it could not be fetched or started;
   *   dead: its worker was lost for good; spec: a spec or a question was refused; trap: the program broke down
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** The question was withdrawn (by a signal, a newer spec or closing). Not a fault: callers mostly ignore it.
 * @param {string} [message] */
export function abortError(message = 'The request was withdrawn.') {
  return new DOMException(message, 'AbortError');
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

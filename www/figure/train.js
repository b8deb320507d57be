// Waiting for a run to finish its training.

/** @typedef {import('../engine/client.js').Run} Run */
/** @typedef {import('../engine/client.js').Progress} Progress */

/**
 * Trains to the end and resolves there. Rejects when the run diverges, fails, or the signal fires.
 * @param {Run} run @param {AbortSignal} [signal]
 * @returns {Promise<Progress>}
 */
export async function whenTrained(run, signal) {
  await run.ready();
  if (run.progress.state === 'done') return run.progress;
  return new Promise((resolve, reject) => {
    /** @type {(() => void)[]} */
    const stops = [];
    const settle = (/** @type {() => void} */ how) => {
      for (const stop of stops) stop();
      how();
    };
    const onAbort = () =>
      settle(() => reject(new DOMException('The training is not waited for any more.', 'AbortError')));
    stops.push(
      run.on('done', (progress) => settle(() => resolve(progress))),
      run.on('diverged', (progress) => settle(() => reject(new Error(progress.message ?? 'The training diverged.')))),
      run.on('error', (error) => settle(() => reject(error))),
      () => signal?.removeEventListener('abort', onAbort),
    );
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    else run.train();
  });
}

// Training a run up to one exact step.

/** @typedef {import('../engine/client.js').Run} Run */
/** @typedef {import('../engine/client.js').Progress} Progress */

/** @param {Progress} progress @param {number} step */
const arrived = (progress, step) => progress.state !== 'running' || progress.done >= step;

/**
 * Resolves when the run stands at `step`, or at its end, or has diverged: the progress says which. When the signal fires
 * the run is left training; whoever comes next pauses it or gives it another goal.
 * @param {Run} run @param {number} step @param {AbortSignal} signal
 * @returns {Promise<Progress>}
 */
export async function reach(run, step, signal) {
  await run.ready();
  signal.throwIfAborted();
  if (arrived(run.progress, step)) return run.progress;
  return new Promise((resolve, reject) => {
    /** @type {(() => void)[]} */
    const stops = [];
    const settle = (/** @type {() => void} */ how) => {
      for (const stop of stops) stop();
      how();
    };
    const onAbort = () => settle(() => reject(signal.reason));
    stops.push(
      run.on('progress', (progress) => {
        if (arrived(progress, step)) settle(() => resolve(progress));
      }),
      run.on('error', (error) => settle(() => reject(error))),
      () => signal.removeEventListener('abort', onAbort),
    );
    signal.addEventListener('abort', onAbort);
    run.train({ until: step });
  });
}

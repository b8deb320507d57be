// Backpressure in one place: one piece of work at a time, and of everything wished for meanwhile only the newest.

/**
 * @typedef {object} Turn       what the work is given besides its wish
 * @property {AbortSignal} signal  fires when the work may be dropped for a newer wish
 * @property {() => boolean} stale is a newer wish waiting?
 * @property {() => void} giveWay  from here on a newer wish interrupts (before, the work is finished first)
 */

/**
 * @template T
 * @param {(wish: T, turn: Turn) => Promise<void>} work
 * @param {{onError: (error: unknown, wish: T) => void, onIdle?: () => void, onBusy?: () => void}} hooks
 */
export function newestWins(work, { onError, onIdle, onBusy }) {
  /** @type {{wish: T} | undefined} */
  let waiting;
  let working = false;
  let interruptible = false;
  let closed = false;
  let controller = new AbortController();

  async function serve() {
    working = true;
    onBusy?.();
    while (waiting && !closed) {
      const { wish } = waiting;
      waiting = undefined;
      interruptible = false;
      controller = new AbortController();
      const { signal } = controller;
      const stale = () => waiting !== undefined || closed;
      const giveWay = () => {
        interruptible = true;
        if (stale()) controller.abort();
      };
      try {
        await work(wish, { signal, stale, giveWay });
      } catch (error) {
        // Dropped work is no fault; nor is any fault of a wish nobody has any more.
        if (!stale() && !isAbort(error)) onError(error, wish);
      }
    }
    working = false;
    onIdle?.();
  }

  return {
    /** @param {T} wish */
    want(wish) {
      if (closed) return;
      waiting = { wish };
      if (!working) void serve();
      else if (interruptible) controller.abort();
    },
    close() {
      closed = true;
      waiting = undefined;
      controller.abort();
    },
  };
}

/** @param {unknown} error */
export function isAbort(error) {
  return error instanceof Error && error.name === 'AbortError';
}

// Outcomes of runs, kept in the browser between visits by engine number and spec, so that nothing is computed twice. Storage is a
// convenience: where it is forbidden or full, everything goes on without it, and the figure says so once.

/** @typedef {{digest: string, values: Record<string, number>, seconds: number}} Outcome */

const NAME = 'bitter-lesson';
const STORE = 'runs';

/** @type {Promise<IDBDatabase> | undefined} */
let opening;
/** What this page has computed or read. @type {Map<string, Outcome>} */
const known = new Map();

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('another page holds the storage'));
  });
  return opening;
}

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} ask @returns {Promise<any>} */
async function transact(mode, ask) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @param {number} engine @param {string} specId */
const keyOf = (engine, specId) => `${engine}:${specId}`;

/** @param {number} engine @param {string} specId @returns {Promise<Outcome | undefined>} */
export async function recall(engine, specId) {
  const key = keyOf(engine, specId);
  if (known.has(key)) return known.get(key);
  try {
    const found = await transact('readonly', (store) => store.get(key));
    if (found) known.set(key, found);
    return found;
  } catch {
    return undefined;
  }
}

/**
 * @param {number} engine @param {string} specId @param {Outcome} outcome
 * @returns {Promise<string | undefined>} why it will be forgotten with this page, if so
 */
export async function remember(engine, specId, outcome) {
  const key = keyOf(engine, specId);
  known.set(key, outcome);
  try {
    await transact('readwrite', (store) => store.put(outcome, key));
    return undefined;
  } catch (error) {
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    return full
      ? 'The browser’s storage is full: these runs are kept until the page is closed.'
      : 'The browser keeps no data for this page: these runs are kept until it is closed.';
  }
}

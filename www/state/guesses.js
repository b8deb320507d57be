// The reader's guesses on this page, by figure: a mark made in one scene is met again in a later one.

/** @type {Map<string, string>} */
const guesses = new Map();
/** @type {Set<(figure: string) => void>} */
const listeners = new Set();

/** @param {string} figure @param {string | undefined} guess */
export function rememberGuess(figure, guess) {
  if (guesses.get(figure) === guess) return;
  if (guess === undefined) guesses.delete(figure);
  else guesses.set(figure, guess);
  for (const listener of listeners) listener(figure);
}

/** @param {string} figure */
export function guessOf(figure) {
  return guesses.get(figure);
}

/** @param {(figure: string) => void} listener @returns {() => void} */
export function onGuess(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

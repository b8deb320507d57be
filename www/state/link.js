// Links: the fragment of the address <-> the state of a figure. The grammar is the program's own (parseLink, formatLink
// run in the engine); the page adds one key of its own, `show`, the layers of a picture that are switched on. It
// changes no result, so the command line has no use for it.

/** @typedef {import('./figure-state.js').FigureState} FigureState */
/** @typedef {import('./figure-state.js').ParsedLink} ParsedLink */
/** @typedef {{call: (name: any, ...args: any[]) => Promise<any>}} Caller */

const SHOW = /&show=([a-z,-]*)/;

/**
 * The figure a fragment names; undefined for a section anchor. Cheap: it decides which figure wakes up.
 * @param {string} hash
 * @returns {string | undefined}
 */
export function figureNamed(hash) {
  return /^#fig=([^&]{0,64})/.exec(hash)?.[1];
}

/**
 * @param {Caller} engine @param {string} hash
 * @returns {Promise<ParsedLink>}
 */
export async function readLink(engine, hash) {
  const show = SHOW.exec(hash);
  /** @type {ParsedLink} */
  const link = await engine.call('parseLink', show ? hash.replace(SHOW, '') : hash);
  return show ? { ...link, show: show[1].split(',').filter((word) => word !== '') } : link;
}

/**
 * @param {Caller} engine @param {FigureState} state
 * @returns {Promise<string>} "#fig=…"
 */
export async function writeLink(engine, state) {
  /** @type {string} */
  const link = await engine.call('formatLink', state.forLink());
  // in the order of the definition, so that one state has one link
  const now = state.layers().filter((layer) => state.show.has(layer));
  const published = state.layers().filter((layer) => state.definition.show?.includes(layer));
  return state.touched && now.join() !== published.join() ? `${link}&show=${now.join()}` : link;
}

/** The command that runs the same thing natively. @param {string} link */
export function commandFor(link) {
  // The fragment is percent-encoded, so it holds no quote; a stray one must still not end the shell's string.
  return `cargo run --release -- run '${link.replace(SHOW, '').replaceAll("'", '%27')}'`;
}

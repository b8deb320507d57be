// Links: the fragment of the address <-> the state of a figure. The grammar is the program's own (parseLink, formatLink
// run in the engine); the page adds two keys of its own: `show`, the layers of a picture that are switched on, and `look`,
// which part of a model is looked into. They change no result, so the command line has no use for them.

/** @typedef {import('./figure-state.js').FigureState} FigureState */
/** @typedef {import('./figure-state.js').ParsedLink} ParsedLink */
/** @typedef {{call: (name: any, ...args: any[]) => Promise<any>}} Caller */

const SHOW = /&show=([a-z,-]*)/;
const LOOK = /&look=([a-z0-9.-]{1,40})(?=&|$)/;

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
  const look = LOOK.exec(hash)?.[1];
  /** @type {ParsedLink} */
  const link = await engine.call('parseLink', withoutOwn(hash));
  return {
    ...link,
    ...(show && { show: show[1].split(',').filter((word) => word !== '') }),
    ...(look !== undefined && { look }),
  };
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
  const show = state.touched && now.join() !== published.join() ? `&show=${now.join()}` : '';
  return link + show + (state.look === undefined ? '' : `&look=${state.look}`);
}

/** @param {string} link */
const withoutOwn = (link) => link.replace(SHOW, '').replace(LOOK, '');

/** The command that runs the same thing natively. @param {string} link */
export function commandFor(link) {
  // The fragment is percent-encoded, so it holds no quote; a stray one must still not end the shell's string.
  return `cargo run --release -- run '${withoutOwn(link).replaceAll("'", '%27')}'`;
}

// Links: the fragment of the address <-> the state of a figure. The grammar is the program's own (parseLink, formatLink
// run in the engine); the page adds two keys of its own: `show`, the layers of a picture that are switched on, and `look`,
// which part of a model is looked into. They change no result, so the command line has no use for them.
// Only readers who come by a link, or copy one, need this file: it is fetched for them.

/** @typedef {import('./figure-state.js').FigureState} FigureState */
/** @typedef {import('./figure-state.js').ParsedLink} ParsedLink */
/** @typedef {import('./figure-state.js').Spec} Spec */
/** @typedef {{call: (name: any, ...args: any[]) => Promise<any>}} Caller */

const SHOW = /&show=([a-z,-]*)/;
const LOOK = /&look=([a-z0-9.-]{1,40})(?=&|$)/;

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
 * Gives a figure the state of a link. What this figure does not know is refused, with the reason; the rest holds.
 * @param {FigureState} state @param {ParsedLink} link
 */
export function takeLink(state, link) {
  state.publish();
  state.refused = [...link.refused];
  for (const { name, spec } of link.variants) takeVariant(state, name, spec);
  state.at = link.at ?? undefined;
  state.view = link.view ?? undefined;
  state.guess = link.guess ?? undefined;
  state.look = link.look ?? undefined;
  const layers = state.layers();
  if (link.show) {
    state.show = new Set(link.show.filter((layer) => layers.includes(layer)));
    for (const layer of link.show) {
      if (!layers.includes(layer))
        state.refused.push({
          part: `show=${layer}`,
          why: `names no layer of this figure; it has ${layers.join(', ')}`,
        });
    }
  }
  state.touched =
    link.variants.length > 0 ||
    [link.at, link.view, link.guess, link.show, link.look].some((x) => (x ?? undefined) !== undefined);
  state.tell({ hurry: false });
}

/** @param {FigureState} state @param {string} given name in the link @param {Spec} spec */
function takeVariant(state, given, spec) {
  // A link without "vars" calls its only variant "main".
  const name = given === 'main' && state.specs.size === 1 ? [...state.specs.keys()][0] : given;
  const own = state.specs.get(name);
  if (!own) {
    const names = [...state.specs.keys()].join(', ');
    state.refused.push({ part: `vars=${given}`, why: `names no variant of this figure; it has ${names}` });
  } else if ((own.learner?.kind ?? 'mlp') !== spec.learner?.kind) {
    // Each figure is about one kind of learner; its words would be wrong about another.
    const kind = own.learner?.kind ?? 'mlp';
    state.refused.push({ part: 'learner.kind', why: `is ${spec.learner?.kind}; this figure is about ${kind}` });
  } else state.specs.set(name, structuredClone(spec));
}

/** What formatLink of the engine takes. @param {FigureState} state */
export function forLink(state) {
  return {
    figure: state.definition.name,
    variants: state.touched ? [...state.specs].map(([name, spec]) => ({ name, spec: structuredClone(spec) })) : [],
    at: state.at,
    view: state.view,
    guess: state.guess,
  };
}

/**
 * @param {Caller} engine @param {FigureState} state
 * @returns {Promise<string>} "#fig=…"
 */
export async function writeLink(engine, state) {
  /** @type {string} */
  const link = await engine.call('formatLink', forLink(state));
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

// Brings one figure to life inside an element: its definition, its state (from a link, if one names it), its module.
// The loader (figure.js) imports this when a figure comes near; a page without the custom element may call it itself.

import { getEngine } from '../engine/client.js';
import { FigureState } from '../state/figure-state.js';

/** @typedef {import('./kit.js').Handle} Handle */

const WWW = new URL('../', import.meta.url);

/** @type {Promise<CSSStyleSheet[]> | undefined} one copy of the styles for all figures */
let sheets;

/** @returns {Promise<CSSStyleSheet[]>} */
function figureStyles() {
  sheets ??= Promise.all(
    ['style/tokens.css', 'style/figure.css'].map(async (path) => {
      const sheet = new CSSStyleSheet();
      const response = await fetch(new URL(path, WWW));
      sheet.replaceSync(response.ok ? await response.text() : '');
      return sheet;
    }),
  );
  return sheets;
}

/** @param {string} name @returns {Promise<import('../state/figure-state.js').Definition>} */
async function readDefinition(name) {
  const response = await fetch(new URL(`figures/${name}.json`, WWW));
  if (!response.ok) throw new Error(`There is no figure called “${name}”.`);
  return response.json();
}

/**
 * @param {HTMLElement} element empty; the figure is built inside
 * @param {string} name of figures/NAME.json
 * @param {{hash?: string, engine?: import('../engine/client.js').Engine}} [options] hash: a link whose state to take
 * @returns {Promise<Handle & {take: (hash: string) => Promise<void>}>}
 */
export async function mountFigure(element, name, { hash, engine = getEngine() } = {}) {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new Error(`There is no figure called “${name.slice(0, 64)}”.`);
  // The program starts while the rest is fetched. Should it fail, the figure hears of it when it asks for something.
  engine.ready().catch(() => {});
  const [definition, { mount }, styles] = await Promise.all([
    readDefinition(name),
    import(new URL(`figures/${name}.js`, WWW).href),
    figureStyles(),
  ]);
  const root = element.getRootNode();
  if (root instanceof ShadowRoot) root.adoptedStyleSheets = styles;
  const state = new FigureState(definition);
  if (hash !== undefined) await follow(engine, state, hash);
  /** @type {Handle} */
  const handle = mount(element, engine, state);
  return {
    ...handle,
    async take(link) {
      await follow(engine, state, link);
      handle.update();
    },
  };
}

/** @param {import('../engine/client.js').Engine} engine @param {FigureState} state @param {string} hash */
async function follow(engine, state, hash) {
  try {
    const { readLink, takeLink } = await import('../state/link.js');
    const link = await readLink(engine, hash);
    // a link whose figure cannot be read has its refusal already
    if (!link.figure || link.figure === state.definition.name) takeLink(state, link);
    else state.refused = [{ part: `fig=${link.figure}`, why: 'names a figure that is not on this page' }];
  } catch (error) {
    // Without the engine no link can be read: the figure shows what was published, and says so.
    const why = error instanceof Error ? error.message : 'the program did not start';
    state.refused = [{ part: 'the link', why: `was not read: ${why}` }];
  }
}

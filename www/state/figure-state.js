// The state of one figure: what a link to it holds, and nothing else. Controls write here, pictures read from here.
// "As published" is the state with no change made: its link is `#fig=NAME` alone.

/**
 * A spec, complete or partial, as plain data (see the program's `spec` command).
 * @typedef {Record<string, any>} Spec
 *
 * @typedef {object} Control  one row of "controls" in figures/NAME.json
 * @property {string} id
 * @property {'range' | 'choice' | 'switch' | 'seed' | 'show'} kind
 * @property {string} label
 * @property {string} [path]           field of the spec it sets, e.g. "sample.n"
 * @property {string[]} [variants]     variants it acts on; all when absent
 * @property {import('./scale.js').ScaleSpec} [scale]  for a range
 * @property {{value: any, label: string}[]} [options] for a choice; for "show" the layers
 * @property {[any, any]} [values]     for a switch: off, on
 * @property {'integer' | 'share' | 'percent' | 'number'} [format]
 * @property {string} [unit]
 * @property {string} [hint]
 * @property {boolean} [more]          folded away
 *
 * @typedef {object} Definition        figures/NAME.json
 * @property {string} name
 * @property {string} title
 * @property {string} question
 * @property {string} alt
 * @property {Spec} base
 * @property {Record<string, Spec>} variants
 * @property {Control[]} controls
 * @property {string[]} [show]         layers shown as published
 * @property {string} [results]        which results/NAME.json holds its stored runs
 * @property {string} [first]          a small one with those that it begins with; the others are then fetched when needed
 *
 * @typedef {{part: string, why: string}} Refusal
 * @typedef {object} ParsedLink        what the engine's parseLink answers
 * @property {string | null} figure
 * @property {{name: string, spec: Spec}[]} variants
 * @property {number | null} [at]
 * @property {number[] | null} [view]
 * @property {string | null} [guess]
 * @property {string[]} [show]
 * @property {string | null} [look]
 * @property {Refusal[]} refused
 *
 * @typedef {object} Change            what changed last
 * @property {string} [path]
 * @property {boolean} hurry           a control is still being moved
 */

/** @param {any} value @returns {any} */
const copy = (value) => structuredClone(value);

/** `over` laid over `under`, object by object; arrays and plain values are replaced. @param {Spec} under @param {Spec} over @returns {Spec} */
export function merge(under, over) {
  const out = copy(under);
  for (const key of Object.keys(over)) {
    const value = over[key];
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    // A learner of another kind shares no fields with the one below it.
    const replaces = isObject && value.kind !== undefined && value.kind !== out[key]?.kind;
    out[key] = isObject && !replaces ? merge(out[key] ?? {}, value) : copy(value);
  }
  return out;
}

/** The field at a dotted path, or undefined. Own fields only. @param {Spec} spec @param {string} path @returns {any} */
export function fieldAt(spec, path) {
  /** @type {any} */
  let here = spec;
  for (const key of path.split('.')) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** @param {Spec} spec @param {string} path @param {any} value */
export function setField(spec, path, value) {
  const keys = path.split('.');
  const last = /** @type {string} */ (keys.pop());
  /** @type {any} */
  let here = spec;
  for (const key of keys) {
    if (!Object.hasOwn(here, key)) here[key] = {};
    here = here[key];
  }
  here[last] = copy(value);
}

export class FigureState {
  /** @param {Definition} definition */
  constructor(definition) {
    this.definition = definition;
    /** @type {Refusal[]} parts of the link that could not be honoured */
    this.refused = [];
    /** @type {Set<(change: Change) => void>} */
    this.listeners = new Set();
    /** @type {Map<string, Spec>} the spec of each variant */
    this.specs = new Map();
    /** Has the reader (or a link) changed anything? */
    this.touched = false;
    /** @type {number | undefined} step to stop at */
    this.at = undefined;
    /** @type {number[] | undefined} */
    this.view = undefined;
    /** @type {string | undefined} the reader's guess, as the link holds it */
    this.guess = undefined;
    /** @type {Set<string>} layers shown */
    this.show = new Set();
    /** @type {string | undefined} which part of a model is looked into, in the figure's own words */
    this.look = undefined;
    this.publish();
  }

  /** Back to the figure as published, without telling anybody. */
  publish() {
    const { base, variants } = this.definition;
    this.specs = new Map(Object.keys(variants).map((name) => [name, merge(base, variants[name])]));
    this.touched = false;
    this.at = undefined;
    this.view = undefined;
    this.guess = undefined;
    this.show = new Set(this.definition.show ?? []);
    this.look = undefined;
  }

  /** @param {string} [variant] the first one when absent @returns {Spec} */
  spec(variant) {
    const spec = variant === undefined ? this.specs.values().next().value : this.specs.get(variant);
    if (spec === undefined) throw new Error(`figure ${this.definition.name} has no variant ${variant}`);
    return spec;
  }

  /** @param {string} path @param {string} [variant] */
  get(path, variant) {
    return fieldAt(this.spec(variant), path);
  }

  /**
   * @param {string} path @param {any} value
   * @param {{variants?: string[], hurry?: boolean}} [options]
   */
  set(path, value, { variants = [...this.specs.keys()], hurry = false } = {}) {
    for (const name of variants) setField(this.spec(name), path, value);
    this.touched = true;
    this.tell({ path, hurry });
  }

  /** The layers this figure can show, in their order. @returns {string[]} */
  layers() {
    return (this.definition.controls.find((c) => c.kind === 'show')?.options ?? []).map((o) => o.value);
  }

  /** @param {string | undefined} guess */
  setGuess(guess) {
    this.guess = guess;
    this.touched = true;
    this.tell({ path: 'guess', hurry: false });
  }

  /** @param {string} layer @param {boolean} on */
  setShown(layer, on) {
    if (on) this.show.add(layer);
    else this.show.delete(layer);
    this.touched = true;
    this.tell({ path: 'show', hurry: false });
  }

  /** @param {string | undefined} look */
  setLook(look) {
    this.look = look;
    this.touched = true;
    this.tell({ path: 'look', hurry: false });
  }

  /** @param {number[] | undefined} view */
  setView(view) {
    this.view = view;
    this.touched = true;
    this.tell({ path: 'view', hurry: false });
  }

  /** A control was let go: the same state, now without hurry. */
  settle() {
    this.tell({ hurry: false });
  }

  reset() {
    this.publish();
    this.refused = [];
    this.tell({ hurry: false });
  }

  /** @param {(change: Change) => void} listener @returns {() => void} */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @param {Change} change */
  tell(change) {
    for (const listener of this.listeners) listener(change);
  }
}

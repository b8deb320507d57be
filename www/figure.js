// <bitter-figure name="opening">: a static picture inside, which comes alive when the reader gets near.
// This loader is all a page needs to include; everything else is imported when the first figure is near the viewport.
//
// For tests and embedders: attribute data-status = waking | stored | live | stopped; `settled()` resolves when the figure
// shows all it was asked for; `runs` holds its runs by name.

import { figureNamed } from './state/figure-named.js';

const NEAR = '100% 0px'; // one screen ahead
/** @typedef {Awaited<ReturnType<typeof import('./figure/host.js').mountFigure>>} Mounted */

class BitterFigure extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).append(document.createElement('slot'));
    /** @type {Promise<Mounted | undefined> | undefined} */
    this.mounting = undefined;
    /** @type {Mounted | undefined} */
    this.mounted = undefined;
    this.onHash = () => void this.takeHash();
    /** @type {IntersectionObserver | undefined} */
    this.near = undefined;
  }

  connectedCallback() {
    this.near = new IntersectionObserver(
      (entries) => {
        const visible = entries[entries.length - 1].isIntersecting;
        if (visible) void this.wake();
        this.mounted?.pause(!visible);
      },
      { rootMargin: NEAR },
    );
    this.near.observe(this);
    // The observer speaks after the first paint; the first figure need not wait for that if it is near the top.
    if (document.querySelector('bitter-figure') === this) {
      const { top, bottom, width } = this.getBoundingClientRect();
      if (width > 0 && top < 2 * innerHeight && bottom > -innerHeight) void this.wake();
    }
    addEventListener('hashchange', this.onHash);
    void this.takeHash();
  }

  disconnectedCallback() {
    this.near?.disconnect();
    removeEventListener('hashchange', this.onHash);
    void this.mounting?.then((mounted) => mounted?.destroy());
    this.mounting = undefined;
    this.mounted = undefined;
    this.shadowRoot?.replaceChildren(document.createElement('slot'));
  }

  get name() {
    return this.getAttribute('name') ?? '';
  }

  /** Is the link in the address for this figure? One to a figure that is not here is answered by the first on the page. */
  get named() {
    const name = figureNamed(location.hash);
    if (name === undefined || name === this.name) return name !== undefined;
    const all = [...document.querySelectorAll('bitter-figure')];
    return all[0] === this && all.every((figure) => figure.getAttribute('name') !== name);
  }

  /** A link names this figure: show it in that state. */
  async takeHash() {
    if (!this.named) return;
    const { mounting } = this;
    this.scrollIntoView({ block: 'start' });
    if (!mounting) {
      await this.wake();
      this.scrollIntoView({ block: 'start' }); // what stands above may have grown meanwhile
    } else await (await mounting)?.take(location.hash);
  }

  /** Build the figure; once. */
  wake() {
    this.mounting ??= this.build();
    return this.mounting;
  }

  /** @returns {Promise<Mounted | undefined>} */
  async build() {
    const shadow = /** @type {ShadowRoot} */ (this.shadowRoot);
    try {
      const { mountFigure } = await import('./figure/host.js');
      const root = document.createElement('div');
      // Built beside the static picture and shown when it is there: the reader never sees an empty frame.
      root.className = 'mount';
      shadow.append(root);
      this.mounted = await mountFigure(root, this.name, { hash: this.named ? location.hash : undefined });
      shadow.querySelector('slot')?.remove();
      return this.mounted;
    } catch (error) {
      await this.tell(error);
      return undefined;
    }
  }

  /** The figure cannot be built: the static picture stays, with a sentence under it. @param {unknown} error */
  async tell(error) {
    const shadow = /** @type {ShadowRoot} */ (this.shadowRoot);
    const again = () => {
      this.mounting = undefined;
      void this.wake();
    };
    const slot = document.createElement('slot');
    try {
      const { failure } = await import('./figure/failure.js');
      shadow.replaceChildren(slot, failure(error, again));
    } catch {
      const sentence = document.createElement('p');
      sentence.textContent = 'The live figure could not be loaded; this is its static picture.';
      shadow.replaceChildren(slot, sentence);
    }
    this.setAttribute('data-status', 'stopped');
  }

  /** Resolves when the figure is alive and shows all it was asked for. */
  async settled() {
    await (await this.wake())?.settled();
  }

  get runs() {
    return this.mounted?.runs ?? new Map();
  }
}

customElements.define('bitter-figure', BitterFigure);

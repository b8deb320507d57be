// "Take it away": what stands below a figure's foot when it is asked for. Data, pictures, link, frame and command of what the
// figure shows now. Files are made on this page; nothing is sent anywhere.

import { freshId, h } from '../figure/dom.js';
import { integer } from '../figure/number.js';
import { adoptStyle, loadStyle } from '../figure/own-style.js';
import { commandFor, writeLink } from '../state/link.js';
import * as data from './data.js';
import * as picture from './picture.js';
import { BUILD, embedSnippet, ESSAY, SITE, TERMS } from './where.js';
import * as write from './write.js';

/** @typedef {import('../figure/kit.js').Figure} Figure */
/** @typedef {import('./write.js').Table} Table */
/** @typedef {ReturnType<typeof createTake>} Take */

const SAID_MS = 2000;
const FOLLOW_MS = 150;
/** A file's address is given back when the browser has surely read it. */
const READ_MS = 60_000;
/** Room for the line under a figure on its own page. */
const EMBED_FOOT = 90;

/** @param {Figure} fig @param {HTMLElement} buttons of the foot */
export function createTake(fig, buttons) {
  const { state, definition, frame } = fig;
  const opener = /** @type {HTMLElement} */ (buttons.querySelector('[data-action=take]'));
  const copyButton = /** @type {HTMLElement} */ (buttons.querySelector('[data-action=copy-link]'));
  /** @type {Promise<Panel> | undefined} */
  let building;

  /** The link to this state, without the page. @returns {Promise<string>} */
  async function fragment() {
    try {
      return await writeLink(fig.engine, state);
    } catch (error) {
      // The program writes links. As published, a figure's is its name.
      if (state.touched || state.at !== undefined) throw error;
      return `#fig=${definition.name}`;
    }
  }

  async function link() {
    const url = new URL(location.href);
    url.hash = await fragment();
    return url.href;
  }

  /** @param {HTMLElement} button @param {string} text */
  async function copy(button, text) {
    await navigator.clipboard.writeText(text);
    const label = button.dataset.label ?? button.textContent ?? '';
    button.dataset.label = label;
    button.textContent = 'Copied';
    fig.announce('Copied');
    setTimeout(() => (button.textContent = label), SAID_MS);
  }

  const panel = () => {
    building ??= createPanel(fig, { fragment, link, copy, close: () => void toggle(false) });
    building.catch(() => (building = undefined));
    return building;
  };

  async function toggle(open = opener.getAttribute('aria-expanded') !== 'true') {
    const { root, refresh } = await panel();
    opener.setAttribute('aria-expanded', String(open));
    opener.setAttribute('aria-controls', root.id);
    const inside = root.contains(/** @type {ShadowRoot} */ (root.getRootNode()).activeElement);
    if (!root.isConnected) frame.foot.after(root);
    root.hidden = !open;
    if (open) {
      await refresh();
      // what is not there yet is offered when it has come
      void fig.settled().then(refresh);
    } else if (inside) opener.focus();
  }

  return {
    toggle: () => toggle(),
    async copyLink() {
      const text = await link();
      try {
        await copy(copyButton, text);
      } catch {
        await toggle(true);
        (await panel()).select('link');
      }
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof createPanel>>} Panel */
/** @typedef {'link' | 'embed' | 'command'} TextName */

/**
 * @param {Figure} fig
 * @param {{fragment: () => Promise<string>, link: () => Promise<string>, copy: (button: HTMLElement, text: string) => Promise<void>, close: () => void}} hooks
 */
async function createPanel(fig, { fragment, link, copy, close }) {
  const { state, definition, frame } = fig;
  adoptStyle(frame.figure, await loadStyle('take.css'));

  const says = h('p', { class: 'take-says', role: 'status' });
  const source = h('p', { class: 'take-source' });
  const dataPlace = h('div', { class: 'take-things' });
  const picturePlace = h('div', { class: 'take-things' });

  /** @type {Record<TextName, () => Promise<string>>} */
  const texts = {
    link,
    async embed() {
      const panelHeight = root.hidden ? 0 : root.offsetHeight;
      const height = Math.ceil((frame.figure.offsetHeight - panelHeight + EMBED_FOOT) / 20) * 20;
      return embedSnippet(SITE, await fragment(), definition.title, height);
    },
    command: async () => commandFor(await fragment()),
  };
  const fields = {
    link: h('input', { type: 'text', readonly: true, 'data-take': 'link' }),
    embed: h('textarea', { readonly: true, rows: 4, 'data-take': 'embed', spellcheck: 'false' }),
    command: h('input', { type: 'text', readonly: true, 'data-take': 'command' }),
  };

  /** @param {TextName} name */
  function select(name) {
    fields[name].focus();
    fields[name].select();
    says.textContent = 'This browser keeps its clipboard to itself. The text is selected: copy it from there.';
  }

  /** @param {TextName} name @param {string} label @param {string} [hint] */
  function textRow(name, label, hint) {
    const field = fields[name];
    field.id = freshId('take');
    const button = h(
      'button',
      { type: 'button', 'data-copy': name, 'aria-label': `Copy ${label.toLowerCase()}` },
      'Copy',
    );
    button.addEventListener('click', async () => {
      try {
        field.value = await texts[name]();
      } catch (error) {
        return fail(error);
      }
      await copy(button, field.value).then(
        () => (says.textContent = ''),
        () => select(name),
      );
    });
    return h(
      'div',
      { class: 'take-row' },
      h('label', { for: field.id }, label),
      h('div', { class: 'take-text' }, field, button),
      hint ? h('p', { class: 'hint' }, hint) : null,
    );
  }

  /** @param {string} label @param {...Node} content */
  const row = (label, ...content) =>
    h('div', { class: 'take-row', role: 'group', 'aria-label': label }, h('span', {}, label), ...content);

  const root = h(
    'section',
    { class: 'take', id: freshId('take'), 'aria-label': 'Take it away', hidden: true },
    source,
    row('Data', dataPlace),
    row('Pictures', picturePlace),
    textRow('link', 'Link'),
    textRow('embed', 'Embed'),
    textRow('command', 'Command', 'Runs the same natively, with the same bits.'),
    says,
  );
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  });

  /** @param {unknown} error */
  function fail(error) {
    says.textContent = error instanceof Error && error.message ? error.message : 'That did not work.';
  }

  /** @type {import('./write.js').Table[]} */
  let tables = [];
  let offered = '';
  /** Buttons for what there is now; the same ones while that does not change. */
  function offer() {
    tables = data.ownTables(fig);
    const trains = [...state.specs.values()].some((spec) => (spec.learner?.kind ?? 'mlp') === 'mlp');
    const few = (state.get('sample.n') ?? 1000) <= data.MOST_POINTS;
    const files = [
      { id: 'errors', label: 'Errors (CSV)' },
      ...(trains ? [{ id: 'loss', label: 'Loss (CSV)' }] : []),
      ...tables.map(({ name, title = name }) => ({ id: name, label: `${title} (CSV)` })),
      ...(few ? [{ id: 'points', label: 'Points (CSV)' }] : []),
      { id: 'json', label: 'All results (JSON)' },
    ];
    const drawn = drawings();
    const pictures = [
      ...(picture.planesOf(fig).length > 0 ? [{ id: 'png', label: 'Picture (PNG)' }] : []),
      ...drawn.map(({ name, title }) => ({ id: name, label: `${title} (SVG)` })),
    ];
    const now = JSON.stringify([files, pictures]);
    if (now === offered) return;
    offered = now;
    dataPlace.replaceChildren(...files.map(({ id, label }) => download(label, id, () => dataFile(id))));
    picturePlace.replaceChildren(...pictures.map(({ id, label }) => download(label, id, () => pictureFile(id))));
  }

  /** @returns {import('./picture.js').Drawing[]} */
  function drawings() {
    const charts = data.chartsOf(fig).map(({ svg, chart, title }, i) => ({
      name: i === 0 ? 'chart' : `chart-${i + 1}`,
      title,
      source: chart.data().source,
      svg() {
        // folded away it has no size
        if (!svg.hasAttribute('viewBox')) chart.draw(480);
        return svg;
      },
    }));
    return [...charts, ...(fig.takeAway?.().pictures ?? [])];
  }

  /** @typedef {{name: string, blob: Blob}} File */
  /** @param {string} label @param {string} id @param {() => Promise<File>} make */
  function download(label, id, make) {
    const button = h('button', { type: 'button', 'data-download': id }, label);
    button.addEventListener('click', async () => {
      if (button.getAttribute('aria-disabled')) return;
      button.setAttribute('aria-disabled', 'true'); // stays focused, unlike a disabled one
      const slow = setTimeout(() => (says.textContent = 'Waiting for the figure to come to rest…'), SAID_MS / 4);
      try {
        const { name, blob } = await make();
        save(name, blob);
        says.textContent = `Given to the browser to save: ${name}, ${integer(Math.ceil(blob.size / 1000))} KB.`;
      } catch (error) {
        fail(error);
      } finally {
        clearTimeout(slow);
        button.removeAttribute('aria-disabled');
      }
    });
    return button;
  }

  /** @param {string} id @returns {Promise<File>} */
  async function dataFile(id) {
    const all = await data.outcomes(fig);
    const stem = write.fileStem(
      definition.name,
      all[0].spec.sample?.n,
      all.map(({ spec_id }) => spec_id),
    );
    if (id === 'json') {
      const text = write.toJson({
        essay: ESSAY,
        figure: definition.name,
        title: definition.title,
        question: definition.question,
        link: await link(),
        command: await texts.command(),
        licence: TERMS,
        build: BUILD,
        runs: all,
        tables: data.ownTables(fig),
      });
      return { name: `${stem}.json`, blob: new Blob([text], { type: 'application/json' }) };
    }
    /** @type {Table | undefined} */
    let table;
    if (id === 'errors') table = data.errorTable(definition.name, all);
    else if (id === 'loss') table = data.lossTable(definition.name, all);
    else if (id === 'points') table = await data.pointTable(fig);
    else table = data.ownTables(fig).find(({ name }) => name === id);
    if (!table || table.rows.length === 0) throw new Error('There are no such numbers yet: nothing has been run.');
    const name = id === 'errors' ? `${stem}.csv` : `${stem}-${id}.csv`;
    return { name, blob: new Blob([write.toCsv(table)], { type: 'text/csv' }) };
  }

  /** @param {string} id @returns {Promise<File>} */
  async function pictureFile(id) {
    const all = await data.outcomes(fig);
    const stem = write.fileStem(
      definition.name,
      all[0].spec.sample?.n,
      all.map(({ spec_id }) => spec_id),
    );
    const origin = { link: await link(), source: sourceOf(all) };
    if (id === 'png') return { name: `${stem}.png`, blob: await picture.pngOf(fig, origin) };
    const drawing = drawings().find(({ name }) => name === id);
    if (!drawing) throw new Error('This drawing is not shown any more.');
    const text = picture.svgOf(fig, drawing, origin);
    return { name: `${stem}-${id}.svg`, blob: new Blob([text], { type: 'image/svg+xml' }) };
  }

  let timer = 0;
  async function refresh() {
    if (root.hidden) return;
    const live = frame.figure.querySelector('.status')?.getAttribute('data-live') === 'live';
    source.textContent = live
      ? `What the figure shows now, computed live on this page. Files are made here; nothing is sent anywhere. ${TERMS.name}.`
      : `Stored results, computed beforehand by the same program. Files are made here; nothing is sent anywhere. ${TERMS.name}.`;
    offer();
    for (const name of /** @type {TextName[]} */ (Object.keys(texts))) {
      fields[name].value = await texts[name]().catch((error) => `Not to be had: ${error.message}`);
    }
  }
  state.subscribe(() => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      await fig.settled();
      await refresh();
    }, FOLLOW_MS);
  });

  return { root, refresh, select };
}

/** @param {import('./data.js').Outcome[]} all */
function sourceOf(all) {
  const sources = [...new Set(all.map(({ source }) => source))];
  return sources.join(' and ');
}

/** @param {string} name @param {Blob} blob */
function save(name, blob) {
  const href = URL.createObjectURL(blob);
  const anchor = h('a', { href, download: name, hidden: true });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(href), READ_MS);
}

// The anatomy every figure shares: title · notice · pictures and readouts · progress · controls · sentence · more · foot.

import { freshId, h } from './dom.js';

/** @typedef {import('../state/figure-state.js').Definition} Definition */
/** @typedef {'waking' | 'stored' | 'live' | 'stopped'} Status */

/** @type {Record<Status, string>} */
const STATUS = {
  waking: 'waking up…',
  stored: 'stored result',
  live: 'live',
  stopped: 'not live',
};

/** A live region that speaks is a nuisance while a slider moves: it says only what stood still this long. */
const SPEAK_AFTER_MS = 1200;
/** Work shorter than this shows no progress line; longer than that, the time left. */
const SHOW_LINE_MS = 150;
const SHOW_LEFT_MS = 1000;

/** @param {HTMLElement} root @param {Definition} definition */
export function createFrame(root, definition) {
  const titleId = freshId('title');
  const notice = h('div', { class: 'notice', role: 'alert', hidden: true });
  const pictures = h('div', { class: 'pictures' });
  const side = h('div', { class: 'side' });
  const line = h('div', { class: 'line', 'aria-hidden': 'true' }, h('i'));
  const bar = /** @type {HTMLElement} */ (line.firstChild);
  const controls = h('div', { class: 'controls' });
  const sentence = h('p', { class: 'sentence' });
  const more = h('details', { class: 'more', hidden: true }, h('summary', {}, 'More'), h('div', { class: 'controls' }));
  const status = h('span', { class: 'status' });
  const left = h('span', { class: 'left' });
  const foot = h('div', { class: 'foot' }, h('span', { class: 'state' }, status, left));
  const voice = h('div', { class: 'voice', 'aria-live': 'polite' });
  const figure = h(
    'div',
    { class: `figure figure-${definition.name}`, part: 'figure', role: 'group', 'aria-labelledby': titleId },
    h('p', { class: 'title', part: 'title', id: titleId }, definition.title),
    definition.question ? h('p', { class: 'question', part: 'question' }, definition.question) : null,
    h('div', { class: 'body' }, pictures, side),
    line,
    notice,
    controls,
    sentence,
    more,
    foot,
    voice,
  );
  root.append(figure);

  let timer = 0;
  let began = 0;
  let lineTimer = 0;
  /** @type {number | undefined} */
  let fraction;

  function drawLine() {
    line.classList.toggle('on', fraction !== undefined);
    bar.style.transform = `scaleX(${fraction ?? 1})`;
    const spent = performance.now() - began;
    const seconds = fraction ? (spent * (1 - fraction)) / fraction / 1000 : 0;
    left.textContent = fraction && spent > SHOW_LEFT_MS && seconds >= 1 ? `${Math.ceil(seconds)} s left` : '';
  }

  return {
    figure,
    pictures,
    side,
    controls,
    sentence,
    more,
    foot,

    /** @param {Status} state */
    status(state) {
      status.textContent = STATUS[state];
      status.dataset.live = state;
      const shadow = root.getRootNode();
      if (shadow instanceof ShadowRoot) shadow.host.setAttribute('data-status', state);
    },

    /** Share of the work done; undefined when there is none. @param {number | undefined} share */
    progress(share) {
      if (share !== undefined && fraction === undefined && !lineTimer) {
        began = performance.now();
        lineTimer = window.setTimeout(() => {
          if (fraction !== undefined) drawLine();
        }, SHOW_LINE_MS);
      }
      fraction = share;
      if (share === undefined) {
        clearTimeout(lineTimer);
        lineTimer = 0;
        drawLine();
      } else if (performance.now() - began > SHOW_LINE_MS) drawLine();
    },

    /**
     * One sentence where the reader looks; the pictures stay. @param {string | undefined} text
     * @param {{again?: () => void, dismiss?: boolean}} [options]
     */
    notice(text, { again, dismiss = false } = {}) {
      notice.hidden = text === undefined;
      notice.replaceChildren();
      if (text === undefined) return;
      notice.append(h('p', {}, text));
      if (again) notice.append(h('button', { type: 'button', onclick: again }, 'Try again'));
      if (dismiss) notice.append(h('button', { type: 'button', onclick: () => (notice.hidden = true) }, 'Dismiss'));
    },

    /** The live sentence: what just happened, in numbers. @param {...(Node | string)} words */
    say(...words) {
      sentence.replaceChildren(...words);
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        voice.textContent = sentence.textContent;
      }, SPEAK_AFTER_MS);
    },

    /** Speak something that stands nowhere else, at once. @param {string} text */
    announce(text) {
      clearTimeout(timer);
      voice.textContent = text;
    },

    destroy() {
      clearTimeout(timer);
      clearTimeout(lineTimer);
      figure.remove();
    },
  };
}
/** @typedef {ReturnType<typeof createFrame>} Frame */

// Below every figure: reset, the link to this very state, and the command that reproduces it.

import { h } from './dom.js';

/** @typedef {import('../state/figure-state.js').FigureState} FigureState */

const SAID_MS = 2000;

/**
 * @param {FigureState} state
 * @param {() => Promise<import('../state/link.js').Caller>} engine
 * @param {{onError: (error: unknown) => void, announce: (text: string) => void}} hooks
 */
export function createFoot(state, engine, { onError, announce }) {
  const reset = h('button', { type: 'button', 'data-action': 'reset', onclick: () => state.reset() }, 'Reset');
  const field = h('input', {
    type: 'text',
    class: 'copied',
    readonly: true,
    hidden: true,
    'aria-label': 'Text to copy',
  });

  /** @param {string} action @param {string} label @param {() => Promise<string>} text */
  function copier(action, label, text) {
    const button = h('button', { type: 'button', 'data-action': action }, label);
    button.addEventListener('click', async () => {
      try {
        const copied = await copy(await text());
        if (!copied) return;
        button.textContent = 'Copied';
        announce('Copied');
        setTimeout(() => (button.textContent = label), SAID_MS);
      } catch (error) {
        onError(error);
      }
    });
    return button;
  }

  /** @param {string} text @returns {Promise<boolean>} */
  async function copy(text) {
    field.value = text;
    field.hidden = true;
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // The browser keeps its clipboard to itself (a frame, an insecure page): show the text, selected.
      field.hidden = false;
      field.focus();
      field.select();
      return false;
    }
  }

  // Links are written by few readers: what writes them is fetched then.
  const links = () => import('../state/link.js');
  const link = async () => (await links()).writeLink(await engine(), state);
  const buttons = h(
    'span',
    { class: 'buttons' },
    reset,
    copier('copy-link', 'Copy link', async () => {
      const url = new URL(location.href);
      url.hash = await link();
      return url.href;
    }),
    copier('copy-command', 'Copy command', async () => (await links()).commandFor(await link())),
  );
  return { buttons, field };
}

// Below every figure: reset, the link to this very state, and what can be taken away. What the latter two do is fetched
// when they are first pressed.

import { h } from './dom.js';

/** @typedef {import('../take/panel.js').Take} Take */

/** @param {import('./kit.js').Figure} fig */
export function createFoot(fig) {
  /** @type {Promise<Take> | undefined} */
  let taking;

  /** @param {string} action @param {string} label @param {(take: Take) => unknown} act */
  function button(action, label, act) {
    const onclick = async () => {
      try {
        taking ??= import('../take/panel.js').then(({ createTake }) => createTake(fig, buttons));
        await act(await taking);
      } catch (error) {
        taking = undefined;
        fig.frame.notice(`That did not work: ${/** @type {Error} */ (error).message}`, { dismiss: true });
      }
    };
    return h('button', { type: 'button', 'data-action': action, onclick }, label);
  }

  const buttons = h(
    'span',
    { class: 'buttons' },
    h('button', { type: 'button', 'data-action': 'reset', onclick: () => fig.state.reset() }, 'Reset'),
    button('copy-link', 'Copy link', (take) => take.copyLink()),
    button('take', 'Take it away', (take) => take.toggle()),
  );
  buttons.lastElementChild?.setAttribute('aria-expanded', 'false');
  return buttons;
}

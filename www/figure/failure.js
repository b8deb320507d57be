// What stands in a figure's place when it cannot be built at all.

import { h } from './dom.js';

/** @param {unknown} error @param {() => void} again */
export function failure(error, again) {
  const message = error instanceof Error ? error.message : 'This figure could not be loaded.';
  return h(
    'div',
    { class: 'notice', role: 'alert' },
    h('p', {}, message),
    h('button', { type: 'button', onclick: again }, 'Try again'),
  );
}

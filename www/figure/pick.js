// A choice that is no field of a spec: several named values side by side.

import { freshId, h } from './dom.js';

/**
 * @param {{id: string, label: string, options: {value: string, label: string}[], onPick: (value: string) => void}} options
 */
export function createPick({ id, label, options, onPick }) {
  const name = freshId(id);
  const inputs = options.map(({ value, label: words }) => ({
    value,
    words,
    input: h('input', { type: 'radio', name, value, 'data-control': id, onchange: () => onPick(value) }),
  }));
  return {
    root: h(
      'fieldset',
      { class: 'control choice' },
      h('legend', {}, label),
      h('div', { class: 'options' }, ...inputs.map(({ input, words }) => h('label', {}, input, h('span', {}, words)))),
    ),
    /** @param {string} now */
    refresh(now) {
      for (const { value, input } of inputs) input.checked = value === now;
    },
  };
}

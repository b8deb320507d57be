// Controls from the table in figures/NAME.json: native elements, bound to the state both ways. The state holds numbers;
// a control shows the nearest position it has and writes only when the reader moves it.

import { makeScale, parseSeed, valueAt } from '../state/scale.js';
import { freshId, h } from './dom.js';
import { formats } from './number.js';

/** @typedef {import('../state/figure-state.js').Control} Control */
/** @typedef {import('../state/figure-state.js').FigureState} FigureState */
/** @typedef {{root: HTMLElement, refresh: () => void}} Widget */

/** @param {Control} control @param {any} value */
export function wordsFor(control, value) {
  const option = control.options?.find((o) => o.value === value);
  if (option) return option.label;
  if (typeof value !== 'number') return String(value);
  const text = formats[control.format ?? 'number'](value);
  return control.unit ? `${text} ${control.unit}` : text;
}

/** @param {Control} control @param {FigureState} state @returns {Widget} */
export function rangeControl(control, state) {
  const path = control.path ?? '';
  const scale = makeScale(control.scale ?? { kind: 'list', values: [] });
  const variant = control.variants?.[0];
  const id = freshId(control.id);
  const output = h('output', { for: id });
  const input = h('input', {
    id,
    type: 'range',
    min: 0,
    max: scale.values.length - 1,
    step: 1,
    'data-control': control.id,
  });
  const write = (/** @type {boolean} */ hurry) =>
    state.set(path, valueAt(scale, input.value), { variants: control.variants, hurry });
  input.addEventListener('input', () => write(true));
  // "change" comes when the slider is let go; keys send it with every press
  input.addEventListener('change', () => write(false));
  return {
    root: h(
      'div',
      { class: 'control range' },
      h('label', { for: id }, control.label),
      output,
      input,
      control.hint ? h('p', { class: 'hint' }, control.hint) : null,
    ),
    refresh() {
      const value = state.get(path, variant);
      const words = wordsFor(control, value);
      input.value = String(scale.nearest(value));
      input.style.setProperty('--filled', `${(100 * Number(input.value)) / Math.max(scale.values.length - 1, 1)}%`);
      input.setAttribute('aria-valuetext', words);
      output.textContent = words;
    },
  };
}

/** A few named values side by side. @param {Control} control @param {FigureState} state @returns {Widget} */
export function choiceControl(control, state) {
  const path = control.path ?? '';
  const name = freshId(control.id);
  const inputs = (control.options ?? []).map((option) => ({
    value: option.value,
    input: h('input', {
      type: 'radio',
      name,
      'data-control': control.id,
      onchange: () => state.set(path, option.value, { variants: control.variants }),
    }),
    label: option.label,
  }));
  return {
    root: h(
      'fieldset',
      { class: 'control choice' },
      h('legend', {}, control.label),
      h('div', { class: 'options' }, ...inputs.map(({ input, label }) => h('label', {}, input, h('span', {}, label)))),
      control.hint ? h('p', { class: 'hint' }, control.hint) : null,
    ),
    refresh() {
      const value = state.get(path, control.variants?.[0]);
      for (const { input, value: own } of inputs) input.checked = own === value;
    },
  };
}

/** On or off. @param {Control} control @param {FigureState} state @returns {Widget} */
export function switchControl(control, state) {
  const path = control.path ?? '';
  const [off, on] = control.values ?? [false, true];
  const input = h('input', {
    type: 'checkbox',
    'data-control': control.id,
    onchange: () => state.set(path, input.checked ? on : off, { variants: control.variants }),
  });
  return {
    root: h('label', { class: 'control switch' }, input, h('span', {}, control.label)),
    refresh() {
      input.checked = state.get(path, control.variants?.[0]) === on;
    },
  };
}

/** Layers of the picture. @param {Control} control @param {FigureState} state @returns {Widget} */
export function showControl(control, state) {
  const inputs = (control.options ?? []).map((option) => {
    const input = h('input', {
      type: 'checkbox',
      'data-control': control.id,
      onchange: () => state.setShown(option.value, input.checked),
    });
    return { input, option };
  });
  return {
    root: h(
      'fieldset',
      { class: 'control show' },
      h('legend', {}, control.label),
      h(
        'div',
        { class: 'options' },
        ...inputs.map(({ input, option }) => h('label', { class: 'switch' }, input, h('span', {}, option.label))),
      ),
    ),
    refresh() {
      for (const { input, option } of inputs) input.checked = state.show.has(option.value);
    },
  };
}

/**
 * A seed: a number that may be typed, and a button that draws a new one.
 * @param {Control} control @param {FigureState} state @param {() => Promise<number | undefined>} draw @returns {Widget}
 */
export function seedControl(control, state, draw) {
  const path = control.path ?? '';
  const id = freshId(control.id);
  const input = h('input', {
    id,
    type: 'text',
    inputmode: 'numeric',
    size: 10,
    maxlength: 10,
    'data-control': control.id,
  });
  const refresh = () => {
    input.value = String(state.get(path, control.variants?.[0]));
    input.removeAttribute('aria-invalid');
  };
  input.addEventListener('change', () => {
    const seed = parseSeed(input.value);
    if (seed === undefined) {
      input.setAttribute('aria-invalid', 'true');
      input.title = 'A seed is a whole number from 0 to 4294967295.';
    } else state.set(path, seed, { variants: control.variants });
  });
  const button = h('button', { type: 'button', 'data-control': `new-${control.id}` }, 'New');
  button.setAttribute('aria-label', `New ${control.label.toLowerCase()}`);
  button.addEventListener('click', async () => {
    const seed = await draw();
    if (seed !== undefined) state.set(path, seed, { variants: control.variants });
  });
  return {
    root: h('div', { class: 'control seed' }, h('label', { for: id }, control.label), input, button),
    refresh,
  };
}

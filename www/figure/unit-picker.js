// Which hidden unit is looked into: a layer and a unit, kept in the state as "layer.unit", both counted from 1.

import { freshId, h } from './dom.js';
import { integer, number } from './number.js';

/** @typedef {import('./lockstep.js').Unit} Unit */
/** @typedef {import('../state/figure-state.js').FigureState} FigureState */

/** @param {string | undefined} look @param {number[]} hidden sizes of the layers @returns {Unit | undefined} */
export function parseUnit(look, hidden) {
  const match = /^(\d)\.(\d{1,3})$/.exec(look ?? '');
  if (!match) return undefined;
  const [layer, unit] = [Number(match[1]) - 1, Number(match[2]) - 1];
  return unit >= 0 && unit < (hidden[layer] ?? 0) ? { layer, unit } : undefined;
}

/** @param {FigureState} state @param {() => number[]} hidden sizes of the layers */
export function createUnitPicker(state, hidden) {
  const name = freshId('unit');
  const id = freshId('unit');
  const output = h('output', { for: id });
  const slider = h('input', { id, type: 'range', min: 1, max: 1, step: 1, 'data-control': 'unit' });
  const layers = h('div', { class: 'options' });
  const numbers = h('div', { class: 'control range' }, h('label', { for: id }, 'Unit'), output, slider);
  const hint = h('p', { class: 'hint' });
  const root = h('fieldset', { class: 'control choice unit' }, h('legend', {}, 'Look at'), layers, numbers, hint);
  /** @type {HTMLInputElement[]} one for the whole network, then one for each layer */
  let inputs = [];

  const unit = () => parseUnit(state.look, hidden());
  /** @param {number} layer from 0; -1 is the whole network */
  const choose = (layer) => {
    const wanted = Math.min((unit()?.unit ?? 0) + 1, hidden()[layer] ?? 1);
    state.setLook(layer < 0 ? undefined : `${layer + 1}.${wanted}`);
  };
  slider.addEventListener('input', () => {
    const now = unit();
    if (now) state.setLook(`${now.layer + 1}.${slider.value}`);
  });

  function build() {
    const options = ['the answer', ...hidden().map((_, i) => `hidden layer ${i + 1}`)];
    inputs = options.map((_, i) =>
      h('input', { type: 'radio', name, 'data-control': 'look', value: i, onchange: () => choose(i - 1) }),
    );
    layers.replaceChildren(...options.map((words, i) => h('label', {}, inputs[i], h('span', {}, words))));
  }

  return {
    root,
    /** @param {number | undefined} most the strongest activation in the picture */
    tell(most) {
      hint.textContent =
        most === undefined
          ? ''
          : most === 0
            ? 'This unit is silent in the whole square: no point can wake it any more.'
            : `Its strongest activation here is ${number(most)}. The line is the answer of the whole network.`;
    },
    refresh() {
      if (inputs.length !== hidden().length + 1) build();
      const now = unit();
      inputs.forEach((input, i) => (input.checked = i === (now ? now.layer + 1 : 0)));
      numbers.hidden = !now;
      hint.hidden = !now;
      if (!now) return;
      const count = hidden()[now.layer];
      slider.max = String(count);
      slider.value = String(now.unit + 1);
      slider.style.setProperty('--filled', `${(100 * now.unit) / Math.max(count - 1, 1)}%`);
      output.textContent = `${integer(now.unit + 1)} of ${integer(count)}`;
      slider.setAttribute('aria-valuetext', output.textContent);
    },
  };
}

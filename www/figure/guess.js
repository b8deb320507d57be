// A guess before the answer: one question, skippable, kept in the state (and so in the link) as a short text.

import { rememberGuess } from '../state/guesses.js';
import { formatPlace, parsePlace } from '../state/scale.js';
import { freshId, h, s } from './dom.js';
import { fixed } from './number.js';

/** @typedef {import('../state/figure-state.js').FigureState} FigureState */

export const SKIPPED = 'skip';

/**
 * Several answers to choose from. After the guess the answers stay, the chosen one marked.
 * @param {FigureState} state
 * @param {{question: string, answers: {id: string, text: string}[], onGuess?: (id: string) => void}} options
 */
export function createAnswers(state, { question, answers, onGuess }) {
  const name = freshId('guess');
  /** @param {string} id */
  const choose = (id) => {
    state.setGuess(id);
    onGuess?.(id);
  };
  const inputs = answers.map(({ id, text }) => ({
    id,
    input: h('input', { type: 'radio', name, 'data-guess': id, onchange: () => choose(id) }),
    text,
  }));
  const skip = h(
    'button',
    { type: 'button', class: 'quiet', 'data-guess': SKIPPED, onclick: () => choose(SKIPPED) },
    'Skip the guess',
  );
  const root = h(
    'fieldset',
    { class: 'guess' },
    h('legend', {}, question),
    ...inputs.map(({ input, text }) => h('label', {}, input, h('span', {}, text))),
    skip,
  );
  const refresh = () => {
    for (const { id, input } of inputs) input.checked = state.guess === id;
    root.classList.toggle('answered', state.guess !== undefined);
    skip.hidden = state.guess !== undefined;
  };
  refresh();
  return { root, refresh };
}

/**
 * A number guessed on a slider, kept until the reader commits it.
 * @param {FigureState} state
 * @param {{question: string, values: number[], start: number, words: (value: number) => string, onGuess?: (value: number) => void}} options
 */
export function createNumberGuess(state, { question, values, start, words, onGuess }) {
  const id = freshId('guess');
  const output = h('output', { for: id });
  const input = h('input', { id, type: 'range', min: 0, max: values.length - 1, step: 1, 'data-guess': 'slider' });
  const value = () => values[Number(input.value)];
  const show = () => {
    output.textContent = words(value());
    input.setAttribute('aria-valuetext', words(value()));
  };
  input.value = String(Math.max(values.indexOf(start), 0));
  input.addEventListener('input', show);
  const commit = (/** @type {string} */ text) => {
    state.setGuess(text);
    if (text !== SKIPPED) onGuess?.(value());
  };
  const button = h(
    'button',
    { type: 'button', 'data-guess': 'commit', onclick: () => commit(String(value())) },
    'That is my guess',
  );
  const skip = h(
    'button',
    { type: 'button', class: 'quiet', 'data-guess': SKIPPED, onclick: () => commit(SKIPPED) },
    'Skip the guess',
  );
  const root = h(
    'div',
    { class: 'guess' },
    h('label', { for: id }, question),
    output,
    input,
    h('div', { class: 'row' }, button, skip),
  );
  const refresh = () => {
    const answered = state.guess !== undefined;
    const index = values.findIndex((v) => String(v) === state.guess);
    if (index >= 0) input.value = String(index);
    input.disabled = answered;
    button.hidden = answered;
    skip.hidden = answered;
    root.classList.toggle('answered', answered);
    show();
  };
  refresh();
  return { root, refresh };
}

/**
 * A place on a picture. Until it is marked (or skipped) a tap on the picture marks it; afterwards taps ask as usual.
 * @param {FigureState} state @param {import('./plane.js').Plane} plane @param {string} question
 */
export function createPlaceGuess(state, plane, question) {
  const words = h('p', { class: 'prompt' });
  const skip = h('button', { type: 'button', class: 'quiet', 'data-guess': SKIPPED }, 'Skip the guess');
  const again = h('button', { type: 'button', class: 'quiet', 'data-guess': 'again' }, 'Move the mark');
  skip.addEventListener('click', () => state.setGuess(SKIPPED));
  again.addEventListener('click', () => state.setGuess(undefined));
  const root = h('div', { class: 'guess place' }, words, h('div', { class: 'row' }, skip, again));
  const mark = s('g', { class: 'guess-mark' });
  plane.marks.append(mark);

  return {
    root,
    /** @param {import('./plane.js').Place | undefined} place @returns {boolean} whether it was taken as the guess */
    at(place) {
      if (state.guess !== undefined || place?.how !== 'pin') return false;
      state.setGuess(formatPlace(place.x, place.y));
      return true;
    },
    refresh() {
      const place = parsePlace(state.guess);
      drawMark(mark, place);
      words.textContent = place
        ? `Your mark is at (${fixed(place[0], 2)}, ${fixed(place[1], 2)}). You will meet it again.`
        : state.guess === undefined
          ? question
          : 'No mark: you skipped the guess.';
      skip.hidden = state.guess !== undefined;
      again.hidden = state.guess === undefined;
      again.textContent = place ? 'Move the mark' : 'Make one after all';
      root.classList.toggle('answered', state.guess !== undefined);
      rememberGuess(state.definition.name, state.guess);
    },
  };
}

/** The ring that stands for a guessed place. @param {SVGGElement} group @param {[number, number] | undefined} place */
export function drawMark(group, place) {
  const at = place && { cx: place[0], cy: -place[1], r: 0.05 };
  group.replaceChildren(...(at ? [s('circle', { ...at, class: 'halo' }), s('circle', at)] : []));
}

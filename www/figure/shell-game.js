// Find the best of eight: first a guess, then the strips without their names, then the names. All three stages are in the
// guess of the state: absent, "norm", "norm,focal_norm".

import { NAMES, shuffled } from './combinations.js';
import { h } from './dom.js';
import { createAnswers, SKIPPED } from './guess.js';
import { percent } from './number.js';
import { createStrips } from './strips.js';

/** @typedef {import('./combinations.js').Combination} Combination */
/** @typedef {import('./rerun.js').Rerun} Rerun */
/** @typedef {import('../state/figure-state.js').FigureState} FigureState */

const ANSWERS = [
  { id: 'focal', text: 'Focal loss: listen to the points that are hard.', short: 'focal loss' },
  { id: 'decay', text: 'Weight decay: keep the weights small.', short: 'weight decay' },
  { id: 'norm', text: 'Layer norm: keep the scales alike.', short: 'layer norm' },
  { id: 'nothing', text: 'None of them by much.', short: 'none of them by much' },
];
const SINGLE = ['focal', 'decay', 'norm'];
const LETTERS = 'ABCDEFGH';
const ORDINALS = ['the best', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'the last'];

/** @param {FigureState} state @param {() => number} seed that the order comes from */
export function createShellGame(state, seed) {
  /** @type {Combination[]} */
  let all = [];
  const parts = () => (state.guess ?? '').split(',');
  // the first part of the guess, as the answers see it
  const first = /** @type {FigureState} */ (
    /** @type {unknown} */ ({
      get guess() {
        return state.guess === undefined ? undefined : parts()[0];
      },
      setGuess: (/** @type {string} */ id) => state.setGuess([id, ...parts().slice(1)].join(',')),
    })
  );
  const answers = createAnswers(first, {
    question: 'Your guess first: which of the three helps most?',
    answers: ANSWERS,
  });
  const words = h('p', { class: 'reply' });
  const strips = createStrips({ label: 'Density error on each sample, by combination', axis: 'wrong, by density' });
  const skip = h('button', { type: 'button', class: 'quiet', 'data-guess': 'turn' }, 'Turn them over');
  skip.addEventListener('click', () => pick(SKIPPED));
  const deal = h('div', { class: 'deal' }, words, strips.root, skip);
  const root = h('div', { class: 'game' }, answers.root, deal);

  /** @param {string} id */
  function pick(id) {
    state.setGuess(`${parts()[0]},${id}`);
  }

  /** @param {Combination} combination @param {string} of */
  const dotsOf = ({ outcomes }, of) =>
    outcomes.map(({ seed: sample, value }) => ({ value, words: `${of}, sample ${sample}: ${percent(value)} wrong` }));

  function drawShuffled() {
    words.textContent = `Eight networks without their names. A dot is the error on one of the ${all[0].outcomes.length} samples; farther left is better. Which strip is the best?`;
    strips.update(
      shuffled(all, seed()).map((combination, i) => ({
        id: combination.id,
        label: LETTERS[i],
        dots: dotsOf(combination, `Network ${LETTERS[i]}`),
        onPick: () => pick(combination.id),
      })),
    );
  }

  /** @param {string} picked @param {string | undefined} chosen @param {Rerun[]} live */
  function drawNamed(picked, chosen, live) {
    const ranked = [...all].sort((a, b) => a.density.median - b.density.median);
    const rank = ranked.findIndex(({ id }) => id === picked);
    const plain = ranked.findIndex(({ id }) => id === 'plain');
    const [best] = ranked;
    const alone = ranked.find(({ id }) => SINGLE.includes(id));
    const said = ANSWERS.find(({ id }) => id === parts()[0]);
    words.textContent =
      (said ? `You said ${said.short}. ` : '') +
      (alone ? `Of the three alone, “${alone.name}” is the best, with ${percent(alone.density.median)}. ` : '') +
      (rank >= 0 ? `You picked “${NAMES[picked]}”: ${ORDINALS[rank]} of ${ranked.length} by the median. ` : '') +
      (rank === 0
        ? `It has ${percent(best.density.median)}. `
        : `The best is “${best.name}” with ${percent(best.density.median)}. `) +
      `No trick is ${ORDINALS[plain]} with ${percent(ranked[plain]?.density.median ?? NaN)}. ` +
      'One of eight must come out first; with so few samples part of its lead is luck.';
    strips.update(
      ranked.map((combination) => ({
        id: combination.id,
        label: combination.name,
        note: combination.id === picked ? 'your pick' : undefined,
        marked: combination.id === chosen,
        bar: combination.density.median,
        dots: [
          ...dotsOf(combination, combination.name),
          ...(combination.id === chosen ? live : []).map(({ seed: sample, value, same }) => ({
            value,
            live: true,
            words: `${combination.name}, sample ${sample}, run here: ${percent(value)} wrong${same ? ', the same bits' : ''}`,
          })),
        ],
      })),
    );
  }

  return {
    root,
    /** Are the names known? */
    get open() {
      return parts().length > 1;
    },
    picture: strips.picture,
    /** @param {Combination[]} combinations */
    give(combinations) {
      all = combinations;
    },
    /** @param {string | undefined} chosen the combination that the switches show @param {Rerun[]} live its outcomes on this page */
    refresh(chosen, live) {
      answers.refresh();
      const [, picked] = parts();
      deal.hidden = state.guess === undefined || all.length === 0;
      skip.hidden = picked !== undefined;
      if (deal.hidden) return;
      if (picked === undefined) drawShuffled();
      else drawNamed(picked, chosen, live);
    },
  };
}

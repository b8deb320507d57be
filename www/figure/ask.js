// Asking any point of a picture: its probability and, for neighbours, who voted. One question at a time, the newest wins.
// What an answer looks like is fetched with the first question.

import { s } from './dom.js';
import { newestWins } from './newest.js';

/** @typedef {import('./plane.js').Plane} Plane */
/** @typedef {import('./plane.js').Place} Place */
/** @typedef {{index: number, x: number, y: number, label: number, distance: number}} Neighbour */
/**
 * @typedef {object} Answer
 * @property {number} [probability] of inside
 * @property {boolean} [truth]      is it inside?
 * @property {Neighbour[]} [neighbours] nearest first
 * @property {string} [words]       more to say
 */

/**
 * @param {Plane} plane
 * @param {(place: Place, signal: AbortSignal) => Promise<Answer | undefined>} question
 * @param {{announce: (text: string) => void, onError: (error: unknown) => void, onAnswer?: (answer: Answer | undefined, place?: Place) => void}} hooks
 */
export function createAsk(plane, question, { announce, onError, onAnswer }) {
  /** @type {Place | undefined} */
  let here;
  const lines = s('g', { class: 'neighbours' });
  plane.marks.append(lines);

  const queue = newestWins(
    /** @param {Place} place @param {import('./newest.js').Turn} turn */
    async (place, { signal, stale, giveWay }) => {
      giveWay();
      const [answer, looks] = await Promise.all([question(place, signal), import('./answer.js')]);
      // the pointer may have left, or the model changed, while the answer was on its way
      if (stale() || here !== place || !answer) return;
      plane.tip(place, ...looks.words(place, answer));
      lines.replaceChildren(...looks.voters(place, answer.neighbours ?? [], plane.view));
      onAnswer?.(answer, place);
      if (place.how !== 'hover') announce(looks.plainWords(place, answer));
    },
    { onError },
  );

  return {
    /** The reader points somewhere, or no longer. @param {Place | undefined} place */
    at(place) {
      here = place;
      plane.cross(place);
      if (place) queue.want(place);
      else {
        plane.tip(undefined);
        lines.replaceChildren();
        onAnswer?.(undefined);
      }
    },
    /** The model changed: ask again where the reader points. */
    again() {
      if (here) queue.want(here);
    },
    close: queue.close,
  };
}

// Play, one epoch, back to the start, speed, and how far training is.

import { freshId, h } from './dom.js';
import { integer } from './number.js';

/** @typedef {import('./lockstep.js').Speed} Speed */

/**
 * @param {{onPlay: () => void, onPause: () => void, onStep: () => void, onRewind: () => void, onSpeed: (speed: Speed) => void}} hooks
 */
export function createTrainingBar({ onPlay, onPause, onStep, onRewind, onSpeed }) {
  let moving = false;
  const play = h('button', { type: 'button', class: 'play', 'data-action': 'play' }, 'Play');
  play.addEventListener('click', () => (moving ? onPause() : onPlay()));
  const step = h('button', { type: 'button', 'data-action': 'step', onclick: onStep }, 'One epoch');
  const rewind = h('button', { type: 'button', 'data-action': 'rewind', onclick: onRewind }, 'Back to 0');
  const speedId = freshId('speed');
  const speeds = /** @type {Speed[]} */ (['slow', 'medium', 'fast']);
  const speed = h(
    'select',
    { id: speedId, 'data-control': 'speed' },
    ...speeds.map((name) => h('option', { value: name, selected: name === 'fast' }, name)),
  );
  speed.addEventListener('change', () => onSpeed(/** @type {Speed} */ (speed.value)));
  const counter = h('p', { class: 'counter' });
  const root = h(
    'div',
    { class: 'training-bar', role: 'group', 'aria-label': 'Training' },
    play,
    step,
    rewind,
    h('label', { class: 'speed', for: speedId }, 'Speed', speed),
    counter,
  );
  return {
    root,
    /** @param {boolean} now */
    move(now) {
      moving = now;
      play.textContent = now ? 'Pause' : 'Play';
    },
    /** @param {number} done @param {number} total @param {number} perEpoch steps in an epoch; 0: count updates */
    count(done, total, perEpoch) {
      step.disabled = done >= total;
      rewind.disabled = done === 0;
      counter.replaceChildren(
        ...(perEpoch > 0
          ? ['Epoch ', h('b', {}, integer(Math.floor(done / perEpoch))), ` of ${integer(total / perEpoch)}`]
          : ['Update ', h('b', {}, integer(done)), ` of ${integer(total)}`]),
      );
      counter.dataset.step = String(done);
    },
  };
}

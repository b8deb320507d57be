// What the answer about a place looks like: words beside it, lines to the neighbours that voted, and the same for the ears.

import { h, s } from './dom.js';
import { fixed, integer, percent } from './number.js';

/** @typedef {import('./ask.js').Answer} Answer */
/** @typedef {import('./ask.js').Neighbour} Neighbour */
/** @typedef {import('./plane.js').Place} Place */

const LISTED = 5;

/** Marks for the layer over a plane. @param {Place} place @param {Neighbour[]} neighbours @param {number[]} view */
export function voters(place, neighbours, view) {
  const size = 0.009 * (view[2] - view[0]);
  return neighbours.flatMap(({ x, y, label }) => [
    s('line', { x1: place.x, y1: -place.y, x2: x, y2: -y, class: label === 1 ? 'inside' : 'outside' }),
    label === 1
      ? s('circle', { cx: x, cy: -y, r: size, class: 'inside' })
      : s('path', { d: triangle(x, -y, 1.2 * size), class: 'outside' }),
  ]);
}

/**
 * The voters drawn large: on the plane itself they may be too close together to be told apart.
 * @param {{x: number, y: number}} place @param {Neighbour[]} neighbours
 */
function lens(place, neighbours) {
  const reach = 1.2 * neighbours[neighbours.length - 1].distance || 1;
  const dots = neighbours.map(({ x, y, label }) => {
    const [dx, dy] = [(x - place.x) / reach, (place.y - y) / reach];
    return label === 1
      ? s('circle', { cx: dx, cy: dy, r: 0.09, class: 'inside' })
      : s('path', { d: triangle(dx, dy, 0.11), class: 'outside' });
  });
  return s(
    'svg',
    { class: 'lens', viewBox: '-1.1 -1.1 2.2 2.2', 'aria-hidden': 'true' },
    s('circle', { r: 1, class: 'reach' }),
    s('path', { d: 'M-0.1 0H0.1M0 -0.1V0.1', class: 'centre' }),
    ...dots,
  );
}

/** @param {number} x @param {number} y @param {number} r */
function triangle(x, y, r) {
  return `M${x} ${y - 1.15 * r}L${x + r} ${y + 0.6 * r}L${x - r} ${y + 0.6 * r}Z`;
}

/** @param {number} label */
const side = (label) => (label === 1 ? 'inside' : 'outside');

/** @param {Place} place @param {Answer} answer @returns {(Node | string)[]} */
export function words({ x, y }, { probability, truth, neighbours = [], words: more }) {
  /** @type {HTMLElement[]} */
  const nodes = [h('p', { class: 'where' }, `(${fixed(x, 2)}, ${fixed(y, 2)})`)];
  if (probability !== undefined) nodes.push(h('p', {}, verdict(probability, neighbours.length)));
  if (truth !== undefined) {
    const wrong = probability !== undefined && truth !== probability >= 0.5;
    nodes.push(
      h('p', { class: wrong ? 'wrong' : '' }, `Truth: ${truth ? 'inside' : 'outside'}${wrong ? ' — wrong' : ''}`),
    );
  }
  if (more) nodes.push(h('p', {}, more));
  if (neighbours.length > 0) {
    const rest = neighbours.length - LISTED;
    const list = neighbours
      .slice(0, LISTED)
      .map(({ label, distance }) => h('li', { class: side(label) }, `${side(label)}, ${fixed(distance, 3)} away`));
    nodes.push(
      h(
        'div',
        { class: 'votes' },
        neighbours.length > 1 ? lens({ x, y }, neighbours) : null,
        h('ol', {}, ...list, rest > 0 ? h('li', { class: 'rest' }, `and ${integer(rest)} more`) : null),
      ),
    );
  }
  return nodes;
}

/** @param {number} probability @param {number} votes */
function verdict(probability, votes) {
  if (votes === 0) return `Probability of inside: ${percent(probability)}`;
  if (votes === 1) return `The nearest point is ${side(Math.round(probability))}`;
  const inside = Math.round(probability * votes);
  return `${integer(inside)} of ${integer(votes)} votes say inside`;
}

/** @param {Place} place @param {Answer} answer */
export function plainWords({ x, y }, { probability, truth, neighbours = [], words: more }) {
  const parts = [
    `At ${fixed(x, 2)}, ${fixed(y, 2)}`,
    probability !== undefined && verdict(probability, neighbours.length),
    truth !== undefined && `in truth ${truth ? 'inside' : 'outside'}`,
    more,
  ];
  return `${parts.filter(Boolean).join('; ')}.`;
}

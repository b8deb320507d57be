// The seeds of a claim as dots on an axis: where they must lie is a band with its bounds drawn, a seed that holds is a full dot, one
// that does not an open one, and one computed on this page has a ring.

import { h, s } from '../figure/dom.js';
import { number } from '../figure/number.js';

/** @typedef {{value: number, words: string, holds: boolean, key: string}} Dot */
/** @typedef {{min?: number, max?: number}} Range */

const RADIUS = 4;
const STEP = 2 * RADIUS + 1;
/** Dots are stacked as if the axis were so wide: on a wider one they have more room than they need. */
const NARROW = 300;
const TICKS = 4;

/** @param {{label: string, dots: Dot[], range: Range, onPick?: (key: string) => void}} options */
export function createDots({ label, dots, range: { min, max }, onPick }) {
  const finite = dots.filter(({ value }) => Number.isFinite(value));
  const bounds = [min, max].filter((bound) => bound !== undefined);
  const [low, high] = ends([...finite.map(({ value }) => value), ...bounds]);
  const share = (/** @type {number} */ value) => Math.min(Math.max((value - low) / (high - low), 0), 1);
  const x = (/** @type {number} */ value) => `${(100 * share(value)).toFixed(2)}%`;
  const levels = stack(finite.map(({ value }) => share(value) * NARROW));
  const height = STEP * (Math.max(0, ...levels) + 1) + 12;
  const middle = height - STEP / 2 - 6;

  /** @type {Map<string, SVGElement>} */
  const marks = new Map();
  finite.forEach(({ value, words, holds, key }, i) => {
    const dot = s(
      'circle',
      {
        class: holds ? 'dot' : 'dot fails',
        cx: x(value),
        cy: middle - STEP * levels[i],
        r: holds ? RADIUS : RADIUS - 0.75,
        role: 'img',
        'aria-label': words,
        tabindex: i === 0 ? 0 : -1,
        'data-key': key,
        onclick: () => onPick?.(key),
      },
      s('title', {}, words),
    );
    marks.set(key, dot);
  });
  const svg = s(
    'svg',
    { class: 'claim-dots', role: 'group', 'aria-label': label, height: height + 18 },
    s('rect', {
      class: 'allowed',
      x: x(min ?? low),
      width: `${(100 * (share(max ?? high) - share(min ?? low))).toFixed(2)}%`,
      y: 0,
      height,
    }),
    s('line', { class: 'axis', x1: 0, x2: '100%', y1: height, y2: height }),
    ...bounds.map((bound) => s('line', { class: 'bound', x1: x(bound), x2: x(bound), y1: 0, y2: height })),
    ...marks.values(),
    ...ticks(low, high, bounds).map(({ value, bound }) =>
      s(
        'text',
        {
          class: bound ? 'at-bound' : undefined,
          x: x(value),
          y: height + 14,
          'text-anchor': share(value) < 0.06 ? 'start' : share(value) > 0.94 ? 'end' : 'middle',
        },
        number(value),
      ),
    ),
  );

  /** One tab stop for all dots; arrows go from dot to dot, in the order of their values. @param {KeyboardEvent} event */
  function onKey(event) {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    const order = [...finite]
      .sort((a, b) => a.value - b.value)
      .map(({ key }) => /** @type {SVGElement} */ (marks.get(key)));
    const at = order.indexOf(/** @type {SVGElement} */ (event.target));
    const next = step === undefined ? undefined : order[at + step];
    if (next) {
      event.preventDefault();
      for (const dot of order) dot.setAttribute('tabindex', dot === next ? '0' : '-1');
      next.focus();
    } else if ((event.key === 'Enter' || event.key === ' ') && at >= 0) {
      event.preventDefault();
      onPick?.(/** @type {string} */ (order[at].getAttribute('data-key')));
    }
  }
  svg.addEventListener('keydown', (event) => onKey(/** @type {KeyboardEvent} */ (event)));

  return {
    root: h('div', { class: 'claim-strip' }, h('p', {}, label), svg),
    /** A ring where a fresh number lies, be it the stored one or not. @param {number} value @param {string} key */
    ring(value, key) {
      svg.querySelector(`.ring[data-key="${key}"]`)?.remove();
      if (!Number.isFinite(value)) return;
      const cy = marks.get(key)?.getAttribute('cy') ?? middle;
      svg.append(s('circle', { class: 'ring', cx: x(value), cy, r: RADIUS + 3.5, 'data-key': key }));
    },
  };
}

/** @param {number[]} values @returns {[number, number]} with a little room at both ends */
function ends(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(high > low)) return Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  const room = 0.06 * (high - low);
  return [low - room, high + room];
}

/** For each place the lowest level where it touches no other. @param {number[]} places */
function stack(places) {
  /** @type {number[]} */
  const levels = [];
  places.forEach((place, i) => {
    const taken = new Set(levels.filter((_, j) => j < i && Math.abs(places[j] - place) < STEP));
    let level = 0;
    while (taken.has(level)) level++;
    levels.push(level);
  });
  return levels;
}

/** The bounds, and round numbers that are not too near them. @param {number} low @param {number} high @param {number[]} bounds */
function ticks(low, high, bounds) {
  const step = 10 ** Math.floor(Math.log10((high - low) / TICKS));
  const each = step * ([1, 2, 5, 10].find((factor) => (high - low) / (step * factor) <= TICKS + 1) ?? 10);
  const round = [];
  for (let i = Math.ceil(low / each); i * each <= high; i++) round.push(Number((i * each).toPrecision(6)));
  const free = round.filter((value) => bounds.every((bound) => Math.abs(value - bound) > 0.14 * (high - low)));
  return [...bounds.map((value) => ({ value, bound: true })), ...free.map((value) => ({ value, bound: false }))];
}

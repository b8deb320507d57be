// Strips of dots, one under the other on one logarithmic axis: each dot an outcome, each strip a model.

import { h, s } from './dom.js';
import { formats } from './number.js';

/**
 * @typedef {object} Dot
 * @property {number} value
 * @property {string} words
 * @property {boolean} [live]  run on this page: a ring around the stored dot
 */
/**
 * @typedef {object} Strip
 * @property {string} id
 * @property {string} label
 * @property {string} [note]    beside the label: what the reader said of it
 * @property {boolean} [marked]
 * @property {number} [bar]     where the median stands
 * @property {Dot[]} dots
 * @property {() => void} [onPick]  the label is a button
 */

/** In a drawing that is taken away. */
const NAME_WIDTH = 140;
const ROW_HEIGHT = 34;
const TICKS = [1, 1.5, 2, 2.5, 3, 4, 5, 7];

/** @param {{label: string, axis: string}} options */
export function createStrips({ label, axis }) {
  const rows = h('div', { class: 'rows', role: 'list', 'aria-label': label });
  const ruler = s('svg', { class: 'strip ruler', 'aria-hidden': 'true' });
  const root = h(
    'div',
    { class: 'strips' },
    rows,
    h('div', { class: 'row' }, h('span', { class: 'name' }, axis), ruler),
  );

  /** One tab stop for all dots; arrows go from dot to dot. @param {KeyboardEvent} event */
  function onKey(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const dots = /** @type {SVGElement[]} */ ([...rows.querySelectorAll('.dot')]);
    const next = step === undefined ? undefined : dots[dots.indexOf(/** @type {SVGElement} */ (event.target)) + step];
    if (!next) return;
    event.preventDefault();
    for (const dot of dots) dot.setAttribute('tabindex', dot === next ? '0' : '-1');
    next.focus();
  }
  rows.addEventListener('keydown', onKey);

  return {
    root,
    /** The strips in one drawing, to be taken away. @returns {SVGSVGElement} */
    picture() {
      const wide = Math.max(ruler.clientWidth, 320);
      const drawn = [...root.querySelectorAll('.row')].flatMap((row, i) => {
        const strip = /** @type {SVGElement} */ (row.querySelector('svg')?.cloneNode(true));
        const place = { x: NAME_WIDTH, y: i * ROW_HEIGHT, width: wide, height: 32, overflow: 'visible' };
        for (const [name, value] of Object.entries(place)) strip.setAttribute(name, String(value));
        const name = row.querySelector('.name')?.firstChild?.textContent ?? '';
        const weight = row.classList.contains('marked') ? 600 : 400;
        const look = { x: 0, y: i * ROW_HEIGHT + 20, 'font-size': 13, 'font-weight': weight, fill: 'var(--ink)' };
        return [s('text', look, name), strip];
      });
      const height = (drawn.length / 2) * ROW_HEIGHT;
      return s('svg', { viewBox: `0 0 ${NAME_WIDTH + wide + 16} ${height}`, 'aria-label': label }, ...drawn);
    },
    /** @param {Strip[]} strips */
    update(strips) {
      const values = strips.flatMap(({ dots }) => dots.map(({ value }) => value)).filter((value) => value > 0);
      const [low, high] = [Math.min(...values) * 0.95, Math.max(...values) * 1.05];
      const x = (/** @type {number} */ value) =>
        `${Math.min(Math.max((100 * Math.log(value / low)) / Math.log(high / low), 0), 100).toFixed(2)}%`;
      const ticks = ticksBetween(low, high);
      rows.replaceChildren(...strips.map((strip) => row(strip, x, ticks)));
      rows.querySelector('.dot')?.setAttribute('tabindex', '0');
      ruler.replaceChildren(
        ...ticks.map((tick) => s('text', { x: x(tick), y: 14, 'text-anchor': 'middle' }, formats.share(tick))),
      );
    },
  };
}

/** @param {Strip} strip @param {(value: number) => string} x @param {number[]} ticks */
function row({ label, note, marked, bar, dots, onPick }, x, ticks) {
  const name = onPick
    ? h('button', { type: 'button', class: 'name', onclick: onPick, 'data-pick': label }, label)
    : h('span', { class: 'name' }, label, note ? h('small', {}, note) : null);
  const svg = s(
    'svg',
    { class: 'strip', role: 'group', 'aria-label': label },
    ...ticks.map((tick) => s('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: 0, y2: '100%' })),
    bar !== undefined && s('line', { class: 'median', x1: x(bar), x2: x(bar), y1: '12%', y2: '88%' }),
    ...dots
      .filter(({ value }) => value > 0)
      .map(({ value, words, live }) =>
        s(
          'circle',
          {
            class: live ? 'dot live' : 'dot',
            cx: x(value),
            cy: '50%',
            r: live ? 7 : 4,
            role: 'img',
            'aria-label': words,
            tabindex: -1,
          },
          s('title', {}, words),
        ),
      ),
  );
  return h('div', { class: marked ? 'row marked' : 'row', role: 'listitem' }, name, svg);
}

/** @param {number} low @param {number} high */
function ticksBetween(low, high) {
  const ticks = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    for (const step of TICKS) {
      const tick = Number((step * 10 ** e).toPrecision(2));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  // every second or third, so that labels do not touch
  const every = Math.ceil(ticks.length / 6);
  return ticks.filter((_, i) => i % every === 0);
}

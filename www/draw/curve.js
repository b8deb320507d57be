// Charts of one number against another, in SVG laid out at the size it is shown: axes with sensible ticks, linear or
// logarithmic, labels at the ends of lines instead of a legend, dots that can be focused and tell their value.

import { h, s } from '../figure/dom.js';

/**
 * @typedef {object} Axis
 * @property {string} label
 * @property {[number, number]} domain
 * @property {boolean} [log]
 * @property {boolean} [zero]      a log axis with a place of its own for zero, before its smallest value
 * @property {number[]} [ticks]    chosen by the axis when absent
 * @property {(value: number) => string} format
 */
/** @typedef {'circle' | 'square' | 'triangle' | 'diamond'} Marker */
/**
 * @typedef {object} Series
 * @property {string} id
 * @property {string} label
 * @property {string} colour       CSS colour, usually a token: var(--series-knn)
 * @property {Marker} [marker]     no dots when absent
 * @property {boolean} [hollow]
 * @property {string} [dash]       of the line; no line when "none"
 * @property {boolean} [small]     small, see-through dots: single runs behind their median
 * @property {boolean} [ring]      rings that leave what is under them to be seen
 * @property {{x: number, y: number, words?: string}[]} points
 */
/**
 * @typedef {object} ChartData
 * @property {Series[]} series
 * @property {string} [source]  where the numbers come from, if not from the runs that the figure shows
 * @property {Axis} [x]  another axis than the chart began with
 * @property {Axis} [y]
 * @property {number} [now]  a position on the x axis to point out
 * @property {{from: number, to: number, at?: number, text: string, colour: string}} [span]  a stretch of the x axis, with a line in it
 * @property {{x: number, y: number, text: string, colour?: string}[]} [notes]  words that end at a place, above it
 */

/**
 * @typedef {object} ChartEntry
 * @property {Axis} x
 * @property {Axis} y
 * @property {() => ChartData} data
 * @property {(width: number) => void} draw  at this width, where it has none because it is folded away
 */
/** The charts there are, by their <svg>: for whoever takes the figure away (take/). @type {WeakMap<Element, ChartEntry>} */
export const charts = new WeakMap();

const MARGIN = { top: 26, right: 12, bottom: 40, left: 52 };
const ZERO_GAP = 44;
const DOT = 3.5;

/**
 * @param {Axis} axis @param {number} from @param {number} to pixels
 * @returns {(value: number) => number}
 */
function placer(axis, from, to) {
  const [low, high] = axis.domain;
  if (!axis.log) return (v) => from + ((v - low) / (high - low)) * (to - from);
  const start = axis.zero ? from + Math.sign(to - from) * ZERO_GAP : from;
  const span = Math.log(high / low);
  return (v) => (v <= 0 ? from : start + (Math.log(v / low) / span) * (to - start));
}

/** @param {Axis} axis @param {number} room how many labels fit @returns {number[]} */
function ticksOf(axis, room) {
  if (axis.ticks) return axis.ticks;
  const [low, high] = axis.domain;
  return axis.log ? [...(axis.zero ? [0] : []), ...logTicks(low, high, room)] : linearTicks(low, high, room);
}

/** Decades; with few of them also their 2 and 5; with too many every second. @param {number} low @param {number} high @param {number} room */
function logTicks(low, high, room) {
  const decades = Math.log10(high / low);
  const steps = 3 * decades + 1 <= room ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((decades + 1) / room));
  const ticks = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    if (e % every !== 0) continue;
    for (const step of steps) {
      const tick = Number((step * 10 ** e).toPrecision(1));
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/** @param {number} low @param {number} high @param {number} room */
function linearTicks(low, high, room) {
  const rough = (high - low) / Math.max(room, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((m) => m >= rough) ?? 10 * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/**
 * @param {{x: Axis, y: Axis, label: string, height?: number, right?: number}} options
 *   label: what the chart shows, for readers who do not see it; right: room for labels at line ends
 */
export function createChart({ x, y, label, height = 220, right = MARGIN.right }) {
  const svg = s('svg', { class: 'chart', role: 'group', 'aria-label': label });
  const root = h('div', { class: 'chart-frame' }, svg);
  /** @type {ChartData} */
  let data = { series: [] };
  let width = 0;
  const axes = { x, y };

  function draw() {
    if (width === 0) return;
    const { x, y } = axes;
    const [x0, x1] = [MARGIN.left, width - right];
    const [y0, y1] = [height - MARGIN.bottom, MARGIN.top];
    const px = placer(x, x0, x1);
    const py = placer(y, y0, y1);
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.setAttribute('height', String(height));
    const xTicks = ticksOf(x, Math.floor((x1 - x0) / 56));
    const yTicks = ticksOf(y, Math.floor((y0 - y1) / 32));
    svg.replaceChildren(
      ...yTicks.map((t) => s('line', { class: 'grid', x1: x0, x2: x1, y1: py(t), y2: py(t) })),
      s('line', { class: 'axis', x1: x0, x2: x1, y1: y0, y2: y0 }),
      ...xTicks.map((t) => s('line', { class: 'axis', x1: px(t), x2: px(t), y1: y0, y2: y0 + 4 })),
      ...xTicks.map((t) => s('text', { x: px(t), y: y0 + 17, 'text-anchor': 'middle' }, x.format(t))),
      ...yTicks.map((t) => s('text', { x: x0 - 7, y: py(t) + 4, 'text-anchor': 'end' }, y.format(t))),
      s('text', { x: x1, y: height - 4, 'text-anchor': 'end' }, x.label),
      s('text', { x: 0, y: 10, 'text-anchor': 'start', class: 'y-label' }, y.label),
      ...(data.now === undefined
        ? []
        : [s('line', { class: 'now', x1: px(data.now), x2: px(data.now), y1: y0, y2: y1 })]),
      ...(data.span ? drawSpan(data.span, px, y0, y1) : []),
      ...data.series.flatMap((series) => drawSeries(series, px, py)),
      ...endLabels(data.series, px, py),
      ...(data.notes ?? []).map(({ x, y, text, colour = 'var(--muted)' }) =>
        s('text', { x: px(x), y: py(y) - 5, 'text-anchor': 'end', style: `fill: ${colour}` }, text),
      ),
    );
    svg.querySelector('.dot')?.setAttribute('tabindex', '0');
  }

  /** One tab stop for all dots; arrows go from dot to dot. @param {KeyboardEvent} event */
  function onKey(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const dots = /** @type {SVGElement[]} */ ([...svg.querySelectorAll('.dot')]);
    const at = dots.indexOf(/** @type {SVGElement} */ (event.target));
    const next = step === undefined || at < 0 ? undefined : dots[at + step];
    if (!next) return;
    event.preventDefault();
    for (const dot of dots) dot.setAttribute('tabindex', dot === next ? '0' : '-1');
    next.focus();
  }
  svg.addEventListener('keydown', onKey);
  charts.set(svg, {
    get x() {
      return axes.x;
    },
    get y() {
      return axes.y;
    },
    data: () => data,
    draw(at) {
      width = at;
      draw();
    },
  });

  const observer = new ResizeObserver(() => {
    const now = root.clientWidth;
    if (now === width) return;
    width = now;
    draw();
  });
  observer.observe(root);

  return {
    root,
    /** @param {ChartData} next */
    update(next) {
      data = next;
      axes.x = next.x ?? x;
      axes.y = next.y ?? y;
      draw();
    },
    destroy: () => observer.disconnect(),
  };
}

/** @param {Series} series @param {(v: number) => number} px @param {(v: number) => number} py */
function drawSeries({ label, colour, marker, hollow = false, dash, small, ring, points }, px, py) {
  const drawn = points.filter(({ y }) => Number.isFinite(py(y)));
  const nodes = [];
  if (dash !== 'none' && drawn.length > 1) {
    const d = drawn.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join('');
    nodes.push(s('path', { class: 'series', d, stroke: colour, 'stroke-dasharray': dash }));
  }
  if (marker) {
    for (const { x, y, words } of drawn) {
      const text = words ?? label;
      nodes.push(
        s(
          'path',
          {
            class: small ? 'dot small' : 'dot',
            d: markerPath(marker, px(x), py(y), small ? 2.2 : ring ? 6 : DOT),
            fill: ring ? 'none' : hollow ? 'var(--paper)' : colour,
            stroke: colour,
            'stroke-width': 1.5,
            role: 'img',
            'aria-label': text,
            tabindex: -1,
          },
          s('title', {}, text),
        ),
      );
    }
  }
  return nodes;
}

/**
 * @param {{from: number, to: number, at?: number, text: string, colour: string}} span
 * @param {(v: number) => number} px @param {number} y0 @param {number} y1
 */
function drawSpan({ from, to, at, text, colour }, px, y0, y1) {
  const [left, right] = [px(from), px(to)];
  return [
    s('rect', { class: 'span', x: left, y: y1, width: Math.max(right - left, 1), height: y0 - y1, fill: colour }),
    ...(at === undefined
      ? []
      : [s('line', { class: 'span', x1: px(at), x2: px(at), y1: y0, y2: y1, stroke: colour })]),
    s('text', { x: (left + right) / 2, y: y1 - 6, 'text-anchor': 'middle', style: `fill: ${colour}` }, text),
  ];
}

/** @param {Marker} marker @param {number} x @param {number} y @param {number} r */
function markerPath(marker, x, y, r) {
  switch (marker) {
    case 'circle':
      return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    case 'square':
      return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`;
    case 'triangle':
      return `M${x} ${y - 1.3 * r}L${x + 1.2 * r} ${y + 0.8 * r}L${x - 1.2 * r} ${y + 0.8 * r}Z`;
    case 'diamond':
      return `M${x} ${y - 1.4 * r}L${x + 1.4 * r} ${y}L${x} ${y + 1.4 * r}L${x - 1.4 * r} ${y}Z`;
  }
}

/** Names at the ends of lines, pushed apart where they would touch. @param {Series[]} all @param {(v: number) => number} px @param {(v: number) => number} py */
function endLabels(all, px, py) {
  const labels = all
    .filter(({ label, points }) => label !== '' && points.length > 0)
    .map(({ label, colour, points }) => {
      const last = points.reduce((a, b) => (b.x >= a.x ? b : a));
      return { label, colour, x: px(last.x) + 8, y: py(last.y) + 4 };
    })
    .sort((a, b) => a.y - b.y);
  for (let i = 1; i < labels.length; i++) labels[i].y = Math.max(labels[i].y, labels[i - 1].y + 14);
  return labels.map(({ label, colour, x, y }) => s('text', { x, y, style: `fill: ${colour}`, class: 'end' }, label));
}

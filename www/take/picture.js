// Pictures that stand alone, drawn for white paper whatever the theme of the page: all planes of a figure as one PNG with two
// pixels for each CSS pixel, and drawings in SVG with their styles written into them. Both say what they show, where it comes
// from, and its licence.

import { h, s } from '../figure/dom.js';
import { planes } from '../figure/plane.js';
import { readPalette } from '../figure/theme.js';
import { ESSAY, TERMS } from './where.js';

/** @typedef {import('../figure/kit.js').Figure} Figure */
/**
 * @typedef {object} Drawing
 * @property {string} name    in file names
 * @property {string} title   on its button, and in the picture
 * @property {string} [source]  where its numbers come from, if not from the runs of the figure's variants
 * @property {() => SVGSVGElement} svg  with a viewBox in CSS pixels; a copy of it is written
 */
/** @typedef {{link: string, source: string}} Origin  link: to the very state; source: live or stored, in words */

const SCALE = 2;
const PAD = 24;
const GAP = 24;
/** A plane on a narrow screen is drawn larger than it stands there. */
const LEAST_SIDE = 400;
const LINES_OF_LINK = 6;

/** @param {Figure} fig @returns {HTMLCanvasElement[]} */
export function planesOf(fig) {
  const all = /** @type {NodeListOf<HTMLCanvasElement>} */ (fig.frame.figure.querySelectorAll('.plane canvas'));
  return [...all].filter((canvas) => planes.has(canvas) && !canvas.closest('[hidden]'));
}

/** A place in the figure where the theme is light. @template T @param {Figure} fig @param {(holder: HTMLElement) => T} work @returns {T} */
function inLight(fig, work) {
  const style = 'color-scheme: light; position: absolute; width: 0; height: 0; overflow: hidden; contain: strict';
  const holder = h('div', { style, 'aria-hidden': 'true' });
  fig.frame.figure.append(holder);
  try {
    return work(holder);
  } finally {
    holder.remove();
  }
}

/** @param {Figure} fig */
function fonts(fig) {
  const of = (/** @type {Element | null} */ element) => getComputedStyle(element ?? fig.frame.figure).fontFamily;
  return { sans: of(fig.frame.figure), serif: of(fig.frame.figure.querySelector('.title')) };
}

/** @typedef {{text: string, font: string, colour: string, line: number, after?: number, most?: number}} Words */
/** @typedef {Words & {lines: string[]}} Block */

const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

/** Broken at blanks; a word that is longer than a line, such as a link, anywhere. @param {Words[]} all @param {number} width @returns {Block[]} */
function wrapped(all, width) {
  return all
    .filter(({ text }) => text !== '')
    .map((words) => {
      ruler.font = words.font;
      const fits = (/** @type {string} */ text) => ruler.measureText(text).width <= width;
      /** @type {string[]} */
      const lines = [];
      let line = '';
      for (const word of words.text.split(/\s+/)) {
        const longer = line ? `${line} ${word}` : word;
        if (fits(longer)) {
          line = longer;
          continue;
        }
        if (line) lines.push(line);
        line = word;
        while (!fits(line)) {
          let end = line.length - 1;
          while (end > 1 && !fits(line.slice(0, end))) end--;
          // a link rather before one of its parts
          const part = line.lastIndexOf('&', end);
          if (part > end / 2) end = part;
          lines.push(line.slice(0, end));
          line = line.slice(end);
        }
      }
      lines.push(line);
      if (words.most && lines.length > words.most) lines.splice(words.most, Infinity, '…');
      return { ...words, lines };
    });
}

/** @param {Block[]} blocks */
const heightOf = (blocks) => blocks.reduce((sum, { lines, line, after = 0 }) => sum + lines.length * line + after, 0);

/** @param {Figure} fig @param {Origin} origin @param {{ink: string, muted: string}} css */
function wordsOf(fig, { link, source }, { ink, muted }) {
  const { sans, serif } = fonts(fig);
  const { title, question } = fig.definition;
  const text = (/** @type {Element} */ element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim();
  return {
    head: [
      { text: title, font: `600 19px ${serif}`, colour: ink, line: 25 },
      { text: question ?? '', font: `15px ${sans}`, colour: muted, line: 22 },
    ],
    foot: [
      { text: text(fig.frame.sentence), font: `16px ${serif}`, colour: ink, line: 24, after: 10 },
      ...terms(link, source, sans, muted),
    ],
    small: `13px ${sans}`,
  };
}

/** @param {string} link @param {string} source @param {string} sans @param {string} colour @returns {Words[]} */
function terms(link, source, sans, colour) {
  const font = `12px ${sans}`;
  return [
    { text: `${ESSAY} · ${source} · ${TERMS.name}`, font, colour, line: 17 },
    { text: link, font, colour, line: 17, most: LINES_OF_LINK },
  ];
}

/** @param {number} width @param {number} height canvas pixels */
function newCanvas(width, height) {
  const canvas = h('canvas', { width, height });
  const ctx = canvas.getContext('2d');
  if (!ctx) throw tooLarge(width, height);
  return { canvas, ctx };
}

/** @param {number} width @param {number} height */
const tooLarge = (width, height) =>
  new Error(
    `This browser could not make a picture of ${width} × ${height} pixels. Close some pages, or make the window narrower.`,
  );

/** All planes, side by side, with their captions. @param {Figure} fig @param {Origin} origin @returns {Promise<Blob>} */
export async function pngOf(fig, origin) {
  const palette = inLight(fig, readPalette);
  const { css } = palette;
  const panels = planesOf(fig).map((canvas) => {
    const caption = canvas.closest('.picture')?.querySelector('.caption')?.textContent ?? '';
    return { canvas, caption, overlay: canvas.parentElement?.querySelector('svg.overlay') };
  });
  const side = Math.round(Math.max(LEAST_SIDE, ...panels.map(({ canvas }) => canvas.clientWidth)));
  const columns = Math.min(panels.length, 2);
  const inner = columns * side + (columns - 1) * GAP;
  const { head, foot, small } = wordsOf(fig, origin, css);
  const [above, below] = [wrapped(head, inner), wrapped(foot, inner)];
  const captions = panels.some(({ caption }) => caption) ? 26 : 0;
  const rows = Math.ceil(panels.length / columns);
  const middle = rows * (captions + side) + (rows - 1) * GAP;
  const width = (inner + 2 * PAD) * SCALE;
  const height = Math.ceil(PAD + heightOf(above) + 14 + middle + 16 + heightOf(below) + PAD - 6) * SCALE;

  const { canvas: page, ctx } = newCanvas(width, height);
  ctx.scale(SCALE, SCALE);
  ctx.fillStyle = css.paper;
  ctx.fillRect(0, 0, width, height);
  ctx.textBaseline = 'middle';
  /** @param {Block[]} blocks @param {number} top @returns {number} */
  const write = (blocks, top) => {
    let y = top;
    for (const { lines, font, colour, line, after = 0 } of blocks) {
      ctx.font = font;
      ctx.fillStyle = colour;
      for (const text of lines) {
        ctx.fillText(text, PAD, y + line / 2);
        y += line;
      }
      y += after;
    }
    return y;
  };
  const top = write(above, PAD) + 14;
  for (const [i, { canvas, caption, overlay }] of panels.entries()) {
    const x = PAD + (i % columns) * (side + GAP);
    const y = top + Math.floor(i / columns) * (captions + side + GAP);
    ctx.font = small;
    ctx.fillStyle = css.muted;
    ctx.fillText(caption, x, y + 9);
    // a painter fills its canvas, so that each plane has one of its own
    const { canvas: own } = newCanvas(side * SCALE, side * SCALE);
    planes.get(canvas)?.(own, palette, side);
    ctx.drawImage(own, x, y + captions, side, side);
    if (overlay) await drawOverlay(fig, ctx, /** @type {SVGSVGElement} */ (overlay), [x, y + captions, side, side]);
    ctx.strokeStyle = css.rule;
    ctx.strokeRect(x - 0.5, y + captions - 0.5, side + 1, side + 1);
  }
  write(below, top + middle + 16);
  /** @type {Blob | null} */
  const blob = await new Promise((resolve) => page.toBlob(resolve, 'image/png'));
  if (!blob) throw tooLarge(width, height);
  return blob;
}

/** What the reader has put on a plane. @param {Figure} fig @param {CanvasRenderingContext2D} ctx @param {SVGSVGElement} overlay @param {[number, number, number, number]} box */
async function drawOverlay(fig, ctx, overlay, box) {
  if (!overlay.querySelector('.marks *:not(g), .cross:not([visibility=hidden]) *')) return;
  const copy = standalone(fig, overlay, SCALE);
  // lines that keep their width are as wide as the picture is large: so it is made at the size it is drawn at
  const [x, y, width, height] = box.map((length) => SCALE * length);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  // and drawn without the canvas's own scale, by which Chromium would widen them once more
  ctx.save();
  ctx.resetTransform();
  ctx.drawImage(image, x, y, width, height);
  ctx.restore();
}

/** What is written into a copy, and what holds without: the first of them pass from parents to children. */
const INHERITED = {
  fill: 'rgb(0, 0, 0)',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-dasharray': 'none',
  'stroke-linejoin': 'miter',
  'stroke-linecap': 'butt',
  'font-family': '',
  'font-size': '',
  'font-weight': '400',
  'text-anchor': 'start',
  visibility: 'visible',
};
const OWN = { opacity: '1', 'vector-effect': 'none', display: '' };
const NEEDLESS = ['class', 'style', 'tabindex', 'role', 'aria-hidden'];

/**
 * A copy that needs no style sheet, in the light theme.
 * @param {Figure} fig @param {SVGSVGElement} svg @param {number} [widen] factor for the widths of lines
 * @returns {SVGSVGElement}
 */
function standalone(fig, svg, widen = 1) {
  return inLight(fig, (holder) => {
    const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
    holder.append(copy);
    const all = [copy, ...copy.querySelectorAll('*')].filter((element) => !element.matches('title, desc'));
    // all is read before anything is written, since the classes of parents matter to children
    const read = all.map((element) => {
      const style = getComputedStyle(element);
      const above = element === copy ? undefined : getComputedStyle(/** @type {Element} */ (element.parentElement));
      /** @type {[string, string][]} */
      const values = [];
      for (const [name, initial] of Object.entries(INHERITED)) {
        const value = style.getPropertyValue(name);
        if (value !== (above ? above.getPropertyValue(name) : initial)) values.push([name, value]);
      }
      for (const [name, initial] of Object.entries(OWN)) {
        const value = style.getPropertyValue(name);
        if (name === 'display' ? value === 'none' : value !== initial) values.push([name, value]);
      }
      return values;
    });
    all.forEach((element, i) => {
      for (const name of [...NEEDLESS, ...Object.keys(INHERITED)]) element.removeAttribute(name);
      for (const [name, value] of read[i])
        element.setAttribute(name, name === 'stroke-width' ? String(widen * Number.parseFloat(value)) : value);
    });
    return copy;
  });
}

/** One drawing with its words, as the text of a file. @param {Figure} fig @param {Drawing} drawing @param {Origin} origin @returns {string} */
export function svgOf(fig, { title, svg, source }, origin) {
  const { css } = inLight(fig, readPalette);
  const copy = standalone(fig, svg());
  const label = copy.getAttribute('aria-label') ?? title;
  const { width, height } = copy.viewBox.baseVal;
  const { sans } = fonts(fig);
  const { head } = wordsOf(fig, origin, css);
  const caption = { text: label, font: `13px ${sans}`, colour: css.muted, line: 19, after: 10 };
  const above = wrapped([head[0], caption], width);
  const below = wrapped(terms(origin.link, source ?? origin.source, sans, css.muted), width);
  const top = PAD + heightOf(above);
  const wide = Math.ceil(width + 2 * PAD);
  const high = Math.ceil(top + height + 18 + heightOf(below) + PAD - 6);
  copy.setAttribute('x', String(PAD));
  copy.setAttribute('y', String(top));
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('overflow', 'visible');
  const file = s(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width: wide, height: high, viewBox: `0 0 ${wide} ${high}` },
    s('title', {}, `${fig.definition.title}: ${title}`),
    s('desc', {}, `${label}. ${origin.link} · ${TERMS.name}, ${TERMS.url}`),
    s('rect', { width: wide, height: high, fill: css.paper }),
    ...texts(above, PAD),
    copy,
    ...texts(below, top + height + 18),
  );
  return `${new XMLSerializer().serializeToString(file)}\n`;
}

/** @param {Block[]} blocks @param {number} top */
function texts(blocks, top) {
  const nodes = [];
  let y = top;
  for (const { lines, font, colour, line, after = 0 } of blocks) {
    const [, weight = '400', size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(font) ?? [];
    for (const text of lines) {
      const look = { 'font-family': family, 'font-size': size, 'font-weight': weight, fill: colour };
      nodes.push(s('text', { x: PAD, y: y + 0.72 * line, ...look }, text));
      y += line;
    }
    y += after;
  }
  return nodes;
}

// One picture of the plane: a square canvas for what was computed, and over it an SVG layer for what the reader does
// (crosshair, guess, lines to neighbours). The canvas shows nothing but a function of its painter's data, the size, the
// pixel ratio and the theme; whatever comes and goes with the pointer stays on the layer.

import { PLANE, projection } from '../draw/projection.js';
import { freshId, h, s } from './dom.js';
import { onThemeChange, readPalette } from './theme.js';

/** @typedef {import('./theme.js').Palette} Palette */
/** @typedef {import('../draw/projection.js').Projection} Projection */
/**
 * @typedef {object} Brush  what a painter is given
 * @property {CanvasRenderingContext2D} ctx
 * @property {Palette} palette
 * @property {Projection} to     plane -> canvas pixels
 * @property {number} ratio      canvas pixels per CSS pixel
 * @property {number} side       CSS pixels
 * @property {number} width      canvas pixels
 * @property {number} height
 */
/** @typedef {{x: number, y: number, how: 'hover' | 'pin' | 'keys'}} Place */
/**
 * @typedef {object} PlaneOptions
 * @property {string} [caption]
 * @property {number[]} [view]
 * @property {number} [finest]   largest raster side asked for
 * @property {() => void} [onResize]  the raster to ask for has another size now
 * @property {() => void} [begin]     told while a new size is waited out, so that the figure is not called settled
 * @property {() => void} [end]
 * @property {(place: Place | undefined) => boolean | void} [onPlace]  the reader points somewhere, or no longer; true:
 *   the place was taken for something else, and nothing stays marked there
 */

/** @typedef {(canvas: HTMLCanvasElement, palette: Palette, side: number) => void} DrawPlane  side: CSS pixels */

/** How each plane is painted elsewhere, by its canvas: for whoever takes the figure away (take/). @type {WeakMap<Element, DrawPlane>} */
export const planes = new WeakMap();

const STEP = 0.02; // of the side, per press of an arrow key
const FINEST = 300;
const STILL_MS = 120;
const KEYS = 'Arrow keys move a crosshair that asks about a place, Enter marks it, Escape leaves.';

/** @param {PlaneOptions} [options] */
export function createPlane({ caption, view = PLANE, finest = FINEST, onResize, begin, end, onPlace } = {}) {
  const hint = onPlace ? h('span', { class: 'voice', id: freshId('keys') }, KEYS) : null;
  const canvas = h('canvas', {
    role: 'img',
    tabindex: onPlace ? 0 : undefined,
    'aria-describedby': hint?.id,
    width: 1,
    height: 1,
  });
  const overlay = s('svg', { class: 'overlay', 'aria-hidden': 'true', preserveAspectRatio: 'none' });
  const cross = s('g', { class: 'cross', visibility: 'hidden' });
  const marks = s('g', { class: 'marks' });
  const tip = h('div', { class: 'tip', hidden: true });
  overlay.append(marks, cross);
  const frame = h('div', { class: 'plane' }, canvas, overlay, tip, hint);
  const root = h('div', { class: 'picture' }, caption ? h('p', { class: 'caption' }, caption) : null, frame);

  let side = 0;
  let timer = 0;
  let current = Array.from(view);
  /** @type {Palette | undefined} */
  let palette;
  /** @type {((brush: Brush) => void) | undefined} */
  let painter;

  function repaint() {
    if (!painter || side === 0) return;
    drawOn(canvas, (palette ??= readPalette(frame)), side);
  }

  /** @type {DrawPlane} */
  function drawOn(target, colours, wide) {
    const ctx = /** @type {CanvasRenderingContext2D} */ (target.getContext('2d'));
    const { width, height } = target;
    ctx.clearRect(0, 0, width, height);
    const to = projection(current, width, height);
    painter?.({ ctx, palette: colours, to, ratio: width / wide, side: wide, width, height });
  }
  planes.set(canvas, drawOn);

  function setViewBox() {
    const [x0, y0, x1, y1] = current;
    // the layer's units are the plane's; its y points down, so everything on it is drawn at -y
    overlay.setAttribute('viewBox', `${x0} ${-y1} ${x1 - x0} ${y1 - y0}`);
  }
  setViewBox();

  /** @returns {boolean} whether the canvas has another size than before */
  function measure() {
    const wanted = frame.clientWidth;
    const pixels = Math.round(wanted * devicePixelRatio);
    if (wanted === 0 || (pixels === canvas.width && wanted === side)) return false;
    side = wanted;
    canvas.width = pixels;
    canvas.height = pixels;
    return true;
  }

  function resize() {
    const before = side;
    if (!measure()) return;
    if (before === 0) {
      repaint();
      onResize?.();
      return;
    }
    // The picture is scaled at once; a finer one is asked for when the size has stopped changing.
    repaint();
    if (timer === 0) begin?.();
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      timer = 0;
      onResize?.();
      end?.();
    }, STILL_MS);
  }
  const observer = new ResizeObserver(resize);
  observer.observe(frame);
  const stopTheme = onThemeChange(frame, () => {
    palette = undefined;
    repaint();
  });
  const pointer = onPlace
    ? listen(canvas, () => projection(current, frame.clientWidth, frame.clientHeight), onPlace)
    : undefined;

  const plane = {
    root,
    frame,
    canvas,
    overlay,
    /** Layer for marks, in units of the plane with y negated. */
    marks,

    /** Side of the raster that suits the canvas. */
    rasterSide() {
      if (side === 0) measure();
      return Math.min(canvas.width, finest) || 1;
    },
    get view() {
      return current;
    },
    /** @param {number[]} next */
    setView(next) {
      current = Array.from(next);
      setViewBox();
    },
    /** Paint now, and again whenever size or theme change. @param {(brush: Brush) => void} next */
    paint(next) {
      painter = next;
      if (side === 0) measure();
      repaint();
    },
    repaint,
    /** What the picture shows, for readers who do not see it. @param {string} text */
    describe(text) {
      canvas.setAttribute('aria-label', text);
    },
    /** Move the crosshair; away without a place. @param {{x: number, y: number} | undefined} place */
    cross(place) {
      cross.setAttribute('visibility', place ? 'visible' : 'hidden');
      if (!place) return;
      const [x0, y0, x1, y1] = current;
      const { x, y } = place;
      cross.replaceChildren(
        s('line', { x1: x, x2: x, y1: -y1, y2: -y0 }),
        s('line', { x1: x0, x2: x1, y1: -y, y2: -y }),
        s('circle', { cx: x, cy: -y, r: 0.012 * (x1 - x0) }),
      );
    },
    /** Words beside a place on the picture. @param {{x: number, y: number} | undefined} place @param {...(Node | string)} words */
    tip(place, ...words) {
      tip.hidden = !place;
      if (!place) return;
      const to = projection(current, 100, 100);
      const [left, top] = [to.x(place.x), to.y(place.y)];
      // beside the point and away from it, on the side where there is room
      tip.style.left = left <= 50 ? `${left}%` : 'auto';
      tip.style.right = left > 50 ? `${100 - left}%` : 'auto';
      tip.style.top = top <= 50 ? `${top}%` : 'auto';
      tip.style.bottom = top > 50 ? `${100 - top}%` : 'auto';
      tip.replaceChildren(...words);
    },
    /** Put the keyboard's crosshair somewhere. @param {number} x @param {number} y */
    placeCursor(x, y) {
      pointer?.place(x, y);
    },
    destroy() {
      clearTimeout(timer);
      observer.disconnect();
      stopTheme();
    },
  };
  return plane;
}
/** @typedef {ReturnType<typeof createPlane>} Plane */

/**
 * Pointer and keys on the canvas become places on the plane. A mouse asks while it moves and pins with a click, a finger
 * pins with a tap (moving scrolls the page as ever), arrow keys move a crosshair, Escape leaves.
 * @param {HTMLCanvasElement} canvas @param {() => Projection} toPlane @param {(place: Place | undefined) => boolean | void} tell
 */
function listen(canvas, toPlane, tell) {
  /** @type {[number, number]} cursor of the keyboard, on the plane */
  let cursor = [0, 0];
  let pinned = false;
  /** @param {{offsetX: number, offsetY: number}} event @param {'hover' | 'pin'} how */
  const at = (event, how) => {
    const to = toPlane();
    const place = { x: to.unitX(event.offsetX), y: to.unitY(event.offsetY), how };
    cursor = [place.x, place.y];
    if (tell(place)) pinned = false;
  };
  const leave = () => {
    pinned = false;
    tell(undefined);
  };
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'mouse' && !pinned) at(event, 'hover');
  });
  canvas.addEventListener('pointerleave', (event) => {
    if (event.pointerType === 'mouse' && !pinned) tell(undefined);
  });
  canvas.addEventListener('click', (event) => {
    pinned = true;
    at(event, 'pin');
  });
  canvas.addEventListener('blur', () => {
    if (pinned) leave();
  });
  canvas.addEventListener('keydown', (event) => {
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    const to = toPlane();
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (event.key === 'Escape') leave();
    else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      pinned = !tell({ x: cursor[0], y: cursor[1], how: 'pin' });
    } else if (move) {
      event.preventDefault();
      pinned = true;
      const step = (event.shiftKey ? 5 : 1) * STEP * (to.unitX(width) - to.unitX(0));
      cursor = [
        Math.min(Math.max(cursor[0] + move[0] * step, to.unitX(0)), to.unitX(width)),
        Math.min(Math.max(cursor[1] + move[1] * step, to.unitY(height)), to.unitY(0)),
      ];
      tell({ x: cursor[0], y: cursor[1], how: 'keys' });
    }
  });
  return {
    /** @param {number} x @param {number} y */
    place(x, y) {
      cursor = [x, y];
    },
  };
}

// The parts of a poster: page, squares of the plane, labels, axes. Pictures of the plane show [-1.2, 1.2]², y up, unless told otherwise.

import { contours, simplify, area2 } from './contour.mjs';
import { raster } from '../results-query.mjs';

/** Half the side of the plane. */
const REACH = 1.2;
const PLANE = [-REACH, -REACH, REACH, REACH];

// The palette of style/tokens.css, repeated because a picture shown by <img> cannot see the page's style sheets.
const STYLE = `
svg{--paper:#fffdf8;--ink:#1d1c1a;--muted:#5f5b55;--rule:#ddd8cc;--inside:#b5530a;--outside:#1f5f9e;--in:#f7c795;--out:#b9d3ee;--fog:#4a4458;--s1:#0b7268;--s2:#8a5a00;--s3:#6b3fb5;--s4:#b3265e}
@media (prefers-color-scheme:dark){svg{--paper:#14161a;--ink:#ece8e1;--muted:#a8a299;--rule:#33363c;--inside:#f2a65a;--outside:#7fb2ea;--in:#574131;--out:#344558;--fog:#cfc8dd;--s1:#4fd1bd;--s2:#e3b341;--s3:#b79bf5;--s4:#ff8fab}}
text{font:17px system-ui,-apple-system,"Segoe UI",roboto,"Noto Sans",sans-serif;fill:var(--ink)}
.m{fill:var(--muted)}.e{text-anchor:end}.c{text-anchor:middle}
.o{fill:var(--out)}.i{fill:var(--in)}.b{fill:none;stroke:var(--inside);stroke-width:1.2}
.h{fill:none;stroke:var(--paper);stroke-width:4;stroke-opacity:.8;stroke-linejoin:round}.t{fill:none;stroke:var(--ink);stroke-width:1.6;stroke-linejoin:round}
.r{stroke:var(--rule);fill:none}.f{fill:var(--fog);fill-opacity:.13}
.pi{stroke:var(--inside);stroke-width:5;stroke-linecap:round}.po{fill:var(--outside)}
@media (max-width:520px){text{font-size:30px}.wide-only{display:none}}
`.trim();

/** A whole poster. `parts` are strings of SVG. */
export function poster(width, height, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<style>${STYLE}</style>`,
    ...parts.flat(Infinity).filter(Boolean),
    '</svg>\n',
  ].join('\n');
}

const short = (v) => String(Math.round(v * 10) / 10);

/** Path data of closed lines, absolute, one decimal. */
function path(lines) {
  return lines.map((line) => `M${line.map((p) => `${short(p[0])},${short(p[1])}`).join(' ')}Z`).join('');
}

/** Text at a place; classes: m muted, e end, c centred. */
export function label(x, y, text, classes = '') {
  return `<text x="${short(x)}" y="${short(y)}"${classes && ` class="${classes}"`}>${text}</text>`;
}

/** The outline of the true curve, once for all squares of a poster, to be placed with <use>. */
export function curveDefinition(outline, side, view = PLANE) {
  const line = [];
  for (let i = 0; i < outline.length; i += 2) line.push(toSquare([outline[i], outline[i + 1]], side, view));
  return `<defs><path id="curve" d="${path([simplify(line, 0.15)])}"/></defs>`;
}

function toSquare([x, y], side, [x0, y0, x1, y1] = PLANE) {
  return [((x - x0) / (x1 - x0)) * side, ((y1 - y) / (y1 - y0)) * side];
}

/** A square of the plane with everything in `inner` drawn in its own units (0 to side), and the true curve on top. */
export function square(x, y, side, inner) {
  return [
    `<svg x="${x}" y="${y}" width="${side}" height="${side}" viewBox="0 0 ${side} ${side}">`,
    `<rect class="o" width="${side}" height="${side}"/>`,
    ...inner,
    '<use href="#curve" class="h"/><use href="#curve" class="t"/>',
    '</svg>',
  ];
}

/** What a stored run calls inside. */
export function predicted(run, side) {
  const { width, height } = run.raster;
  const scale = side / width;
  const lines = contours(raster(run), width, height, 0.5)
    .map((line) =>
      simplify(
        line.map(([i, j]) => [i * scale, j * (side / height)]),
        0.35,
      ),
    )
    .filter((line) => line.length > 2 && Math.abs(area2(line)) > 2);
  return `<path class="i" fill-rule="evenodd" d="${path(lines)}"/>`;
}

/** Filled level lines of a function of the plane. */
export function levels(of, side, fractions) {
  const size = 96;
  const values = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      values[j * size + i] = of(((i + 0.5) / size) * 2 * REACH - REACH, REACH - ((j + 0.5) / size) * 2 * REACH);
    }
  }
  const highest = values.reduce((a, b) => (b > a ? b : a));
  return fractions.map((fraction) => {
    const lines = contours(values, size, size, fraction * highest);
    const scale = side / size;
    return `<path class="f" d="${path(
      lines.map((line) =>
        simplify(
          line.map(([i, j]) => [i * scale, j * scale]),
          0.6,
        ),
      ),
    )}"/>`;
  });
}

/** Sample points [x, y, label, …]: circles inside, triangles outside. */
export function points(sample, side) {
  const inside = [];
  const outside = [];
  for (let k = 0; k < sample.length; k += 3) {
    // Whole pixels: a thousand points are most of the file, and half a pixel cannot be seen.
    const [x, y] = toSquare([sample[k], sample[k + 1]], side).map(Math.round);
    if (sample[k + 2]) inside.push(`M${x},${y}h0`);
    else outside.push(`M${x},${y - 3}l3,5h-6z`);
  }
  return [`<path class="po" d="${outside.join('')}"/>`, `<path class="pi" d="${inside.join('')}"/>`];
}

/** Position on a logarithmic axis. */
export const logScale = (low, high, from, to) => (v) =>
  from + ((Math.log(v) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (to - from);

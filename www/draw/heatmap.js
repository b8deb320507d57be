// Rasters as smooth colour: probability on a diverging scale, density as fog. A raster is painted at its own size and
// scaled to the canvas with interpolation; what must stay sharp (decision line, curve) is drawn on top as a path.

/** @typedef {{data: ArrayLike<number>, width: number, height: number}} Raster  row-major, first row on top */
/** @typedef {[number, number, number]} Rgb */
/** @typedef {CanvasRenderingContext2D} Context */

const STEPS = 256;

/**
 * Colours for probabilities 0…1: outside, paper at one half, inside.
 * @param {{outsideFill: Rgb, paper: Rgb, insideFill: Rgb}} colours
 * @returns {Uint8ClampedArray} STEPS x rgb
 */
export function probabilityRamp({ outsideFill, paper, insideFill }) {
  const ramp = new Uint8ClampedArray(3 * STEPS);
  for (let i = 0; i < STEPS; i++) {
    const t = (2 * i) / (STEPS - 1) - 1;
    const end = t < 0 ? outsideFill : insideFill;
    for (let c = 0; c < 3; c++) ramp[3 * i + c] = paper[c] + Math.abs(t) * (end[c] - paper[c]);
  }
  return ramp;
}

/** One scratch canvas for all rasters: made once, resized when needed. @type {HTMLCanvasElement | undefined} */
let scratch;

/** @param {number} width @param {number} height @returns {Context} */
function scratchContext(width, height) {
  scratch ??= document.createElement('canvas');
  if (scratch.width !== width || scratch.height !== height) {
    scratch.width = width;
    scratch.height = height;
  }
  return /** @type {Context} */ (scratch.getContext('2d', { willReadFrequently: true }));
}

/**
 * Fill the whole canvas with an image made pixel by pixel from a raster.
 * @param {Context} ctx @param {number} width @param {number} height of the raster
 * @param {(pixels: Uint8ClampedArray) => void} fill
 * @param {boolean} [smooth]
 */
export function paintPixels(ctx, width, height, fill, smooth = true) {
  const small = scratchContext(width, height);
  const image = small.createImageData(width, height);
  fill(image.data);
  small.putImageData(image, 0, 0);
  ctx.save();
  ctx.imageSmoothingEnabled = smooth;
  ctx.imageSmoothingQuality = 'medium';
  ctx.drawImage(small.canvas, 0, 0, ctx.canvas.width, ctx.canvas.height);
  ctx.restore();
}

/** @param {Context} ctx @param {Raster} raster probabilities @param {Uint8ClampedArray} ramp */
export function paintProbability(ctx, { data, width, height }, ramp) {
  paintPixels(ctx, width, height, (pixels) => {
    for (let i = 0; i < width * height; i++) {
      const at = 3 * ((data[i] * (STEPS - 1) + 0.5) | 0);
      pixels[4 * i] = ramp[at];
      pixels[4 * i + 1] = ramp[at + 1];
      pixels[4 * i + 2] = ramp[at + 2];
      pixels[4 * i + 3] = 255;
    }
  });
}

/**
 * Density as fog of one colour over what is there already. The root spreads the thin parts, where the story is.
 * @param {Context} ctx @param {Raster} raster @param {Rgb} colour @param {number} strength alpha at the densest place
 */
export function paintFog(ctx, { data, width, height }, colour, strength) {
  const max = largest(data);
  paintPixels(ctx, width, height, (pixels) => {
    for (let i = 0; i < width * height; i++) {
      pixels[4 * i] = colour[0];
      pixels[4 * i + 1] = colour[1];
      pixels[4 * i + 2] = colour[2];
      pixels[4 * i + 3] = 255 * strength * Math.sqrt(data[i] / max);
    }
  });
}

/** @param {ArrayLike<number>} data */
export function largest(data) {
  let max = 0;
  for (let i = 0; i < data.length; i++) if (data[i] > max) max = data[i];
  return max;
}

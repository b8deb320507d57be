// Where a model is wrong: magenta, hatched, so that it reads without colour too.

/** @typedef {import('./heatmap.js').Raster} Raster */
/** @typedef {import('./heatmap.js').Rgb} Rgb */
/** @typedef {CanvasRenderingContext2D} Context */

/**
 * @param {Context} ctx @param {Raster} raster probabilities of inside
 * @param {ArrayLike<number>} truth 1 inside, 0 outside, same size as the raster
 * @param {Rgb} colour @param {number} ratio canvas pixels per CSS pixel
 */
export function paintWrong(ctx, { data, width, height }, truth, colour, ratio) {
  const mask = new OffscreenCanvas(width, height);
  const maskContext = /** @type {OffscreenCanvasRenderingContext2D} */ (mask.getContext('2d'));
  const image = maskContext.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    if (data[i] >= 0.5 === (truth[i] === 1)) continue;
    image.data[4 * i] = colour[0];
    image.data[4 * i + 1] = colour[1];
    image.data[4 * i + 2] = colour[2];
    image.data[4 * i + 3] = 255;
  }
  maskContext.putImageData(image, 0, 0);

  const { width: w, height: h } = ctx.canvas;
  const layer = new OffscreenCanvas(w, h);
  const hatch = /** @type {OffscreenCanvasRenderingContext2D} */ (layer.getContext('2d'));
  // A slip along the border is narrower than the hatching: a wash below keeps it visible between two strokes.
  hatch.fillStyle = `rgb(${colour.join(' ')} / 45%)`;
  hatch.fillRect(0, 0, w, h);
  hatch.strokeStyle = `rgb(${colour.join(' ')})`;
  hatch.lineWidth = 1.4 * ratio;
  hatch.beginPath();
  const gap = 5 * ratio;
  for (let x = -h; x < w; x += gap) {
    hatch.moveTo(x, h);
    hatch.lineTo(x + h, 0);
  }
  hatch.stroke();
  hatch.globalCompositeOperation = 'destination-in';
  hatch.imageSmoothingEnabled = true;
  hatch.drawImage(mask, 0, 0, w, h);
  ctx.drawImage(layer, 0, 0);
}

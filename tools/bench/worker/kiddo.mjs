// Votes of nearest neighbours by the crate kiddo, compiled to WebAssembly.
import { pixels, readPoints, timed } from './common.mjs';

/** @type {any} */
let wasm;
/** @type {{n: number, xy: number, labels: number}} places in its memory */
let points;

/** @template {Float32Array | Uint8Array} T @param {T} values @returns {number} where they are now */
function put(values) {
  const at = wasm.room(values.byteLength);
  new Uint8Array(wasm.memory.buffer, at, values.byteLength).set(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return at;
}

/** @type {Map<number, {at: number, out: number}>} by side of the picture */
const queries = new Map();

/** @type {import('./worker.mjs').Verbs} */
export const verbs = {
  async open() {
    const { instance } = await WebAssembly.instantiateStreaming(fetch('../rivals/kiddo.wasm'), {});
    wasm = instance.exports;
  },
  async points({ file }) {
    const { n, xy, labels } = await readPoints(file);
    points = { n, xy: put(xy), labels: put(labels) };
  },
  build: () => ({ wall: timed(() => wasm.build(points.xy, points.labels, points.n)).wall }),
  votes({ side, k, give }) {
    const n = side * side;
    if (!queries.has(side)) queries.set(side, { at: put(pixels(side)), out: wasm.room(n) });
    const { at, out } = queries.get(side);
    const { wall } = timed(() => wasm.votes(at, n, k, out));
    return { wall, result: give ? Array.from(new Uint8Array(wasm.memory.buffer, out, n)) : undefined };
  },
};

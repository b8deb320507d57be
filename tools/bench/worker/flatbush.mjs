// Votes of nearest neighbours by flatbush, a packed R-tree in JavaScript.
import { pixels, readPoints, timed } from './common.mjs';

const scope = /** @type {any} */ (globalThis);
/** @type {{n: number, xy: Float32Array, labels: Uint8Array}} */
let points;
/** @type {any} */
let index;

/** @type {import('./worker.mjs').Verbs} */
export const verbs = {
  open: () => scope.importScripts('../rivals/flatbush.js'),
  async points({ file }) {
    points = await readPoints(file);
  },
  build: () => {
    index = undefined;
    const { wall } = timed(() => {
      const tree = new scope.Flatbush(points.n);
      for (let i = 0; i < points.n; i++) tree.add(points.xy[2 * i], points.xy[2 * i + 1]);
      tree.finish();
      index = tree;
    });
    return { wall };
  },
  votes({ side, k, give }) {
    const { labels } = points;
    const { result, wall } = timed(() => {
      const at = pixels(side);
      const votes = new Uint8Array(side * side);
      for (let i = 0; i < votes.length; i++) {
        let sum = 0;
        for (const found of index.neighbors(at[2 * i], at[2 * i + 1], k)) sum += labels[found];
        votes[i] = sum;
      }
      return votes;
    });
    return { wall, result: give ? Array.from(result) : undefined };
  },
};

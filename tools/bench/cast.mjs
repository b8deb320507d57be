// Who takes part: ours in Chromium and natively, the rivals in Chromium, natively, and in Python where it has them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawned, worker } from './contestant.mjs';
import { drawnSpecs } from './neighbours.mjs';
import { NETWORKS, specOf } from './train.mjs';

/** Epochs of which the order of batches is handed out; later ones take the same again. */
const ORDERS = 250;
/** Seeds of which the initial weights are handed out. */
export const SEEDS = 3;
export const HOW_TO_GET_PYTHON = 'python3 -m pip install torch scikit-learn scipy (PYTHON may name another python3)';

/** @typedef {import('./contestant.mjs').Contestant & {version: string, close: () => void | Promise<void>}} Player */

export class Cast {
  /** @type {Record<string, Player>} by name; absent ones are missing */
  players = {};
  /** @type {Record<string, string>} */
  versions = {};
  /** @type {number[]} labels of the training sample */
  labels = [];
  /** @type {string} */
  data;
  /** @type {import('puppeteer-core').Page} */
  page;

  /** @param {{page: import('puppeteer-core').Page, native: string, data: string}} where data: the folder of the shared data */
  static async gather({ page, native, data }) {
    const cast = new Cast();
    Object.assign(cast, { page, data });
    const { players } = cast;
    const program = await spawned('native', native, [], { data });
    const rows = Object.fromEntries(Object.entries(NETWORKS).map(([name, learner]) => [name, specOf(learner)]));
    await program.call('export', { folder: data, rows, drawn: drawnSpecs(), seeds: SEEDS, epochs: ORDERS });
    cast.labels = JSON.parse(readFileSync(join(data, 'train.json'), 'utf8')).labels;
    players.native = program;
    players.ours = await cast.ours();
    players['tfjs wasm'] = await worker(page, 'tfjs wasm', { module: './tfjs.mjs', backend: 'wasm' });
    players['tfjs cpu'] = await worker(page, 'tfjs cpu', { module: './tfjs.mjs', backend: 'cpu' });
    players.flatbush = await worker(page, 'flatbush', { module: './flatbush.mjs' });
    players.kiddo = await worker(page, 'kiddo', { module: './kiddo.mjs' });
    cast.versions['vectors'] = (await program.call('peak.name')).result;
    cast.versions['TensorFlow.js'] = players['tfjs wasm'].version;
    const python = process.env.PYTHON ?? 'python3';
    const script = join(import.meta.dirname, 'python', 'rivals.py');
    for (const [name, title] of [
      ['torch', 'PyTorch'],
      ['sklearn', 'scikit-learn'],
    ]) {
      try {
        players[name] = await spawned(title, python, [script, name], { data, greets: true });
        cast.versions[title] = players[name].version;
      } catch {
        cast.versions[title] = `absent: ${HOW_TO_GET_PYTHON}`;
      }
    }
    return cast;
  }

  /** A worker with a fresh instance of the core, and memory of its own. */
  async ours(name = 'ours') {
    const pkg = (/** @type {string} */ file) => new URL(`pkg/${file}`, this.page.url()).href;
    const files = { glue: pkg('bitter_lesson.js'), wasm: pkg('bitter_lesson_bg.wasm') };
    return worker(this.page, name, { module: './ours.mjs', ...files });
  }

  async close() {
    await Promise.allSettled(Object.values(this.players).map((player) => player.close()));
  }
}

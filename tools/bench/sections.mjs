// The parts of the table, in their order. Each measures its rows; table.mjs prints them.
import { SEEDS } from './cast.mjs';
import { NETWORKS, trainRow } from './train.mjs';

/**
 * @typedef {object} Section
 * @property {string} name
 * @property {string} unit    what the figures are, in words
 * @property {(run: import('./main.mjs').Run) => Promise<any[]>} measure
 */

/** @type {Section} */
const training = {
  name: 'Training',
  unit: 'samples a second; × tells how many times quicker ours in Chromium is, side by side',
  async measure({ quick, wanted, cast, say }) {
    const { ours, native, torch, sklearn, 'tfjs wasm': tfjs, 'tfjs cpu': tfjsCpu } = cast.players;
    const trainers = [
      { column: 'ours, Chromium', contestant: ours, ours: true },
      { column: 'ours, native', contestant: native, ours: true },
      { column: 'TF.js wasm', contestant: tfjs },
      {
        column: 'TF.js cpu',
        contestant: tfjsCpu,
        can: (/** @type {any} */ { batch, hidden }) => batch > 32 && hidden.length < 3,
      },
      { column: 'PyTorch', contestant: torch },
      { column: 'PyTorch fused Adam', contestant: torch, extra: { fused: true } },
      // It has neither layer norm nor focal loss.
      { column: 'scikit-learn', contestant: sklearn, can: (/** @type {any} */ { layer_norm }) => !layer_norm },
    ].filter(({ contestant }) => contestant);
    const peaks = [
      { column: 'peak, Chromium', contestant: ours, of: 'ours, Chromium' },
      { column: 'peak, native', contestant: native, of: 'ours, native' },
    ];
    const rows = [];
    for (const name of Object.keys(NETWORKS).filter(wanted)) {
      say(name);
      const sizes = quick
        ? { epochs: 50, seeds: 1, rounds: 5, slice: 0.06 }
        : { epochs: 100, seeds: SEEDS, rounds: 11, slice: 0.15 };
      rows.push(await trainRow(name, trainers, peaks, { ...sizes, labels: cast.labels }));
    }
    return rows;
  },
};

export const SECTIONS = [training];

// The parts of the table, in their order. Each measures its rows; table.mjs prints them.
import { SEEDS } from './cast.mjs';
import { GROWTHS, growthRow } from './growth.mjs';
import { SETS, drawRow, setRows } from './neighbours.mjs';
import { dragRows, interactionRow, memoryRows, startRows } from './page.mjs';
import { NETWORKS, trainRow } from './train.mjs';

/**
 * @typedef {object} Section
 * @property {string} name
 * @property {string} unit    what the figures are, in words
 * @property {(run: import('./main.mjs').Run) => Promise<any[]>} measure
 */

/**
 * What goes wrong in one row takes no other with it.
 * @param {string} name @param {() => Promise<any[]>} measure rows
 */
async function attempt(name, measure) {
  try {
    return await measure();
  } catch (error) {
    return [{ name, columns: { failed: { void: String(error.message).split('\n')[0] } } }];
  }
}

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
      const sizes = quick ? { seeds: 1, rounds: 5, slice: 0.06 } : { seeds: SEEDS, rounds: 11, slice: 0.15 };
      const options = { ...sizes, labels: cast.labels };
      rows.push(...(await attempt(name, async () => [await trainRow(name, trainers, peaks, options)])));
    }
    return rows;
  },
};

/** @type {Section} */
const neighbours = {
  name: 'Neighbours',
  unit: 'among 1,000,000 points; × tells how many times quicker ours in Chromium is, side by side',
  async measure({ quick, wanted, cast, say }) {
    const rows = [];
    if (wanted('draw')) rows.push(await drawRow(cast, quick ? 3 : 7));
    const sizes = quick ? { ks: [5], rounds: 3, patience: 4 } : { ks: [5, 1, 99], rounds: 7, patience: 15 };
    for (const [set, { title, problem }] of Object.entries(SETS)) {
      // Rows of a file take a module half a minute to read: not in a short run.
      if (!wanted(title) || (quick && !problem)) continue;
      say(title);
      rows.push(...(await attempt(title, () => setRows(cast, set, sizes))));
    }
    return rows;
  },
};

/** @type {Section} */
const dragging = {
  name: 'Dragging',
  unit: 'from the move to the picture in Chromium, the points being drawn',
  measure: async ({ quick, wanted, cast }) => (wanted('slider') ? dragRows(cast, quick ? 3 : 9) : []),
};

/** @type {Section} */
const memory = {
  name: 'Memory',
  unit: 'of the module, afterwards',
  measure: async ({ wanted, cast }) => (wanted('module') ? memoryRows(cast) : []),
};

/** @type {Section} */
const growth = {
  name: 'Growth',
  unit: 'in Chromium, work and its time; the exponent that fits best over all, and that of the last step; 1 is proportional',
  async measure({ quick, wanted, cast, say }) {
    const rows = [];
    for (const one of GROWTHS.filter(({ name }) => wanted(name))) {
      say(one.name);
      rows.push(...(await attempt(one.name, async () => [await growthRow(one, cast.players.ours, quick ? 3 : 9)])));
    }
    return rows;
  },
};

/** @type {Section} */
const page = {
  name: 'Page',
  unit: 'by the clock',
  async measure({ quick, wanted, say }) {
    const rows = [];
    if (wanted('start')) {
      say('start');
      rows.push(...(await startRows(quick ? 2 : 7)));
    }
    if (wanted('interaction')) {
      say('interaction');
      rows.push(...(await attempt('interaction', async () => [await interactionRow()])));
    }
    return rows;
  },
};

export const SECTIONS = [training, neighbours, dragging, memory, growth, page];

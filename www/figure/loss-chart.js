// Loss over the training, on its own points and on new ones; logarithmic, since it falls by factors.

import { createChart } from '../draw/curve.js';
import { integer, number } from './number.js';

/** @typedef {import('./lockstep.js').Loss} Loss */
/** @typedef {{name: string, label: string, colour: string, loss: Loss}} Line  label: empty when there is only one */

/** @param {{label: string, height?: number, right?: number}} options */
export function createLossChart({ label, height = 200, right = 84 }) {
  /** @type {import('../draw/curve.js').Axis} */
  const x = { label: 'epochs', domain: [0, 1000], format: integer };
  /** @type {import('../draw/curve.js').Axis} */
  const y = { label: 'loss', domain: [0.01, 1], log: true, format: number };
  const chart = createChart({ label, x, y, height, right });
  return {
    root: chart.root,
    destroy: chart.destroy,
    /**
     * @param {Line[]} lines @param {{total: number, perEpoch: number}} length perEpoch 0: the axis counts updates
     */
    update(lines, { total, perEpoch }) {
      const unit = perEpoch || 1;
      x.label = perEpoch ? 'epochs' : 'updates';
      x.domain = [0, total / unit];
      const values = lines.flatMap(({ loss }) => [...loss.train, ...loss.test]).filter((v) => v > 0);
      // down in whole decades only: an axis that jumps with every picture cannot be read
      const low = Math.floor(Math.log10(Math.min(0.1, ...values)) + 1e-9);
      y.domain = [10 ** low, Math.max(1, ...values)];
      chart.update({
        series: lines.flatMap(({ name, label: of, colour, loss }) => [
          curve(`${name}-train`, of ? '' : 'own points', colour, loss.step, loss.train, unit, '4 3'),
          curve(`${name}-test`, of || 'new points', colour, loss.step, loss.test, unit),
        ]),
      });
    },
  };
}

/**
 * @param {string} id @param {string} label @param {string} colour @param {number[]} step @param {number[]} value
 * @param {number} unit @param {string} [dash]
 */
function curve(id, label, colour, step, value, unit, dash) {
  const points = step.map((at, i) => ({ x: at / unit, y: value[i] })).filter((point) => point.y > 0);
  return { id, label, colour, dash, points };
}

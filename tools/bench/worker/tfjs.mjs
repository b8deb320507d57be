// The same training by TensorFlow.js: its own matrices, its own gradients, its own Adam, in the quickest form it offers.
import { timed } from './common.mjs';

const scope = /** @type {any} */ (globalThis);
const NORM_EPSILON = 1e-5;

/**
 * @typedef {object} Network
 * @property {any[]} variables
 * @property {(x: any) => any} forward  log-odds, a column
 * @property {any} optimizer
 * @property {(z: any, y: any) => any} loss
 */
/** @type {any} */
let tf;
/** @type {Network} */
let network;
/** @type {{xy: number[], labels: number[], orders: number[][], weights: Record<string, number[][]>}} */
let given;
let batch = 0;
let epoch = 0;

/** Variables of our parameters, which lie layer by layer: weights, biases, then gain and shift if there is a layer norm. */
function networkOf(learner, parameters) {
  const sizes = [2, ...learner.hidden, 1];
  let at = 0;
  const take = (/** @type {number[]} */ ...shape) => {
    const from = at;
    at += shape.reduce((a, b) => a * b);
    return tf.variable(tf.tensor(parameters.slice(from, at), shape));
  };
  const layers = sizes.slice(1).map((outputs, i) => {
    const hidden = i + 2 < sizes.length;
    const normed = learner.layer_norm && hidden;
    const layer = { w: take(sizes[i], outputs), b: take(outputs), gain: undefined, shift: undefined, hidden };
    if (normed) [layer.gain, layer.shift] = [take(outputs), take(outputs)];
    return layer;
  });
  const forward = (/** @type {any} */ x) =>
    layers.reduce((below, { w, b, gain, shift, hidden }) => {
      const plain = { a: below, b: w, bias: b };
      if (!gain) return tf.fused.matMul({ ...plain, activation: hidden ? 'relu' : 'linear' });
      const z = tf.fused.matMul(plain);
      const { mean, variance } = tf.moments(z, 1, true);
      const normed = z.sub(mean).div(variance.add(NORM_EPSILON).sqrt());
      return normed.mul(gain).add(shift).relu();
    }, x);
  const gamma = learner.focal_gamma ?? 0;
  const loss = (/** @type {any} */ z, /** @type {any} */ y) => {
    if (gamma === 0) return tf.losses.sigmoidCrossEntropy(y, z);
    const margin = y.mul(2).sub(1).mul(z);
    return tf.sigmoid(margin.neg()).pow(gamma).mul(tf.softplus(margin.neg())).mean();
  };
  const variables = layers.flatMap(({ w, b, gain, shift }) => (gain ? [w, b, gain, shift] : [w, b]));
  const optimizer = tf.train.adam(learner.learning_rate ?? 0.003, 0.9, 0.999, 1e-8);
  return { variables, forward, loss, optimizer };
}

function oneEpoch() {
  const order = given.orders[epoch++ % given.orders.length];
  for (let from = 0; from < order.length; from += batch) {
    const rows = order.slice(from, from + batch);
    const xy = new Float32Array(2 * rows.length);
    const labels = new Float32Array(rows.length);
    rows.forEach((row, i) => {
      xy[2 * i] = given.xy[2 * row];
      xy[2 * i + 1] = given.xy[2 * row + 1];
      labels[i] = given.labels[row];
    });
    tf.tidy(() => {
      const [x, y] = [tf.tensor2d(xy, [rows.length, 2]), tf.tensor2d(labels, [rows.length, 1])];
      network.optimizer.minimize(() => network.loss(network.forward(x), y), false, network.variables);
    });
  }
}

/** @type {import('./worker.mjs').Verbs} */
export const verbs = {
  async open({ backend }) {
    scope.importScripts('../rivals/tf.min.js', '../rivals/tf-backend-wasm.min.js');
    tf = scope.tf;
    tf.wasm.setWasmPaths(new URL('../rivals/', scope.location.href).href);
    if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here`);
    await tf.ready();
    return { result: `${tf.version.tfjs} ${tf.getBackend()}` };
  },
  async begin({ file, name, seed, learner }) {
    given ??= await (await fetch(file)).json();
    if (network) {
      tf.dispose(network.variables);
      network.optimizer.dispose();
    }
    network = networkOf(learner, given.weights[name][seed - 1]);
    batch = learner.batch;
    epoch = 0;
  },
  train({ epochs, give }) {
    const { wall } = timed(() => {
      for (let i = 0; i < epochs; i++) oneEpoch();
      // Reading a number waits for all work, should the backend work on its own.
      network.variables[0].dataSync();
    });
    if (!give) return { wall };
    const shares = tf.tidy(() =>
      tf.sigmoid(network.forward(tf.tensor2d(given.xy, [given.labels.length, 2]))).dataSync(),
    );
    return { wall, result: Array.from(shares) };
  },
};

// The folder that Chromium is given: the page's module, the contestants' workers, the rivals, the shared data.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const RIVALS = {
  'tf.min.js': '@tensorflow/tfjs/dist/tf.min.js',
  'tf-backend-wasm.min.js': '@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js',
  'tfjs-backend-wasm.wasm': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm',
  'flatbush.js': 'flatbush/flatbush.js',
};

/**
 * @param {string} site the folder, made anew except for its data
 * @param {{pkg: string, packages: string, kiddo: string}} from  the built module, node_modules of the rivals, kiddo's module
 */
export function layOut(site, { pkg, packages, kiddo }) {
  for (const part of ['pkg', 'worker', 'rivals']) rmSync(join(site, part), { recursive: true, force: true });
  mkdirSync(join(site, 'rivals'), { recursive: true });
  mkdirSync(join(site, 'data'), { recursive: true });
  cpSync(pkg, join(site, 'pkg'), { recursive: true });
  cpSync(join(HERE, 'worker'), join(site, 'worker'), { recursive: true });
  cpSync(join(HERE, 'peak.mjs'), join(site, 'peak.mjs'));
  for (const [name, path] of Object.entries(RIVALS)) cpSync(join(packages, path), join(site, 'rivals', name));
  cpSync(kiddo, join(site, 'rivals', 'kiddo.wasm'));
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>Bench</title><link rel="icon" href="data:," />');
}

#!/usr/bin/env node
// Fits, crossings and the law behind the figure scaling-curve: asks the command line's `scaling` about the stored sweeps, and writes
// www/results/scaling-fits.json.
//
//   node tools/fits.mjs            write it
//   node tools/fits.mjs --check    change nothing; fail when it differs
//
// The program is target/release/bitter-lesson, or $BITTER_LESSON.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const PROGRAM = process.env.BITTER_LESSON ?? `${process.env.CARGO_TARGET_DIR ?? path('target')}/release/bitter-lesson`;
const OUT = path('www/results/scaling-fits.json');
const MEASURES = ['density.all', 'area.all', 'area.tip'];
/** What a small lab could afford: fits up to here are held to what was measured beyond. */
const AFFORDABLE = 10_000;
const RESAMPLES = 400;

function ask(/** @type {string[]} */ args, /** @type {any} */ input) {
  const text = execFileSync(PROGRAM, args, { input: JSON.stringify(input), maxBuffer: 1 << 26 }).toString();
  return JSON.parse(text);
}

const scaling = (/** @type {any} */ request) => ask(['scaling', '-'], request);

function load(/** @type {string} */ name) {
  const [head, ...runs] = readFileSync(path(`www/results/${name}.jsonl`), 'utf8').trimEnd().split('\n').map((l) => JSON.parse(l));
  return { head, runs };
}

/** Errors by size and seed of some runs, as `scaling` takes them. */
function points({ head, runs }, measure, keep) {
  const column = head.values.indexOf(measure);
  const sizes = new Map();
  for (const run of runs.filter(keep)) {
    const n = run.axes['sample.n'];
    const value = run.values[column];
    if (value === null) continue;
    sizes.set(n, [...(sizes.get(n) ?? []), [run.axes['sample.seed'], value]]);
  }
  return [...sizes].sort(([a], [b]) => a - b).map(([n, errors]) => ({ n, errors }));
}

/** Every line of the figure: its name, and its points for a measure. */
function lines() {
  const neighbours = load('scaling-neighbours');
  const all = ['k1', 'k5', 'polar_k1'].map((variant) => ({
    name: variant,
    of: (measure) => points(neighbours, measure, (run) => run.variant === variant),
  }));
  for (const file of ['scaling-networks', 'scaling-adequate']) {
    if (!existsSync(path(`www/results/${file}.jsonl`))) continue;
    const series = load(file);
    const budget = (run) => run.axes['budget.steps'] ?? series.head.base.budget.steps;
    const names = new Set(series.runs.map((run) => `${run.variant}/${budget(run)}`));
    for (const name of names) {
      all.push({ name, of: (measure) => points(series, measure, (run) => `${run.variant}/${budget(run)}` === name) });
    }
  }
  return all;
}

function make() {
  // What test points there are belongs to the problem; a region has its own 20,000.
  const tested = { 'density.all': 400_000, 'area.all': 90_000, 'area.tip': 20_000 };
  const [trivial] = [ask(['run', '-'], { sample: { n: 1 }, learner: { kind: 'knn', k: 1 }, measure: { test_n: 400_000 } })];
  const all = lines();
  const out = { engine: trivial.engine, samples: RESAMPLES, affordable: AFFORDABLE, law: {}, trivial: {}, fits: {}, crossings: {} };
  for (const k of [1, 5]) {
    out.law[`k${k}`] = scaling({ kind: 'law', k, sizes: all[0].of('density.all').map(({ n }) => n) });
  }
  for (const measure of MEASURES) {
    const [kind, region] = measure.split('.');
    out.trivial[measure] = trivial.errors.find((e) => e.measure === `trivial_${kind}` && e.region === region).value;
    out.fits[measure] = {};
    out.crossings[measure] = {};
    const options = { test_n: tested[measure], samples: RESAMPLES };
    const dull = all[0].of(measure);
    for (const { name, of } of all) {
      const own = of(measure);
      const few = own.filter(({ n }) => n <= AFFORDABLE);
      // A line that starts late, or has no sizes beyond, is not extrapolated.
      if (few.length >= 4 && few.length < own.length) {
        const { points: _, ...fit } = scaling({ kind: 'extrapolate', points: own, up_to: AFFORDABLE, ...options });
        const whole = scaling({ kind: 'fit', points: own, ...options });
        out.fits[measure][name] = { affordable: fit, whole };
      }
      if (!name.includes('/')) continue;
      const seeds = new Set(own.flatMap(({ errors }) => errors.map(([seed]) => seed)));
      const sizes = new Set(own.map(({ n }) => n));
      const paired = dull
        .filter(({ n }) => sizes.has(n))
        .map(({ n, errors }) => ({ n, errors: errors.filter(([seed]) => seeds.has(seed)) }));
      out.crossings[measure][name] = scaling({ kind: 'crossover', a: own, b: paired, ...options });
    }
  }
  return `${JSON.stringify(out)}\n`;
}

const text = make();
if (process.argv.includes('--check')) {
  if (!existsSync(OUT) || readFileSync(OUT, 'utf8') !== text) {
    console.error('www/results/scaling-fits.json differs from its sweeps; run node tools/fits.mjs');
    process.exitCode = 1;
  } else console.log('fits: equal');
} else writeFileSync(OUT, text);

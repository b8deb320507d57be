// Asks a stored result file (www/results/NAME.json or .jsonl) for one number.
//
// A query is a list of terms joined by "|", read from left to right:
//   variant=polar            keep the runs of this variant
//   sample.n=1000,10000      keep the runs whose axis has one of these values
//   density.all              take this measure in this region from each run ("measure.region", as in `errors`)
//   cost.train               or this cost (train, per_query, bytes)
//   border.length            or, from its stored picture, the border between the two sides (length, turns: poster/border.mjs)
//   median                   and reduce to one number: median mean min max sum count only
// "only" insists on exactly one run. Two queries without a reduction can be compared run by run; runs are paired when
// every axis that both sides still vary agrees:
//   ratio(A;B)|median        the ratio A/B of each pair, reduced
//   drop(A;B)|median         the difference A-B of each pair, reduced
//   wins(A;B)                in how many pairs A is smaller than B
//   pairs(A;B)               how many pairs there are
// And two that look at the axis itself:
//   argmin(learner.k;Q)      the value of the axis at which the whole query Q (with its reduction) is smallest
//   disagree(sample.seed)    over stored pictures that differ in this axis alone, the mean share of pixels that change side
// A file that holds no runs is asked by the way to a number in it:
//   at(crossings;density.all;polar/4000;crossing;n)
// Filters may stand before a function: labels.noise=0.1|argmin(learner.k;density.all|median)

import { borderLength, borderTurns } from './poster/border.mjs';

const BORDER = { length: borderLength, turns: borderTurns };

const REDUCTIONS = {
  median: (v) => {
    const s = [...v].sort((a, b) => a - b);
    const m = s.length >> 1;
    return s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2;
  },
  mean: (v) => v.reduce((a, b) => a + b, 0) / v.length,
  min: (v) => v.reduce((a, b) => (b < a ? b : a)),
  max: (v) => v.reduce((a, b) => (b > a ? b : a)),
  sum: (v) => v.reduce((a, b) => a + b, 0),
  count: (v) => v.length,
  only: (v) => {
    if (v.length !== 1) throw new Error(`"only" needs one run, found ${v.length}`);
    return v[0];
  },
};

/** The text of a results file, parsed; of the line form each run knows the names of its numbers. */
export function parseResults(text) {
  const newline = text.indexOf('\n');
  const first = newline < 0 ? text : text.slice(0, newline);
  if (!first.endsWith('}')) return JSON.parse(text);
  const head = JSON.parse(first);
  if (!Array.isArray(head.values)) return head;
  const lines = text
    .slice(newline + 1)
    .trimEnd()
    .split('\n');
  return { ...head, runs: lines.map((line) => ({ ...JSON.parse(line), names: head.values })) };
}

/** The number a query asks for. `results` is the parsed file. Throws with the failing term when it cannot be answered. */
export function query(results, text) {
  const way = text.match(/^at\((.*)\)$/s);
  if (way) return lookUp(results, way[1].split(';'));
  const state = walk(results.runs, text);
  if (state.number === undefined)
    throw new Error(`"${text}" does not reduce to one number (end it with |median, |only …)`);
  return state.number;
}

function lookUp(results, way) {
  const number = way.reduce((at, key) => (at && Object.hasOwn(at, key) ? at[key] : undefined), results);
  if (typeof number !== 'number') throw new Error(`there is no number at ${way.join(' > ')}`);
  return number;
}

function walk(runs, text) {
  let state = { runs, values: undefined, number: undefined, dropped: new Set() };
  for (const term of split(text, '|')) state = step(state, term.trim());
  return state;
}

function step(state, term) {
  const call = term.match(/^(\w+)\((.*)\)$/s);
  if (call) return callFunction(state, call[1], call[2]);
  const filter = term.match(/^([\w.]+)=(.+)$/);
  if (filter) return keep(state, filter[1], filter[2].split(','));
  if (term in REDUCTIONS) {
    if (!state.values) throw new Error(`"${term}" has nothing to reduce`);
    if (!state.values.length) throw new Error(`"${term}" of no runs`);
    return { ...state, number: REDUCTIONS[term](state.values) };
  }
  return { ...state, values: state.runs.map((run) => measure(run, term)) };
}

function keep(state, path, wanted) {
  const runs = state.runs.filter((run) => wanted.includes(String(axis(run, path))));
  if (!runs.length) throw new Error(`no run has ${path}=${wanted}`);
  return { ...state, runs, dropped: new Set([...state.dropped, path]) };
}

/** An axis of a run: its variant, or one of the swept paths. */
export function axis(run, path) {
  if (path === 'variant') return run.variant;
  if (!(path in run.axes)) throw new Error(`"${path}" is not an axis of this sweep`);
  return run.axes[path];
}

/** One measured number of one run: "density.all", "recall.tip", "cost.train", "border.length". */
export function measure(run, name) {
  const [kind, region] = name.split('.');
  if (run.names) {
    const value = run.values[run.names.indexOf(name)];
    if (typeof value !== 'number') throw new Error(`no number "${name}" in run ${JSON.stringify(run.axes)}`);
    return value;
  }
  if (kind === 'border' && region !== 'all') return border(run, region);
  if (kind === 'cost' && region in run.cost) return run.cost[region];
  const found = run.errors.find((e) => e.measure === kind && e.region === region);
  if (!found) throw new Error(`no measure "${name}" in run ${run.spec_id}`);
  return found.value;
}

function border(run, what) {
  if (!(what in BORDER)) throw new Error(`a border has length and turns, not "${what}"`);
  if (!run.raster) throw new Error(`run ${run.spec_id} keeps no picture`);
  const { view, width, height } = run.raster;
  return BORDER[what](sides(run), width, height, (view[2] - view[0]) / width);
}

function callFunction(state, name, body) {
  const args = split(body, ';').map((a) => a.trim());
  if (name === 'disagree') return { ...state, number: disagreement(state.runs, args[0]) };
  if (name === 'argmin') return { ...state, number: argmin(state.runs, args[0], args[1]) };
  const pairs = pair(walk(state.runs, args[0]), walk(state.runs, args[1]));
  switch (name) {
    case 'ratio':
      return { ...state, values: pairs.map(([a, b]) => a / b) };
    case 'drop':
      return { ...state, values: pairs.map(([a, b]) => a - b) };
    case 'wins':
      return { ...state, number: pairs.filter(([a, b]) => a < b).length };
    case 'pairs':
      return { ...state, number: pairs.length };
    default:
      throw new Error(`unknown function "${name}"`);
  }
}

function pair(left, right) {
  if (!left.values || !right.values) throw new Error('both sides of a comparison need a measure');
  const dropped = new Set([...left.dropped, ...right.dropped]);
  const key = (run) =>
    JSON.stringify([['variant', run.variant], ...Object.entries(run.axes)].filter(([p]) => !dropped.has(p)));
  const partner = new Map(right.runs.map((run, i) => [key(run), right.values[i]]));
  if (partner.size !== right.runs.length) throw new Error('a comparison is ambiguous: filter the axes that differ');
  const pairs = left.runs.map((run, i) => [left.values[i], partner.get(key(run))]);
  if (pairs.some(([, b]) => b === undefined)) throw new Error('a run has no partner to be compared with');
  return pairs;
}

function argmin(runs, path, text) {
  let best;
  for (const value of new Set(runs.map((run) => axis(run, path)))) {
    const { number } = walk(
      runs.filter((run) => axis(run, path) === value),
      text,
    );
    if (number === undefined) throw new Error(`"${text}" does not reduce to one number`);
    if (!best || number < best.number) best = { value, number };
  }
  return best.value;
}

function disagreement(runs, path) {
  const pictures = runs.filter((run) => run.raster).map((run) => ({ run, sides: sides(run) }));
  const others = (run) =>
    JSON.stringify([['variant', run.variant], ...Object.entries(run.axes)].filter(([p]) => p !== path));
  const shares = [];
  for (let i = 0; i < pictures.length; i++) {
    for (let j = i + 1; j < pictures.length; j++) {
      const [a, b] = [pictures[i], pictures[j]];
      if (others(a.run) !== others(b.run) || axis(a.run, path) === axis(b.run, path)) continue;
      shares.push(a.sides.reduce((n, side, k) => n + (side !== b.sides[k] ? 1 : 0), 0) / a.sides.length);
    }
  }
  if (!shares.length) throw new Error(`no two stored pictures differ in ${path} alone`);
  return REDUCTIONS.mean(shares);
}

/** The stored picture of a run as probabilities, row-major, first row on top. */
export function raster(run) {
  return Float64Array.from(Buffer.from(run.raster.p, 'base64'), (byte) => byte / 255);
}

/** The side each pixel of the stored picture is put on. */
function sides(run) {
  return raster(run).map((p) => (p >= 0.5 ? 1 : 0));
}

/** Splits at a separator that stands outside parentheses. */
function split(text, separator) {
  const parts = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '(') depth++;
    if (c === ')') depth--;
    if (c === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts;
}

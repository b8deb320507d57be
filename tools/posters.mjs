#!/usr/bin/env node
// Draws the static picture of each figure from its stored results: what a reader sees first, and all that is seen without
// JavaScript. The same results give the same bytes.
//
//   node tools/posters.mjs            write www/posters/NAME.svg
//   node tools/posters.mjs --check    change nothing; fail when a poster and its results differ

import { readFileSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { parseResults, query, axis } from './results-query.mjs';
import { FORMATS } from './fill-numbers.mjs';
import { poster, label, square, predicted, levels, points, curveDefinition, logScale } from './poster/svg.mjs';

const RESULTS = new URL('../www/results/', import.meta.url);
const POSTERS = new URL('../www/posters/', import.meta.url);

const WIDTH = 960;
const GAP = 24;
const HEAD = 44; // room for the line above a square
const FOOT = 40; // and below it

/** The true curve: stored with the results of `problem`. */
const outline = () => load('problem').outline;

function load(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, RESULTS), 'utf8'));
}

/** Results of the form with a line a run. */
function loadLines(name) {
  return parseResults(readFileSync(new URL(`${name}.jsonl`, RESULTS), 'utf8'));
}

/** The one run that keeps a picture and has these axes (and variant). */
function pictured(results, wanted) {
  const fits = (run) => run.raster && Object.entries(wanted).every(([path, value]) => axis(run, path) === value);
  const found = results.runs.filter(fits);
  if (found.length !== 1)
    throw new Error(`${found.length} stored pictures in ${results.sweep} with ${JSON.stringify(wanted)}`);
  return found[0];
}

const wrong = (run) => {
  const error = run.errors.find((e) => e.measure === 'density' && e.region === 'all').value;
  return `${error < 0.01 ? FORMATS.percent2(error) : FORMATS.percent1(error)} wrong`;
};

/** Squares side by side over the full width, each with its name above and its error below. */
function row(panels) {
  const side = (WIDTH - GAP * (panels.length - 1)) / panels.length;
  const drawn = panels.map(({ name, run, below }, i) => {
    const x = i * (side + GAP);
    return [
      label(x, 28, name),
      square(x, HEAD, side, [predicted(run, side)]),
      label(x, HEAD + side + 28, below ?? wrong(run), 'm'),
    ];
  });
  return poster(WIDTH, HEAD + side + FOOT, [curveDefinition(outline(), side), drawn]);
}

const DRAW = {
  opening: () => {
    const results = load('opening');
    return row(
      [100, 10000, 1000000].map((n) => ({
        name: `${FORMATS.int(n)} points`,
        run: pictured(results, { 'sample.n': n }),
      })),
    );
  },

  problem: () => {
    const results = load('problem');
    const { sample } = results.runs.find((run) => run.sample);
    const side = (WIDTH - GAP) / 2;
    const fog = levels(fogDensity, side, [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9]);
    return poster(WIDTH, HEAD + side + 6, [
      curveDefinition(outline(), side),
      label(0, 28, 'The curve and the fog'),
      square(0, HEAD, side, fog),
      label(side + GAP, 28, `${FORMATS.int(sample.length / 3)} points`),
      square(side + GAP, HEAD, side, points(sample, side)),
    ]);
  },

  network: () => {
    const results = load('network');
    return row([7, 8, 9].map((seed) => ({ name: `Sample ${seed}`, run: pictured(results, { 'sample.seed': seed }) })));
  },

  prior: () => {
    const results = load('prior');
    return row([
      { name: 'From x and y', run: pictured(results, { variant: 'xy' }) },
      { name: 'From distance and angle', run: pictured(results, { variant: 'polar' }) },
    ]);
  },

  cleverness: () => {
    const results = load('cleverness');
    const side = 296;
    const strips = 2 * (side + GAP);
    return poster(WIDTH, HEAD + side + FOOT, [
      curveDefinition(outline(), side),
      [
        ['plain', 'No tricks'],
        ['all', 'All three'],
      ].map(([variant, name], i) => {
        const run = pictured(results, { variant });
        const x = i * (side + GAP);
        return [
          label(x, 28, name),
          square(x, HEAD, side, [predicted(run, side)]),
          label(x, HEAD + side + 28, wrong(run), 'm'),
        ];
      }),
      dotStrips(results, strips, side),
    ]);
  },

  neighbours: () => {
    const results = load('neighbours');
    return row(
      [1000, 10000, 100000].map((n) => ({
        name: `${FORMATS.int(n)} points`,
        run: pictured(results, { 'learner.k': 5, 'sample.n': n }),
      })),
    );
  },

  'why-k-1': () => noiseCurves(load('why-k-1')),

  'scaling-grid': () => {
    const results = load('scaling-grid');
    return twoByFour(
      (variant, n) => pictured(results, { variant, 'sample.n': n }),
      (run) => wrong(run),
    );
  },

  tail: () => {
    const results = { k1: loadLines('tail-neighbours'), polar: loadLines('tail-networks') };
    return twoByFour(
      (variant, n) => pictured(results[variant], { variant, 'sample.n': n }),
      (run) => `${FORMATS.percent0(query({ runs: [run] }, 'area.tip|only'))} wrong`,
    );
  },

  'buy-data': () => purchases(loadLines('buy-neighbours')),

  'scaling-curve': () =>
    scalingCurves(loadLines('scaling-neighbours'), loadLines('scaling-networks'), load('scaling-fits').law.k1),
};

/** The nearest point above, the network on distance and angle below, with four sizes of the sample. */
function twoByFour(find, below) {
  const side = (WIDTH - 3 * GAP) / 4;
  const height = HEAD + side + FOOT;
  const rows = [
    ['k1', 'nearest'],
    ['polar', 'network'],
  ];
  const first = find('k1', 1000);
  return poster(WIDTH, 2 * height, [
    curveDefinition(outline(), side, first.raster.view),
    rows.map(([variant, name], j) =>
      [1000, 10000, 100000, 1000000].map((n, i) => {
        const [x, y] = [i * (side + GAP), j * height];
        const run = find(variant, n);
        return [
          label(x, y + 28, i === 0 ? `${name}, ${FORMATS.int(n)}` : FORMATS.int(n)),
          square(x, y + HEAD, side, [predicted(run, side)]),
          label(x, y + HEAD + side + 26, below(run), 'm wide-only'),
        ];
      }),
    ),
  ]);
}

/** Three errors against the number of points bought, everywhere and in the tip, from 10,000 points on: medians. */
function purchases(results) {
  const kinds = [
    ['density.all', 'By density'],
    ['area.all', 'By area'],
    ['area.tip', 'At the tip'],
  ];
  const wide = (WIDTH - 2 * GAP) / 3;
  const height = 400;
  const amounts = { everywhere: [0, 30, 100, 300, 1000, 3000, 10000], tip: [0, 30, 100, 300, 1000, 3000, 10000] };
  const value = (kind, where, n) =>
    query(results, `sample.n=10000|sample.extra_where=${n ? where : 'everywhere'}|sample.extra_n=${n}|${kind}|median`);
  return poster(
    WIDTH,
    height,
    kinds.map(([kind, name], i) => {
      const [left, right, top, bottom] = [i * (wide + GAP) + 58, i * (wide + GAP) + wide - 8, 60, height - 60];
      const scale = logScale(30, 10000, left + 40, right);
      const x = (n) => (n === 0 ? left + 6 : scale(n));
      const most = value(kind, 'everywhere', 0) * 1.15;
      const y = (v) => bottom - (v / most) * (bottom - top);
      return [
        label(i * (wide + GAP), 28, name),
        [0, value(kind, 'everywhere', 0)].map((v) => [
          `<path class="r" d="M${left},${y(v).toFixed(1)}H${right.toFixed(1)}"/>`,
          label(left - 6, y(v) + 6, `${Number((100 * v).toFixed(1))}%`, 'm e'),
        ]),
        [0, 100, 10000].map((n) => label(x(n), bottom + 28, FORMATS.int(n), n === 10000 ? 'm e' : 'm c')),
        i === 1 ? label((left + right) / 2, height - 6, 'points bought, besides 10,000', 'm c') : '',
        [
          ['everywhere', 's2', '9 5'],
          ['tip', 's4', ''],
        ].map(([where, colour, dash]) => {
          const at = amounts[where].map((n) => [x(n), y(value(kind, where, n))].map((v) => v.toFixed(1)));
          return [
            `<polyline fill="none" stroke="var(--${colour})" stroke-width="2.5"${dash && ` stroke-dasharray="${dash}"`} points="${at.join(' ')}"/>`,
            at.map((p) => `<circle cx="${p[0]}" cy="${p[1]}" r="4" fill="var(--${colour})"/>`),
            i === 2
              ? `<text x="${right.toFixed(1)}" y="${(y(value(kind, where, 1000)) - (where === 'tip' ? 12 : 26)).toFixed(1)}" class="e" style="fill:var(--${colour})">${where === 'tip' ? 'in the tip' : where}</text>`
              : '',
          ];
        }),
      ];
    }),
  );
}

/** The default mixture, up to a constant. */
function fogDensity(x, y) {
  const parts = [
    [0.35, -0.3, 0.3, 0.3],
    [-0.45, -0.45, 0.22, 0.2],
    [0.5, 0.5, 0.22, 0.2],
    [-0.05, 0.1, 0.3, 0.25],
    [-0.2, -0.8, 0.25, 0.05],
  ];
  return parts.reduce(
    (sum, [cx, cy, sd, weight]) =>
      sum + (weight / (sd * sd)) * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sd * sd)),
    0,
  );
}

const TRICKS = {
  plain: 'none',
  focal: 'focal',
  decay: 'decay',
  norm: 'norm',
  focal_decay: 'focal, decay',
  focal_norm: 'focal, norm',
  decay_norm: 'decay, norm',
  all: 'all three',
};

/** One line of dots for each combination: the density error of every sample, and a bar at the median. */
function dotStrips(results, left, height) {
  const all = results.runs.map((run) => query({ runs: [run] }, 'density.all|only'));
  const top = Math.ceil(Math.max(...all) * 100) / 100;
  const [from, to] = [left + 116, WIDTH - 10];
  const x = (v) => from + (v / top) * (to - from);
  const step = (height - 30) / Object.keys(TRICKS).length;
  const strips = Object.entries(TRICKS).map(([variant, name], i) => {
    const y = HEAD + step * (i + 0.5);
    const values = results.runs
      .filter((run) => run.variant === variant)
      .map((run) => query({ runs: [run] }, 'density.all|only'));
    const median = x(query(results, `variant=${variant}|density.all|median`)).toFixed(1);
    return [
      label(from - 12, y + 5, name, 'm e wide-only'),
      `<path class="r" d="M${from},${y.toFixed(1)}H${to}"/>`,
      values.map(
        (v) => `<circle cx="${x(v).toFixed(1)}" cy="${y.toFixed(1)}" r="4" fill="var(--s3)" fill-opacity=".55"/>`,
      ),
      `<path d="M${median},${(y - 9).toFixed(1)}v18" stroke="var(--ink)" stroke-width="2.5"/>`,
    ];
  });
  const bottom = HEAD + height;
  return [
    label(left + 4, 28, 'Wrong, by density', ''),
    strips,
    label(from, bottom - 4, '0', 'm c'),
    label(to, bottom - 4, FORMATS.percent0(top), 'm e'),
  ];
}

/** Error against label noise, a line for each number of neighbours; no noise has no logarithm and gets a place of its own. */
function noiseCurves(results) {
  const noises = [...new Set(results.runs.map((run) => axis(run, 'labels.noise')))];
  const series = [
    [1, 's1', ''],
    [5, 's2', '9 5'],
    [15, 's3', '3 5'],
    [49, 's4', '14 4 3 4'],
  ];
  const value = (noise, k) => query(results, `labels.noise=${noise}|learner.k=${k}|density.all|median`);
  const height = 500;
  const [left, right, top, bottom] = [84, WIDTH - 120, 56, height - 64];
  const positive = noises.filter((n) => n > 0);
  const along = logScale(Math.min(...positive), Math.max(...positive), left + 110, right);
  const x = (noise) => (noise === 0 ? left + 20 : along(noise));
  const all = noises.flatMap((noise) => series.map(([k]) => value(noise, k)));
  const up = logScale(Math.min(...all) * 0.85, Math.max(...all) * 1.1, bottom, top);
  const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3].filter(
    (v) => v > Math.min(...all) * 0.85 && v < Math.max(...all) * 1.1,
  );
  return poster(WIDTH, height, [
    label(0, 28, 'Wrong, by density'),
    ticks.map((v) => [
      `<path class="r" d="M${left},${up(v).toFixed(1)}H${right}"/>`,
      label(left - 10, up(v) + 6, FORMATS.percent0(v), 'm e'),
    ]),
    [0, 0.001, 0.01, 0.1, 0.3].map((n) => label(x(n), bottom + 30, n ? `${100 * n}%` : '0', 'm c')),
    label((left + right) / 2, height - 6, 'share of points with the wrong colour', 'm c'),
    series.map(([k, colour, dash]) => {
      const at = noises.map((noise) => [x(noise), up(value(noise, k))]);
      const text = (list) => list.map((p) => `${p[0].toFixed(1)},${p[1].toFixed(1)}`).join(' ');
      const line = `fill="none" stroke="var(--${colour})" stroke-width="2.5"${dash && ` stroke-dasharray="${dash}"`}`;
      return [
        `<polyline ${line} points="${text(at.slice(1))}"/>`,
        at.map((p) => `<circle cx="${p[0].toFixed(1)}" cy="${p[1].toFixed(1)}" r="4" fill="var(--${colour})"/>`),
      ];
    }),
    endLabels(
      series.map(([k, colour]) => ({ text: `k = ${k}`, colour, y: up(value(noises.at(-1), k)) })),
      right + 14,
    ),
  ]);
}

/** Error against points, medians: one neighbour, its law, and the polar network at three budgets. */
function scalingCurves(neighbours, networks, law) {
  const height = 560;
  const [left, right, top, bottom] = [84, WIDTH - 230, 56, height - 64];
  const sizes = law.predicted.map(({ n }) => n);
  const x = logScale(sizes[0], sizes.at(-1), left, right);
  const y = logScale(0.0003, 0.4, bottom, top);
  const at = (results, filter) =>
    sizes.map((n) => [x(n), y(query(results, `${filter}|sample.n=${n}|density.all|median`))]);
  const lines = [
    { text: '1 neighbour', colour: 's1', dash: '', points: at(neighbours, 'variant=k1') },
    ...[1000, 4000, 20000].map((steps, i) => ({
      text: `network, ${FORMATS.int(steps)} steps`,
      colour: 's3',
      dash: ['2 4', '9 5', ''][i],
      points: at(networks, `variant=polar|budget.steps=${steps}`),
    })),
  ];
  const path = (points) => points.map((p) => `${p[0].toFixed(1)},${p[1].toFixed(1)}`).join(' ');
  return poster(WIDTH, height, [
    label(0, 28, 'Wrong, by density'),
    [0.001, 0.01, 0.1].map((v) => [
      `<path class="r" d="M${left},${y(v).toFixed(1)}H${right}"/>`,
      label(left - 10, y(v) + 6, v < 0.01 ? '0.1%' : FORMATS.percent0(v), 'm e'),
    ]),
    [100, 1000, 10000, 100000, 1000000].map((n) => label(x(n), bottom + 30, FORMATS.int(n), 'm c')),
    label((left + right) / 2, height - 6, 'points', 'm c'),
    `<polyline fill="none" stroke="var(--ink)" stroke-width="2" stroke-dasharray="6 5" points="${path(law.predicted.map(({ n, error }) => [x(n), y(error)]))}"/>`,
    lines.map(({ colour, dash, points }) => [
      `<polyline fill="none" stroke="var(--${colour})" stroke-width="2.5"${dash && ` stroke-dasharray="${dash}"`} points="${path(points)}"/>`,
      points.map((p) => `<circle cx="${p[0].toFixed(1)}" cy="${p[1].toFixed(1)}" r="4" fill="var(--${colour})"/>`),
    ]),
    endLabels(
      lines.map(({ text, colour, points }) => ({ text, colour, y: points.at(-1)[1] })),
      right + 14,
    ),
  ]);
}

/** Names at the ends of lines, pushed apart where the lines end close together. */
function endLabels(items, x) {
  const sorted = [...items].sort((a, b) => a.y - b.y);
  for (let i = 1; i < sorted.length; i++) sorted[i].y = Math.max(sorted[i].y, sorted[i - 1].y + 26);
  return sorted.map(
    ({ text, colour, y }) => `<text x="${x}" y="${(y + 6).toFixed(1)}" style="fill:var(--${colour})">${text}</text>`,
  );
}

function main() {
  const check = process.argv.includes('--check');
  const problems = [];
  mkdirSync(POSTERS, { recursive: true });
  for (const [name, draw] of Object.entries(DRAW)) {
    const file = new URL(`${name}.svg`, POSTERS);
    try {
      const svg = draw();
      if (check && (!existsSync(file) || readFileSync(file, 'utf8') !== svg))
        problems.push(`${name}: differs from its results; run node tools/posters.mjs`);
      if (!check) writeFileSync(file, svg);
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    }
  }
  for (const problem of problems) console.error(problem);
  console.log(`${Object.keys(DRAW).length} posters, ${problems.length} problems`);
  if (problems.length) process.exitCode = 1;
}

main();

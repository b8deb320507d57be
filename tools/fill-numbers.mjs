#!/usr/bin/env node
// Writes the numbers of the essay from the stored results, so that none is typed by hand.
//
//   node tools/fill-numbers.mjs            fill www/index.html
//   node tools/fill-numbers.mjs --check    change nothing; fail when text and data differ, or a sentence no longer holds
//
// In the page a number is
//   <data class="n" data-from="results/prior.json#variant=polar|density.all|median" data-format="percent1" value=""></data>
// where the part after "#" is a query (results-query.mjs). The words around a number often claim something about it; the
// claim goes into data-expect ("lt 0.8", "gt 1", "ge 8", "le 3", several joined by "and"), and both modes fail when the number does not meet it:
// a sentence cannot outlive the result it was written for.

import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseResults, query } from './results-query.mjs';

const WWW = new URL('../www/', import.meta.url);

const grouped = (v) =>
  Math.round(v)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
const WORDS = [
  'none',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** How a number is written. */
export const FORMATS = {
  percent0: (v) => `${(100 * v).toFixed(0)}%`,
  percent1: (v) => `${(100 * v).toFixed(1)}%`,
  percent3: (v) => `${(100 * v).toFixed(3)}%`,
  percent2: (v) => `${(100 * v).toFixed(2)}%`,
  less0: (v) => `${(100 * (1 - v)).toFixed(0)}%`, // of a ratio: by how much the first is less
  points0: (v) => (100 * v).toFixed(0),
  points2: (v) => (100 * v).toFixed(2),
  int: grouped,
  word: (v) => WORDS[v] ?? grouped(v),
  fixed0: (v) => v.toFixed(0),
  fixed1: (v) => v.toFixed(1),
  fixed3: (v) => v.toFixed(3),
  fixed2: (v) => v.toFixed(2),
  times1: (v) => v.toFixed(1),
  in1000: (v) => (1000 * v).toPrecision(2),
  in10000: (v) => (10000 * v).toPrecision(2),
  in1000000: (v) => grouped(Number((1e6 * v).toPrecision(2))),
  million: (v) => `${Number((v / 1e6).toPrecision(2))} million`,
  billion: (v) => `${Number((v / 1e9).toPrecision(2))} billion`,
  kilobytes: (v) => `${grouped(v / 1e3)} kB`,
  megabytes: (v) => `${Number((v / 1e6).toPrecision(2))} MB`,
  thousand: (v) => grouped(Number(v.toPrecision(2))),
};

const COMPARE = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  is: (a, b) => a === b,
};

/** Whether `value` meets every condition of an expectation such as "ge 8 and le 12". */
export function meets(value, expectation) {
  return expectation.split(/\s+and\s+/).every((condition) => {
    const [how, bound] = condition.trim().split(/\s+/);
    if (!(how in COMPARE) || Number.isNaN(Number(bound)))
      throw new Error(`data-expect "${expectation}" is not understood`);
    return COMPARE[how](value, Number(bound));
  });
}

/** The page with every number filled in, and what was wrong on the way. `load(name)` gives a parsed result file or null. */
export function fill(html, load) {
  const problems = [];
  let seen = 0;
  const text = html.replace(/<data\b([^>]*)>([^<]*)<\/data>/g, (whole, attributes) => {
    const get = (name) => attributes.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];
    const from = get('data-from');
    if (from === undefined) return whole;
    seen++;
    try {
      const [file, question] = from.split('#', 2);
      const results = load(file);
      if (!results) throw new Error(`there is no ${file}`);
      const value = query(results, question.replaceAll('&lt;', '<').replaceAll('&amp;', '&'));
      if (!Number.isFinite(value)) throw new Error(`the answer is ${value}`);
      const write = FORMATS[get('data-format') ?? 'fixed2'];
      if (!write) throw new Error(`unknown data-format "${get('data-format')}"`);
      const expectation = get('data-expect');
      if (expectation && !meets(value, expectation))
        throw new Error(`the sentence expects ${expectation}, the result is ${value}`);
      // Twelve digits: enough to check by, and free of the last bits of a division.
      const exact = String(Number(value.toPrecision(12)));
      return `<data${attributes.replace(/\svalue="[^"]*"/, '')} value="${exact}">${write(value)}</data>`;
    } catch (error) {
      problems.push(`${from}: ${error.message}`);
      return whole;
    }
  });
  const written = (html.match(/data-from="/g) ?? []).length;
  if (written !== seen) problems.push(`${written - seen} numbers are not of the form <data …>text</data>`);
  return { text, problems, count: seen };
}

function main() {
  const check = process.argv.includes('--check');
  const page = new URL('index.html', WWW);
  const cache = new Map();
  const load = (file) => {
    if (!cache.has(file)) {
      const url = new URL(file, WWW);
      cache.set(file, existsSync(url) ? parseResults(readFileSync(url, 'utf8')) : null);
    }
    return cache.get(file);
  };
  const html = readFileSync(page, 'utf8');
  const { text, problems, count } = fill(html, load);
  if (check && text !== html) problems.push('www/index.html differs from www/results: run node tools/fill-numbers.mjs');
  if (!check && text !== html) writeFileSync(page, text);
  for (const problem of problems) console.error(problem);
  console.log(`${count} numbers, ${problems.length} problems`);
  if (problems.length) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();

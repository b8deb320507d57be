// What is taken away of a figure, as text: CSV and JSON that others can load, names of files, the frame that shows a figure.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embedSnippet } from '../../www/take/where.js';
import { fields, fileStem, toCsv, toJson } from '../../www/take/write.js';

/** RFC 4180, the plain way: a quoted cell ends at a quote that is not doubled. @param {string} text */
function readCsv(text) {
  const rows = [[]];
  const cells = /("(?:[^"]|"")*"|[^",\n]*)(,|\n)/gy;
  for (let match; (match = cells.exec(text));) {
    const [, cell, end] = match;
    rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\n') rows.push([]);
  }
  assert.deepEqual(rows.pop(), [], 'the last line is ended');
  return rows;
}

test('CSV: what is awkward is quoted and comes back', () => {
  const words = ['plain', 'a,b', 'say "no"', 'two\nlines', 'carriage\r', ' blank ', '', '[64,64]', 'naïve — 1'];
  const columns = words.map((word, i) => `${i}${word}`);
  assert.deepEqual(readCsv(toCsv({ columns, rows: [words, words] })), [columns, words, words]);
});

test('CSV: numbers have a dot and come back to the bit, nothing is nothing', () => {
  const numbers = [0, -0.1, 1 / 3, 1e-7, 123456789.25, 1e21, Math.fround(0.1), 2 ** -1074];
  const [, row] = readCsv(toCsv({ columns: numbers.map(String), rows: [numbers] }));
  assert.deepEqual(row.map(Number), numbers);
  assert.equal(toCsv({ columns: ['a', 'b', 'c', 'd'], rows: [[null, undefined, true, NaN]] }), 'a,b,c,d\n,,true,NaN\n');
});

test('JSON: comes back, and is read by lines', () => {
  const value = { a: [1 / 3, 'say "no"', null], b: { c: true } };
  assert.deepEqual(JSON.parse(toJson(value)), value);
  assert.ok(toJson(value).split('\n').length > 3);
});

test('fields of a spec are named as in links, and lists stay whole', () => {
  const spec = { v: 1, learner: { kind: 'mlp', hidden: [64, 64] }, sample: { n: 1000 }, labels: { shuffle: false } };
  assert.deepEqual(Object.fromEntries(fields(spec)), {
    v: 1,
    'learner.kind': 'mlp',
    'learner.hidden': '[64,64]',
    'sample.n': 1000,
    'labels.shuffle': false,
  });
});

test('names of files tell specs apart', () => {
  assert.equal(fileStem('prior', 1000, ['3fa9c2d1', null]), 'prior-n1000-3fa9c2');
  assert.equal(fileStem('prior', 1000, ['ffffffd1', '00000242']), 'prior-n1000-000001');
  assert.equal(fileStem('prior', undefined, [null]), 'prior');
});

test('the frame is quoted as HTML and keeps its link', () => {
  const html = embedSnippet('https://a.host/x/', '#fig=prior&v=1&guess=%22', 'Is "it" <b> & so?', 700);
  assert.equal(
    html,
    '<iframe src="https://a.host/x/embed.html#fig=prior&amp;v=1&amp;guess=%22" title="Is &quot;it&quot; &lt;b> &amp; so?" ' +
      'loading="lazy" allow="clipboard-write" width="100%" height="700" style="border: 0"></iframe>',
  );
});

import test from 'node:test';
import assert from 'node:assert/strict';
import { query } from '../../tools/results-query.mjs';
import { fill, meets } from '../../tools/fill-numbers.mjs';

const byte = (...values) => Buffer.from(values).toString('base64');

function run(variant, seed, density, picture) {
  return {
    variant,
    axes: { 'sample.seed': seed },
    spec_id: `${variant}${seed}`,
    cost: { train: 100 * seed },
    errors: [{ measure: 'density', region: 'all', value: density }],
    raster: picture && { width: 2, height: 1, p: picture },
  };
}

const RESULTS = {
  runs: [
    run('xy', 1, 0.04, byte(255, 0)),
    run('xy', 2, 0.06, byte(255, 255)),
    run('xy', 3, 0.05),
    run('polar', 1, 0.02),
    run('polar', 2, 0.03),
    run('polar', 3, 0.06),
  ],
};

test('a query filters, takes a measure and reduces', () => {
  assert.equal(query(RESULTS, 'variant=xy|density.all|median'), 0.05);
  assert.equal(query(RESULTS, 'variant=polar|sample.seed=1,2|density.all|median'), 0.025);
  assert.equal(query(RESULTS, 'variant=xy|sample.seed=3|cost.train|only'), 300);
});

test('comparisons pair runs by the axes that are left', () => {
  assert.equal(query(RESULTS, 'wins(variant=polar|density.all;variant=xy|density.all)'), 2);
  assert.equal(query(RESULTS, 'pairs(variant=polar|density.all;variant=xy|density.all)'), 3);
  assert.equal(query(RESULTS, 'ratio(variant=polar|density.all;variant=xy|density.all)|min'), 0.5);
});

test('argmin gives the value of the axis, disagree the share of pixels that change side', () => {
  assert.equal(query(RESULTS, 'argmin(variant;density.all|median)'), 'polar');
  assert.equal(query(RESULTS, 'disagree(sample.seed)'), 0.5);
});

test('the border of a stored picture: length in units of the plane, turns as a walker makes them', () => {
  const disc = (radius) => {
    const side = 80;
    const at = (i) => ((i + 0.5) / side) * 2 - 1;
    const p = Uint8Array.from({ length: side * side }, (_, i) =>
      Math.hypot(at(i % side), at(Math.floor(i / side))) < radius ? 200 : 40,
    );
    const raster = { view: [-1, -1, 1, 1], width: side, height: side, p: Buffer.from(p).toString('base64') };
    return { runs: [{ variant: 'disc', axes: {}, spec_id: 'disc', errors: [], raster }] };
  };
  const length = query(disc(0.7), 'border.length|only') / (2 * Math.PI * 0.7);
  assert.ok(length > 0.99 && length < 1.08, `${length} of a circle`);
  assert.ok(query(disc(0.7), 'border.turns|only') < 2.5);
  assert.ok(Math.abs(query(disc(0.7), 'border.length|only') / query(disc(0.35), 'border.length|only') - 2) < 0.05);
  assert.throws(() => query(RESULTS, 'sample.seed=3|border.length|median'), /keeps no picture/);
  assert.throws(() => query(disc(0.5), 'border.area|only'), /length and turns/);
});

test('what cannot be answered says which term failed', () => {
  assert.throws(() => query(RESULTS, 'variant=disc|density.all|median'), /no run has variant=disc/);
  assert.throws(() => query(RESULTS, 'density.moon|median'), /density\.moon/);
  assert.throws(() => query(RESULTS, 'learner.k=1|density.all|median'), /learner\.k/);
  assert.throws(() => query(RESULTS, 'density.all'), /one number/);
  assert.throws(() => query(RESULTS, 'density.all|only'), /found 6/);
});

test('fill writes text and value, and is its own fixed point', () => {
  const page =
    '<p><data class="n" data-from="r.json#variant=xy|density.all|max" data-format="percent1" value=""></data></p>';
  const first = fill(page, () => RESULTS);
  assert.deepEqual(first.problems, []);
  assert.match(first.text, / value="0.06">6\.0%<\/data>/);
  assert.equal(fill(first.text, () => RESULTS).text, first.text);
});

test('a sentence whose expectation fails is reported and left alone', () => {
  const page = '<data data-from="r.json#variant=xy|density.all|max" data-expect="lt 0.05" value="">old</data>';
  const { text, problems } = fill(page, () => RESULTS);
  assert.equal(text, page);
  assert.match(problems[0], /expects lt 0\.05/);
  assert.ok(meets(9, 'ge 8 and le 10'));
  assert.throws(() => meets(9, 'about 8'), /not understood/);
});

test('a number the pattern cannot read is reported', () => {
  const { problems } = fill('<data data-from="r.json#x"><b>1</b></data>', () => RESULTS);
  assert.match(problems.at(-1), /not of the form/);
});

const LEDGER = {
  claims: [
    {
      id: 'a-claim',
      sentence: 'So it is.',
      test: 'Less.',
      why_counter: 'More.',
      effect: [{ of: 'a density.all', max: 0.8 }],
      verdict: 'depends',
      holds_in: 20,
      of: 30,
      wilson: [0.488, 0.808],
      median: 0.75,
      tenth: 0.6,
      ninetieth: 0.9,
      seeds: [{ seed: 1000, effects: [0.75], holds: true }],
    },
  ],
};
const load = (file) => (file === 'results/claims.json' ? LEDGER : null);

test('marks, numbers and the list come from the ledger', () => {
  const page =
    '<a class="mark" href="#claim-a-claim" data-claim="a-claim">old</a> <data data-from="results/claims.json#count.depends" data-format="int" value="">?</data> <!-- ledger -->old<!-- /ledger -->';
  const { text, problems, count, marks } = fill(page, load);
  assert.deepEqual([problems, count, marks], [[], 1, 1]);
  assert.match(text, />depends: holds in 20 of 30 seeds \(\.49–\.81\), on this problem<\/a>/);
  assert.match(text, / value="1">1<\/data>/);
  assert.match(text, /<!-- ledger -->[\s\S]*<li id="claim-a-claim" data-verdict="depends">[\s\S]*<!-- \/ledger -->/);
  assert.equal(fill(text, load).text, text);
});

test('a mark whose sentence expects another verdict, or names no claim, is reported and left alone', () => {
  const page =
    '<a data-claim="a-claim" data-verdict="holds">old</a><a data-claim="no-claim">old</a><a data-claim="a-claim"><b>old</b></a>';
  const { text, problems } = fill(page, load);
  assert.equal(text, page);
  assert.match(problems[0], /a-claim: the sentence expects holds, the verdict is depends/);
  assert.match(problems[1], /no-claim/);
  assert.match(problems[2], /not of the form/);
});

test('without a ledger nothing of it is told', () => {
  const page = '<a data-claim="a-claim">old</a><data data-from="results/claims.json#seeds" value="3">3</data>';
  const { text, problems } = fill(page, () => null);
  assert.deepEqual(problems, []);
  assert.match(text, />not judged yet<\/a><data[^>]* value="">\?<\/data>/);
});

// The ledger: judged on the page as by the program, to the bit; told in words by one set of rules; and in the page as it is stored.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { list, markOf, numberOf } from '../../tools/ledger.mjs';
import { holds, isLive, PIXELS, runsOf, same, seconds, specsOf, valueOf } from '../../www/claims/judge.js';
import { command, formula, mark, range } from '../../www/claims/words.js';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const program = `${process.env.CARGO_TARGET_DIR ?? path('target')}/release/bitter-lesson`;
const wasm = await import('../../www/pkg/bitter_lesson.js');
wasm.initSync({ module: readFileSync(path('www/pkg/bitter_lesson_bg.wasm')) });

/** The effects of one seed, computed in the module of the page; undefined where it leaves them to the program. */
function judged(claim, seed, options) {
  const specs = specsOf(claim, seed, options);
  const asked = new Set(claim.effect.filter(isLive).flatMap(runsOf));
  const reports = new Map([...specs].filter(([name]) => asked.has(name)).map(([name, spec]) => [name, wasm.run(spec)]));
  const read = (run, name) => {
    const [measure, region] = name.split('.');
    const { errors, cost } = reports.get(run);
    if (measure === 'cost') return cost[region];
    return errors.find((error) => error.measure === measure && error.region === region).value;
  };
  return claim.effect.map((effect) =>
    isLive(effect) ? valueOf(effect, read, (run) => picture(specs.get(run))) : undefined,
  );
}

/** Answers over the plane at the end of a run. */
function picture(spec) {
  const session = new wasm.Session(spec);
  while (session.advance(1e6).state === 'running');
  return session.raster(wasm.problem(spec).plane, PIXELS, PIXELS);
}

/** Claims of fixtures/claims-small.toml, judged by the program. */
function small() {
  const out = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'claims.json');
  const journal = ['--journal', `${out}l`];
  execFileSync(program, ['claims', path('tests/fixtures/claims-small.toml'), '--out', out, ...journal]);
  return JSON.parse(readFileSync(out, 'utf8'));
}

test('what the page computes of a claim has the bits that the program gives, on this problem and on others', () => {
  const { claims } = small();
  assert.equal(claims.length, 2);
  let compared = 0;
  for (const claim of claims) {
    for (const { seed, effects, holds: held } of claim.seeds) {
      const own = judged(claim, seed);
      own.forEach((value, i) => {
        if (value !== undefined) assert.ok(same(value, effects[i]), `${claim.id} ${seed}: ${value}, ${effects[i]}`);
      });
      assert.equal(
        claim.effect.every((effect, i) => holds(effect, effects[i])),
        held,
      );
      compared += own.length;
    }
    for (const problem of claim.problems?.list ?? []) {
      const first = [3, 4, 5].map((seed) => judged(claim, seed, { problem })[0]);
      assert.deepEqual(first, problem.effects);
    }
  }
  assert.equal(compared, 3 * (2 + 6));
});

test('a seed goes to points, weights and label flips, and one that a run names counts from it in thousands', () => {
  const claim = /** @type {any} */ ({
    resolved: {
      runs: {
        net: { sample: { n: 10, seed: 2 }, learner: { seed: 1 } },
        near: { learner: { kind: 'knn', k: 1 }, labels: { noise: 0.1 } },
        clean: { learner: { kind: 'family' }, problem: { kind: 'polygon' } },
      },
      counter: { near: { learner: { kind: 'knn', k: 3 } } },
    },
  });
  assert.deepEqual(
    [...specsOf(claim, 1007)],
    [
      ['net', { sample: { n: 10, seed: 3007 }, learner: { seed: 2007 } }],
      ['near', { learner: { kind: 'knn', k: 1 }, labels: { noise: 0.1, seed: 1007 }, sample: { seed: 1007 } }],
      ['clean', { learner: { kind: 'family' }, problem: { kind: 'polygon' }, sample: { seed: 1007 } }],
    ],
  );
  const problem = { mixture_seed: 5, rotation: 1 };
  const other = specsOf(claim, 7, { counter: true, problem });
  assert.deepEqual(other.get('near'), {
    learner: { kind: 'knn', k: 3 },
    sample: { seed: 7 },
    problem: { mixture: 'random', mixture_seed: 5, rotation: 1 },
  });
  assert.deepEqual(other.get('clean').problem, { kind: 'polygon' });
  assert.equal(claim.resolved.runs.net.sample.seed, 2);
});

test('a claim in words', () => {
  assert.equal(range({ max: 0.9999999 }), 'below 1');
  assert.equal(range({ min: 1.0000001 }), 'above 1');
  assert.equal(range({ max: 0.7499999 }), 'below 0.75');
  assert.equal(range({ max: 0.8 }), 'at most 0.8');
  assert.equal(range({ min: 0.66666667, max: 1.5 }), '0.667 to 1.5');
  assert.equal(range({ min: -0.05, max: 0.05 }), '\u22120.05 to 0.05');
  assert.equal(formula({ of: ['a x', 'b y'], over: 'c z', minus: ['d w'] }), 'a x × b y ÷ c z − d w');
  assert.equal(formula({ special: 'tip_share', runs: ['knn'] }), 'tip_share(knn)');
  const claim = /** @type {any} */ ({
    id: 'one',
    effect: [{ min: 0.8, max: 1.25 }],
    verdict: 'holds',
    holds_in: 29,
    of: 30,
    wilson: [0.8333, 0.9941],
    seeds: [{ seed: 1000 }, { seed: 1029 }],
  });
  assert.equal(mark(claim), 'holds in 29 of 30 seeds (.83–.99), on this problem');
  const problems = { holds_in: 18, of: 20 };
  assert.equal(
    mark({ ...claim, verdict: 'depends', problems }),
    'depends: holds in 29 of 30 seeds (.83–.99), on 18 of 20 problems',
  );
  assert.equal(
    mark({ ...claim, interval: [0.9, 0.95] }),
    'holds: 90% interval 0.9 to 0.95, to lie in 0.8 to 1.25, on this problem',
  );
  assert.equal(command(claim), 'cargo run --release -- claims --only one --seeds 1000..1029');
  assert.equal(command(claim, 1003, true), 'cargo run --release -- claims --only one --seeds 1003..1003 --counter');
});

test('the list escapes what it is given, and numbers of the ledger can be asked for', () => {
  const ledger = small();
  const html = list(ledger);
  assert.match(html, /The article: More &lt;neighbours&gt; help\./);
  assert.doesNotMatch(html, /<neighbours>/);
  assert.equal(html.match(/<li id="claim-/g).length, 2);
  assert.equal(numberOf(ledger, 'count.all'), 2);
  assert.equal(numberOf(ledger, 'count.headline'), 1);
  assert.deepEqual(
    ['seeds', 'first', 'last', 'problems'].map((asked) => numberOf(ledger, asked)),
    [3, 3, 5, 2],
  );
  assert.equal(numberOf(ledger, 'ratio.median'), ledger.claims[0].median);
  assert.throws(() => numberOf(ledger, 'nothing.median'), /no claim nothing/);
  assert.throws(() => numberOf(ledger, 'ratio.moon'), /no number moon/);
  assert.match(list(null), /not been judged/);
});

const stored = path('www/results/claims.json');
const toml = readFileSync(path('claims.toml'), 'utf8');
const ids = [...toml.matchAll(/^id = "([\w-]+)"$/gm)].map((match) => match[1]);

test('the stored ledger has every claim of claims.toml, on the registered seeds, and says what its runs are made of', () => {
  assert.ok(existsSync(stored), 'cargo run --release -- claims --out www/results/claims.json');
  const { claims } = JSON.parse(readFileSync(stored, 'utf8'));
  assert.deepEqual(
    claims.map(({ id }) => id),
    ids,
  );
  const [first, last] = /^seeds = \[(\d+), (\d+)\]$/m.exec(toml).slice(1).map(Number);
  for (const { id, seeds, resolved } of claims) {
    assert.deepEqual([seeds[0].seed, seeds[seeds.length - 1].seed, seeds.length], [first, last, last - first + 1], id);
    assert.ok(resolved, `${id}: the ledger is of an older program; judge again, the journal makes it quick`);
  }
});

test('in the page each mark says what the ledger says, and each claim has its row', () => {
  const ledger = JSON.parse(readFileSync(stored, 'utf8'));
  const page = readFileSync(path('www/index.html'), 'utf8');
  const marks = [...page.matchAll(/data-claim="([\w-]+)"[^>]*>([^<]*)<\/a>/g)];
  assert.ok(marks.length >= 20);
  for (const [, id, text] of marks) assert.equal(text, markOf(ledger, id));
  for (const id of ids) assert.ok(page.includes(`<li id="claim-${id}"`), id);
});

test('a stored seed that a page can compute has the stored bits', () => {
  const { claims } = JSON.parse(readFileSync(stored, 'utf8'));
  const cheap = claims.filter((claim) => {
    const specs = [...specsOf(claim, 1000).values()];
    return claim.effect.some(isLive) && specs.reduce((sum, spec) => sum + seconds(spec), 0) < 6;
  });
  const claim = cheap[randomInt(cheap.length)];
  const { seed, effects } = claim.seeds[randomInt(claim.seeds.length)];
  const fresh = judged(claim, seed).map((value, i) => value ?? effects[i]);
  assert.deepEqual(fresh, effects, `${claim.id}, seed ${seed}`);
});

// Every stored result can be made again: of each sweep one run, picked anew each time, is computed and compared bit for bit; of the
// ledger some outcomes are; fits are all computed again; and every counter-spec must fail its claim's test.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const program = `${process.env.CARGO_TARGET_DIR ?? path('target')}/release/bitter-lesson`;
const run = (/** @type {string[]} */ ...args) => execFileSync(program, args, { cwd: path('.') }).toString();
const pick = () => String(randomInt(1_000_000));
const sweepsIn = (/** @type {string} */ folder) => readdirSync(path(folder)).filter((name) => name.endsWith('.json'));

/** The results of a sweep, in either form. @param {string} folder @param {string} sweep */
function resultsOf(folder, sweep) {
  const name = sweep.replace(/\.json$/, '');
  return [`${folder}/${name}.jsonl`, `${folder}/${name}.json`].find(
    (file) => file !== `tuning/${sweep}` && existsSync(path(file)),
  );
}

test('there are sweeps, and each has its results and nothing else has', () => {
  const sweeps = sweepsIn('sweeps');
  assert.ok(sweeps.length >= 10);
  const wanted = sweeps.map((sweep) => resultsOf('www/results', sweep) ?? `no results of ${sweep}`);
  const others = ['www/results/claims.json', 'www/results/scaling-fits.json'];
  assert.deepEqual(
    readdirSync(path('www/results'))
      .map((name) => `www/results/${name}`)
      .sort(),
    [...wanted, ...others].sort(),
  );
});

for (const [sweeps, results] of [
  ['sweeps', 'www/results'],
  ['tuning', 'tuning'],
]) {
  for (const name of sweepsIn(sweeps)) {
    const number = pick();
    test(`${sweeps}/${name}: run number ${number} (counted round) is computed to the same bits`, () => {
      assert.ok(existsSync(program), `${program} is missing: cargo build --release`);
      const stored = resultsOf(results, name);
      assert.ok(stored, `${name} has no results`);
      const said = run('sweep', path(`${sweeps}/${name}`), '--check', path(stored), '--pick', number);
      assert.match(said, /computed again, equal/);
    });
  }
}

test('the ledger: outcomes picked at random are computed to the same bits', () => {
  const said = run('claims', '--out', 'www/results/claims.json', '--check', '3', '--pick', pick());
  assert.equal(said.match(/computed again, equal/g)?.length, 3);
});

test('every counter-spec fails', () => {
  const said = run('claims', '--counter', '--seeds', '0..0');
  assert.ok(said.split('\n').length > 22);
});

test('fits, crossings and the law are what the stored sweeps give', () => {
  execFileSync('node', [path('tools/fits.mjs'), '--check'], { env: { ...process.env, BITTER_LESSON: program } });
});

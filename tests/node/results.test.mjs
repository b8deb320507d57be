// Every stored result can be made again: of each sweep one run, picked anew each time, is computed and compared bit for bit.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const program = `${process.env.CARGO_TARGET_DIR ?? path('target')}/release/bitter-lesson`;
const sweeps = readdirSync(path('sweeps')).filter((name) => name.endsWith('.json'));

test('there are sweeps, and each has its results and nothing else has', () => {
  assert.ok(sweeps.length >= 7);
  const results = readdirSync(path('www/results')).map((name) => name.replace(/l$/, ''));
  assert.deepEqual(results.sort(), [...sweeps].sort());
});

for (const name of sweeps) {
  const pick = String(randomInt(1_000_000));
  test(`${name}: run number ${pick} (counted round) is computed to the same bits`, () => {
    assert.ok(existsSync(program), `${program} is missing: cargo build --release`);
    // many runs of which only numbers are kept stand one a line
    const results = [name, `${name}l`].map((file) => path(`www/results/${file}`)).find((file) => existsSync(file));
    assert.ok(results, `${name} has no results`);
    const said = execFileSync(program, ['sweep', path(`sweeps/${name}`), '--check', results, '--pick', pick]);
    assert.match(said.toString(), /computed again, equal/);
  });
}

// A guard against training getting much slower unnoticed. It asserts a ratio, not a time: training against the multiply-add peak
// of the same engine, measured by turns in the same process, in processor time, the best of several each. What else the machine
// does moves both alike, and each floor is about half of what is reached. How fast it is, `build.sh bench` measures.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { peakLoops } from '../../tools/bench/peak.mjs';
import { OPERATIONS_PER_WEIGHT, specOf, weightsOf } from '../../tools/bench/train.mjs';

const ROUNDS = 8;
/** Operations a slice: some 20 ms at the peak. */
const OPERATIONS = 5e8;

/** Networks and the share of the peak that they must at least come to. */
const FLOORS = [
  { learner: { hidden: [64, 64], batch: 250 }, floor: 0.35 },
  { learner: { hidden: [64, 64], batch: 250, layer_norm: true, focal_gamma: 2 }, floor: 0.25 },
  { learner: { hidden: [32, 32], batch: 250 }, floor: 0.25 },
  { learner: { hidden: [128, 128, 128], batch: 250 }, floor: 0.3 },
];

const wasm = await import('../../www/pkg/bitter_lesson.js');
wasm.initSync({ module: readFileSync(new URL('../../www/pkg/bitter_lesson_bg.wasm', import.meta.url)) });

/** Seconds that this process has worked. */
function worked() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Operations a second of the best slice. @param {{run: () => number, best: number}[]} contestants */
function byTurns(contestants) {
  for (let round = 0; round < ROUNDS; round++) {
    for (const contestant of contestants) {
      const start = worked();
      const operations = contestant.run();
      const rate = operations / (worked() - start);
      // The first rounds run code that is not yet optimised.
      if (round >= 2) contestant.best = Math.max(contestant.best, rate);
    }
  }
}

test('training comes to a fair share of the multiply-add peak', (t) => {
  const peaks = peakLoops().map(({ run }) => ({ run: () => run(OPERATIONS), best: 0 }));
  const trainings = FLOORS.map(({ learner, floor }) => {
    const session = new wasm.Session(specOf(learner));
    while (!session.advance(0).drawn);
    const operationsPerStep = OPERATIONS_PER_WEIGHT * weightsOf(learner.hidden) * learner.batch;
    const steps = Math.ceil(OPERATIONS / operationsPerStep);
    const run = () => {
      assert.equal(session.advance(steps).state, 'running');
      return steps * operationsPerStep;
    };
    return { run, best: 0, floor, learner, session };
  });
  byTurns([...peaks, ...trainings]);
  const slow = [];
  const peak = Math.max(...peaks.map(({ best }) => best));
  for (const { best, floor, learner, session } of trainings) {
    session.free();
    const share = best / peak;
    const what = `${JSON.stringify(learner)}: ${Math.round(100 * share)} % of the peak`;
    t.diagnostic(what);
    if (share < floor) slow.push(`${what}, at least ${100 * floor} % are due`);
  }
  assert.deepEqual(slow, []);
});

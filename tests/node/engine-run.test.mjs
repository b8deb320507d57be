// Runs, questions and turns: what figures rely on, over fake workers and a fake clock.

import test from 'node:test';
import assert from 'node:assert/strict';
import { fakeEngine, picture, settle, VIEW, watch } from './fake-worker.mjs';
import { fakeWasm } from './fake-wasm.mjs';

/** The state after so many steps, computed straight. */
function straight(spec, steps) {
  const { Session } = fakeWasm(() => {});
  const session = new Session({ total: 1e9, ...spec, draw: 0 });
  session.advance(steps);
  return session;
}

test('a run is opened, trained to its end and asked', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 300, seed: 5 });
  const opened = watch(run.ready());
  const done = [];
  run.on('done', (progress) => done.push(progress.done));
  run.train();
  await clock.run(2000);
  assert.equal(opened.value.specId, 'id-5-300');
  assert.equal(opened.value.spec.stepMs, 1, 'the spec comes back whole');
  assert.deepEqual(done, [300]);
  assert.equal(run.progress.state, 'done');
  const digest = watch(run.digest());
  const errors = watch(run.errors());
  const loss = watch(run.loss());
  await clock.run(2000);
  assert.equal(digest.value, straight({ seed: 5, total: 300 }, 300).digest());
  assert.equal(errors.value[0].value, (straight({ seed: 5 }, 300).state % 1000) / 1000);
  assert.deepEqual(loss.value.step, [300]);
  engine.destroy();
});

test('training stops exactly where it is told, in slices of about 12 ms, with a beat before each', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({ total: 1e6, seed: 3, stepMs: 0.1 });
  run.train({ until: 1234 });
  await clock.run(1000);
  assert.equal(run.progress.done, 1234);
  assert.equal(run.progress.state, 'running');
  const beats = workers[0].sent.filter((message) => message.type === 'beat' && message.run === run.id);
  const gaps = beats.slice(1).map((beat, i) => beat.at - beats[i].at);
  assert.ok(Math.max(...gaps) <= 16, `longest slice ${Math.max(...gaps)}`);
  assert.ok(gaps.length < 30, `${gaps.length} slices for 123 ms of work`);
  const seen = watch(run.raster(picture(2)));
  await clock.run(100);
  assert.equal(seen.value.step, 1234);
  assert.equal(seen.value.data[0], straight({ seed: 3 }, 1234).raster(VIEW, 2, 2)[0]);
  engine.destroy();
});

test('progress is told at most 20 times a second, and at the end', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 3000, stepMs: 1 });
  await clock.run(100);
  const seen = [];
  run.on('progress', ({ done }) => seen.push(done));
  run.train();
  await clock.run(2000);
  assert.ok(seen.length >= 20 && seen.length <= 42, `${seen.length} times in 2 s`);
  const paused = watch(run.pause());
  await clock.run(50);
  assert.equal(paused.state, 'resolved');
  assert.equal(seen.at(-1), paused.value.done);
  const stopped = run.progress.done;
  await clock.run(1000);
  assert.equal(run.progress.done, stopped, 'paused is paused');
  run.train();
  await clock.run(3000);
  assert.equal(seen.at(-1), 3000);
  engine.destroy();
});

test('a run that is already there says so', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 10 });
  run.train();
  await clock.run(500);
  let told = 0;
  run.on('done', () => told++);
  run.train();
  run.train({ until: 5 });
  await clock.run(500);
  assert.equal(told, 1);
  assert.equal(run.expects, false);
  engine.destroy();
});

test('divergence is told with its message', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 100, divergeAt: 40 });
  const seen = [];
  run.on('diverged', (progress) => seen.push(progress.message));
  run.on('done', () => seen.push('done'));
  run.train();
  await clock.run(500);
  assert.deepEqual(seen, ['lost its way at step 40']);
  engine.destroy();
});

test('another spec withdraws everything asked before, and old answers are never delivered', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ seed: 1 });
  await clock.run(100);
  const old = [watch(run.raster(picture(300))), watch(run.errors()), watch(run.pause())];
  await clock.run(30);
  const next = watch(run.respec({ seed: 2 }));
  const fresh = watch(run.raster(picture(2)));
  await settle();
  for (const { state, error } of [old[0], old[1]]) {
    assert.equal(state, 'rejected');
    assert.equal(error.name, 'AbortError');
  }
  await clock.run(1000);
  assert.equal(next.value.specId, 'id-2-1000');
  assert.equal(fresh.value.data[0], 2);
  assert.equal(fresh.value.step, 0);
  assert.equal(run.progress.done, 0);
  engine.destroy();
});

test('a reply that was under way when the spec changed is dropped and counted', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ seed: 1, pixelMs: 1 });
  await clock.run(100);
  const old = watch(run.raster(picture(2)));
  // The worker has done it (4 ms of work), the answer has not arrived yet.
  await clock.run(2);
  run.respec({ seed: 2 });
  await clock.run(100);
  assert.equal(old.error.name, 'AbortError');
  assert.equal(engine.stats().droppedReplies, 1);
  engine.destroy();
});

test('of specs given quickly one after another only the newest is built', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({ seed: 0, buildMs: 50 });
  await clock.run(200);
  const all = [];
  for (let seed = 1; seed <= 20; seed++) all.push(watch(run.respec({ seed, buildMs: 50 })));
  await clock.run(120);
  assert.equal(all.at(-1).state, 'resolved');
  assert.ok(all.slice(0, -1).every(({ error }) => error?.name === 'AbortError'));
  assert.equal(workers[0].sent.filter(({ type }) => type === 'reply').length, 2);
  engine.destroy();
});

test('an aborted picture stops being made', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({});
  await clock.run(100);
  const controller = new AbortController();
  const long = watch(run.raster(picture(3000), { signal: controller.signal })); // 9 s of work
  const waiting = watch(run.raster(picture(3000), { signal: controller.signal }));
  const short = watch(run.probability(0, 0));
  await clock.run(300);
  assert.equal(short.state, 'pending', 'answers come in order');
  controller.abort();
  await settle();
  assert.equal(long.error.name, 'AbortError');
  assert.equal(waiting.error.name, 'AbortError');
  await clock.run(50);
  assert.equal(short.state, 'resolved');
  const { worked } = workers[0];
  await clock.run(1000);
  assert.equal(workers[0].worked, worked, 'nothing is computed any more');
  const never = watch(run.raster(picture(2), { signal: AbortSignal.abort() }));
  await settle();
  assert.equal(never.error.name, 'AbortError');
  assert.equal(run.pending.size, 0);
  engine.destroy();
});

test('a picture made while training comes from one step, in slices, and training goes on between pictures', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({ total: 1e6, seed: 9 });
  run.train();
  await clock.run(200);
  const before = workers[0].sent.length;
  const steps = [];
  for (let i = 0; i < 6; i++) {
    const seen = watch(run.raster(picture(400))); // 160 ms of work
    await clock.run(400);
    assert.equal(seen.state, 'resolved');
    const { step, data } = seen.value;
    assert.deepEqual(data, straight({ seed: 9 }, step).raster(VIEW, 400, 400));
    steps.push(step);
  }
  assert.ok(
    steps.every((step, i) => i === 0 || step > steps[i - 1]),
    steps.join(),
  );
  const at = workers[0].sent
    .slice(before)
    .filter(({ type }) => type === 'beat')
    .map((beat) => beat.at);
  const gaps = at.slice(1).map((time, i) => time - at[i]);
  assert.ok(Math.max(...gaps) <= 16, `longest slice ${Math.max(...gaps)}`);
  engine.destroy();
});

test('pictures without pause do not starve training', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 1e6 });
  run.train();
  await clock.run(200);
  const from = run.progress.done;
  const open = new Set();
  const more = () => {
    const one = run.raster(picture(100)).then(
      () => open.delete(one),
      () => {},
    );
    open.add(one);
  };
  for (let i = 0; i < 200; i++) {
    while (open.size < 5) more();
    await clock.run(10);
  }
  assert.ok(run.progress.done - from > 200, `${run.progress.done - from} steps of 1 ms in 2 s`);
  engine.destroy();
});

test('a learned hidden unit, counts, neighbours, cost and sample are answered', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({});
  const all = [
    watch(run.raster({ ...picture(3), unit: { layer: 0, unit: 4 } })),
    watch(run.counts(picture(2, 3))),
    watch(run.neighbours(0, 0)),
    watch(run.cost()),
    watch(run.sample(10)),
  ];
  await clock.run(200);
  const [unit, counts, neighbours, cost, sample] = all.map(({ value }) => value);
  assert.deepEqual(unit.data, new Float32Array(9).fill(4));
  assert.equal(counts.length, 12);
  assert.deepEqual(neighbours, []);
  assert.deepEqual(cost, { train: 0 });
  assert.equal(sample.length, 30);
  engine.destroy();
});

test('the sample is drawn before anything is answered, and how fast it is drawn says nothing about steps', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({ draw: 1e6, total: 100, stepMs: 10 });
  const sample = watch(run.sample(5000));
  const shown = watch(run.raster(picture(2)));
  await clock.run(2000);
  assert.equal(sample.value.length, 15000);
  assert.equal(shown.value.step, 0);
  run.train();
  await clock.run(3000);
  assert.equal(run.progress.state, 'done');
  const beats = workers[0].sent.filter((message) => message.type === 'beat').map(({ at }) => at);
  const busy = beats
    .slice(1)
    .map((at, i) => at - beats[i])
    .filter((gap) => gap < 500);
  assert.ok(Math.max(...busy) <= 20, `longest slice ${Math.max(...busy)}`);
  engine.destroy();
});

test('a last unit that stands for many is not done one at a time', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({ total: 100, stepMs: 0.01, tail: 1e5 });
  run.train({ until: 100 });
  await clock.run(3000);
  assert.equal(run.progress.state, 'done');
  const { length } = workers[0].sent.filter(({ type }) => type === 'beat');
  assert.ok(length < 200, `${length} slices for a second of work`);
  engine.destroy();
});

test('an unfinished run has no digest, in the core’s words', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({});
  const digest = watch(run.digest());
  await clock.run(500);
  assert.match(digest.error.message, /not finished/);
  engine.destroy();
});

test('runs that share a worker are served by turns', async () => {
  const { engine, clock } = fakeEngine();
  const runs = [1, 2, 3, 4, 5].map((seed) => engine.open({ seed, total: 1e6, stepMs: seed }));
  runs.forEach((run) => run.train());
  await clock.run(3000);
  assert.equal(engine.stats().workers, 1);
  const shares = runs.map((run, i) => run.progress.done * (i + 1));
  assert.ok(Math.min(...shares) > 450 && Math.max(...shares) < 750, shares.join());
  const asked = watch(runs[0].probability(0, 0));
  await clock.run(40);
  assert.equal(asked.state, 'resolved', 'a question does not wait for everybody’s training');
  engine.destroy();
});

test('a bad spec is refused with the core’s words, and a better one heals it', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ bad: 'n' });
  const errors = [];
  run.on('error', (error) => errors.push(error));
  const asked = [watch(run.ready()), watch(run.raster(picture(2))), watch(run.pause())];
  run.train();
  await clock.run(200);
  for (const { error } of asked) {
    assert.equal(error.name, 'EngineError');
    assert.equal(error.code, 'spec');
    assert.match(error.message, /n is not allowed/);
  }
  assert.equal(errors.length, 1);
  const later = watch(run.raster(picture(2)));
  await settle();
  assert.equal(later.error.code, 'spec');
  const healed = watch(run.respec({ seed: 4, total: 20 }));
  run.train();
  await clock.run(200);
  assert.equal(healed.value.specId, 'id-4-20');
  assert.equal(run.progress.state, 'done');
  // A question that is refused does not hurt the run.
  const refused = watch(run.raster(picture(0)));
  const nan = watch(run.raster(picture(NaN)));
  const fine = watch(run.raster(picture(2)));
  await clock.run(200);
  assert.match(refused.error.message, /0 is not allowed/);
  assert.match(nan.error.message, /NaN is not allowed/);
  assert.equal(fine.state, 'resolved');
  assert.throws(() => run.train({ until: NaN }), RangeError);
  engine.destroy();
});

test('reset starts again from nothing and gives the same bits', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ seed: 6, total: 50 });
  run.train();
  await clock.run(300);
  const first = watch(run.digest());
  await clock.run(300);
  run.reset();
  assert.equal(run.progress.done, 0);
  run.train();
  await clock.run(300);
  const second = watch(run.digest());
  await clock.run(300);
  assert.equal(second.value, first.value);
  engine.destroy();
});

test('small questions need no run; only the listed ones can be asked', async () => {
  const { engine, clock, workers } = fakeEngine();
  const all = [
    watch(engine.call('parseLink', '#fig=x')),
    watch(engine.call('engineNumber')),
    watch(engine.call('density', {}, VIEW, 4, 4)),
    watch(engine.call(/** @type {any} */ ('constructor'))),
    watch(engine.call(/** @type {any} */ ('check_spec'), {})),
    watch(engine.call('checkSpec', { bad: 'k' })),
  ];
  await clock.run(200);
  assert.equal(all[0].value.figure, '#fig=x');
  assert.equal(all[1].value, 1);
  assert.equal(all[2].value.length, 16);
  assert.match(all[3].error.message, /unknown call/);
  assert.match(all[4].error.message, /unknown call/);
  assert.equal(all[5].error.code, 'spec');
  assert.equal(workers.length, 1);
  engine.destroy();
});

test('a closed run withdraws what is open and leaves nothing behind', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({});
  await clock.run(100);
  const open = watch(run.errors());
  run.train();
  run.close();
  const late = watch(run.loss());
  run.train();
  await clock.run(100);
  assert.equal(open.error.name, 'AbortError');
  assert.equal(late.error.name, 'AbortError');
  assert.equal(engine.stats().sessions, 0);
  assert.equal(workers[0].turns.desks.size, 0);
  engine.destroy();
});

test('a listener that throws does not stop the others', async () => {
  const { engine, clock } = fakeEngine();
  const thrown = [];
  engine.pool.report = (error) => thrown.push(String(error));
  const run = engine.open({ total: 10 });
  const seen = [];
  run.on('done', () => {
    throw new Error('mine');
  });
  const off = run.on('done', () => seen.push('gone'));
  run.on('done', () => seen.push('second'));
  off();
  run.train();
  await clock.run(300);
  assert.deepEqual(thrown, ['Error: mine']);
  assert.deepEqual(seen, ['second']);
  engine.destroy();
});

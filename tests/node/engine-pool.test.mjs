// Workers that come, go, fall silent and break, over fake workers and a fake clock.

import test from 'node:test';
import assert from 'node:assert/strict';
import { EngineError } from '../../www/engine/errors.js';
import { fakeEngine, picture, settle, watch } from './fake-worker.mjs';
import { fakeWasm } from './fake-wasm.mjs';

function straightDigest(spec, steps) {
  const { Session } = fakeWasm(() => {});
  const session = new Session({ ...spec, draw: 0 });
  session.advance(steps);
  return session.digest();
}

/** All that happens to a run, in order. */
function diary(run) {
  const seen = [];
  for (const type of ['lost', 'recovered', 'done', 'diverged', 'error']) run.on(type, () => seen.push(type));
  return seen;
}

test('nothing is started before something is wanted; then once', async () => {
  const { engine, clock, workers } = fakeEngine({ cores: 8 });
  await clock.run(1000);
  assert.equal(workers.length, 0);
  const all = [watch(engine.ready()), watch(engine.ready()), watch(engine.call('engineNumber'))];
  await clock.run(100);
  assert.ok(all.every(({ state }) => state === 'resolved'));
  assert.equal(workers.length, 1);
  engine.destroy();
});

test('runs spread over max(1, min(cores - 1, 4)) workers and stay where they are', async () => {
  for (const [cores, expected] of [
    [1, 1],
    [2, 1],
    [4, 3],
    [16, 4],
  ]) {
    const { engine, clock, workers } = fakeEngine({ cores });
    const runs = Array.from({ length: 100 }, (_, seed) => engine.open({ seed }));
    await clock.run(1000);
    assert.equal(workers.length, expected);
    const sizes = engine.pool.slots.map((slot) => slot.runs.size);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, sizes.join());
    assert.deepEqual(engine.stats(), { workers: expected, sessions: 100, replaced: 0, droppedReplies: 0 });
    runs.forEach((run) => run.close());
    assert.equal(engine.stats().sessions, 0);
    engine.destroy();
    assert.equal(engine.stats().workers, 0);
  }
});

test('a worker killed at any moment costs no bit and no step that was seen', async () => {
  const spec = { total: 20000, seed: 11, stepMs: 1 };
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open(spec);
  const events = diary(run);
  let last = 0;
  run.on('progress', ({ done }) => {
    assert.ok(done >= last, `went back from ${last} to ${done}`);
    last = done;
  });
  run.train();
  let kills = 0;
  for (let i = 0; run.progress.state === 'running' && i < 100; i++) {
    await clock.run(200 + ((i * 7919) % 3000));
    if (run.progress.state !== 'running' || engine.pool.slots[0].state !== 'ready') continue;
    const asked = watch(run.raster(picture(5)));
    const seen = last;
    engine.pool.kill(0);
    kills++;
    const begun = clock.time;
    while (asked.state === 'pending' && clock.time < begun + 5000) await clock.run(10);
    assert.equal(asked.state, 'resolved', 'a question survives');
    assert.ok(asked.value.step >= seen, `shown at ${asked.value.step} after ${seen}`);
  }
  await clock.run(30000);
  assert.ok(kills >= 8, `${kills} kills`);
  assert.equal(run.progress.state, 'done');
  const digest = watch(run.digest());
  await clock.run(1000);
  assert.equal(digest.value, straightDigest(spec, 20000));
  assert.equal(engine.stats().replaced, kills);
  assert.deepEqual(events, [...Array(kills).fill(['lost', 'recovered']).flat(), 'done']);
  // Work lost: at most about a quarter of a second a kill.
  const trained = workers.reduce((sum, worker) => sum + worker.worked, 0);
  assert.ok(trained < 20000 + kills * 350, `${trained} ms for 20 s of training and ${kills} kills`);
  engine.destroy();
});

test('a hundred kills in a row do not make a run give up', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 1e6, seed: 2 });
  const events = diary(run);
  run.train();
  await clock.run(1500);
  for (let i = 0; i < 100; i++) {
    engine.pool.kill(0);
    await clock.run(100);
  }
  await clock.run(5000);
  assert.equal(events.filter((event) => event === 'error').length, 0);
  assert.ok(run.progress.done > 1500);
  engine.destroy();
});

test('a finished run is restored finished', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 3000, seed: 8 });
  run.train();
  await clock.run(4000);
  assert.equal(run.progress.state, 'done');
  engine.pool.kill(0);
  const digest = watch(run.digest());
  const shown = watch(run.raster(picture(3)));
  await clock.run(1000);
  assert.equal(digest.value, straightDigest({ total: 3000, seed: 8 }, 3000));
  assert.equal(shown.value.step, 3000);
  assert.equal(run.progress.state, 'done');
  engine.destroy();
});

test('a paused run without a checkpoint is done again up to the step the reader saw', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 3000, seed: 8 });
  run.train({ until: 120 });
  await clock.run(500);
  assert.equal(run.checkpoint, null);
  engine.pool.kill(0);
  const paused = watch(run.pause());
  const shown = watch(run.raster(picture(3)));
  await clock.run(1000);
  assert.equal(shown.value.step, 120);
  assert.equal(paused.value.done, 120);
  assert.equal(run.progress.done, 120);
  engine.destroy();
});

test('a new spec given while the worker is being replaced is the one that lives', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 3000, seed: 1 });
  run.train();
  await clock.run(1500);
  const old = watch(run.loss());
  engine.pool.kill(0);
  const next = watch(run.respec({ total: 40, seed: 2 }));
  run.train();
  await clock.run(1000);
  assert.equal(old.error.name, 'AbortError');
  assert.equal(next.value.specId, 'id-2-40');
  assert.equal(run.progress.done, 40);
  engine.destroy();
});

test('a checkpoint that is not accepted costs time only', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 2000, seed: 4 });
  run.train();
  await clock.run(1500);
  run.checkpoint = { bytes: new Uint8Array(3), done: 999 };
  engine.pool.kill(0);
  await clock.run(5000);
  const digest = watch(run.digest());
  await clock.run(500);
  assert.equal(digest.value, straightDigest({ total: 2000, seed: 4 }, 2000));
  engine.destroy();
});

test('a worker that falls silent is replaced after 5 s, and its run goes on', async () => {
  const spec = { total: 20000, seed: 3 };
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open(spec);
  const events = diary(run);
  run.train();
  await clock.run(2500);
  workers[0].hang();
  await clock.run(4700);
  assert.equal(workers.length, 1);
  assert.deepEqual(events, []);
  await clock.run(1300);
  assert.equal(workers.length, 2, 'noticed and replaced within 6 s');
  assert.ok(workers[0].dead);
  await clock.run(25000);
  assert.deepEqual(events, ['lost', 'recovered', 'done']);
  const digest = watch(run.digest());
  await clock.run(500);
  assert.equal(digest.value, straightDigest(spec, 20000));
  engine.destroy();
});

test('an idle worker owes nothing; it is asked for a beat once something is expected of it', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({});
  await clock.run(100);
  workers[0].hang();
  await clock.run(30000);
  assert.equal(engine.stats().replaced, 0);
  const asked = watch(run.loss());
  await clock.run(4500);
  assert.equal(engine.stats().replaced, 0, 'silence counts from the question');
  await clock.run(2000);
  assert.equal(engine.stats().replaced, 1);
  assert.equal(asked.state, 'resolved');
  engine.destroy();
});

test('a slow but healthy worker is left alone, and so is one whose page was held up', async () => {
  const { engine, clock } = fakeEngine();
  const slow = engine.open({ total: 10, stepMs: 4000 });
  slow.train();
  await clock.run(60000);
  assert.equal(slow.progress.state, 'done');
  const run = engine.open({ total: 1e6 });
  run.train();
  for (let i = 0; i < 5; i++) {
    await clock.run(1000);
    clock.stall(30000);
  }
  await clock.run(5000);
  assert.equal(engine.stats().replaced, 0);
  engine.destroy();
});

test('the wait before a replacement doubles up to 30 s, and a healthy minute forgets it', async () => {
  const { engine, clock, workers } = fakeEngine();
  // Each breaks down in a run of its own, so that no run is given up for it.
  const waits = [];
  for (let i = 0; i < 12; i++) {
    const run = engine.open({ total: 1e6, trapAt: 0, draw: 0 });
    const open = engine.open({ total: 1e9 });
    let from = 0;
    open.on('lost', () => (from = clock.time));
    open.train();
    await clock.run(200);
    const count = workers.length;
    run.train();
    await clock.run(60);
    run.close();
    while (workers.length === count && clock.time < from + 60000) await clock.run(10);
    waits.push(workers.at(-1).birth - from);
    await clock.run(200);
    open.close();
  }
  const expected = [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000, 30000];
  waits.forEach((wait, i) => assert.ok(Math.abs(wait - expected[i]) <= 40, `wait ${i}: ${wait}`));
  const open = engine.open({ total: 1e9 });
  open.train();
  await clock.run(62000);
  assert.equal(engine.pool.slots[0].delay(), 100);
  engine.destroy();
});

test('a run that breaks its worker three times in a row is given up; its neighbours go on', async () => {
  const { engine, clock } = fakeEngine();
  const good = engine.open({ total: 4000, seed: 5 });
  const bad = engine.open({ total: 4000, seed: 6, trapAt: 1700 });
  const errors = [];
  bad.on('error', (error) => errors.push(error));
  const events = diary(good);
  good.train();
  bad.train();
  await clock.run(1000);
  const digestLater = watch(bad.errors());
  await clock.run(20000);
  assert.equal(digestLater.state, 'resolved');
  assert.equal(errors.length, 1);
  assert.ok(errors[0] instanceof EngineError);
  assert.equal(errors[0].code, 'trap');
  assert.ok(engine.stats().replaced >= 3 && engine.stats().replaced <= 5, `${engine.stats().replaced} replacements`);
  assert.equal(good.progress.state, 'done');
  assert.equal(events.filter((event) => event === 'error').length, 0);
  const digest = watch(good.digest());
  const refused = watch(bad.loss());
  await clock.run(500);
  assert.equal(digest.value, straightDigest({ total: 4000, seed: 5 }, 4000));
  assert.equal(refused.error.code, 'trap');
  // Another spec is another chance.
  bad.respec({ total: 10 });
  bad.train();
  await clock.run(500);
  assert.equal(bad.progress.state, 'done');
  engine.destroy();
});

test('a run that hangs its worker three times is given up with a reason', async () => {
  const { engine, clock } = fakeEngine();
  const good = engine.open({ total: 60000, seed: 5 });
  const bad = engine.open({ total: 4000, hangAt: 10 });
  const errors = [];
  bad.on('error', (error) => errors.push(error.code));
  const kept = diary(good);
  good.train();
  bad.train();
  await clock.run(25000);
  assert.deepEqual(errors, ['dead']);
  assert.equal(engine.stats().replaced, 3);
  await clock.run(65000);
  assert.equal(good.progress.state, 'done');
  assert.equal(kept.includes('error'), false);
  engine.destroy();
});

test('a picture that breaks the worker ends the run, also when small questions are answered in between', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ trapRaster: true });
  const asked = watch(run.raster(picture(3)));
  for (let i = 0; i < 40 && asked.state === 'pending'; i++) {
    watch(run.pause());
    await clock.run(100);
  }
  assert.equal(asked.error.code, 'trap');
  assert.equal(engine.stats().replaced, 3);
  engine.destroy();
});

test('a small question that breaks the worker is refused, the others are answered', async () => {
  const { engine, clock } = fakeEngine();
  const run = engine.open({ total: 1e6 });
  run.train();
  const all = [watch(engine.call('truth', {}, [], 666, 1)), watch(engine.call('truth', {}, [], 2, 1))];
  await clock.run(1000);
  assert.equal(all[0].error.code, 'trap');
  assert.equal(all[1].value.length, 2);
  assert.ok(run.progress.done > 100);
  engine.destroy();
});

test('behind a hidden page nothing is computed; afterwards the bits are the same', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({ total: 3000, seed: 7 });
  run.train();
  await clock.run(700);
  engine.pool.sleep(true);
  const asked = watch(run.raster(picture(400)));
  const link = watch(engine.call('parseLink', 'x'));
  await clock.run(50);
  const { worked } = workers[0];
  const { done } = run.progress;
  await clock.run(60000);
  assert.equal(workers[0].worked, worked);
  assert.equal(run.progress.done, done);
  assert.equal(asked.state, 'pending');
  assert.equal(link.state, 'resolved');
  assert.equal(engine.stats().replaced, 0, 'asleep is not dead');
  // A worker started behind a hidden page sleeps too.
  engine.pool.kill(0);
  await clock.run(5000);
  assert.equal(run.progress.done, done);
  engine.pool.sleep(false);
  await clock.run(5000);
  const digest = watch(run.digest());
  await clock.run(500);
  assert.equal(digest.value, straightDigest({ total: 3000, seed: 7 }, 3000));
  assert.equal(asked.state, 'resolved');
  engine.destroy();
});

test('a worker without sessions is let go after a minute, at once if its memory has grown', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({});
  await clock.run(100);
  run.close();
  await clock.run(50000);
  assert.equal(engine.stats().workers, 1);
  await clock.run(12000);
  assert.equal(engine.stats().workers, 0);
  assert.ok(workers[0].dead);
  assert.equal(clock.tasks.length, 0, 'no timer is left running');
  const big = engine.open({ total: 100 });
  await clock.run(100);
  workers[1].memory = 200 * 2 ** 20;
  big.train();
  await clock.run(1000);
  assert.equal(big.progress.state, 'done', 'a worker is started again when wanted');
  big.close();
  await clock.run(600);
  assert.equal(engine.stats().workers, 0);
  engine.destroy();
});

test('without WebAssembly every question gets the reason', async () => {
  const reason = new EngineError('no-wasm', 'why');
  const { engine, clock, workers } = fakeEngine({ obstacle: () => reason });
  const run = engine.open({});
  const errors = [];
  run.on('error', (error) => errors.push(error));
  const all = [engine.ready(), engine.call('engineNumber'), run.ready(), run.raster(picture(2))].map(watch);
  run.train();
  await clock.run(100);
  for (const { error } of all) assert.equal(error, reason);
  assert.deepEqual(errors, [reason]);
  assert.equal(workers.length, 0);
  engine.destroy();
});

test('a program that cannot be fetched is told once to everybody, and tried again when asked again', async () => {
  let broken = true;
  const compile = async () => {
    if (broken) throw new EngineError('load', 'not found');
    return null;
  };
  const { engine, clock } = fakeEngine({ compile });
  const run = engine.open({ total: 5 });
  const errors = [];
  run.on('error', (error) => errors.push(error.message));
  const all = [watch(engine.ready()), watch(engine.call('engineNumber')), watch(run.ready())];
  await clock.run(200);
  for (const { error } of all) assert.equal(error.code, 'load');
  assert.deepEqual(errors, ['not found']);
  assert.equal(engine.stats().workers, 0);
  broken = false;
  run.respec({ total: 5 });
  run.train();
  await clock.run(500);
  assert.equal(run.progress.state, 'done');
  engine.destroy();
});

test('a way to start that fails is followed by the next; none left is a reason', async () => {
  for (const fault of [{ broken: true }, { silent: true }, { refuses: 'no module' }]) {
    const { FakeWorker } = await import('./fake-worker.mjs');
    const { FakeClock } = await import('./fake-worker.mjs');
    const { Engine } = await import('../../www/engine/client.js');
    const clock = new FakeClock();
    const made = [];
    const make = (how) => () => {
      made.push(new FakeWorker(clock, how));
      return made.at(-1);
    };
    const options = { cores: 2, clock, obstacle: () => null, compile: async () => null };
    const engine = new Engine({ ...options, ways: () => [make(fault), make({})] });
    const ready = watch(engine.ready());
    await clock.run(fault.silent ? 31000 : 200);
    assert.equal(ready.state, 'resolved');
    assert.ok(made[0].dead);
    engine.destroy();

    const throwing = () => {
      throw new DOMException('not from here', 'SecurityError');
    };
    const hopeless = new Engine({ ...options, ways: () => [throwing, make(fault)] });
    const never = watch(hopeless.ready());
    await clock.run(fault.silent ? 31000 : 200);
    assert.equal(never.error.code, 'load');
    assert.ok(never.error.message.length > 8);
    hopeless.destroy();
  }
});

test('a replacement that cannot start is tried six times, then the runs are told', async () => {
  const { engine, clock, workers } = fakeEngine({ starts: [{}, { broken: true }] });
  const run = engine.open({ total: 1e6 });
  const events = diary(run);
  run.train();
  await clock.run(500);
  engine.pool.kill(0);
  await clock.run(20000);
  assert.equal(workers.length, 7);
  assert.deepEqual(events, ['lost', 'error']);
  engine.destroy();
});

test('a message that is late after the worker was given up changes nothing', async () => {
  const { engine, clock, workers } = fakeEngine();
  const run = engine.open({ total: 1e6 });
  run.train();
  await clock.run(500);
  const { onmessage } = workers[0];
  engine.pool.kill(0);
  const { done } = run.progress;
  onmessage({ data: { type: 'progress', run: run.id, generation: 1, progress: { done: 5e5, state: 'done' } } });
  assert.equal(run.progress.done, done);
  await settle();
  engine.destroy();
});

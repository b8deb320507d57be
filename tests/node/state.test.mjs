// State of figures: where strings become numbers, what a link may change, and which of many wishes is served.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { newestWins } from '../../www/figure/newest.js';
import { FigureState, merge } from '../../www/state/figure-state.js';
import { figureNamed } from '../../www/state/figure-named.js';
import { commandFor, forLink, readLink, takeLink, writeLink } from '../../www/state/link.js';
import { formatPlace, makeScale, parsePlace, parseSeed, valueAt } from '../../www/state/scale.js';

const definition = (name) =>
  JSON.parse(readFileSync(new URL(`../../www/figures/${name}.json`, import.meta.url), 'utf8'));

test('a log slider goes from end to end in numbers one can say', () => {
  const { values, nearest } = makeScale({ kind: 'log', min: 100, max: 1_000_000, perDecade: 20 });
  assert.equal(values.length, 81);
  assert.equal(values[0], 100);
  assert.equal(values[40], 10_000);
  assert.equal(values[80], 1_000_000);
  for (let i = 1; i < values.length; i++) assert.ok(values[i] > values[i - 1]);
  for (const value of values) assert.equal(value, Number(value.toPrecision(2)));
  for (const [i, value] of values.entries()) assert.equal(nearest(value), i);
  assert.equal(values[nearest(12_345)], 13_000);
});

test('a slider position stands for one number, whatever string comes', () => {
  const scale = makeScale({ kind: 'linear', min: 1, max: 99, step: 2 });
  assert.deepEqual(scale.values.slice(0, 3), [1, 3, 5]);
  assert.equal(valueAt(scale, '2'), 5);
  assert.equal(valueAt(scale, '999'), 99);
  assert.equal(valueAt(scale, '-4'), 1);
  assert.equal(valueAt(scale, 'x'), 1);
  assert.deepEqual(makeScale({ kind: 'linear', min: 0, max: 0.4, step: 0.1 }).values, [0, 0.1, 0.2, 0.3, 0.4]);
});

test('seeds and places are read or refused, never guessed', () => {
  assert.equal(parseSeed(' 42 '), 42);
  assert.equal(parseSeed('4294967295'), 4294967295);
  for (const bad of ['4294967296', '-1', '1.5', '1e3', '', 'seven', '0x10'])
    assert.equal(parseSeed(bad), undefined, bad);
  assert.deepEqual(parsePlace(formatPlace(-0.5504, 0.82)), [-0.55, 0.82]);
  for (const bad of ['skip', '1', '1,2,3', 'NaN,1', '', null, undefined]) assert.equal(parsePlace(bad), undefined);
});

test('merging replaces a learner of another kind and leaves its sources alone', () => {
  const under = { learner: { kind: 'mlp', hidden: [64, 64] }, sample: { n: 1000, seed: 7 } };
  assert.deepEqual(merge(under, { learner: { kind: 'knn', k: 3 }, sample: { n: 5 } }), {
    learner: { kind: 'knn', k: 3 },
    sample: { n: 5, seed: 7 },
  });
  assert.equal(under.learner.kind, 'mlp');
});

test('a figure starts as published, changes where it is told to, and is published again by reset', () => {
  const state = new FigureState(definition('why-k-1'));
  const told = [];
  state.subscribe((change) => told.push(change.path));
  assert.deepEqual([state.get('learner.k', 'one'), state.get('learner.k', 'five')], [1, 5]);
  assert.deepEqual(forLink(state).variants, []);
  state.set('labels.noise', 0.1);
  assert.deepEqual([state.get('labels.noise', 'one'), state.get('labels.noise', 'five')], [0.1, 0.1]);
  state.set('learner.k', 9, { variants: ['five'] });
  assert.deepEqual([state.get('learner.k', 'one'), state.get('learner.k', 'five')], [1, 9]);
  assert.equal(forLink(state).variants.length, 2);
  state.reset();
  assert.equal(state.get('labels.noise'), 0);
  assert.deepEqual(forLink(state).variants, []);
  assert.deepEqual(told, ['labels.noise', 'learner.k', undefined]);
});

test('a link changes what it may, and what it may not is refused by name', () => {
  const state = new FigureState(definition('neighbours'));
  const knn = { learner: { kind: 'knn', k: 9 }, sample: { n: 300, seed: 1 } };
  const link = {
    figure: 'neighbours',
    refused: [],
    variants: [{ name: 'knn', spec: knn }],
    show: ['wrong', 'constructor'],
  };
  takeLink(state, link);
  assert.equal(state.get('learner.k'), 9);
  assert.deepEqual([...state.show], ['wrong']);
  assert.deepEqual(
    state.refused.map(({ part }) => part),
    ['show=constructor'],
  );

  takeLink(state, { ...link, show: undefined, variants: [{ name: '__proto__', spec: knn }] });
  assert.equal(state.get('learner.k'), 5, 'as published');
  assert.equal(state.refused.length, 1);

  takeLink(state, { ...link, show: undefined, variants: [{ name: 'knn', spec: { learner: { kind: 'mlp' } } }] });
  assert.equal(state.get('learner.kind'), 'knn');
  assert.equal(state.refused[0].part, 'learner.kind');
});

test('own fields only: a path never reaches a prototype', () => {
  const state = new FigureState(definition('neighbours'));
  assert.equal(state.get('constructor.name'), undefined);
  assert.equal(state.get('learner.__proto__.toString'), undefined);
});

test('the name in an address is found at its beginning only', () => {
  assert.equal(figureNamed('#fig=prior&v=1'), 'prior');
  assert.equal(figureNamed('#fig='), '');
  assert.equal(figureNamed('#prior'), undefined);
  assert.equal(figureNamed('#a&fig=prior'), undefined);
  assert.equal(figureNamed(''), undefined);
});

test('layers travel in the link, and stay out of the command', async () => {
  const engine = {
    call: async (name, given) =>
      name === 'formatLink'
        ? `#fig=${given.figure}${given.variants.length > 0 ? '&v=1' : ''}`
        : {
            figure: 'problem',
            variants: [],
            refused: given.includes('show') ? [{ part: 'show', why: 'unknown' }] : [],
          },
  };
  const state = new FigureState(definition('problem'));
  assert.equal(await writeLink(engine, state), '#fig=problem');
  state.setShown('sample', false);
  state.setShown('tip', true);
  const link = await writeLink(engine, state);
  assert.equal(link, '#fig=problem&v=1&show=fog,curve,tip');
  const read = await readLink(engine, link);
  assert.deepEqual([read.show, read.refused], [['fog', 'curve', 'tip'], []]);
  assert.equal(commandFor(link), "cargo run --release -- run '#fig=problem&v=1'");
  state.setShown('tip', false);
  state.setShown('fog', false);
  state.setShown('curve', false);
  assert.deepEqual((await readLink(engine, await writeLink(engine, state))).show, []);
});

/** A newestWins whose pieces of work end when told to. */
function queue({ giveWay = false } = {}) {
  const log = [];
  const gates = [];
  const idle = [];
  const { want, close } = newestWins(
    async (wish, turn) => {
      log.push(`begin ${wish}`);
      if (giveWay) turn.giveWay();
      await new Promise((resolve, reject) => {
        gates.push(wish === 'bad' ? () => reject(new Error('bad')) : resolve);
        turn.signal.addEventListener('abort', () => reject(new DOMException('dropped', 'AbortError')));
      });
      log.push(`end ${wish}`);
    },
    {
      onError: (/** @type {Error} */ error) => log.push(`error ${error.message}`),
      onIdle: () => idle.push(log.length),
    },
  );
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return { log, want, close, idle, open: async () => (gates.shift()?.(), settle()), settle };
}

test('of the wishes made during a piece of work only the newest is served', async () => {
  const { log, want, open, idle } = queue();
  for (const wish of ['a', 'b', 'c', 'd']) want(wish);
  await open();
  await open();
  assert.deepEqual(log, ['begin a', 'end a', 'begin d', 'end d']);
  assert.equal(idle.length, 1);
});

test('work that gives way is dropped for a newer wish, without an error', async () => {
  const { log, want, settle } = queue({ giveWay: true });
  want('a');
  want('b');
  await settle();
  assert.deepEqual(log, ['begin a', 'begin b']);
});

test('a fault is told, unless a newer wish has made it void', async () => {
  const { log, want, open } = queue();
  want('bad');
  want('good');
  await open();
  await open();
  want('bad');
  await open();
  await open();
  assert.deepEqual(log, ['begin bad', 'begin good', 'end good', 'begin bad', 'error bad']);
});

test('closed, nothing more is begun', async () => {
  const { log, want, close, settle } = queue();
  want('a');
  want('b');
  close();
  want('c');
  await settle();
  assert.deepEqual(log, ['begin a']);
});

// Permalinks through the wasm module: the vectors that tests/link.rs reads, and specs at random with the identities and links
// that they have natively. Numbers are read and written by JavaScript here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const json = (name) => JSON.parse(read(`tests/fixtures/${name}`).toString());
const wasm = await import('../../www/pkg/bitter_lesson.js');
wasm.initSync({ module: read('www/pkg/bitter_lesson_bg.wasm') });

const vectors = json('link_vectors.json');
const full = ({ name, spec }) => ({ name, spec: wasm.check_spec(spec) });
/** Everything that parse_link gives beside what was refused. */
const state = (of) => ({
  figure: of.figure ?? '',
  v: 1,
  engine: of.engine ?? null,
  variants: (of.variants ?? []).map(full),
  at: of.at ?? null,
  view: of.view ?? null,
  guess: of.guess ?? null,
  show: of.show ?? null,
  look: of.look ?? null,
});

test('texts are read as the vectors say', () => {
  for (const vector of vectors.parse) {
    const { refused, ...link } = wasm.parse_link(vector.text);
    assert.deepEqual(link, state(vector), vector.text);
    const wanted = vector.refused ?? [];
    assert.deepEqual(
      refused.map(({ part }) => part),
      wanted.map(({ part }) => part),
      vector.text,
    );
    for (const [i, { why }] of wanted.entries()) {
      assert.ok(refused[i].why.includes(why), `${vector.text}: "${refused[i].why}", not "${why}"`);
    }
  }
});

test('states are written as the vectors say, and read back', () => {
  for (const { state: of, text } of vectors.format) {
    assert.equal(wasm.format_link(of), text);
    const { refused, ...link } = wasm.parse_link(text);
    assert.deepEqual(refused, []);
    const engine = of.variants ? wasm.engine() : null;
    assert.deepEqual(link, state({ ...of, engine }));
  }
});

test('specs at random have the identity and the link that they have natively', () => {
  for (const { spec, id, link } of json('spec_links.json')) {
    const session = new wasm.Session(spec);
    assert.equal(session.spec_id(), id, link);
    session.free();
    assert.equal(wasm.format_link({ figure: 'n', variants: [{ name: 'main', spec }] }), link);
    const back = wasm.parse_link(link);
    assert.deepEqual(back.refused, []);
    assert.deepEqual(back.variants, [full({ name: 'main', spec })]);
  }
});

test('what is no text is read without a fault', () => {
  for (const text of [
    '#fig=n&guess=\ud800&sample.n=5',
    '#fig=n&\0=1',
    '#fig=\u202e',
    '#'.repeat(70000),
    '%'.repeat(9999),
  ]) {
    const { refused } = wasm.parse_link(text);
    assert.ok(refused.length > 0 || text.includes('guess'), text.slice(0, 40));
  }
  assert.ok(!('polluted' in {}), 'no prototype was touched');
});

// An opened claim: its seeds as dots, what its runs are, and one seed of it computed again on this page.

import { getEngine } from '../engine/client.js';
import { h } from '../figure/dom.js';
import { isAbort } from '../figure/newest.js';
import { integer, valueOf as measuredValue } from '../figure/number.js';
import { adoptStyle, loadStyle } from '../figure/own-style.js';
import { reach } from '../figure/reach.js';
import { createDots } from './dots.js';
import { holds, isLive, isSeen, PIXELS, runsOf, same, seconds, specsOf, valueOf } from './judge.js';
import { command, formula, range, size } from './words.js';

/** @typedef {import('./words.js').Claim} Claim */
/** @typedef {import('./words.js').Ledger} Ledger */
/** @typedef {import('./words.js').Spec} Spec */
/** @typedef {import('../figure/number.js').Measured} Measured */
/** @typedef {{errors: Measured[], cost: any, picture: ArrayLike<number>}} Numbers */

const LEDGER = new URL('../results/claims.json', import.meta.url);
/** What would take longer is left to the command line. */
const LONGEST_S = 300;

/** @type {Promise<Ledger> | undefined} */
let ledger;

/** @returns {Promise<Ledger>} */
function load() {
  ledger ??= fetch(LEDGER).then((response) => {
    if (!response.ok) throw new Error('The ledger could not be fetched.');
    return response.json();
  });
  ledger.catch(() => (ledger = undefined));
  return ledger;
}

/** @param {HTMLDetailsElement} details an opened row of the list */
export async function wake(details) {
  const [{ claims, engine }, sheet] = await Promise.all([load(), loadStyle('ledger.css')]);
  const id = details.parentElement?.id.replace(/^claim-/, '');
  const claim = claims.find((one) => one.id === id);
  if (!claim) throw new Error(`The ledger has no claim ${id}.`);
  adoptStyle(details, sheet);
  details.append(build(claim, engine));
}

/** @param {number | null} value */
const plain = (value) => value ?? NaN;

/** @param {Claim} claim @param {number} engineNumber of the program that judged it */
function build(claim, engineNumber) {
  const { effect, seeds, problems } = claim;
  const strips = effect.map((one, i) =>
    createDots({
      label: `${formula(one)}, to be ${range(one)}`,
      range: one,
      dots: seeds.map(({ seed, effects }) => ({
        value: plain(effects[i]),
        words: `Seed ${seed}: ${size(effects[i])}, ${holds(one, effects[i]) ? 'holds' : 'fails'}`,
        holds: holds(one, effects[i]),
        key: String(seed),
      })),
      onPick: (seed) => choose(Number(seed)),
    }),
  );
  const elsewhere =
    problems &&
    createDots({
      label: `The first number on ${problems.of} fresh problems: of three seeds, the middle one`,
      range: effect[0],
      dots: problems.list.map(({ mixture_seed, effects, holds: held }) => {
        const middle = [...effects].map(plain).sort((a, b) => a - b)[effects.length >> 1];
        return {
          value: middle,
          words: `Problem ${mixture_seed}: ${size(middle)}, ${held ? 'holds' : 'fails'}`,
          holds: held,
          key: String(mixture_seed),
        };
      }),
    });

  const select = h(
    'select',
    { 'aria-label': 'Seed' },
    ...seeds.map(({ seed, holds: held }) => h('option', { value: seed }, `${seed}${held ? '' : ' (fails)'}`)),
  );
  /** @param {number} seed */
  function choose(seed) {
    select.value = String(seed);
  }
  const report = h('p', { class: 'claim-report', role: 'status' });
  const rerun = createRerun(claim, engineNumber, {
    onFresh: (values, seed) => values.forEach((value, i) => value !== undefined && strips[i].ring(value, String(seed))),
    onReport: (text) => (report.textContent = text),
    onWork: (working) => {
      for (const button of buttons.querySelectorAll('button')) button.hidden = button === stop ? !working : working;
      select.disabled = working;
    },
  });
  const failing = seeds.filter(({ holds: held }) => !held);
  let turn = 0;
  const stop = h(
    'button',
    { type: 'button', hidden: true, 'data-action': 'stop', onclick: () => rerun.stop() },
    'Stop',
  );
  const buttons = h(
    'div',
    { class: 'claim-rerun' },
    select,
    h(
      'button',
      { type: 'button', 'data-action': 'rerun', onclick: () => void rerun.start(Number(select.value), false) },
      'Rerun this seed here',
    ),
    failing.length > 0 &&
      failing.length < seeds.length &&
      h(
        'button',
        {
          type: 'button',
          'data-action': 'rerun-failing',
          onclick: () => {
            const { seed } = failing[turn++ % failing.length];
            choose(seed);
            void rerun.start(seed, false);
          },
        },
        'Rerun a failing one',
      ),
    h(
      'button',
      { type: 'button', 'data-action': 'counter', onclick: () => void rerun.start(Number(select.value), true) },
      'Run what must fail',
    ),
    stop,
  );
  const refusal = rerun.refusal();
  return h(
    'div',
    { class: 'claim-live' },
    ...strips.map(({ root }) => root),
    elsewhere ? elsewhere.root : null,
    refusal ? h('p', { class: 'claim-hint' }, refusal) : buttons,
    refusal ? null : h('p', { class: 'claim-hint' }, rerun.hint()),
    report,
    claim.resolved ? runsAsText(claim) : null,
  );
}

/** @param {Claim} claim */
function runsAsText({ resolved, seeds }) {
  if (!resolved) return null;
  const lines = (/** @type {Record<string, Spec>} */ specs, /** @type {string} */ lead) =>
    Object.entries(specs).map(([name, spec]) => `${lead}${name}  ${JSON.stringify(spec)}`);
  const text = [...lines(resolved.runs, ''), ...lines(resolved.counter, 'must fail: ')].join('\n');
  return h(
    'details',
    { class: 'claim-specs' },
    h('summary', {}, 'What is run'),
    h('p', {}, `Every run takes the judged seed (${seeds[0].seed} first) for its points, weights and wrong labels.`),
    h('pre', { tabindex: 0 }, text),
  );
}

/** @param {number} time in seconds */
function duration(time) {
  if (time < 8) return 'a few seconds';
  if (time < 30) return 'less than half a minute';
  return time < 90 ? 'about a minute' : `some ${Math.ceil(time / 60)} minutes`;
}

/**
 * @param {Claim} claim @param {number} engineNumber
 * @param {{onFresh: (values: (number | undefined)[], seed: number) => void, onReport: (text: string) => void, onWork: (working: boolean) => void}} hooks
 */
function createRerun(claim, engineNumber, { onFresh, onReport, onWork }) {
  const { effect } = claim;
  const live = effect.filter(isLive);
  const asked = new Set(live.flatMap(runsOf));
  let controller = new AbortController();

  /** Different specs that are asked for, each once. @param {Map<string, Spec>} specs */
  const distinct = (specs) =>
    new Map([...specs].filter(([name]) => asked.has(name)).map(([, spec]) => [JSON.stringify(spec), spec]));

  const time = () =>
    [...distinct(specsOf(claim, claim.seeds[0].seed)).values()].reduce((sum, spec) => sum + seconds(spec), 0);

  /** @param {Map<string, Spec>} specs @param {AbortSignal} signal @returns {Promise<Map<string, Numbers>>} by spec */
  async function compute(specs, signal) {
    const todo = distinct(specs);
    /** @type {Map<string, Numbers>} */
    const found = new Map();
    /** @type {import('../engine/client.js').Run | undefined} */
    let run;
    try {
      for (const [key, spec] of todo) {
        onReport(`Run ${found.size + 1} of ${todo.size}…`);
        if (run) await run.respec(spec);
        else run = getEngine().open(spec);
        const { state, message } = await reach(run, Infinity, signal);
        if (state === 'diverged') throw new Error(message ?? 'The training diverged.');
        const [errors, cost] = await Promise.all([run.errors({ signal }), run.cost({ signal })]);
        const picture = live.some(isSeen) ? await look(run, spec, signal) : [];
        found.set(key, { errors, cost, picture });
      }
      return found;
    } finally {
      run?.close();
    }
  }

  /** @param {import('../engine/client.js').Run} run @param {Spec} spec @param {AbortSignal} signal */
  async function look(run, spec, signal) {
    const { plane: view } = await getEngine().call('problem', spec);
    return (await run.raster({ view, width: PIXELS, height: PIXELS }, { signal })).data;
  }

  /** @param {Map<string, Spec>} specs @param {Map<string, Numbers>} found @returns {(number | undefined)[]} one an effect */
  function judge(specs, found) {
    return effect.map((one) => {
      if (!isLive(one)) return undefined;
      const of = (/** @type {string} */ run) => /** @type {Numbers} */ (found.get(JSON.stringify(specs.get(run))));
      const read = (/** @type {string} */ run, /** @type {string} */ name) => {
        const [measure, region] = name.split('.');
        const { errors, cost } = of(run);
        return (measure === 'cost' ? cost?.[region] : measuredValue(errors, measure, region)) ?? NaN;
      };
      return valueOf(one, read, (run) => of(run).picture);
    });
  }

  /** @param {(number | undefined)[]} values */
  const shown = (values) =>
    values
      .filter((value) => value !== undefined)
      .map(size)
      .join(' and ');

  /** @param {(number | undefined)[]} values @param {number} seed @param {number} engine */
  function saySeed(values, seed, engine) {
    const stored = claim.seeds.find((one) => one.seed === seed)?.effects ?? [];
    const equal = values.every((value, i) => value === undefined || same(value, stored[i]));
    const other =
      engine === engineNumber
        ? 'These are not the stored bits'
        : 'The ledger was judged by another version of the program, whose bits differ';
    return `Seed ${seed}: ${shown(values)}. ${equal ? 'The same bits as in the ledger' : `${other}: ${stored.map(size).join(' and ')}`}.`;
  }

  /** @param {(number | undefined)[]} values @param {number} seed */
  function sayCounter(values, seed) {
    const fails = effect.some((one, i) => values[i] !== undefined && !holds(one, values[i]));
    const unseen = values.includes(undefined);
    const word = fails
      ? 'The test fails, as it must'
      : unseen
        ? 'What must fail is the part that is not computed here'
        : 'The test holds, which it must not';
    return `Seed ${seed}: ${shown(values)}. ${word}.`;
  }

  return {
    /** Why nothing is computed here, if nothing is. @returns {string | undefined} */
    refusal() {
      const how = `The command line does: ${command(claim, claim.seeds[0].seed)}`;
      if (!claim.resolved) return `This page does not know what the runs are made of. ${how}`;
      if (live.length === 0) return `This test looks at the points themselves; the page does not compute it. ${how}`;
      if (time() > LONGEST_S) return `One seed takes ${duration(time())} and more in a browser. ${how}`;
      return undefined;
    },
    hint() {
      const runs = distinct(specsOf(claim, claim.seeds[0].seed)).size;
      const rest =
        live.length < effect.length ? ' What looks at the points themselves is left to the command line.' : '';
      return `${runs === 1 ? 'One run' : `${integer(runs)} runs`}, ${duration(time())} on a laptop.${rest}`;
    },
    stop() {
      controller.abort();
      onReport('Stopped.');
      onWork(false);
    },
    /** @param {number} seed @param {boolean} counter */
    async start(seed, counter) {
      controller = new AbortController();
      const { signal } = controller;
      onWork(true);
      const began = performance.now();
      try {
        const specs = specsOf(claim, seed, { counter });
        const values = judge(specs, await compute(specs, signal));
        const engine = await getEngine().call('engineNumber');
        const took = `Computed here in ${integer((performance.now() - began) / 1000)} s.`;
        onReport(`${counter ? sayCounter(values, seed) : saySeed(values, seed, engine)} ${took}`);
        if (!counter) onFresh(values, seed);
      } catch (error) {
        if (!signal.aborted && !isAbort(error)) onReport(`That did not work: ${/** @type {Error} */ (error).message}`);
      } finally {
        if (controller.signal === signal && !signal.aborted) onWork(false);
      }
    },
  };
}

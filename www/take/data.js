// The numbers of a figure: for each variant what its run says, live where a live run of this very spec is at hand, else the
// stored one; and what its charts show.

import { charts } from '../draw/curve.js';
import './together.js';
import { isAbort } from '../figure/newest.js';
import { agrees } from '../figure/stored.js';
import { fields } from './write.js';

/** @typedef {import('../figure/kit.js').Figure} Figure */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/** @typedef {import('./write.js').Cell} Cell */
/** @typedef {import('./write.js').Table} Table */
/**
 * @typedef {object} Outcome
 * @property {string} variant
 * @property {'live' | 'stored' | 'not run'} source
 * @property {number | null} engine   its number: another one may give other bits
 * @property {string | null} spec_id
 * @property {string | null} digest   null while the training has not come to its end
 * @property {number | null} step     where the training stands, and its end; null where nothing is trained by steps
 * @property {number | null} steps
 * @property {Spec} spec
 * @property {import('../figure/number.js').Measured[]} errors
 * @property {{step: number[], train: number[], test: number[], test_error: number[]}} [loss]
 */

const TRIES = 5;
/** Longer samples are better drawn again, by the command. */
export const MOST_POINTS = 100_000;

/** What each variant has come to, when the figure has come to rest. @param {Figure} fig @returns {Promise<Outcome[]>} */
export async function outcomes(fig) {
  for (let tries = 1; ; tries++) {
    await fig.settled();
    try {
      /** @type {Outcome[]} */
      const all = [];
      for (const [variant, spec] of fig.state.specs) all.push(await outcome(fig, variant, spec));
      const engine = fig.stored.engine ?? null;
      const beside = fig.takeAway?.().runs ?? [];
      return [...all, ...beside.map((run) => ofStored(run.variant ?? 'beside', run, engine))];
    } catch (error) {
      // the reader turned a control meanwhile
      if (!isAbort(error) || tries === TRIES) throw error;
    }
  }
}

/** @param {Figure} fig @param {string} variant @param {Spec} wish @returns {Promise<Outcome>} */
async function outcome(fig, variant, wish) {
  const live = await ofRun(fig, variant, wish);
  if (live) return live;
  const stored = fig.state.at === undefined ? await fig.findStored(wish) : undefined;
  if (stored) return ofStored(variant, stored, fig.stored.engine ?? null);
  return {
    variant,
    source: 'not run',
    engine: null,
    spec_id: null,
    digest: null,
    step: null,
    steps: null,
    spec: structuredClone(wish),
    errors: [],
  };
}

/** The live run of a variant, if it holds this spec. @param {Figure} fig @param {string} variant @param {Spec} wish */
async function liveRun(fig, variant, wish) {
  const run = fig.runs.get(variant);
  const settled = await run?.ready().catch(() => undefined);
  return run && settled && agrees(wish, settled.spec) ? { run, ...settled } : undefined;
}

/** @param {Figure} fig @param {string} variant @param {Spec} wish @returns {Promise<Outcome | undefined>} */
async function ofRun(fig, variant, wish) {
  const live = await liveRun(fig, variant, wish);
  if (!live) return undefined;
  const { run, spec, specId } = live;
  try {
    const { done, total, state } = run.progress;
    const [engine, errors, loss, digest] = await Promise.all([
      fig.engine.call('engineNumber'),
      run.errors(),
      run.loss(),
      state === 'done' ? run.digest() : null,
    ]);
    const trains = spec.learner?.kind === 'mlp';
    return {
      variant,
      source: 'live',
      engine,
      spec_id: specId,
      digest,
      step: trains ? done : null,
      steps: trains ? total : null,
      spec,
      errors,
      ...(loss.step.length > 0 && { loss }),
    };
  } catch (error) {
    if (isAbort(error)) throw error;
    return undefined; // it cannot be asked any more: the stored one stands in
  }
}

/** @param {string} variant @param {Partial<import('../figure/stored.js').StoredRun>} run @param {number | null} engine @returns {Outcome} */
function ofStored(variant, run, engine) {
  const { spec_id = '', digest = null, spec = {}, errors = [], loss } = run;
  const last = loss?.step.at(-1) ?? null;
  const curve = loss && loss.step.length > 0 ? { loss } : {};
  return { variant, source: 'stored', engine, spec_id, digest, step: last, steps: last, spec, errors, ...curve };
}

/** One row a variant, measure and region; every field of the spec is a column. @param {string} figure @param {Outcome[]} all @returns {Table} */
export function errorTable(figure, all) {
  const flat = all.map(({ spec }) => new Map(fields(spec)));
  const paths = [...new Set(flat.flatMap((map) => [...map.keys()]))].sort();
  return {
    name: 'errors',
    columns: [
      ...['figure', 'variant', 'source', 'engine', 'spec_id', 'digest', 'step', 'steps'],
      ...['measure', 'region', 'value', 'standard_error', 'count'],
      ...paths.map((path) => `spec.${path}`),
    ],
    rows: all.flatMap((of, i) =>
      of.errors.map(({ measure, region, value, standard_error, count }) => [
        ...[figure, of.variant, of.source, of.engine, of.spec_id, of.digest, of.step, of.steps],
        ...[measure, region, value, standard_error, count],
        ...paths.map((path) => flat[i].get(path)),
      ]),
    ),
  };
}

/** @param {string} figure @param {Outcome[]} all @returns {Table} */
export function lossTable(figure, all) {
  return {
    name: 'loss',
    columns: ['figure', 'variant', 'source', 'spec_id', 'step', 'train', 'test', 'test_error'],
    rows: all.flatMap(({ variant, source, spec_id, loss }) =>
      (loss?.step ?? []).map((step, i) => [
        ...[figure, variant, source, spec_id, step],
        ...[loss?.train[i], loss?.test[i], loss?.test_error[i]],
      ]),
    ),
  };
}

/** The sample of the first variant, as `predict --train` reads it. @param {Figure} fig @returns {Promise<Table>} */
export async function pointTable(fig) {
  await fig.settled();
  const [variant, wish] = /** @type {[string, Spec]} */ (fig.state.specs.entries().next().value);
  const live = await liveRun(fig, variant, wish);
  const rows = live ? await live.run.sample(MOST_POINTS) : (await fig.findStored(wish))?.sample;
  if (!rows) throw new Error('The points are drawn by the program, which is not running here.');
  return {
    name: 'points',
    columns: ['x', 'y', 'label'],
    rows: Array.from({ length: rows.length / 3 }, (_, i) => [rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]]),
  };
}

/** Charts of a figure that stand there, be it folded away; what is kept back until a guess is made does not. @param {Figure} fig */
export function chartsOf(fig) {
  return [...fig.frame.figure.querySelectorAll('svg.chart')].flatMap((svg) => {
    const chart = charts.get(svg);
    if (!chart || svg.closest('[hidden]') || chart.data().series.every(({ points }) => points.length === 0)) return [];
    const { x, y } = chart;
    return [{ svg: /** @type {SVGSVGElement} */ (svg), chart, title: `${capital(y.label)}, by ${x.label}` }];
  });
}

/** Charts and the figure's own tables. @param {Figure} fig @returns {Table[]} */
export function ownTables(fig) {
  const status = fig.frame.figure.querySelector('.status')?.getAttribute('data-live');
  const drawn = chartsOf(fig).filter(({ chart }) => chart.y.label !== 'loss'); // which has a table of its own
  return [
    ...drawn.map(({ chart: { x, y, data }, title }, i) => ({
      name: i === 0 ? 'chart' : `chart-${i + 1}`,
      title,
      columns: ['series', 'source', x.label, y.label],
      rows: data().series.flatMap(({ id, points }) =>
        points.map((point) => [id, data().source ?? status, point.x, point.y]),
      ),
    })),
    ...(fig.takeAway?.().tables ?? []),
  ];
}

/** @param {string} text */
const capital = (text) => text[0].toUpperCase() + text.slice(1);

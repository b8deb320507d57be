// Nearest neighbours among a million points: drawing them, the index, and what a picture asks. Everybody is given the same points
// and asked at the same places; whose votes differ from ours is void.
import { inTurn, measuredOf, ratio, secondsOf, together } from './measure.mjs';

const MILLION = 1_000_000;
/** Share of the queries that may differ: points as far away as each other in f32, but not in f64, and real ties. */
const TIES = 0.005;
/** Sides of the pictures: 90,000 queries, and the 40,000 that go with a build. */
const [PICTURE, SMALL] = [300, 200];

/**
 * Sets of points: those with a problem are drawn by the core; the others are rows of a file, which take the module long to read (a
 * spec is checked value by value), so that its index is built only twice.
 * @type {Record<string, {title: string, problem?: any}>} by the name of their file
 */
export const SETS = {
  drawn: { title: 'drawn points', problem: {} },
  clustered: {
    title: 'twenty tight blobs',
    problem: {
      mixture: 'custom',
      components: Array.from({ length: 20 }, (_, i) => [((i % 5) - 2) / 2.5, (Math.floor(i / 5) - 1.5) / 2, 0.01, 1]),
    },
  },
  duplicated: { title: '1,000 points, each 1,000 times' },
  crowded: { title: '99 % in a box of 0.001' },
  ring: { title: 'a ring' },
  diagonal: { title: 'a diagonal line' },
};
const ROUNDS_ON_ROWS = 2;
/** Side of a picture that tells how long the real one would take, and the seconds beyond which it is not waited for. */
const [PROBE, TOO_LONG] = [30, 20];

/** What each contestant's verbs are called, and what they need to know. */
const RIVALS = [
  { column: 'kiddo wasm', player: 'kiddo', build: 'build', votes: 'votes' },
  { column: 'flatbush', player: 'flatbush', build: 'build', votes: 'votes' },
  { column: 'kiddo native', player: 'native', build: 'kiddo.build', votes: 'kiddo.votes' },
  { column: 'scipy cKDTree', player: 'sklearn', build: 'tree.build', votes: 'tree.votes' },
  { column: 'scikit-learn', player: 'sklearn', build: 'build', votes: 'votes', named: true },
];
const OURS = [
  { column: 'ours, Chromium', player: 'ours' },
  { column: 'ours, native', player: 'native' },
];
const FIRST = OURS[0].column;

/** @param {any} problem @param {number} k */
const specOf = (problem, k) => ({ problem, sample: { n: MILLION }, learner: { kind: 'knn', k } });

/** Specs of the sets that the core draws, for the files that the others read. */
export const drawnSpecs = () =>
  Object.fromEntries(
    Object.entries(SETS).flatMap(([set, { problem }]) => (problem ? [[set, specOf(problem, 5)]] : [])),
  );

/** The points of the toy problem, drawn anew. @param {import('./cast.mjs').Cast} cast @param {number} rounds */
export async function drawRow(cast, rounds) {
  const entries = OURS.map(({ column, player }) => ({
    name: column,
    work: 1,
    async sample() {
      await cast.players[player].call('begin', { spec: specOf({}, 5) });
      return cast.players[player].call('draw');
    },
  }));
  await entries[0].sample();
  return rowOf('draw 1,000,000 points', await inTurn(entries, rounds), {});
}

/**
 * @typedef {object} Asked  somebody who is asked
 * @property {string} column
 * @property {(k: number) => Promise<unknown>} ready  untimed
 * @property {(k: number) => Promise<import('./contestant.mjs').Answer>} index
 * @property {(side: number, k: number, give?: boolean) => Promise<import('./contestant.mjs').Answer>} votes
 * @property {number} [rounds]
 */

/**
 * Rows of one set of points.
 * @param {import('./cast.mjs').Cast} cast @param {string} set
 * @param {{ks: number[], rounds: number, patience: number}} options ks: the first is the one whose index is measured
 */
export async function setRows(cast, set, { ks, rounds, patience }) {
  const { title, problem } = SETS[set];
  // Reading a million rows leaves the module's memory large, so that has a worker of its own.
  const fresh = problem ? undefined : await cast.ours(`ours on ${set}`);
  const players = fresh ? { ...cast.players, ours: fresh } : cast.players;
  const asked = [...OURS.map((own) => ourAsked(own, players, set)), ...rivalsAsked(players)];
  for (const player of new Set(RIVALS.map(({ player }) => player))) {
    await players[player]?.call('points', { file: players[player].place(`${set}.bin`) });
  }
  const rows = [];
  for (const k of problem ? ks : ks.slice(0, 1)) {
    /** @type {Record<string, any>} */
    const slow = {};
    for (const { column, ready, index, votes } of asked) {
      await ready(k);
      await index(k);
      const seconds = secondsOf(await votes(PROBE, k)) * (PICTURE / PROBE) ** 2;
      if (seconds > TOO_LONG) slow[column] = { text: `≈ ${Math.round(seconds)} s`, estimated: seconds };
    }
    const quick = asked.filter(({ column }) => !(column in slow));
    const faults = await compare(quick, k);
    const pictures = quick.map(({ column, votes }) => ({ name: column, work: 1, sample: () => votes(PICTURE, k) }));
    const measured = await inTurn(pictures, rounds, patience);
    rows.push(rowOf(`${title}: picture of ${PICTURE} × ${PICTURE}, k = ${k}`, measured, faults, slow));
    if (k === ks[0]) rows.unshift(...(await indexRows(quick, { title, k, faults, rounds, patience })));
  }
  await fresh?.close();
  return rows;
}

/** The index alone, and with the queries that follow. */
async function indexRows(/** @type {Asked[]} */ asked, { title, k, faults, rounds, patience }) {
  /** @type {Record<string, import('./contestant.mjs').Answer[]>} */
  const alone = Object.fromEntries(asked.map(({ column }) => [column, []]));
  const entries = asked.map(({ column, ready, index, votes, rounds }) => ({
    name: column,
    work: 1,
    rounds,
    async sample() {
      await ready(k);
      const built = await index(k);
      alone[column].push(built);
      return together([built, await votes(SMALL, k)]);
    },
  }));
  const both = await inTurn(entries, rounds, patience);
  const built = Object.fromEntries(Object.entries(alone).map(([column, answers]) => [column, measuredOf(answers, 1)]));
  return [rowOf(`${title}: index`, built, faults), rowOf(`${title}: index and 40,000 queries, k = ${k}`, both, faults)];
}

/** @param {(typeof OURS)[number]} own @param {Record<string, import('./cast.mjs').Player>} players @param {string} set @returns {Asked} */
function ourAsked({ column, player }, players, set) {
  const { call, place } = players[player];
  const { problem } = SETS[set];
  let begun = 0;
  return {
    column,
    rounds: problem || player === 'native' ? undefined : ROUNDS_ON_ROWS,
    async ready(k) {
      if (begun === k) {
        await call('again');
      } else if (problem) {
        await call('begin', { spec: specOf(problem, k) });
        await call('draw');
      } else {
        await call('begin.rows', { file: place(`${set}.bin`), k });
      }
      begun = k;
    },
    index: () => call('index'),
    async votes(side, k, give) {
      const answer = await call('raster', { side, give });
      return give ? { result: answer.result.map((/** @type {number} */ share) => Math.round(share * k)) } : answer;
    },
  };
}

/** @param {Record<string, import('./cast.mjs').Player>} players @returns {Asked[]} */
const rivalsAsked = (players) =>
  RIVALS.filter(({ player }) => players[player]).map(({ column, player, build, votes, named }) => ({
    column,
    ready: async () => {},
    index: (k) => players[player].call(build, named ? { k } : {}),
    votes: (side, k, give = false) => players[player].call(votes, { side, k, give }),
  }));

/** What is wrong with each one's votes, held against ours in Chromium. @param {Asked[]} asked @param {number} k */
async function compare(asked, k) {
  /** @type {Record<string, string>} */
  const faults = {};
  /** @type {number[] | undefined} */
  let right;
  for (const { column, votes } of asked) {
    const { result } = await votes(PICTURE, k, true);
    right ??= result;
    const off = result.filter((/** @type {number} */ vote, /** @type {number} */ i) => vote !== right[i]).length;
    // Ours must agree with itself to the bit.
    const allowed = OURS.some((own) => own.column === column) ? 0 : TIES * right.length;
    if (off > allowed) faults[column] = `${off} of ${right.length} votes differ`;
  }
  return faults;
}

/**
 * @param {string} name @param {Record<string, import('./measure.mjs').Measured>} measured
 * @param {Record<string, string>} faults @param {Record<string, any>} [others]  columns that were not measured
 */
function rowOf(name, measured, faults, others = {}) {
  const first = measured[FIRST];
  const columns = Object.entries(measured).map(([column, mine]) => [
    column,
    { times_quicker: first && mine !== first ? ratio(first, mine) : undefined, void: faults[column], ...mine },
  ]);
  return { name, columns: { ...Object.fromEntries(columns), ...others } };
}

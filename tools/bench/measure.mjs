// Measuring side by side: everybody in turn, round after round, so that a slow moment of the machine meets all alike.

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {() => Promise<import('./contestant.mjs').Answer>} sample  works once
 * @property {number} work  what one sample does, in the unit of the row
 */
/** @typedef {{median: number, min: number, max: number}} Spread */
/**
 * @typedef {object} Measured
 * @property {Spread} seconds  for one sample: of the thread, or by the clock where the system does not tell
 * @property {Spread} wall     the same by the clock
 * @property {boolean} byClock
 * @property {number} work
 * @property {number[]} rounds seconds of each round
 */

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number[]} values @returns {Spread} */
export const spread = (values) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values) });

/** @param {import('./contestant.mjs').Answer} answer */
export const secondsOf = (answer) => answer.cpu ?? answer.wall;

/**
 * @param {Entry[]} entries @param {number} rounds
 * @returns {Promise<Record<string, Measured>>}
 */
export async function inTurn(entries, rounds) {
  const answers = entries.map(() => /** @type {import('./contestant.mjs').Answer[]} */ ([]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const who = (turn + round) % entries.length;
      answers[who].push(await entries[who].sample());
    }
  }
  return Object.fromEntries(
    entries.map(({ name, work }, who) => {
      const seconds = answers[who].map(secondsOf);
      const walls = answers[who].map(({ wall }) => wall);
      const byClock = answers[who].some(({ cpu }) => cpu === null || cpu === undefined);
      return [name, { seconds: spread(seconds), wall: spread(walls), byClock, work, rounds: seconds }];
    }),
  );
}

/** Work a second. @param {Measured} measured */
export const rate = ({ work, seconds }) => work / seconds.median;

/**
 * How many times quicker `a` is than `b`: the median over the rounds, each of which compares neighbours in time.
 * @param {Measured} a @param {Measured} b
 */
export const ratio = (a, b) => median(a.rounds.map((seconds, i) => a.work / seconds / (b.work / b.rounds[i])));

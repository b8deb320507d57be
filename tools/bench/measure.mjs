// Measuring side by side: everybody in turn, round after round, so that a slow moment of the machine meets all alike.

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {() => Promise<import('./contestant.mjs').Answer>} sample  works once
 * @property {number} work  what one sample does, in the unit of the row
 * @property {number} [rounds]  at most so many, where getting ready takes long
 */
/** @typedef {{median: number, min: number, max: number}} Spread */
/**
 * @typedef {object} Measured
 * @property {Spread} seconds  for one sample: of the thread, or by the clock where the system does not tell
 * @property {Spread} wall     the same by the clock
 * @property {boolean} byClock
 * @property {number} work
 * @property {(number | null)[]} rounds seconds of each round; null where it was left out
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
 * @param {number} [patience] seconds that anybody may take in all; who is slower has fewer rounds, but at least one
 * @returns {Promise<Record<string, Measured>>}
 */
export async function inTurn(entries, rounds, patience = Infinity) {
  /** @type {(import('./contestant.mjs').Answer | undefined)[][]} by entry and round */
  const answers = entries.map(() => []);
  const taken = entries.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const who = (turn + round) % entries.length;
      if (taken[who] > patience || round >= (entries[who].rounds ?? rounds)) continue;
      const answer = await entries[who].sample();
      answers[who][round] = answer;
      taken[who] += answer.wall;
    }
  }
  return Object.fromEntries(entries.map(({ name, work }, who) => [name, measuredOf(answers[who], work)]));
}

/** @param {(import('./contestant.mjs').Answer | undefined)[]} answers by round @param {number} work @returns {Measured} */
export function measuredOf(answers, work) {
  const given = answers.filter((answer) => answer !== undefined);
  return {
    seconds: spread(given.map(secondsOf)),
    wall: spread(given.map(({ wall }) => wall)),
    byClock: given.some(({ cpu }) => cpu === null || cpu === undefined),
    work,
    rounds: Array.from(answers, (answer) => (answer ? secondsOf(answer) : null)),
  };
}

/** Work a second. @param {Measured} measured */
export const rate = ({ work, seconds }) => work / seconds.median;

/**
 * How many times quicker `a` is than `b`: the median over the rounds that both had, each of which compares neighbours in time.
 * @param {Measured} a @param {Measured} b
 */
export function ratio(a, b) {
  const both = a.rounds.map((seconds, i) => [seconds, b.rounds[i]]).filter(([mine, theirs]) => mine && theirs);
  return median(both.map(([mine, theirs]) => a.work / mine / (b.work / theirs)));
}

/** Several answers as one: what was worked one after the other. @param {import('./contestant.mjs').Answer[]} answers */
export function together(answers) {
  const sum = (/** @type {(answer: import('./contestant.mjs').Answer) => number} */ of) =>
    answers.reduce((total, answer) => total + of(answer), 0);
  const timed = answers.every(({ cpu }) => cpu !== null && cpu !== undefined);
  return { wall: sum(({ wall }) => wall), cpu: timed ? sum(({ cpu }) => cpu) : null };
}

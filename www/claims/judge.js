// One seed of a claim, judged on this page as the program judges it (src/measure/claims.rs): which specs are run, what is made of
// their numbers, in the same order of operations, so that the result can be compared bit for bit.

/** @typedef {import('./words.js').Claim} Claim */
/** @typedef {import('./words.js').Effect} Effect */
/** @typedef {import('./words.js').Spec} Spec */
/** @typedef {(run: string, name: string) => number} Read  the number `MEASURE.REGION` of a run */
/** @typedef {(run: string) => ArrayLike<number>} Picture  its answers over the plane, `PIXELS` along a side */

/** Of the pictures that are compared. */
export const PIXELS = 160;

/** Sums of measured errors, and how pictures differ; the other special tests look at points, and are the command line's. */
const SPECIAL = {
  /** @param {Read} _ @param {string[]} runs @param {Picture} picture */
  disagreement(_, runs, picture) {
    const [own, ...others] = runs.slice(0, 3).map((run) => Array.from(picture(run), (p) => p >= 0.5));
    const [data, weights] = others.map((other) => other.filter((inside, i) => inside !== own[i]).length);
    return data / weights;
  },
  /** @param {Read} read @param {string[]} runs */
  spread_ratio: (read, runs) => halves(read, runs, (all) => largest(all) / smallest(all)),
  /** @param {Read} read @param {string[]} runs */
  spread_gap: (read, runs) => halves(read, runs, (all) => largest(all) - smallest(all)),
  /** @param {Read} read @param {string[]} runs */
  tip_share: (read, [run]) => tipShare(read, run, 'density', 'share'),
  /** @param {Read} read @param {string[]} runs */
  tip_area_share: (read, [run]) => tipShare(read, run, 'area', 'area_share'),
};

/** @param {number[]} values */
const largest = (values) => values.reduce((most, value) => (value > most ? value : most), -Infinity);
/** @param {number[]} values */
const smallest = (values) => values.reduce((least, value) => (value < least ? value : least), Infinity);

/** @param {Read} read @param {string[]} runs @param {(errors: number[]) => number} of */
function halves(read, runs, of) {
  const errors = runs.map((run) => read(run, 'density.all'));
  const half = Math.floor(errors.length / 2);
  return of(errors.slice(half)) / of(errors.slice(0, half));
}

/** @param {Read} read @param {string} run @param {string} error @param {string} share */
function tipShare(read, run, error, share) {
  const part = (/** @type {string} */ region) => read(run, `${error}.${region}`) * read(run, `${share}.${region}`);
  const others = ['dense', 'sparse', 'centre'].map(part);
  return part('tip') / largest(others);
}

/** Can this page compute it? @param {Effect} effect */
export const isLive = ({ special }) => special === undefined || Object.hasOwn(SPECIAL, special);

/** Does it look at pictures? @param {Effect} effect */
export const isSeen = ({ special }) => special === 'disagreement';

/** @param {Effect} effect @param {Read} read @param {Picture} picture */
export function valueOf({ of, over, minus, special, runs = [] }, read, picture) {
  const product = (/** @type {string | string[] | undefined} */ operands) =>
    (operands === undefined ? [] : [operands].flat()).reduce((so_far, operand) => {
      const blank = operand.indexOf(' ');
      return so_far * read(operand.slice(0, blank), operand.slice(blank + 1));
    }, 1);
  const [above, below] = [product(of), product(over)];
  const less = minus === undefined ? 0 : product(minus);
  const first = special === undefined ? 1 : SPECIAL[/** @type {keyof typeof SPECIAL} */ (special)](read, runs, picture);
  return (first * above) / below - less;
}

/** @param {Effect} effect @param {number | null | undefined} value not a number holds nowhere */
export function holds({ min, max }, value) {
  if (value === null || value === undefined) return false;
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

/** Are these the bits that the ledger stores? What is not a finite number it stores as null. @param {number} fresh @param {number | null | undefined} stored */
export const same = (fresh, stored) => (Number.isFinite(fresh) ? Object.is(fresh, stored) : stored === null);

/** The runs that an effect asks numbers of. @param {Effect} effect @returns {string[]} */
export function runsOf({ of, over, minus, runs = [] }) {
  const operands = [of, over, minus].flatMap((part) => (part === undefined ? [] : [part].flat()));
  return [...operands.map((operand) => operand.slice(0, operand.indexOf(' '))), ...runs];
}

/**
 * The specs of the runs for one seed, by name. Data, initial weights and label flips get this seed; one that a run names itself
 * counts from it in thousands.
 * @param {Claim} claim @param {number} seed
 * @param {{counter?: boolean, problem?: {mixture_seed: number, rotation: number}}} [options]
 * @returns {Map<string, Spec>}
 */
export function specsOf({ resolved }, seed, { counter = false, problem } = {}) {
  if (!resolved) throw new Error('The ledger does not say what its runs are made of.');
  return new Map(
    Object.entries(resolved.runs).map(([name, own]) => {
      /** @type {Spec} */
      const spec = structuredClone((counter ? resolved.counter[name] : undefined) ?? own);
      const trains = !['knn', 'family'].includes(spec.learner?.kind);
      for (const [group, wanted] of /** @type {[string, boolean][]} */ ([
        ['sample', true],
        ['labels', (spec.labels ?? null) !== null],
        ['learner', trains],
      ])) {
        if (wanted) spec[group] = { ...spec[group], seed: (seed + (spec[group]?.seed ?? 0) * 1000) >>> 0 };
      }
      if (problem && (spec.problem?.kind ?? null) === null) {
        const { mixture_seed, rotation } = problem;
        spec.problem = { ...spec.problem, mixture: 'random', mixture_seed, rotation };
      }
      return [name, spec];
    }),
  );
}

/** A guess at what a run costs here, by its size alone; for “how long”, not for any claim. @param {Spec} spec complete or not */
export function seconds({ sample = {}, learner = {}, budget = {}, measure = {} }) {
  const points = sample.n ?? 1000;
  const asked = (measure.test_n ?? 100_000) + 150_000;
  if (learner.kind === 'knn') return points * 1.5e-6 + asked * 5e-6;
  if (learner.kind === 'family') return 10;
  const widths = [2, ...(learner.hidden ?? [64, 64]), 1];
  const products = widths.slice(1).reduce((sum, width, i) => sum + width * widths[i], 0);
  const seen = budget.steps ? budget.steps * (learner.batch ?? 256) : (budget.epochs ?? 1000) * points;
  return points * 0.5e-6 + (products * (3 * seen + asked)) / 2.5e9;
}

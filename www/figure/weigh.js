// The error by density of a picture: its wrong pixels, weighed by the density at each. Rougher than measuring on test
// points and at hand at once, so it stands in for the measured number while a slider moves.

/** @typedef {import('../engine/client.js').Engine} Engine */
/** @typedef {import('../state/figure-state.js').Spec} Spec */

/** What a picture is held against, for one problem, view and side; only the latest is kept. */
/** @type {{key: string, weigh: Promise<(p: ArrayLike<number>) => number>} | undefined} */
let latest;

/**
 * @param {Engine} engine @param {Spec} spec @param {ArrayLike<number>} view @param {number} side of the raster
 * @returns {Promise<(p: ArrayLike<number>) => number>} takes the raster's probabilities
 */
export function weigher(engine, spec, view, side) {
  const key = JSON.stringify([spec.problem, Array.from(view), side]);
  if (latest?.key !== key) {
    const weigh = prepare(engine, spec, view, side);
    weigh.catch(() => (latest = undefined));
    latest = { key, weigh };
  }
  return latest.weigh;
}

/** @param {Engine} engine @param {Spec} spec @param {ArrayLike<number>} view @param {number} side */
async function prepare(engine, spec, view, side) {
  /** @type {[Uint8Array, Float32Array]} */
  const [truth, density] = await Promise.all([
    engine.call('truth', spec, view, side, side),
    engine.call('density', spec, view, side, side),
  ]);
  let all = 0;
  for (let i = 0; i < density.length; i++) all += density[i];
  return (/** @type {ArrayLike<number>} */ p) => {
    let wrong = 0;
    for (let i = 0; i < density.length; i++) if (p[i] >= 0.5 !== (truth[i] === 1)) wrong += density[i];
    return wrong / all;
  };
}

// The closed curve, the density of the points as fog, and a sample. None of them knows of the others: the curve can be
// turned and the points stay. The reader marks the place where every model will go wrong longest; later figures show it.

import { contour } from '../draw/contour.js';
import { paintCounts, totals } from '../draw/counts.js';
import { largest, paintFog } from '../draw/heatmap.js';
import { outlinePath, strokeOutline } from '../draw/outline.js';
import { paintPoints, pointRadius } from '../draw/points.js';
import { PLANE } from '../draw/projection.js';
import { createAsk } from '../figure/ask.js';
import { createPlaceGuess } from '../figure/guess.js';
import { createFigure } from '../figure/kit.js';
import { newestWins } from '../figure/newest.js';
import { fixed, integer, measured, number, valueOf } from '../figure/number.js';
import { createPlane } from '../figure/plane.js';
import { whenTrained } from '../figure/train.js';

/** @typedef {import('../figure/plane.js').Brush} Brush */
/** @typedef {import('../state/figure-state.js').Spec} Spec */
/**
 * @typedef {object} Picture
 * @property {string} key
 * @property {import('../draw/heatmap.js').Raster} [fog]
 * @property {{outline: ArrayLike<number>, tip?: ArrayLike<number>}} [problem]
 * @property {Float32Array} [rows]   the points, when there are few
 * @property {{counts: Uint32Array, width: number, height: number}} [bins] when there are many
 */

const RUN = 'nearest';
/** Up to here each point is drawn; beyond, bins are. */
const SINGLE = 4000;
const FOG_SIDE = 120;
/** Contour lines of the fog, as shares of its peak. */
const LEVELS = [0.5, 0.25, 0.1, 0.03, 0.01];
/** Half the side of the square in which points near a place are counted. */
const REACH = 0.1;
/** Radius of the ring that points the tip out. */
const TIP_RING = 0.13;

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  const plane = createPlane({
    finest: 400,
    begin: fig.begin,
    end: fig.end,
    onResize: () => follow(),
    onPlace(place) {
      const taken = guess.at(place);
      ask.at(taken ? undefined : place);
      return taken;
    },
  });
  const guess = createPlaceGuess(
    state,
    plane,
    'Before you go on: tap the place where every model will go wrong longest.',
  );
  const ask = createAsk(plane, question, { announce: fig.announce, onError: (error) => fig.fail(error) });
  fig.frame.pictures.append(plane.root);
  fig.frame.side.append(guess.root, fig.frame.controls);

  /** @type {import('../engine/client.js').Run | undefined} */
  let run;
  let held = '';
  /** @type {Picture | undefined} */
  let picture;
  let counted = { inside: 0, outside: 0 };

  const queue = newestWins(
    /** @param {{spec: Spec, key: string, side: number}} wish @param {import('../figure/newest.js').Turn} turn */
    async ({ spec, key, side }, turn) => {
      if (!run) fig.watch(RUN, (run = engine.open(spec)));
      else if (held !== key) await run.respec(spec);
      held = key;
      await whenTrained(run);
      const n = spec.sample.n;
      const [density, problem, rows, counts] = await Promise.all([
        engine.call('density', spec, PLANE, FOG_SIDE, FOG_SIDE),
        fig.problem(spec),
        n <= SINGLE ? run.sample(n) : undefined,
        run.counts({ view: PLANE, width: side, height: side }),
      ]);
      const fog = { data: density, width: FOG_SIDE, height: FOG_SIDE };
      picture = { key, fog, problem, rows, bins: rows ? undefined : { counts, width: side, height: side } };
      counted = totals(counts);
      fig.clear();
      fig.frame.status('live');
      paint();
      turn.giveWay();
      const errors = await run.errors({ signal: turn.signal });
      if (turn.signal.aborted) return;
      say(spec, errors);
      ask.again();
    },
    { onError: (error) => fig.fail(error, retry), onBusy: fig.begin, onIdle: fig.end },
  );

  function follow() {
    const spec = structuredClone(state.spec());
    queue.want({ spec, key: JSON.stringify(spec), side: plane.rasterSide() });
  }

  function retry() {
    held = '';
    follow();
  }

  function paint() {
    const shown = picture;
    if (!shown) return;
    plane.paint((brush) => paintWorld(brush, shown, state.show));
    plane.describe(describe(shown, state.show, state.get('sample.n')));
  }

  /** @param {Spec} spec @param {import('../figure/number.js').Measured[]} errors */
  function say(spec, errors) {
    const { n } = spec.sample;
    const share = valueOf(errors, 'share', 'tip') ?? 0;
    const turned = spec.problem.rotation !== 0;
    fig.frame.say(
      `Of ${integer(n)} points, ${integer(counted.inside)} fell inside the curve${turned ? ', turned as it is,' : ''} and ` +
        `${integer(counted.outside)} outside. The tip holds `,
      measured(errors, 'share', { run: RUN, region: 'tip' }),
      ` of the fog: of ${integer(n)} points, expect ${number(share * n)} there.`,
    );
  }

  /** How many points lie near a place? @param {import('../figure/plane.js').Place} place @param {AbortSignal} signal */
  async function question({ x, y }, signal) {
    if (!run) return undefined;
    const spec = state.spec();
    /** @type {import('../draw/projection.js').View} */
    const near = [
      Math.max(x - REACH, PLANE[0]),
      Math.max(y - REACH, PLANE[1]),
      Math.min(x + REACH, PLANE[2]),
      Math.min(y + REACH, PLANE[3]),
    ];
    const [counts, truth] = await Promise.all([
      run.counts({ view: near, width: 1, height: 1 }, { signal }),
      engine.call('truth', spec, [x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3], 1, 1),
    ]);
    const { inside, outside } = totals(counts);
    const words = `${integer(inside + outside)} of ${integer(spec.sample.n)} points within ${fixed(REACH, 1)} in x and y`;
    return { truth: truth[0] === 1, words };
  }

  fig.showStored(() => {
    const stored = fig.stored.find(state.spec());
    if (!stored || picture) return;
    const rows = stored.sample ? Float32Array.from(stored.sample) : undefined;
    const { outline } = fig.stored;
    picture = { key: '', rows, problem: outline && { outline } };
    counted = totalsOf(rows ?? []);
    fig.frame.status('stored');
    paint();
    say(stored.spec, stored.errors);
  });

  return fig.start({
    update({ path }) {
      guess.refresh();
      if (path === 'show') paint();
      else if (path !== 'guess') follow();
    },
    destroy() {
      queue.close();
      ask.close();
      run?.close();
      plane.destroy();
    },
  });
}

/** @param {ArrayLike<number>} rows x, y, label… */
function totalsOf(rows) {
  const counts = { inside: 0, outside: 0 };
  for (let i = 2; i < rows.length; i += 3) counts[rows[i] === 1 ? 'inside' : 'outside']++;
  return counts;
}

/** @param {Brush} brush @param {Picture} picture @param {Set<string>} show */
function paintWorld({ ctx, palette, to, ratio, side, width, height }, { fog, problem, rows, bins }, show) {
  ctx.fillStyle = palette.css.paper;
  ctx.fillRect(0, 0, width, height);
  if (fog && show.has('fog')) {
    paintFog(ctx, fog, palette.rgb.fog, 0.34);
    const peak = largest(fog.data);
    ctx.lineJoin = 'round';
    ctx.lineWidth = 0.75 * ratio;
    ctx.strokeStyle = palette.css.fog;
    ctx.globalAlpha = 0.35;
    for (const level of LEVELS) ctx.stroke(contour(fog, level * peak, width, height));
    ctx.globalAlpha = 1;
  }
  if (show.has('sample')) {
    if (bins) paintCounts(ctx, bins, { insideRgb: palette.rgb.inside, outsideRgb: palette.rgb.outside });
    else if (rows) paintPoints(ctx, rows, to, palette.css, ratio * pointRadius(rows.length / 3, side));
  }
  if (!problem) return;
  if (show.has('tip') && problem.tip) {
    const [x, y] = [to.x(problem.tip[0]), to.y(problem.tip[1])];
    const ring = new Path2D();
    ring.arc(x, y, TIP_RING * to.scale, 0, 2 * Math.PI);
    const style = {
      colour: palette.css.ink,
      halo: palette.css.paper,
      width: 1.5 * ratio,
      dash: [5 * ratio, 4 * ratio],
    };
    strokeOutline(ctx, ring, style);
    ctx.font = `600 ${13 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'center';
    ctx.fillStyle = palette.css.ink;
    ctx.fillText('tip', x, y - (TIP_RING * to.scale + 7 * ratio));
  }
  if (show.has('curve')) {
    const style = { colour: palette.css.truth, halo: palette.css.paper, width: 2 * ratio };
    strokeOutline(ctx, outlinePath(problem.outline, to), style);
  }
}

/** @param {Picture} picture @param {Set<string>} show @param {number} n */
function describe({ rows }, show, n) {
  const parts = [
    show.has('fog') && 'the density of the points as fog, thickest at the lower left and the upper right',
    show.has('curve') && 'the closed curve, a spiral arm that ends in a thin tip',
    show.has('sample') &&
      `${integer(n)} points${rows ? '' : ', counted into small squares'}, orange inside and blue outside`,
    show.has('tip') && 'a ring around the tip',
  ].filter(Boolean);
  return `The plane${parts.length > 0 ? ` with ${parts.join('; ')}` : ', empty'}.`;
}

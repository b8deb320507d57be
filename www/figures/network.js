// A network trains on one sample before the reader's eyes. What it draws is what this sample happened to say: the seeds of
// the sample and of the first weights are turned separately, and weight decay calms the border without filling anything in.

import { paintActivation, strongest } from '../draw/activation.js';
import { contour } from '../draw/contour.js';
import { outlinePath, strokeOutline } from '../draw/outline.js';
import { paintWrong } from '../draw/wrong.js';
import { h } from '../figure/dom.js';
import { createFigure } from '../figure/kit.js';
import { createLossChart } from '../figure/loss-chart.js';
import { formats, integer, measured, number } from '../figure/number.js';
import { paintModel } from '../figure/paint.js';
import { storedRaster } from '../figure/stored.js';
import { createTraining, storedTraining } from '../figure/training.js';
import { createUnitPicker, parseUnit } from '../figure/unit-picker.js';

/** @typedef {import('../draw/heatmap.js').Raster} Raster */
/** @typedef {import('../figure/plane.js').Brush} Brush */
/** @typedef {import('../figure/training.js').Scene} Scene */

const RUN = 'xy';

/** @type {import('../figure/kit.js').Mount} */
export function mount(element, engine, state) {
  const fig = createFigure(element, engine, state);
  const hidden = () => state.get('learner.hidden') ?? [64, 64];
  const unit = () => parseUnit(state.look, hidden());
  const chart = createLossChart({ label: 'Loss over the training, on the points trained on and on new points' });
  const picker = createUnitPicker(state, hidden);

  const training = createTraining(fig, {
    members: [{ name: RUN, variant: 'xy' }],
    finest: 400,
    unit,
    draw(brush, _, { parts: [part], truth }, outline) {
      if (part.unit && unit()) {
        paintUnit(brush, part.unit, part.raster, outline);
        return true;
      }
      paintModel(brush, { raster: part.raster, truth: state.show.has('wrong') ? truth : undefined }, paintWrong);
      if (state.show.has('others')) paintBorders(brush, others());
      return false;
    },
    onScene(scene) {
      const { unit: looked } = scene.parts[0];
      picker.tell(looked && strongest(looked.data));
      drawLoss(scene);
      describe(scene);
      if (!scene.fine) sayMoving(scene);
    },
    onErrors(errors, scene) {
      const { n } = state.get('sample');
      const decay = state.get('learner.weight_decay');
      const epochs = scene.perEpoch ? scene.step / scene.perEpoch : 0;
      const when = scene.perEpoch
        ? `After ${number(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}`
        : `After ${integer(scene.step)} updates`;
      fig.frame.say(
        scene.step === 0 ? 'Before any training' : `${when} on ${integer(n)} points`,
        decay > 0 ? `, with weight decay ${formats.number(decay)},` : '',
        ' the network is wrong on ',
        measured(errors[0], 'density', { run: RUN }),
        ' of new points; by area, on ',
        measured(errors[0], 'area', { run: RUN }),
        ' of the plane. Close to the curve it finds ',
        measured(errors[0], 'recall', { run: RUN, region: 'dense' }),
        ' of the arm where the points are dense, ',
        measured(errors[0], 'recall', { run: RUN, region: 'sparse' }),
        ' where they are sparse, and at the tip ',
        measured(errors[0], 'recall', { run: RUN, region: 'tip' }),
        '.',
      );
    },
  });
  fig.frame.pictures.append(training.planes[0].root);
  fig.frame.side.append(training.bar, h('div', { class: 'loss' }, chart.root));
  fig.frame.more.hidden = false;
  fig.frame.more.lastElementChild?.append(picker.root);

  /** @param {Scene} scene */
  function drawLoss({ parts: [{ loss }], total, perEpoch }) {
    if (!loss) return;
    chart.update([{ name: RUN, label: '', colour: 'var(--series-xy)', loss }], { total, perEpoch });
  }

  /** @param {Scene} scene */
  function sayMoving({ step, perEpoch, parts: [{ loss }] }) {
    const [own, fresh] = [loss?.train.at(-1), loss?.test.at(-1)];
    const when = perEpoch ? `Epoch ${integer(Math.floor(step / perEpoch))}` : `Update ${integer(step)}`;
    if (own === undefined || fresh === undefined) fig.frame.say(`${when}: the weights are still as they were drawn.`);
    else fig.frame.say(`${when}: the loss is ${number(own)} on its own points and ${number(fresh)} on new ones.`);
  }

  /** @param {Scene} scene */
  function describe({ step, total }) {
    const n = integer(state.get('sample.n'));
    const looked = unit();
    training.planes[0].describe(
      looked
        ? `Where hidden unit ${looked.unit + 1} of layer ${looked.layer + 1} is active; the deeper the colour, the more.`
        : `The plane as the network colours it ${step < total ? `after ${integer(step)} of ${integer(total)} steps` : 'when trained'} on ${n} points: orange inside, blue outside.`,
    );
  }

  /** Stored pictures of this very network on other samples; none when the reader has changed more than the seeds. @returns {Raster[]} */
  function others() {
    const spec = state.spec();
    return fig.stored.runs
      .filter((run) => run.spec.sample?.seed !== spec.sample.seed)
      .filter((run) => storedTraining(fig.stored, { ...spec, sample: run.spec.sample }) === run)
      .filter((run) => run.spec.sample.n === spec.sample.n)
      .flatMap((run) => pictureOf(run) ?? []);
  }

  /** @type {Map<import('../figure/stored.js').StoredRun, ReturnType<typeof storedRaster>>} */
  const pictures = new Map();
  /** @param {import('../figure/stored.js').StoredRun} run */
  function pictureOf(run) {
    if (!pictures.has(run)) pictures.set(run, storedRaster(run));
    return pictures.get(run);
  }

  fig.showStored(() => {
    training.showStored([storedTraining(fig.stored, state.spec())]);
    training.paint();
  });

  return fig.start({
    update(change) {
      picker.refresh();
      if (change.path === 'show') training.paint();
      else training.follow(change);
    },
    pause: training.hide,
    destroy() {
      chart.destroy();
      training.destroy();
    },
  });
}

/** What one hidden unit sees, with the decision line of the whole network. @param {Brush} brush @param {Raster} unit @param {Raster} [answer] @param {Float32Array} [outline] */
function paintUnit({ ctx, palette, to, ratio, width, height }, unit, answer, outline) {
  ctx.fillStyle = palette.css.paper;
  ctx.fillRect(0, 0, width, height);
  paintActivation(ctx, unit, { positive: palette.rgb.polar, negative: palette.rgb.knn });
  if (answer) {
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 1.25 * ratio;
    ctx.strokeStyle = palette.css.inside;
    ctx.stroke(contour(answer, 0.5, width, height));
  }
  if (outline) {
    const style = { colour: palette.css.truth, halo: palette.css.paper, width: 1.25 * ratio };
    strokeOutline(ctx, outlinePath(outline, to), style);
  }
}

/** @param {Brush} brush @param {Raster[]} rasters */
function paintBorders({ ctx, palette, ratio, width, height }, rasters) {
  ctx.save();
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  ctx.lineWidth = ratio;
  ctx.strokeStyle = palette.css.fog;
  ctx.globalAlpha = 0.75;
  for (const raster of rasters) ctx.stroke(contour(raster, 0.5, width, height));
  ctx.restore();
}

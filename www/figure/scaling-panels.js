// Parts of the figure scaling-curve: choices that stand in its link's own words, the table of fits, and the panel that runs it here.

import { freshId, h } from './dom.js';
import { fixed, integer } from './number.js';
import { createLiveSweep } from './sweep.js';

/** @typedef {import('./kit.js').Figure} Figure */
/** @typedef {import('./scaling-data.js').Line} Line */
/** @typedef {import('./scaling-data.js').ScalingData} ScalingData */
/** @typedef {{line: Line, n: number, seed: number, steps: number}} Tag */
/** @typedef {Tag & {values: Record<string, number>, digest: string, same: boolean | undefined, seconds: number}} LiveDot */

/** Runs side by side: one for each worker there may be. */
const AT_ONCE = 4;

/** @param {string} legend @param {readonly {id: string, label: string}[]} options @param {(id: string) => void} choose @param {string} control */
export function createChoice(legend, options, choose, control) {
  const name = freshId(control);
  const inputs = options.map(({ id, label }) => ({
    id,
    label,
    input: h('input', { type: 'radio', name, 'data-control': control, value: id, onchange: () => choose(id) }),
  }));
  return {
    root: h(
      'fieldset',
      { class: 'control choice' },
      h('legend', {}, legend),
      h('div', { class: 'options' }, ...inputs.map(({ input, label }) => h('label', {}, input, h('span', {}, label)))),
    ),
    /** @param {string} id */
    refresh(id) {
      for (const { id: own, input } of inputs) input.checked = own === id;
    },
  };
}

/** @param {{value: number, low?: number, high?: number}} estimate @param {number} digits @param {number} [scale] */
function interval({ value, low, high }, digits, scale = 1) {
  const text = fixed(scale * value, digits);
  return low === undefined || high === undefined ? text : `${text} (${fixed(scale * low, digits)} to ${fixed(scale * high, digits)})`;
}

/** What a small lab would have promised from 10,000 points, and what a million then showed. */
export function createFitTable() {
  const body = h('tbody');
  const root = h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': 'Fits', tabindex: 0 },
    h(
      'table',
      {},
      h('caption', {}, 'Error = a · N^−α + floor, fitted up to 10,000 points, and its promise for a million (95 % intervals)'),
      h(
        'thead',
        {},
        h('tr', {}, ...['', 'α', 'Floor, %', 'Promised at 1,000,000, %', 'Measured, %', 'Measured / promised', 'A straight line?'].map((label) => h('th', { scope: 'col' }, label))),
      ),
      body,
    ),
  );
  return {
    root,
    /** @param {ScalingData} data @param {Line[]} lines @param {number} steps @param {{id: string}} measure */
    update(data, lines, steps, measure) {
      const rows = lines.flatMap((line) => {
        const fit = data.fit(line, steps, measure.id);
        const last = fit?.affordable.predictions?.at(-1);
        if (!fit || !last) return [];
        return [
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, line.label),
            h('td', {}, interval(fit.affordable.alpha, 2)),
            h('td', {}, interval(fit.affordable.c, 2, 100)),
            h('td', {}, interval(last.predicted, 3, 100)),
            h('td', {}, fixed(100 * last.measured, 3)),
            h('td', {}, interval(last.miss, 2)),
            h('td', {}, fit.whole.straight ? 'not shown to bend' : 'not a straight line'),
          ),
        ];
      });
      body.replaceChildren(...rows);
      root.hidden = rows.length === 0;
    },
  };
}

/**
 * "Rerun here": one seed of every line that is shown, at every size.
 * @param {Figure} fig
 * @param {{jobs: () => import('./sweep.js').Job[], stored: (tag: Tag) => string | null | undefined, onDots: (dots: LiveDot[]) => void}} hooks
 */
export function createLivePanel(fig, { jobs, stored, onDots }) {
  /** @type {LiveDot[]} */
  let dots = [];
  /** @type {string[]} */
  let diverged = [];
  let hidden = false;
  let working = false;
  const start = h('button', { type: 'button', 'data-action': 'rerun' }, 'Rerun one seed here');
  const pause = h('button', { type: 'button', class: 'quiet', 'data-action': 'pause', hidden: true }, 'Pause');
  const report = h('span', { class: 'report', 'data-report': 'sweep' });
  const sweep = createLiveSweep(fig.engine, AT_ONCE, {
    onResult({ tag }, { values, digest, seconds, diverged: message }) {
      if (message) {
        diverged.push(`${tag.line.label}, ${integer(tag.n)} points: ${message}`);
        return;
      }
      const wanted = stored(tag);
      dots.push({ ...tag, values, digest, seconds, same: wanted ? wanted === digest : undefined });
      onDots(dots);
    },
    onState({ state, done, total, secondsLeft, note }) {
      if ((state === 'running') !== working) {
        working = state === 'running';
        if (working) fig.begin();
        else fig.end();
      }
      start.textContent = state === 'running' || state === 'paused' ? 'Stop' : 'Rerun one seed here';
      pause.hidden = state !== 'running' && state !== 'paused';
      pause.textContent = state === 'paused' ? 'Continue' : 'Pause';
      fig.frame.progress(state === 'running' && total > 0 ? done / total : undefined);
      report.textContent = words(state, done, total, secondsLeft, note);
      if (state === 'done') fig.announce(report.textContent ?? '');
    },
    onError: (error) => fig.fail(error),
  });

  /** @param {string} state @param {number} done @param {number} total @param {number | undefined} left @param {string | undefined} note */
  function words(state, done, total, left, note) {
    if (state === 'idle' && done === 0) return '';
    const compared = dots.filter(({ same }) => same !== undefined);
    const equal = compared.filter(({ same }) => same).length;
    const bits = compared.length > 0 ? ` ${integer(equal)} of ${integer(compared.length)} have the bits of the stored runs.` : '';
    const time = state === 'running' && left !== undefined ? `, about ${duration(left)} left` : '';
    const bad = diverged.length > 0 ? ` Diverged: ${diverged.join('; ')}.` : '';
    return `${integer(done)} of ${integer(total)} runs${time}${state === 'paused' ? ', paused' : ''}.${bits}${bad}${note ? ` ${note}` : ''}`;
  }

  start.addEventListener('click', () => {
    if (sweep.state === 'running' || sweep.state === 'paused') {
      sweep.stop();
      return;
    }
    dots = [];
    diverged = [];
    onDots(dots);
    fig.frame.status('live');
    sweep.start(jobs());
  });
  pause.addEventListener('click', () => (sweep.state === 'paused' ? sweep.resume() : sweep.pause()));

  return {
    root: h('div', { class: 'rerun sweep' }, start, pause, report),
    refresh() {
      start.disabled = false;
    },
    /** Nothing is computed behind the reader's back. @param {boolean} away */
    hide(away) {
      if (away === hidden) return;
      hidden = away;
      if (away && sweep.state === 'running') sweep.pause();
    },
    close: () => sweep.close(),
  };
}

/** @param {number} seconds */
function duration(seconds) {
  return seconds < 90 ? `${integer(Math.ceil(seconds))} s` : `${integer(Math.ceil(seconds / 60))} min`;
}


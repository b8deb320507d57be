// A module with the core's API that computes next to nothing, deterministically, and takes as long as it is told to.
// What it does is asked for in the spec: {total, seed, stepMs, pixelMs, pointMs, divergeAt, trapAt, hangAt, trapRaster, bad}.

/**
 * @param {(ms: number) => void} spend lets time pass
 * @param {() => void} [hang] the worker never comes back from here
 */
export function fakeWasm(spend, hang = () => {}) {
  class Session {
    constructor(spec) {
      this.respec(spec);
    }
    respec(spec) {
      if (spec.bad) throw new Error(`bad: ${spec.bad} is not allowed`);
      spend(spec.buildMs ?? 0);
      this.given = {
        total: 1000,
        seed: 1,
        stepMs: 1,
        pixelMs: 0.001,
        pointMs: 0.001,
        partMs: 1,
        draw: 1000,
        tail: 0,
        ...spec,
      };
      this.drawn = 0;
      this.tail = this.given.tail;
      this.done = 0;
      this.state = this.given.seed >>> 0;
      this.measured = 0;
      this.digested = 0;
    }
    spec() {
      return { ...this.given };
    }
    spec_id() {
      return `id-${this.given.seed}-${this.given.total}`;
    }
    progress() {
      const { total, divergeAt } = this.given;
      const base = { done: this.done, total, epoch: 0, epochs: 1 };
      if (this.done === divergeAt) return { ...base, state: 'diverged', message: `lost its way at step ${this.done}` };
      return { ...base, state: this.done >= total ? 'done' : 'running' };
    }
    advance(steps) {
      if (!(Number.isInteger(steps) && steps > 0)) throw new Error(`advance(${steps})`);
      this.measured = this.digested = 0;
      if (this.drawn < this.given.draw) {
        // As the core does: the same verb first draws the sample, without a step.
        spend(steps * 0.001);
        this.drawn += steps;
        return this.progress();
      }
      for (let i = 0; i < steps && this.progress().state === 'running'; i++) {
        if (this.done === this.given.trapAt) throw new WebAssembly.RuntimeError('unreachable');
        if (this.done === this.given.hangAt) {
          hang();
          throw new Error('hung');
        }
        // Like an index, whose last unit stands for several passes.
        if (this.done === this.given.total - 1 && this.tail-- > 0) {
          spend(0.01);
          continue;
        }
        this.done++;
        this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
        spend(this.given.stepMs);
      }
      return this.progress();
    }
    raster(view, width, height) {
      if (!(width > 0 && height > 0)) throw new Error(`width: ${width} is not allowed`);
      return this.raster_rows(view, width, height, 0, height);
    }
    raster_rows(_view, width, _height, row0, rows) {
      if (this.given.trapRaster) throw new WebAssembly.RuntimeError('unreachable');
      spend(width * rows * this.given.pixelMs);
      return Float32Array.from({ length: width * rows }, (_, i) => (this.state % 1000) + (row0 * width + i) / 1e6);
    }
    unit_raster(_layer, unit, _view, width, height) {
      return new Float32Array(width * height).fill(unit);
    }
    sample_counts(_view, width, height) {
      return new Uint32Array(2 * width * height).fill(1);
    }
    sample(max) {
      return new Float32Array(3 * Math.min(max, this.drawn, this.given.draw));
    }
    probability(x, y) {
      return (this.state % 1000) / 1000 + x + y;
    }
    neighbours() {
      return [];
    }
    loss() {
      return { step: [this.done], train: [], test: [], test_error: [] };
    }
    cost() {
      return this.drawn >= this.given.draw ? { train: this.done } : null;
    }
    measure(points) {
      spend(points * this.given.pointMs);
      this.measured += points;
      return this.measured >= 100000;
    }
    errors() {
      if (this.measured < 100000) throw new Error('not measured');
      return [{ measure: 'density', region: 'all', value: (this.state % 1000) / 1000, count: 100000 }];
    }
    digest_step() {
      if (this.progress().state !== 'done') return false;
      spend(this.given.partMs);
      return ++this.digested >= 50;
    }
    digest() {
      if (this.progress().state !== 'done') throw new Error('digest: the run is not finished');
      return `digest-${this.state}`;
    }
    snapshot() {
      return new Uint8Array(new Uint32Array([this.done, this.state]).buffer);
    }
    restore(bytes) {
      if (bytes.length !== 8) throw new Error('snapshot: not one of ours');
      [this.done, this.state] = new Uint32Array(bytes.slice().buffer);
      this.drawn = this.given.draw;
    }
    free() {
      this.freed = true;
    }
  }
  return {
    Session,
    engine: () => 1,
    random_seed: () => 7,
    check_spec: (spec) => new Session(spec).spec(),
    default_spec: (kind) => ({ kind }),
    spec_ranges: () => ({}),
    parse_link: (text) => ({ figure: text, variants: [] }),
    format_link: ({ figure }) => `#fig=${figure}`,
    problem: () => ({ outline: new Float32Array(4), regions: [] }),
    density: (_spec, _view, width, height) => new Float32Array(width * height),
    truth(_spec, _view, width) {
      if (width === 666) throw new WebAssembly.RuntimeError('unreachable');
      return new Uint8Array(width);
    },
  };
}

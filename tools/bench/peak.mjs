// The multiply-add peak of a WebAssembly engine: how many multiplications and additions of f32x4 a second it does when there is
// nothing else to do. Fused multiply-add is left out, since the core may not use it either.
//
// The module is put together here byte by byte: its loop is then known to hold only these instructions, and it needs no build.

/** Independent chains, as many as may be needed to hide the latency and still fit into 16 registers with the two constants. */
const CHAINS = [8, 10, 12];
/** Multiplications and additions of each chain in one round of the loop. */
const UNROLLED = 8;
const LANES = 4;

const [F32, I32, V128] = [0x7d, 0x7f, 0x7b];
const SPLAT = [0xfd, 0x13];
const FIRST_LANE = [0xfd, 0x1f, 0];
const ADD = [0xfd, 0xe4, 0x01];
const MULTIPLY = [0xfd, 0xe6, 0x01];
const get = (/** @type {number} */ local) => [0x20, local];
const set = (/** @type {number} */ local) => [0x21, local];

/** Length in LEB128, then the bytes. @param {number[]} bytes */
function sized(bytes) {
  const length = [];
  let rest = bytes.length;
  for (; rest > 127; rest >>= 7) length.push((rest & 127) | 128);
  return [...length, rest, ...bytes];
}

/**
 * `peak(a: f32, b: f32, rounds: i32) -> f32`, which lets each chain go x = x * a + b.
 * @param {number} chains
 */
function moduleOf(chains) {
  const [a, b, rounds, va, vb, first] = [0, 1, 2, 3, 4, 5];
  const all = Array.from({ length: chains }, (_, i) => first + i);
  const step = all.flatMap((x) => [...get(x), ...get(va), ...MULTIPLY, ...get(vb), ...ADD, ...set(x)]);
  const body = [
    ...[1, chains + 2, V128],
    ...[...get(a), ...SPLAT, ...set(va), ...get(b), ...SPLAT, ...set(vb)],
    // Each chain starts elsewhere, so that no two are the same computation.
    ...all.flatMap((x, i) => [...get(i === 0 ? va : x - 1), ...get(vb), ...ADD, ...set(x)]),
    ...[0x03, 0x40, ...Array(UNROLLED).fill(step).flat()],
    ...[...get(rounds), 0x41, 1, 0x6b, 0x22, rounds, 0x0d, 0, 0x0b],
    ...get(first),
    ...all.slice(1).flatMap((x) => [...get(x), ...ADD]),
    ...[...FIRST_LANE, 0x0b],
  ];
  const name = [...'peak'].map((letter) => letter.charCodeAt(0));
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, ...sized([1, 0x60, 3, F32, F32, I32, 1, F32])],
    ...[3, ...sized([1, 0])],
    ...[7, ...sized([1, ...sized(name), 0, 0])],
    ...[10, ...sized([1, ...sized(body)])],
  ]);
}

/**
 * One loop for each number of chains. `run` does so many operations and some more; the fastest loop is the peak.
 * @returns {{chains: number, run: (operations: number) => number}[]} run returns the operations done
 */
export function peakLoops() {
  return CHAINS.map((chains) => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(chains)));
    const peak = /** @type {(a: number, b: number, rounds: number) => number} */ (exports.peak);
    const each = chains * UNROLLED * LANES * 2;
    return {
      chains,
      run(operations) {
        const rounds = Math.ceil(operations / each);
        // Towards 1, through neither subnormal nor infinite numbers.
        const sum = peak(0.999, 0.001, rounds);
        if (!(sum > 0 && sum < 1000)) throw new Error(`the peak's loop came to ${sum}`);
        return rounds * each;
      },
    };
  });
}

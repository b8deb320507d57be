// The benchmark: every workload of the page by ours and by what a user might pick instead, side by side in one run.
//   node tools/bench/main.mjs [--quick] [--only WORD] [--json FILE]
// build.sh bench builds what this needs. Nothing passes or fails here: tests assert outcomes, this measures.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { closeAll, serve, withPage } from '../../tests/page/harness.mjs';
import { ROOT } from '../serve.mjs';
import { Cast } from './cast.mjs';
import { SECTIONS } from './sections.mjs';
import { layOut } from './site.mjs';
import { print } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'string', default: join(ROOT, '.build', 'bench.json') },
  },
});

const BUILT = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'bench');
const SITE = join(ROOT, '.build', 'bench', 'site');

/** @typedef {{quick: boolean, wanted: (row: string) => boolean, cast: Cast, say: (text: string) => void}} Run */

async function bench() {
  layOut(SITE, {
    pkg: join(ROOT, 'www', 'pkg'),
    packages: join(ROOT, '.build', 'bench', 'node_modules'),
    kiddo: join(BUILT, 'wasm32-unknown-unknown', 'release', 'bench_kiddo.wasm'),
  });
  const { url } = await serve('.build/bench/site');
  const word = options.only.toLowerCase();
  const rows = [];
  await withPage('chromium', { url }, async ({ page }) => {
    await page.goto(url);
    const cast = await Cast.gather({ page, native: join(BUILT, 'release', 'bench-native'), data: join(SITE, 'data') });
    const machine = {
      processor: os.cpus()[0]?.model.trim(),
      processors: os.cpus().length,
      system: `${os.type()} ${os.release()}`,
      node: process.version,
      chromium: await page.browser().version(),
      ...cast.versions,
    };
    const about = Object.entries(machine).map(([what, which]) => `${what} ${which}`);
    console.log(`${about.join('; ')}\nload ${os.loadavg()[0].toFixed(1)} at the start\n`);
    try {
      for (const section of SECTIONS) {
        const heading = section.name.toLowerCase();
        /** @type {Run} */
        const run = {
          quick: options.quick,
          wanted: (row) => `${heading} ${row.toLowerCase()}`.includes(word),
          cast,
          say: (text) => process.stderr.write(`  ${text}\n`),
        };
        const measured = await section.measure(run);
        if (measured.length) print(section, measured);
        rows.push(...measured.map((row) => ({ section: section.name, ...row })));
        save({ machine, quick: options.quick, rows });
      }
    } finally {
      await cast.close();
    }
  });
}

function save(/** @type {unknown} */ result) {
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify(result, null, 1)}\n`);
}

try {
  await bench();
  console.log(`\nmin, max and every round: ${options.json}`);
} finally {
  await closeAll();
}

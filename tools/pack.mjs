// The page's scripts as they are sent: minified, and modules that always come together joined into one file. As single files
// they compress worse (each begins without a dictionary) and cost a request each.
//
// - What a page, a figure's name or an embedder addresses keeps its path; everything shared goes to chunk/, which lies as
//   deep as the folders of the sources, so that addresses written `../…` from import.meta.url hold there too.
// - The worker is one file of its own, the generated glue included: a worker cannot be told early what it will import.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

const WORKER = 'engine/worker.js';

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  bundle: true,
  minify: true,
  format: 'esm',
  // What the oldest browser with WebAssembly SIMD and light-dark() can do is more than this.
  target: 'es2022',
  legalComments: 'none',
  charset: 'utf8',
  write: false,
  metafile: true,
  logLevel: 'warning',
};

/**
 * @param {string} source folder
 * @returns {Promise<{scripts: Map<string, Uint8Array>, chain: (entries: string[]) => string[]}>} scripts by path;
 *   chain: the given ones and all that they import at once, in the order in which they are met
 */
export async function packScripts(source) {
  const figures = readdirSync(join(source, 'figures')).filter((name) => name.endsWith('.js'));
  const addressed = [
    'figure.js',
    'embed.js',
    'ledger.js',
    'figure/host.js',
    ...figures.map((name) => `figures/${name}`),
  ];
  const options = { ...COMMON, outdir: source, outbase: source };
  const [page, worker] = await Promise.all([
    build({
      ...options,
      entryPoints: addressed.map((path) => join(source, path)),
      splitting: true,
      chunkNames: 'chunk/[hash]',
    }),
    build({ ...options, entryPoints: [join(source, WORKER)] }),
  ]);
  const scripts = new Map(
    [...page.outputFiles, ...worker.outputFiles].map(({ path, contents }) => [relative(source, path), contents]),
  );
  const { outputs } = page.metafile;

  /** @param {string[]} entries */
  function chain(entries) {
    const met = new Set();
    const visit = (path) => {
      if (met.has(path)) return;
      met.add(path);
      for (const { path: next, kind } of outputs[join(source, path)].imports)
        if (kind === 'import-statement') visit(relative(source, next));
    };
    for (const entry of entries) visit(entry);
    return [...met];
  }
  return { scripts, chain };
}

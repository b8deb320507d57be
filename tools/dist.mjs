// Writes dist/, what a host gets: index.html, embed.html and one folder v-<hash>/ with everything else.
// With --strict a reference that leads nowhere is an error, else it is only named.
// The hash is over that folder's contents, so it may be cached for ever, and two versions of the page never mix.
//
// Scripts are minified and packed (tools/pack.mjs), style sheets minified, JSON written without blanks. Each page holds its
// style sheets, which are small and hold up the first paint, and names in its head what its first figure will ask for: so
// all of it comes in one round trip instead of link by link.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { filesUnder, hashContents } from './hash.mjs';
import { packScripts } from './pack.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const SOURCE = 'www';
const TARGET = 'dist';
const PAGES = ['index.html', 'embed.html'];

/** Types for the editor, stamps and hidden files stay at home; scripts come packed. */
const isPrivate = (path) => path.endsWith('.ts') || path.endsWith('.js') || /(^|\/)\./.test(path);

/**
 * Puts `folder/` before every reference to something that moves there: a file, or a folder written with its slash.
 * References are attributes (href, src, srcset…) and module specifiers in inline scripts.
 */
function rewrite(html, folder) {
  const moved = (reference) => {
    const path = reference.replace(/^\.\//, '');
    const name = path.split(/[?#]/)[0];
    const file = join(SOURCE, name);
    if (name === '' || PAGES.includes(name) || !existsSync(file)) return reference;
    return name.endsWith('/') || statSync(file).isFile() ? `${folder}/${path}` : reference;
  };
  const attributes = /(?<=\s)((?:href|src|poster|content|data-[\w-]+)=)(["'])([^"']*)\2/g;
  const lists = /(?<=\s)((?:srcset|imagesrcset)=)(["'])([^"']*)\2/g;
  const imports = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.\/[^"']+)\2/g;
  return html
    .replace(attributes, (_, name, quote, value) => name + quote + moved(value) + quote)
    .replace(lists, (_, name, quote, value) => name + quote + value.replace(/[^\s,]+/g, moved) + quote)
    .replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, (script) =>
      script.replace(imports, (_, verb, quote, value) => verb + quote + './' + moved(value) + quote),
    );
}

/**
 * Links that fetch early what the page's scripts will ask for: its modules with all that they import, and if a figure is
 * named on the page the program and, of the first one, its module, its definition and the stored result it begins with.
 * A page whose address names the figure may turn out to show none, and what is fetched for nothing makes the browser warn.
 * @param {string} html as in the source @param {string} folder @param {(entries: string[]) => string[]} chain
 */
function earlyLinks(html, folder, chain) {
  const scripts = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map((match) => match[1]);
  const first = /<bitter-figure name="([^"]+)"/.exec(html)?.[1];
  const modules = chain([...scripts, 'figure/host.js', ...(first ? [`figures/${first}.js`] : [])]);
  const data = [];
  if (first) {
    const { results, first: begin = results } = JSON.parse(readFileSync(`${SOURCE}/figures/${first}.json`, 'utf8'));
    data.push('pkg/bitter_lesson_bg.wasm', 'style/figure.css', `figures/${first}.json`, `results/${begin}.json`);
  }
  return [
    ...modules.map((path) => `<link rel="modulepreload" href="${folder}/${path}">`),
    ...data.map((path) => `<link rel="preload" as="fetch" crossorigin href="${folder}/${path}">`),
  ];
}

/** The page with its style sheets inside. @param {string} html @param {Map<string, string | Uint8Array>} contents */
function withStyles(html, contents) {
  const links = /<link rel="stylesheet" href="([^"]+)">(\s*<link rel="stylesheet" href="[^"]+">)*/g;
  return html.replace(links, (run) => {
    const sheets = [...run.matchAll(/href="([^"]+)"/g)].map((match) => String(contents.get(match[1])).trim());
    return `<style>${sheets.join('')}</style>`;
  });
}

/** Every local reference of a page must lead to a file of dist/. @returns {string[]} those that do not */
function brokenReferences(html, folder) {
  const references = [...html.matchAll(/\s(?:href|src|poster)=["']([^"'#?]+)[^"']*["']/g)].map((match) => match[1]);
  return references
    .filter((reference) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(reference))
    .filter((reference) => !existsSync(join(folder, posix.normalize(reference))));
}

/** @param {string} file @returns {Promise<string | Buffer>} as it is sent */
async function compact(file) {
  const bytes = readFileSync(file);
  if (file.endsWith('.css')) return (await transform(bytes.toString(), { loader: 'css', minify: true })).code;
  if (file.endsWith('.json')) return JSON.stringify(JSON.parse(bytes.toString()));
  return bytes;
}

const pages = PAGES.filter((page) => existsSync(join(SOURCE, page)));
if (!pages.includes('index.html')) {
  console.error('dist: www/index.html is missing.');
  process.exit(1);
}
const { scripts, chain } = await packScripts(SOURCE);
/** @type {Map<string, string | Uint8Array>} what stands in the folder, by path */
const contents = new Map(scripts);
for (const file of filesUnder(SOURCE).filter((path) => !isPrivate(path))) {
  const path = relative(SOURCE, file);
  if (!pages.includes(path)) contents.set(path, await compact(file));
}
const version = `v-${hashContents([...contents].sort(([a], [b]) => (a < b ? -1 : 1))).slice(0, 12)}`;

const texts = new Map(
  pages.map((page) => {
    const html = readFileSync(join(SOURCE, page), 'utf8');
    const links = earlyLinks(html, version, chain);
    return [
      page,
      rewrite(withStyles(html, contents), version).replace(/(?=<script type="module")/, `${links.join('\n  ')}\n  `),
    ];
  }),
);
const unchanged =
  existsSync(join(TARGET, version)) &&
  [...texts].every(
    ([page, text]) => existsSync(join(TARGET, page)) && readFileSync(join(TARGET, page), 'utf8') === text,
  ) &&
  readdirSync(TARGET).length === pages.length + 1;

if (unchanged) {
  console.log('dist/: up to date');
} else {
  console.log(`dist/: writing ${[...pages, `${version}/`].join(', ')}`);
  const staging = '.build/dist';
  rmSync(staging, { recursive: true, force: true });
  for (const [path, bytes] of contents) {
    const copy = join(staging, version, path);
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, bytes);
  }
  for (const [page, text] of texts) writeFileSync(join(staging, page), text);
  rmSync(TARGET, { recursive: true, force: true });
  renameSync(staging, TARGET);
}

const broken = [...texts].flatMap(([page, text]) => brokenReferences(text, TARGET).map((to) => `${page} -> ${to}`));
if (broken.length) {
  console.error(`dist/: these references lead nowhere:\n  ${broken.join('\n  ')}`);
  if (process.argv.includes('--strict')) process.exit(1);
}

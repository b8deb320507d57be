// Writes dist/, what a host gets: index.html, embed.html and one folder v-<hash>/ with everything else.
// With --strict a reference that leads nowhere is an error, else it is only named.
// The hash is over that folder's contents, so it may be cached for ever, and two versions of the page never mix.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder, hashFiles } from './hash.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const SOURCE = 'www';
const TARGET = 'dist';
const PAGES = ['index.html', 'embed.html'];

/** Types for the editor, stamps and hidden files stay at home. */
const isPrivate = (path) => path.endsWith('.d.ts') || /(^|\/)\./.test(path);

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

/** Every local reference of a page must lead to a file of dist/. @returns {string[]} those that do not */
function brokenReferences(html, folder) {
  const references = [...html.matchAll(/\s(?:href|src|poster)=["']([^"'#?]+)[^"']*["']/g)].map((match) => match[1]);
  return references
    .filter((reference) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(reference))
    .filter((reference) => !existsSync(join(folder, posix.normalize(reference))));
}

const pages = PAGES.filter((page) => existsSync(join(SOURCE, page)));
if (!pages.includes('index.html')) {
  console.error('dist: www/index.html is missing.');
  process.exit(1);
}
const files = filesUnder(SOURCE).filter((file) => !pages.includes(relative(SOURCE, file)) && !isPrivate(file));
const version = `v-${hashFiles(files).slice(0, 12)}`;

const texts = new Map(pages.map((page) => [page, rewrite(readFileSync(join(SOURCE, page), 'utf8'), version)]));
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
  for (const file of files) {
    const copy = join(staging, version, relative(SOURCE, file));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(file, copy);
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

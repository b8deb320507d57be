// Addresses of what is taken away: where the pages lie, and the frame that shows one figure elsewhere.

const FOLDER = new URL('../', import.meta.url);
const VERSION = /\/(v-[0-9a-f]{12})\/$/.exec(FOLDER.pathname)?.[1];

/** Folder of index.html and embed.html: what a host gets keeps everything else one folder below. */
export const SITE = VERSION ? new URL('../', FOLDER) : FOLDER;
/** The folder's name, which is a hash of all that is in it; absent where the sources are served. */
export const BUILD = VERSION ?? null;

const LICENCE = 'CC BY 4.0';
export const TERMS = { name: LICENCE, url: 'https://creativecommons.org/licenses/by/4.0/' };
export const ESSAY = 'The Bitter Lesson, Rerun';

/**
 * @param {URL | string} site @param {string} link "#fig=…" @param {string} title @param {number} height CSS pixels
 */
export function embedSnippet(site, link, title, height) {
  const url = new URL('embed.html', site);
  url.hash = link;
  const attributes = { src: url.href, title, loading: 'lazy', allow: 'clipboard-write', width: '100%', height };
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return `<iframe ${written.join(' ')} style="border: 0"></iframe>`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

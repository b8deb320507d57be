// One figure from the hash of this page: embed.html#fig=prior, or any link copied from a figure.
// The figure reads the rest of the link itself.

import { FIGURE_NAMES } from './figure/names.js';

const place = /** @type {HTMLElement} */ (document.getElementById('figure'));

function show() {
  const name = new URLSearchParams(location.hash.slice(1)).get('fig') ?? '';
  if (!FIGURE_NAMES.includes(name)) {
    const lead = name && `There is no figure called “${name.slice(0, 40)}”. `;
    const names = FIGURE_NAMES.join(', ');
    place.replaceChildren(
      paragraph(
        `${lead}This page shows one figure, named in its address: embed.html#fig=prior, for example. There are: ${names}.`,
      ),
    );
    return;
  }
  const figure = document.createElement('bitter-figure');
  figure.setAttribute('name', name);
  place.replaceChildren(figure);
}

/** @param {string} text */
function paragraph(text) {
  const p = document.createElement('p');
  p.textContent = text;
  return p;
}

// The page around a frame cannot see how tall this one is; whoever embeds may listen for it.
if (window.parent !== window) {
  new ResizeObserver(() => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    window.parent.postMessage({ type: 'bitter-figure-height', height }, '*');
  }).observe(document.documentElement);
}

window.addEventListener('hashchange', () => {
  // The figure follows changes within its own link; another figure takes its place.
  const name = new URLSearchParams(location.hash.slice(1)).get('fig');
  if (name !== place.querySelector('bitter-figure')?.getAttribute('name')) show();
});
show();

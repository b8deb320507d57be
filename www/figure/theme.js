// The colours of style/tokens.css as a canvas needs them, resolved where the figure stands: an embedder may have set its
// own, and the colour scheme may change while the page is open.

/** @typedef {[number, number, number]} Rgb */
/**
 * @typedef {object} Palette  each colour as CSS text and as numbers
 * @property {Record<Token, string>} css
 * @property {Record<Token, Rgb>} rgb
 */

const TOKENS = /** @type {const} */ ({
  paper: '--paper',
  ink: '--ink',
  muted: '--muted',
  rule: '--rule',
  inside: '--inside',
  outside: '--outside',
  insideFill: '--inside-fill',
  outsideFill: '--outside-fill',
  truth: '--truth',
  wrong: '--wrong',
  fog: '--fog',
  knn: '--series-knn',
  xy: '--series-xy',
  polar: '--series-polar',
  extras: '--series-extras',
});
/** @typedef {keyof typeof TOKENS} Token */

/** @param {Element} host an element inside the figure @returns {Palette} */
export function readPalette(host) {
  const box = document.createElement('span');
  box.hidden = true;
  // All probes stand before the first is read: one pass over the styles instead of one for each colour.
  const probes = Object.entries(TOKENS).map(([name, variable]) => {
    const probe = document.createElement('i');
    probe.style.color = `var(${variable})`;
    box.append(probe);
    return { name, probe };
  });
  host.append(box);
  const palette = { css: /** @type {any} */ ({}), rgb: /** @type {any} */ ({}) };
  for (const { name, probe } of probes) {
    const rgb = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? ['0', '0', '0']).slice(0, 3).map(Number);
    palette.rgb[name] = rgb;
    palette.css[name] = `rgb(${rgb.join(' ')})`;
  }
  box.remove();
  return palette;
}

/**
 * Tells when the colours may have changed: the system's scheme, or `data-theme` on the page or on the figure.
 * @param {Element} host @param {() => void} changed @returns {() => void} stop
 */
export function onThemeChange(host, changed) {
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', changed);
  const observer = new MutationObserver(changed);
  const options = { attributes: true, attributeFilter: ['data-theme', 'style', 'class'] };
  observer.observe(document.documentElement, options);
  const root = host.getRootNode();
  if (root instanceof ShadowRoot) observer.observe(root.host, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    scheme.removeEventListener('change', changed);
    observer.disconnect();
  };
}

// Style sheets that only some figures need, adopted by the tree the figure stands in.

const HERE = new URL('../style/', import.meta.url);

/** @param {string} name of style/NAME @returns {Promise<CSSStyleSheet>} empty when it cannot be read */
export async function loadStyle(name) {
  const sheet = new CSSStyleSheet();
  const response = await fetch(new URL(name, HERE)).catch(() => undefined);
  sheet.replaceSync(response?.ok ? await response.text() : '');
  return sheet;
}

/** @param {Element} element @param {CSSStyleSheet} sheet */
export function adoptStyle(element, sheet) {
  const root = element.getRootNode();
  const tree = root instanceof ShadowRoot ? root : document;
  if (!tree.adoptedStyleSheets.includes(sheet)) tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
}

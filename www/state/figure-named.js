// Which figure a link is for: all that the loader needs to know of links.

/**
 * The figure a fragment names; undefined for a section anchor. Cheap: it decides which figure wakes up.
 * @param {string} hash
 * @returns {string | undefined}
 */
export function figureNamed(hash) {
  return /^#fig=([^&]{0,64})/.exec(hash)?.[1];
}

/*
 * What a page keeps over its own reload. A browser may forbid it; then nothing is kept.
 */

/** @param {string} key @param {unknown} value */
export function keep(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Forbidden, or no room.
  }
}

/** @param {string} key */
export function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Forbidden: nothing was kept.
  }
}

/** What was kept; null where nothing was. @param {string} key @returns {any} */
export function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

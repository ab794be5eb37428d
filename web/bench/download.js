/*
 * Gives the visitor a file that the page has made: nothing is asked of the server for it.
 */

/** So long a browser may take to begin, ms. */
const KEPT_MS = 10_000;

/**
 * @param {string} text
 * @param {string} type
 * @param {string} name
 */
export function download(text, type, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/*
 * Numbers as people read them. The unit is chosen by size; the precision is what
 * the measurement bears, not what the float has.
 */

/** @param {number|null|undefined} bytes */
export function formatBytes(bytes) {
  if (bytes === null || bytes === undefined) return '–';
  if (Math.abs(bytes) < 1000) return `${bytes} B`;
  if (Math.abs(bytes) < 1_000_000) return `${trim(bytes / 1000)} kB`;
  return `${trim(bytes / 1_000_000)} MB`;
}

/** @param {number|null|undefined} ms */
export function formatMs(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trim(ms / 1000)} s`;
  return `${trim(ms / 60_000)} min`;
}

/** @param {number} ms since the beginning of the run */
export function formatAxis(ms) {
  const seconds = ms / 1000;
  return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
}

/** @param {number} ms since the beginning of the run */
export function formatStamp(ms) {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** @param {number} value */
function trim(value) {
  return value >= 99.5 ? String(Math.round(value)) : value.toFixed(1);
}

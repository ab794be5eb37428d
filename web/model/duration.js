/*
 * Durations as the contract writes them: a number with a unit, "500ms", "15s",
 * "2m", "1h". A bare number is refused, because nobody can tell its unit from sight.
 */

/** @type {Record<string, number>} */
const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration text, or null where it is none.
 * @param {string} text
 */
export function parseDuration(text) {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2]] : null;
}

/**
 * Milliseconds of a duration that was already checked.
 * @param {string} text
 */
export function ms(text) {
  const value = parseDuration(text);
  if (value === null) throw new RangeError(`wanted a duration such as 500ms, found "${text}"`);
  return value;
}

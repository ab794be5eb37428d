/*
 * What a client adds that has no reconnect of its own: where to go on, and how long to
 * wait before. Off by default, as browsers have it.
 */
import { ms } from '../model/duration.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/**
 * What to ask for: without resuming, a connection opened again knows nothing of what it missed.
 * @param {import('./link.js').Reader} reader
 * @param {boolean} resumes
 */
export function whereToGoOn(reader, resumes) {
  if (resumes) return reader.cursor ?? 'earliest';
  return reader.opened ? 'latest' : 'earliest';
}

/**
 * Back-off with jitter (as RFC 6455 section 7.2.3 asks of WebSockets). Half of the time is fixed, half is
 * chance: a crowd that was cut together must not return together.
 * @param {number} failures
 */
export function backOff(failures) {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
  return Math.round(longest / 2 + (Math.random() * longest) / 2);
}

/**
 * How long to stay away: what this lane is set to, else back-off.
 * @param {import('../model/types.js').LaneSettings} settings
 * @param {number} failures
 */
export function staysAway({ values }, failures) {
  return values.again ? ms(values.again) : backOff(failures);
}

/**
 * Milliseconds of a Retry-After header in seconds (RFC 9110 section 10.2.3), or null.
 * @param {string|null} text
 */
export function retryAfter(text) {
  return text !== null && /^\d{1,6}$/.test(text.trim()) ? Number(text) * 1000 : null;
}

// The corpus of event streams (tests/golden/event-stream, told in tests/golden/README.md): each case's bytes, and what
// the standard and the browsers make of them. Read here for the tests in Node and in browsers.
import { readFileSync, readdirSync } from 'node:fs';

/**
 * @typedef {{type: string, data: string, lastEventId: string}} Told an event
 * @typedef {{events: Told[], reconnectionTime: number|'default', lastEventId: string, comments: string[]}} Outcome
 * @typedef {{name: string, bytes: Uint8Array, outcomes: Record<'standard'|'chromium'|'firefox', Outcome>}} Case
 */

const folder = new URL('../../golden/event-stream/', import.meta.url);

/** All cases, by name. @returns {Case[]} */
export function cases() {
  const names = readdirSync(folder).filter((one) => one.endsWith('.in')).map((one) => one.slice(0, -3)).sort();
  if (names.length < 70) throw new Error(`${names.length} cases in ${folder}: the corpus was not found`);
  return names.map((name) => {
    const text = readFileSync(new URL(`${name}.in`, folder), 'utf8');
    const { chromium, firefox, ...standard } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
    return {
      name,
      bytes: bytesOf(text, `${name}.in`),
      outcomes: { standard: outcome(standard), chromium: outcome({ ...standard, ...chromium }), firefox: outcome({ ...standard, ...firefox }) },
    };
  });
}

/** @param {any} says */
function outcome({ events, reconnectionTime, lastEventId, comments = [] }) {
  return {
    events: events.map((/** @type {any} */ one) => ({ type: whole(one.type), data: whole(one.data), lastEventId: whole(one.lastEventId) })),
    reconnectionTime,
    lastEventId: whole(lastEventId),
    comments: comments.map(whole),
  };
}

/** A text of a case: a string, or a list of strings and repeats. @param {any} text @returns {string} */
function whole(text) {
  if (!Array.isArray(text)) return text;
  return text.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join('');
}

/** @type {Record<string, number>} */
const ESCAPES = { n: 0x0a, r: 0x0d, t: 0x09, 0: 0x00, '\\': 0x5c };

/**
 * The bytes that the text of an `.in` file stands for.
 * @param {string} text
 * @param {string} name
 * @returns {Uint8Array}
 */
export function bytesOf(text, name) {
  // In alternatives: a repeat, a byte in hexadecimal, an escape of one letter, a line of the layout, any other character.
  const parts = text.matchAll(/\\\{(\d+) ((?:[^\\}\n]|\\[^{])+)\}|\\x([0-9A-F]{2})|\\([nrt0\\])|(\n)|([^])/gu);
  const out = [...parts].map(([found, times, repeated, hex, letter, layout]) => {
    if (times) return Buffer.alloc(Number(times) * bytesOf(repeated, name).length, bytesOf(repeated, name));
    if (hex) return Buffer.of(parseInt(hex, 16));
    if (letter) return Buffer.of(ESCAPES[letter]);
    if (layout) return Buffer.alloc(0);
    if (found === '\\' || found < ' ') throw new Error(`${name}: wanted an escape that is known, found ${JSON.stringify(found)}`);
    return Buffer.from(found);
  });
  return new Uint8Array(Buffer.concat(out));
}

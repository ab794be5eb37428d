// The golden connections (tests/golden/wire, told in tests/golden/README.md): what crossed, and the spans of it.
import { readFileSync, readdirSync } from 'node:fs';
import { bytesOf } from './corpus.js';

/**
 * @typedef {import('../../../web/proto/dissect/tray.js').Way} Way
 * @typedef {{name: string, pieces: [Way, Uint8Array][], spans: object[]}} Case
 */

const folder = new URL('../../golden/wire/', import.meta.url);

/** All cases, by name. @returns {Case[]} */
export function cases() {
  const names = readdirSync(folder).filter((one) => one.endsWith('.in')).map((one) => one.slice(0, -3)).sort();
  if (names.length < 30) throw new Error(`${names.length} cases in ${folder}: the golden files were not found`);
  return names.map((name) => {
    const read = (/** @type {string} */ end) => readFileSync(new URL(name + end, folder), 'utf8');
    const spans = read('.jsonl').trimEnd().split('\n').map((line) => JSON.parse(line));
    return { name, pieces: piecesOf(read('.in'), name), spans };
  });
}

/**
 * `# what it shows`, then lines of what crossed: `> ` up and `< ` down; neighbours that go the same way are one piece.
 * @param {string} text
 * @param {string} name
 */
function piecesOf(text, name) {
  /** @type {[Way, Uint8Array][]} */
  const pieces = [];
  for (const line of text.trimEnd().split('\n').slice(1)) {
    if (!/^[<>] /.test(line)) throw new Error(`${name}: wanted a line that begins with > or <, found ${line}`);
    const way = line[0] === '>' ? 'up' : 'down';
    const bytes = bytesOf(line.slice(2), name);
    const last = pieces.at(-1);
    if (last?.[0] === way) last[1] = Buffer.concat([last[1], bytes]);
    else pieces.push([way, bytes]);
  }
  return pieces;
}

/**
 * A span as it stands in the golden files.
 * @param {import('../../../web/proto/dissect/tray.js').Span} span
 */
export function told({ way, at, length, kind, role, exchange, element, continued, mask, why }) {
  return {
    way, at, length, kind, role, exchange,
    ...(element !== null && { element }),
    ...(continued && { continued }),
    ...(mask && { key: Buffer.from(mask.key).toString('hex'), offset: mask.offset }),
    ...(why !== null && { why }),
  };
}

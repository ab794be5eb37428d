// The page's dissector against the golden connections (tests/golden/README.md), wherever they are cut; what it makes of
// garbage; and that its kinds are those of the program.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Dissector, joined, sums } from '../../../web/proto/dissect.js';
import { KINDS, ROLES } from '../../../web/proto/dissect/kinds.js';
import { cases, told } from '../support/wire.js';

/** @typedef {import('../support/wire.js').Way} Way */

/** Up to this length a way is cut in two at every byte. */
const EVERY = 500;

/** @param {Iterable<[Way, Uint8Array]>} pieces */
function dissected(pieces) {
  const dissector = new Dissector();
  const spans = [];
  for (const [way, bytes] of pieces) {
    // A reader may use its buffer again.
    const lent = Uint8Array.from(bytes);
    spans.push(...dissector.dissect(way, lent));
    lent.fill(0);
    const { bytes: held, spans: waiting, requests } = dissector.buffered;
    assert.ok(held <= 2 * (65536 + 8192 + 14) && waiting <= 2 * 192 && requests <= 256, `${held} bytes, ${waiting} spans`);
  }
  spans.push(...dissector.finish('up'), ...dissector.finish('down'));
  return joined(spans);
}

/** As the golden files have them: up first. @param {import('../../../web/proto/dissect.js').Span[]} spans */
function lines(spans) {
  return [...spans.filter(({ way }) => way === 'up'), ...spans.filter(({ way }) => way === 'down')].map(told);
}

/**
 * The pieces, one of them cut where so many bytes have gone that way.
 * @param {[Way, Uint8Array][]} pieces
 * @param {Way} way
 * @param {number} at
 * @returns {[Way, Uint8Array][]}
 */
function cut(pieces, way, at) {
  let left = at;
  return pieces.flatMap(([own, bytes]) => {
    const here = own === way ? Math.min(left, bytes.length) : 0;
    left -= here;
    return /** @type {[Way, Uint8Array][]} */ ([[own, bytes.subarray(0, here)], [own, bytes.subarray(here)]]);
  });
}

/** @type {Way[]} */
const WAYS = ['up', 'down'];

for (const { name, pieces, spans } of cases()) {
  test(`${name} has the spans that are written down, wherever it is cut`, () => {
    assert.deepEqual(lines(dissected(pieces)), spans);
    const alone = pieces.flatMap(([way, bytes]) => [...bytes].map((byte) => /** @type {[Way, Uint8Array]} */ ([way, Uint8Array.of(byte)])));
    assert.deepEqual(lines(dissected(alone)), spans, 'byte by byte');
    for (const way of WAYS) {
      const length = pieces.reduce((sum, [own, bytes]) => sum + (own === way ? bytes.length : 0), 0);
      const step = 1 + Math.floor(length / EVERY);
      for (let at = 1; at < length; at += step) {
        assert.deepEqual(lines(dissected(cut(pieces, way, at))), spans, `cut at ${at} of what went ${way}`);
      }
    }
  });
}

test('what is broken has the spans that are written down', () => {
  const golden = readFileSync(new URL('../../golden/wire/broken.jsonl', import.meta.url), 'utf8').trimEnd().split('\n');
  assert.ok(golden.length >= 100);
  for (const line of golden) {
    const { up, down, sha256 } = JSON.parse(line);
    const spans = lines(dissected([['up', Buffer.from(up, 'hex')], ['down', Buffer.from(down, 'hex')]]));
    const text = spans.map((span) => `${JSON.stringify(span)}\n`).join('');
    assert.equal(createHash('sha256').update(text).digest('hex'), sha256, `${line}\n${text}`);
  }
});

test('every byte has one span and one role that its kind may have', () => {
  for (const { name, pieces } of cases()) {
    const spans = dissected(pieces);
    for (const way of WAYS) {
      const own = spans.filter((span) => span.way === way);
      let at = 0;
      for (const span of own) {
        assert.equal(span.at, at, name);
        assert.ok(KINDS[span.kind]?.roles.includes(span.role), `${name}: ${span.kind} as ${span.role}`);
        at += span.length;
      }
      const length = pieces.reduce((sum, [one, bytes]) => sum + (one === way ? bytes.length : 0), 0);
      assert.equal(at, length, name);
      assert.equal(Object.values(sums(own)).reduce((sum, one) => sum + one, 0), length, name);
    }
  }
});

test('what is broken is counted, in the same spans whatever the pieces', () => {
  let state = 9;
  // Park and Miller's generator: the same cases each time.
  const random = (/** @type {number} */ below) => (state = (state * 48_271) % 2_147_483_647) % below;
  const golden = cases().filter(({ pieces }) => pieces.every(([, bytes]) => bytes.length < 5000));
  for (let round = 0; round < 1500; round += 1) {
    const { name, pieces } = golden[random(golden.length)];
    /** @type {[Way, Uint8Array][]} */
    const broken = pieces.map(([way, bytes]) => [way, broke(bytes, random)]);
    const whole = lines(dissected(broken));
    const ends = broken.flatMap(([way, bytes]) => {
      const at = random(bytes.length + 1);
      return /** @type {[Way, Uint8Array][]} */ ([[way, bytes.subarray(0, at)], [way, bytes.subarray(at)]]);
    });
    assert.deepEqual(lines(dissected(ends)), whole, `round ${round}, ${name}`);
    const total = whole.reduce((sum, { length }) => sum + length, 0);
    assert.equal(total, broken.reduce((sum, [, bytes]) => sum + bytes.length, 0), `round ${round}, ${name}`);
  }
});

/**
 * With a byte changed, left out or added, or nothing.
 * @param {Uint8Array} bytes
 * @param {(below: number) => number} random
 */
function broke(bytes, random) {
  const out = [...bytes];
  const at = random(bytes.length);
  const how = random(4);
  if (how === 0) out[at] ^= 1 << random(8);
  else if (how === 1) out.splice(at, 1);
  else if (how === 2) out.splice(at, 0, random(256));
  return Uint8Array.from(out);
}

test('bytes that were not kept are counted, and the place is lost', () => {
  const dissector = new Dissector();
  const spans = joined([...dissector.missed('down', 1_000_000), ...dissector.dissect('down', Buffer.from('HTTP/1.1 200 OK\r\n'))]);
  assert.deepEqual(spans.map(told), [{ way: 'down', at: 0, length: 1_000_017, kind: 'unparsed', role: 'unparsed', exchange: 0, why: 'not kept, and the place lost' }]);
});

test('the kinds and their roles are those of the program', () => {
  const page = readFileSync(new URL('../../../docs/reference/wire/kinds.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| [a-z]/.test(line) && !line.startsWith('| kind |'));
  const own = Object.entries(KINDS).map(([kind, { roles, standard, says }]) => `| ${kind} | ${roles.join(', ')} | ${standard} | ${says} |`);
  assert.deepEqual(own, rows);
  assert.ok(own.length > 40);
  assert.deepEqual([...new Set(Object.values(KINDS).flatMap(({ roles }) => roles))].sort(), [...ROLES].sort());
});

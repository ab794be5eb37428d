// The ledger of bytes on the golden connections (tests/golden/README.md): its roles sum to what crossed, which is what the
// socket counted; what was not heard is said; and what is estimated follows its formula.
import assert from 'node:assert/strict';
import test from 'node:test';
import { accountsOf } from '../../../web/model/byte-ledger.js';
import { LaneModel } from '../../../web/model/lane.js';
import { Microscope } from '../../../web/model/microscope.js';
import { PER_RECORD, PER_SEGMENT, WireTally } from '../../../web/model/wire-tally.js';
import { ROLES } from '../../../web/proto/dissect/kinds.js';
import { toBase64 } from '../support/base64.js';
import { cases } from '../support/wire.js';

/** @typedef {import('../support/wire.js').Case} Case */

const transports = ['polling', 'long-polling', 'sse', 'fetch-stream', 'websocket'];
const transportOf = (/** @type {string} */ name) => transports.find((one) => name.startsWith(one)) ?? '';
// Connections of readers, all of whose requests are about a feed.
const golden = cases().filter(({ name, pieces }) =>
  transportOf(name) !== '' && !pieces.some(([way, bytes]) => way === 'up' && /^GET \/(?!jobs\/)/m.test(Buffer.from(bytes).toString())));

const sum = (/** @type {Case} */ { pieces }, /** @type {'up'|'down'} */ wanted) => pieces.reduce((all, [way, bytes]) => all + (way === wanted ? bytes.length : 0), 0);

/**
 * A golden connection as a lane's, told from one of its pieces on.
 * @param {Case} one
 * @param {number} [from]
 */
function heard(one, from = 0) {
  const [scope, tally, transport] = [new Microscope(), new WireTally(), transportOf(one.name)];
  const before = { up: sum({ ...one, pieces: one.pieces.slice(0, from) }, 'up'), down: sum({ ...one, pieces: one.pieces.slice(0, from) }, 'down') };
  if (from > 0) scope.hear({ before, connection: 1, lane: 'a', transport });
  one.pieces.slice(from).forEach(([way, bytes], index) => {
    const note = { connection: 1, lane: 'a', transport, at: index, way, bytes: toBase64(bytes) };
    scope.hear(note);
    tally.hear(note);
  });
  scope.hear({ connection: 1, lane: 'a', transport, ended: true });
  const lane = new LaneModel('a', transport, true);
  lane.foldServer({ v: 1, kind: 'socket', at: 0, clock: 'server', lane: 'a', connections: 1, open: 0, requests: 1, in: sum(one, 'up'), out: sum(one, 'down') });
  return { scope, tally, lane };
}

test('the roles of each golden connection sum to what its socket counted, and the run is the sum of its lanes', () => {
  assert.ok(golden.length >= 15, `${golden.length} connections`);
  for (const one of golden) {
    const { scope, tally, lane } = heard(one);
    const [own, run] = accountsOf(scope, tally, [lane]);
    assert.deepEqual([own.ways.up.sum, own.ways.down.sum], [sum(one, 'up'), sum(one, 'down')], one.name);
    assert.ok(own.agrees && own.unseen === 0, one.name);
    assert.deepEqual(run.ways, own.ways, one.name);
    for (const way of /** @type {const} */ (['up', 'down'])) {
      for (const role of ROLES) {
        const wanted = /** @type {import('../../../web/proto/dissect.js').Span[]} */ (one.spans).filter((span) => span.way === way && span.role === role);
        assert.equal(own.ways[way].roles[role], wanted.reduce((all, { length }) => all + length, 0), `${one.name}, ${way}, ${role}`);
      }
    }
  }
});

test('what crossed before somebody listened is said, and never guessed', () => {
  const one = golden.find(({ name }) => name === 'sse-json');
  assert.ok(one);
  const { scope, tally, lane } = heard(one, 1);
  const [own] = accountsOf(scope, tally, [lane]);
  assert.equal(own.agrees, false);
  assert.equal(own.unseen, sum(one, 'up') + sum(one, 'down') - own.ways.up.sum - own.ways.down.sum);
  assert.ok(own.unseen >= one.pieces[0][1].length);
});

test('before the server has counted there is nothing to agree with, and before the first event nothing per event', () => {
  const [own, run] = accountsOf(new Microscope(), new WireTally(), [new LaneModel('a', 'sse', true)]);
  assert.deepEqual([own.agrees, own.unseen, own.ways.up.socket, own.per, own.perEvent], [false, 0, null, null, null]);
  assert.deepEqual([run.agrees, run.ways.down.socket, run.beneath.tcp], [false, null, 0]);
});

test('the estimate: 52 bytes a segment of 1,500 byte packets, 22 bytes a TLS record of 16 KiB, a piece for a write', () => {
  assert.deepEqual([PER_SEGMENT, PER_RECORD], [52, 22]);
  const tally = new WireTally();
  const piece = (/** @type {number} */ length, lane = 'a') => tally.hear({ connection: 1, lane, transport: 'sse', way: 'down', bytes: toBase64(new Uint8Array(length)) });
  for (const length of [1, 1426, 1427, 16_384, 16_385]) piece(length);
  piece(10, 'b');
  // 1 + 22, 1426 + 22 = 1448, one more than fits, 16,406 in twelve, 16,429 in twelve.
  assert.deepEqual(tally.beneath(['a']), { writes: 5, segments: 1 + 1 + 2 + 12 + 12, records: 1 + 1 + 1 + 1 + 2, tcp: 28 * 52, tls: 6 * 22 });
  assert.equal(tally.beneath(['a', 'b']).writes, 6);
  tally.hear({ connection: 1, lane: 'a', transport: 'sse', way: 'down', bytes: '' });
  tally.hear({ connection: 1, lane: null, transport: null, way: 'up', bytes: 'AAAA' });
  assert.equal(tally.beneath(['a', 'b']).writes, 6);
});

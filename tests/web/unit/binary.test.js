// The binary envelope: u64 seq, u32 length, bytes; bit 63 says that they are JSON.
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeAll } from '../../../web/proto/binary.js';

/** @param {bigint} seq @param {Uint8Array} body */
function envelope(seq, body) {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, seq);
  view.setUint32(8, body.length);
  bytes.set(body, 12);
  return bytes;
}

const JSON_BIT = 1n << 63n;
const utf8 = (/** @type {string} */ text) => new TextEncoder().encode(text);

test('a JSON element keeps its text and its seq', () => {
  const [one] = decodeAll(envelope(JSON_BIT | 5n, utf8('{"seq":5}')));
  assert.equal(one.seq, 5);
  assert.equal(one.json, '{"seq":5}');
  assert.equal(one.size, 12 + 9);
});

test('raw bytes are raw, whatever they hold', () => {
  const [one] = decodeAll(envelope(7n, Uint8Array.of(0, 255, 123)));
  assert.equal(one.json, null);
  assert.deepEqual([...one.body], [0, 255, 123]);
});

test('a sequence number near 2^53 stays exact', () => {
  const [one] = decodeAll(envelope(BigInt(Number.MAX_SAFE_INTEGER), new Uint8Array(0)));
  assert.equal(one.seq, Number.MAX_SAFE_INTEGER);
});

test('several elements one after the other all come out', () => {
  const parts = [envelope(JSON_BIT, utf8('{}')), envelope(1n, utf8('ab')), envelope(2n, utf8(''))];
  const whole = Buffer.concat(parts);
  assert.deepEqual(decodeAll(new Uint8Array(whole)).map(({ seq, size }) => [seq, size]), [[0, 14], [1, 14], [2, 12]]);
});

test('a buffer cut anywhere says what it wanted', () => {
  const whole = envelope(3n, utf8('abc'));
  for (let end = 1; end < whole.length; end += 1) {
    assert.throws(() => decodeAll(whole.subarray(0, end)), /wanted .* found/, `cut at ${end}`);
  }
});

// The CBOR the feed is written in: vectors of RFC 8949 appendix A, and clear words for what is outside the subset.
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeCbor, decodeCborSequence } from '../../../web/proto/cbor.js';

/** @param {string} hex */
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** RFC 8949 appendix A, as far as it is of definite length and without tags. @type {[string, unknown][]} */
const VECTORS = [
  ['00', 0], ['01', 1], ['0a', 10], ['17', 23], ['1818', 24], ['1819', 25], ['1864', 100], ['1903e8', 1000],
  ['1a000f4240', 1_000_000], ['1b000000e8d4a51000', 1_000_000_000_000], ['20', -1], ['29', -10], ['3863', -100],
  ['3903e7', -1000], ['f90000', 0], ['f98000', -0], ['f93c00', 1], ['fb3ff199999999999a', 1.1], ['f93e00', 1.5],
  ['f97bff', 65_504], ['fa47c35000', 100_000], ['fa7f7fffff', 3.4028234663852886e38], ['fb7e37e43c8800759c', 1e300],
  ['f90001', 5.960464477539063e-8], ['f90400', 0.00006103515625], ['f9c400', -4], ['fbc010666666666666', -4.1],
  ['f97c00', Infinity], ['f97e00', NaN], ['f9fc00', -Infinity], ['fa7f800000', Infinity], ['fa7fc00000', NaN],
  ['faff800000', -Infinity], ['fb7ff0000000000000', Infinity], ['fb7ff8000000000000', NaN], ['fbfff0000000000000', -Infinity],
  ['f4', false], ['f5', true], ['f6', null], ['40', new Uint8Array(0)], ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''], ['6161', 'a'], ['6449455446', 'IETF'], ['62225c', '"\\'], ['62c3bc', 'ü'], ['63e6b0b4', '水'],
  ['64f0908591', '𐅑'], ['80', []], ['83010203', [1, 2, 3]], ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['98190102030405060708090a0b0c0d0e0f101112131415161718181819', Array.from({ length: 25 }, (_, i) => i + 1)],
  ['a0', {}], ['a26161016162820203', { a: 1, b: [2, 3] }], ['826161a161626163', ['a', { b: 'c' }]],
  ['a56161614161626142616361436164614461656145', { a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }],
];

test('the vectors of RFC 8949 appendix A come out as it says', () => {
  for (const [hex, wanted] of VECTORS) assert.deepEqual(plain(decodeCbor(bytes(hex))), plain(wanted), hex);
});

test('an item cut anywhere says what it wanted', () => {
  const whole = bytes('a3637365710564646174614401020304647469 6d65fb4279ab9c3c3c0000'.replaceAll(' ', ''));
  assert.equal(decodeCbor(whole).seq, 5);
  for (let end = 0; end < whole.length; end += 1) {
    assert.throws(() => decodeCbor(whole.subarray(0, end)), /wanted .* found/, `cut at ${end}`);
  }
});

test('what the subset does not have is named', () => {
  /** @type {[string, RegExp][]} */
  const refused = [
    ['5f42010243030405ff', /definite length/], ['9fff', /definite length/], ['bfff', /definite length/], ['c11a514b67b0', /tag 1/],
    ['f7', /simple value 23/], ['f0', /simple value 16/], ['1bffffffffffffffff', /2\^53/], ['3bffffffffffffffff', /2\^53/],
    ['a10102', /text as the key/], ['61ff', /UTF-8/], ['1c', /additional information 28/], ['0000', /1 bytes behind it/],
  ];
  for (const [hex, said] of refused) assert.throws(() => decodeCbor(bytes(hex)), said, hex);
});

test('nesting has an end', () => {
  assert.throws(() => decodeCbor(new Uint8Array(100_000).fill(0x81)), /levels/);
});

test('a key may be called __proto__ and does nothing by it', () => {
  const value = decodeCbor(bytes(`a1${'69'}${Buffer.from('__proto__').toString('hex')}a16161f5`));
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal(value.a, undefined);
});

test('a sequence is its items with their sizes', () => {
  const found = decodeCborSequence(bytes('01a161610283010203'));
  assert.deepEqual(found, [{ value: 1, size: 1 }, { value: { a: 2 }, size: 4 }, { value: [1, 2, 3], size: 4 }]);
  assert.deepEqual(decodeCborSequence(new Uint8Array(0)), []);
});

/** @param {unknown} value */
const plain = (value) => (value instanceof Uint8Array ? { bytes: [...value] } : value);

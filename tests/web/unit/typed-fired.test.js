// What a browser is to fire for typed bytes is what the standards say, and what differs is found.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EXAMPLES, FRAMES, bytesOfHex, bytesOfText } from '../../../web/model/typed-bytes.js';
import { compared, ofFrames, ofStream, typesOf } from '../../../web/model/typed-fired.js';
import { fromBase64, toBase64Url } from '../../../web/proto/bytes.js';

/** @param {string} hex */
const frames = (hex) => ofFrames(bytesOfHex(hex) ?? new Uint8Array()).map(({ event, detail }) => `${event} ${detail}`.trim());
const lost = ['error', 'close code 1006 · reason "" · wasClean false'];

test('an event stream is opened, told and lost, and its events have the last id', () => {
  assert.deepEqual(ofStream(bytesOfText(EXAMPLES.nul)), [
    { event: 'open', detail: '' },
    { event: 'message', detail: 'data "first" · lastEventId "1"' },
    { event: 'message', detail: 'data "its id has a NUL" · lastEventId "1"' },
    { event: 'error', detail: 'readyState 0' },
  ]);
  assert.equal(ofStream(bytesOfText(EXAMPLES['no-blank'])).length, 3, 'what is pending at the end is lost');
  assert.match(ofStream(bytesOfText(EXAMPLES.utf8))[1].detail, /cut: \uFFFD\\nno UTF-8: \uFFFD/);
});

test('each type that a stream names is listened for, but for the source\u2019s own', () => {
  assert.deepEqual(typesOf(bytesOfText('event: a\rdata\r\r\nevent:b\nevent: error\nevent\nevent: open\nevent:  c\n')), ['message', 'a', 'b', ' c']);
});

test('frames are messages until a Close, a mistake or the end (RFC 6455 sections 5 and 7)', () => {
  const clean = 'close code 1000 · reason "" · wasClean true';
  assert.deepEqual(frames(FRAMES.hello), ['open', 'message data "Hello"', clean]);
  assert.deepEqual(frames(FRAMES.fragments), ['open', 'message data "Hel你lo"', 'close code 1005 · reason "" · wasClean true']);
  assert.deepEqual(frames(FRAMES.ping), ['open', 'message data "ok"', clean]);
  assert.deepEqual(frames(FRAMES.close), ['open', 'close code 1000 · reason "bye" · wasClean true']);
  assert.deepEqual(frames(FRAMES.long), ['open', lost[1]], 'an end without a Close is no error');
  assert.deepEqual(frames('82 02 00 ff'), ['open', 'message data ArrayBuffer [00 ff]', lost[1]]);
});

test('each mistake fails the connection', () => {
  const mistakes = {
    masked: FRAMES.masked, rsv: FRAMES.rsv, utf8: FRAMES['bad-utf8'], opcode: FRAMES.wrong, 'long ping': '89 7e 00 7e', 'fragmented ping': '09 00',
    'continues nothing': '80 00', 'begins within': '01 00 81 00', 'not the shortest': '81 7e 00 05', 'half a code': '88 01 03', 'code 1005': '88 02 03 ed',
    'code 1006': '88 02 03 ee', 'code 1015': '88 02 03 f7', 'reason is no UTF-8': '88 03 03 e8 ff',
    'a length with the first of 64 bits': '82 7f ff ff ff ff ff ff ff ff 00',
  };
  for (const [name, hex] of Object.entries(mistakes)) assert.deepEqual(frames(hex), ['open', ...lost], name);
});

test('what differs is marked, and what is missing too', () => {
  const [a, b] = [{ event: 'open', detail: '' }, { event: 'error', detail: '' }];
  assert.deepEqual(compared([a, b], [a]).map(({ same }) => same), [true, false]);
  assert.deepEqual(compared([a], [{ ...a, detail: 'x' }, b]).map(({ same }) => same), [false, false]);
  const c = { event: 'message', detail: '' };
  const rows = (/** @type {typeof a[]} */ wanted, /** @type {typeof a[]} */ fired) => compared(wanted, fired).map((row) => `${row.wanted?.event ?? '-'} ${row.fired?.event ?? '-'}`);
  assert.deepEqual(rows([a, c, b], [a, b]), ['open open', 'message -', 'error error'], 'one that is lost makes nothing else different');
  assert.deepEqual(rows([a, b], [a, c, b]), ['open open', '- message', 'error error']);
});

test('base64 for URLs has no character that a query changes, and comes back the same', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const text = toBase64Url(bytes);
  assert.match(text, /^[\w-]+$/);
  assert.deepEqual(fromBase64(text.replaceAll('-', '+').replaceAll('_', '/')), bytes);
});

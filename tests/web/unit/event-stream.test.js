// The event stream that script reads for itself: WHATWG HTML section 9.2.6, cut anywhere.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventStream } from '../../../web/proto/event-stream.js';

const utf8 = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** @param {string|Uint8Array} text */
const read = (text) => new EventStream().push(typeof text === 'string' ? utf8(text) : text);

/** Only the events: type, data, id. @param {string|Uint8Array} text */
const events = (text) => read(text).flatMap((one) => (one.kind === 'event' ? [[one.type, one.data, one.id]] : []));

test('the examples of the standard', () => {
  assert.deepEqual(events('data: YHOO\ndata: +2\ndata: 10\n\n'), [['message', 'YHOO\n+2\n10', '']]);
  assert.deepEqual(events(': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n'),
    [['message', 'first event', '1'], ['message', 'second event', ''], ['message', ' third event', '']]);
  assert.deepEqual(events('data\n\ndata\ndata\n\ndata:'), [['message', '', ''], ['message', '\n', '']]);
  assert.deepEqual(events('data:test\n\ndata: test\n\n'), [['message', 'test', ''], ['message', 'test', '']]);
});

test('an event that is not ended by a blank line is none', () => {
  assert.deepEqual(events('data: a\n\ndata: b\n'), [['message', 'a', '']]);
});

test('an event without data is none, but its id is kept', () => {
  assert.deepEqual(events('event: x\nid: 7\n\ndata: a\n\n'), [['message', 'a', '7']]);
});

test('an id with NUL is none, a retry that is no number is none, other fields are passed over', () => {
  assert.deepEqual(events('id: 1\0\nfoo: bar\nDATA: no\ndata: a\n\n'), [['message', 'a', '']]);
  assert.deepEqual(read('retry: 1e3\n\nretry: -1\n\n'), []);
  assert.deepEqual(read('retry: 2500\n\n'), [{ kind: 'retry', ms: 2500, bytes: 13 }]);
});

test('one byte order mark at the start is dropped, and only there', () => {
  assert.deepEqual(events('\ufeffdata: a\n\n\ufeffdata: b\n\n'), [['message', 'a', '']]);
  assert.deepEqual(events('data: \ufeffa\n\n'), [['message', '\ufeffa', '']]);
});

test('bytes that are no UTF-8 become U+FFFD and the stream goes on', () => {
  const broken = Uint8Array.of(...utf8('data: '), 0xff, 0xe6, 0x0a, ...utf8('\ndata: b\n\n'));
  assert.deepEqual(events(broken).map(([, data]) => data), ['\ufffd\ufffd', 'b']);
});

test('a comment is seen with its bytes, its blank line among them', () => {
  assert.deepEqual(read(':\n\n'), [{ kind: 'comment', text: '', bytes: 3 }]);
  assert.deepEqual(read(': keep-alive\n\n'), [{ kind: 'comment', text: ' keep-alive', bytes: 14 }]);
});

test('whether a block brought its id is told', () => {
  const told = read('id: k.1\ndata: a\n\ndata: b\n\n').flatMap((one) => (one.kind === 'event' ? [[one.id, one.ownId]] : []));
  assert.deepEqual(told, [['k.1', true], ['k.1', false]]);
});

const LONG = '\ufeff: hi\r\n\r\nid: k3f9.1\revent: progress\rdata: 进度 😀\r\rid: k3f9.2\r\ndata: a\r\ndata: b\r\n\r\n:\n\nretry: 10\n\nevent: done\ndata: {}\n\n';

test('what comes out does not depend on where the bytes are cut', () => {
  const bytes = utf8(LONG);
  const whole = read(bytes);
  assert.deepEqual(whole.map((one) => one.kind), ['comment', 'event', 'event', 'comment', 'retry', 'event']);
  for (let first = 0; first <= bytes.length; first += 1) {
    for (const second of [first, Math.min(bytes.length, first + 1), bytes.length]) {
      const stream = new EventStream();
      const got = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)].flatMap((part) => stream.push(part));
      assert.deepEqual(got.map(unweighed), whole.map(unweighed), `cut at ${first} and ${second}`);
    }
  }
});

test('the bytes of all blocks are the bytes of the stream, however it is cut', () => {
  const bytes = utf8('id: k.1\nevent: progress\ndata: é\n\n:\n\ndata: x\ndata: y\n\n');
  const stream = new EventStream();
  const sizes = [...bytes].flatMap((byte) => stream.push(Uint8Array.of(byte))).map((one) => one.bytes);
  // Byte by byte a comment has been given before its blank line comes: that one is counted to the next.
  assert.deepEqual(sizes, [34, 2, 18]);
  assert.deepEqual(read(bytes).map((one) => one.bytes), [34, 3, 17]);
  assert.equal(sizes.reduce((sum, one) => sum + one, 0), bytes.length);
});

test('a buffer that is used again does not change what was read from it', () => {
  const stream = new EventStream();
  const buffer = utf8('data: ab');
  stream.push(buffer);
  buffer.fill(0);
  assert.deepEqual(stream.push(utf8('\n\n')).map((one) => one.kind === 'event' && one.data), ['ab']);
});

/** Where a CRLF was cut, its LF is counted to the block behind. @param {import('../../../web/proto/event-stream.js').Block} block */
const unweighed = (block) => ({ ...block, bytes: 0 });

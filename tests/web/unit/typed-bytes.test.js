// What is typed becomes bytes, and what each example is taken for is what the standard says (WHATWG HTML section 9.2.6).
import assert from 'node:assert/strict';
import test from 'node:test';
import { EXAMPLES, bytesOfHex, bytesOfText, readFrames, readStream, shown } from '../../../web/model/typed-bytes.js';

/** @param {string} name */
const read = (name) => readStream(bytesOfText(EXAMPLES[/** @type {keyof typeof EXAMPLES} */ (name)]));
/** @param {string} name */
const events = (name) => read(name).blocks.filter((one) => one.kind === 'event').map(({ type, data, id }) => [type, data, id]);

test('escapes stand for bytes, and all else for itself', () => {
  assert.deepEqual([...bytesOfText('a\\r\\n\\0\\xfe\\\\n\n')], [97, 13, 10, 0, 254, 92, 110, 10]);
  assert.deepEqual([...bytesOfText('\\q€')], [92, 113, 0xe2, 0x82, 0xac]);
});

test('hexadecimal is bytes, and what is none is nothing', () => {
  assert.deepEqual([...bytesOfHex('81 05\n4a') ?? []], [0x81, 5, 0x4a]);
  for (const no of ['8', 'xx', '81 0']) assert.equal(bytesOfHex(no), null, no);
});

test('each example is taken for what the standard says', () => {
  assert.deepEqual(events('two-lines'), [['message', 'one\ntwo', '']]);
  assert.deepEqual(events('no-blank'), [['message', 'first', '']]);
  assert.equal(read('no-blank').lastId, '');
  assert.deepEqual(events('bom'), [['message', 'behind a BOM', '']]);
  assert.deepEqual(events('crlf').map(([, data]) => data), ['CR LF', 'CR alone']);
  assert.deepEqual(read('retry').blocks.map((one) => one.kind), ['retry', 'event']);
  assert.deepEqual(events('nul').map(([, , id]) => id), ['1', '1']);
  assert.deepEqual(events('comment').map(([, data]) => data), ['no space\n two spaces']);
  assert.deepEqual(events('no-data'), [['message', '', '9']]);
});

test('each byte that is typed has a span', () => {
  for (const [name, typed] of Object.entries(EXAMPLES)) {
    const bytes = bytesOfText(typed);
    assert.equal(readStream(bytes).cuts.reduce((sum, { span }) => sum + span.length, 0), bytes.length, name);
  }
});

test('a masked frame is one of a client, and a frame that is cut short says so', () => {
  const masked = readFrames(bytesOfHex('81 85 37 fa 21 3d 7f 9f 4d 51 58') ?? new Uint8Array());
  assert.deepEqual(masked.map(({ span }) => [span.kind, span.way]), [['frame-opcode', 'up'], ['frame-length', 'up'], ['frame-mask', 'up'], ['frame-payload', 'up']]);
  assert.ok(masked[3].span.mask);
  assert.match(readFrames(Uint8Array.of(0x83, 0))[0].span.why ?? '', /./);
  assert.deepEqual(readFrames(new Uint8Array()), []);
});

test('what turns the direction of a text is shown as an escape', () => {
  assert.equal(shown('a\u202eb\u200b汉 é'), 'a\\u202eb\\u200b汉 é');
});

// Byte counts of text and of event-stream blocks.
import assert from 'node:assert/strict';
import test from 'node:test';
import { fromBase64, utf8Length } from '../../../web/proto/bytes.js';
import { blockSize } from '../../../web/proto/sse-block.js';

test('the length in UTF-8 is that of the encoder, lone surrogates included', () => {
  for (const text of ['', 'abc', 'é', '进度', '😀', 'a😀b', '\ud800', '\udc00x', '\ud800\ud800']) {
    assert.equal(utf8Length(text), new TextEncoder().encode(text).length, JSON.stringify(text));
  }
});

test('base64 gives back its bytes', () => {
  assert.deepEqual([...fromBase64('AP96')], [0, 255, 122]);
});

test('a block is as long as what the contract writes', () => {
  const block = 'id: k3f9.5\nevent: progress\ndata: {"seq":5}\n\n';
  assert.equal(blockSize('k3f9.5', 'progress', '{"seq":5}'), block.length);
});

test('a block without an id has no id line', () => {
  assert.equal(blockSize(null, 'hello', '{}'), 'event: hello\ndata: {}\n\n'.length);
});

// The page's own reader of event streams against the corpus (tests/golden/README.md): what the standard makes of each
// input, wherever it is cut. It is no browser, so it has no browser's departures.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventStream } from '../../../web/proto/event-stream.js';
import { bytesOf, cases } from '../support/corpus.js';

/** Up to this length an input is cut in two at every byte; a longer one at random. */
const EVERY = 256;

/** @param {Uint8Array[]} pieces */
function read(pieces) {
  const stream = new EventStream();
  const blocks = pieces.flatMap((piece) => stream.push(piece));
  const retries = blocks.flatMap((one) => (one.kind === 'retry' ? [one.ms] : []));
  return {
    events: blocks.flatMap((one) => (one.kind === 'event' ? [{ type: one.type, data: one.data, lastEventId: one.id }] : [])),
    reconnectionTime: retries.at(-1) ?? 'default',
    lastEventId: stream.lastId,
    comments: blocks.flatMap((one) => (one.kind === 'comment' ? [one.text] : [])),
  };
}

/** The places of each cut: none, all, each alone; or a hundred times some, by a fixed row of numbers. @param {number} length */
function cuts(length) {
  const all = Array.from({ length: Math.max(length - 1, 0) }, (_, at) => at + 1);
  if (length <= EVERY) return [[], all, ...all.map((at) => [at])];
  let state = 9;
  // Park and Miller's generator: the same cuts each time.
  const random = (/** @type {number} */ below) => (state = (state * 48_271) % 2_147_483_647) % below;
  const some = () => Array.from({ length: 1 + random(20) }, () => random(length + 1)).sort((a, b) => a - b);
  return [[], all, ...Array.from({ length: 100 }, some)];
}

for (const { name, bytes, outcomes } of cases()) {
  test(`${name} comes out as the standard says, wherever it is cut`, () => {
    for (const places of cuts(bytes.length)) {
      const pieces = [...places, bytes.length].map((end, index) => bytes.slice(places[index - 1] ?? 0, end));
      assert.deepEqual(read(pieces), outcomes.standard, `cut at ${places.slice(0, 30)}`);
    }
  });
}

test('the text of an input stands for its bytes, and one that is wrong is refused', () => {
  assert.deepEqual([...bytesOf('a\\n\nb\\r\\t\\0\\\\n\\xFFé', 'x')], [97, 10, 98, 13, 9, 0, 92, 110, 255, 0xc3, 0xa9]);
  assert.equal(Buffer.from(bytesOf('\\{3 a\\n}\\{2  }x', 'x')).toString(), 'a\na\na\n  x');
  for (const bad of ['\\q', '\\x4', '\\{a b}', '\\{3 a', '\\', 'a\tb', 'a\rb']) assert.throws(() => bytesOf(bad, 'x'), /wanted/, bad);
});

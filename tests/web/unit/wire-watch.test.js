// The microscope's ear: it listens while it is open and keeps nothing when it is closed; what is looked at first is an
// event that every lane has, and stays.
import assert from 'node:assert/strict';
import test from 'node:test';

/** Stands in for an EventSource. */
class Source {
  /** @type {Source[]} */
  static all = [];
  closed = false;
  /** @type {(() => void)|null} */
  onopen = null;
  /** @type {(() => void)|null} */
  onerror = null;
  /** @type {(event: {data: string}) => void} */
  heard = () => {};

  /** @param {string} url */
  constructor(url) {
    this.url = url;
    Source.all.push(this);
  }

  /** @param {string} _ @param {(event: {data: string}) => void} listener */
  addEventListener(_, listener) {
    this.heard = listener;
  }

  close() {
    this.closed = true;
  }
}
Object.assign(globalThis, { EventSource: Source, addEventListener: () => {} });
const { WireWatch } = await import('../../../web/bench/wire-watch.js');

/** A watch that is open, and how it hears of an event on a lane. */
function opened() {
  let changes = 0;
  const watch = new WireWatch(() => (changes += 1));
  watch.toggle();
  const source = Source.all[Source.all.length - 1];
  const seen = new Set();
  const hear = (/** @type {string} */ lane, /** @type {number} */ seq) => {
    const connection = lane.charCodeAt(0);
    const say = (/** @type {object} */ note) => source.heard({ data: JSON.stringify({ connection, lane, transport: 'websocket', ...note }) });
    if (!seen.has(lane)) say({ before: { up: 1, down: 1 } });
    seen.add(lane);
    const json = `{"seq":${seq}}`;
    say({ at: seq, way: 'down', bytes: Buffer.concat([Buffer.of(0x81, json.length), Buffer.from(json)]).toString('base64') });
  };
  return { watch, source, hear, changes: () => changes };
}

test('it listens while it is open, and closed it keeps nothing', () => {
  const { watch, source, hear } = opened();
  assert.equal(source.url, '/api/chunks');
  hear('a', 1);
  assert.deepEqual(watch.scope?.seqs(), [1]);
  watch.toggle();
  assert.deepEqual([watch.open, watch.scope, source.closed], [false, null, true]);
});

test('the first event that every lane has is looked at, and stays when others come', () => {
  const { watch, hear, changes } = opened();
  hear('a', 1);
  hear('a', 2);
  watch.aim(['a', 'b']);
  assert.equal(watch.key, '');
  hear('b', 2);
  watch.aim(['a', 'b']);
  assert.equal(watch.key, '#2');
  hear('b', 1);
  watch.aim(['a', 'b']);
  assert.equal(watch.key, '#2');
  assert.equal(changes(), 6);
});

test('steps go from event to event, over those that are not at hand, and stop at the ends', () => {
  const { watch, hear } = opened();
  for (const seq of [3, 5, 9]) hear('a', seq);
  watch.aim(['a']);
  const step = (/** @type {1|0|-1} */ by) => {
    watch.step(by);
    return watch.key;
  };
  assert.deepEqual([watch.key, step(1), step(1), step(1), step(0), step(-1), step(-1), step(-1)], ['#3', '#5', '#9', '#9', '#9', '#5', '#3', '#3']);
  watch.key = 'hello';
  assert.equal(step(-1), '#9');
});

test('of lanes of a run before nothing is kept', () => {
  const { watch, hear } = opened();
  hear('a', 1);
  watch.aim(['a']);
  assert.equal(watch.key, '#1');
  watch.aim(['c']);
  assert.deepEqual([watch.key, watch.scope?.seqs()], ['', []]);
});

test('a stream that breaks is said to be broken, until it is open again', () => {
  const { watch, source } = opened();
  source.onerror?.();
  assert.equal(watch.away, true);
  source.onopen?.();
  assert.equal(watch.away, false);
});

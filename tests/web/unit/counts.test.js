// Late, reordered, and requests that no script sent.
import assert from 'node:assert/strict';
import test from 'node:test';
import { RunModel } from '../../../web/model/run.js';
import { Unscripted } from '../../../web/model/unscripted.js';
import { events, seen } from './support.js';

/** @typedef {import('../../../web/model/types.js').Observation} Observation */

/** @param {Observation[]} story */
function lane(story) {
  const run = new RunModel('demo');
  const made = run.addLane('a-1', 'sse');
  for (const obs of story) run.fold(obs);
  return made;
}

test('an event is late more than a second after it was made, be it live or replayed, and a repeat is not late again', () => {
  const { late, ledger } = lane([
    seen('connecting', { at: 0 }), seen('opened', { at: 1 }), ...events(1, 1, { time: 100, at: 1100 }), ...events(2, 2, { time: 100, at: 1101 }),
    ...events(3, 3, { time: 50, at: 9000 }), ...events(3, 3, { time: 50, at: 9001 }), ...events(4, 4, { time: undefined, at: 9002 }),
  ]);
  assert.deepEqual([late, ledger.repeated], [2, 1]);
});

test('an event is reordered that comes after a later one for the first time', () => {
  const { ledger } = lane([...events(1, 2), ...events(5, 5), ...events(3, 4), ...events(3, 3)]);
  assert.deepEqual([ledger.reordered, ledger.repeated, ledger.holes], [2, 1, 0]);
});

const own = (/** @type {string} */ transport, /** @type {[string, number, object?][]} */ story) =>
  story.map(([kind, at, more]) => ({ ...seen(kind, more), transport, at }));

/** @param {Observation[]} story @param {number[]} served @param {number} [now] */
function unscripted(story, served, now = 1e6) {
  const count = new Unscripted();
  for (const obs of story) count.fold(obs, obs.at);
  for (const at of served) count.served(at);
  return count.count(now);
}

test('what a browser sends again by itself is counted', () => {
  const story = own('polling', [['request', 0], ['response', 9], ['request', 500], ['response', 520]]);
  assert.equal(unscripted(story, [1, 501]), 0);
  assert.equal(unscripted(story, [1, 501, 505]), 1);
  const away = own('sse', [['connecting', 0], ['opened', 5], ['failed', 100], ['waiting', 100, { wait: null }], ['failed', 5140], ['waiting', 5140, { wait: null }], ['opened', 10_150]]);
  assert.equal(unscripted(away, [2, ...Array.from({ length: 10 }, (_, i) => 5100 + i * 4), 10_148]), 9, 'ten in one attempt');
});

test('an attempt that never reached the server is no request, and hides none', () => {
  const story = own('sse', [['connecting', 0], ['opened', 5], ['failed', 100], ['waiting', 100, { wait: null }], ['failed', 3100], ['waiting', 3100, { wait: null }], ['opened', 6110]]);
  assert.equal(unscripted(story, [2, 6105]), 0);
  assert.equal(unscripted(story, [2, 6104, 6105]), 1);
});

test('what is younger than a second has not settled', () => {
  const story = own('polling', [['request', 0], ['response', 9]]);
  assert.equal(unscripted(story, [1, 500], 1400), 0);
  assert.equal(unscripted(story, [1, 500], 1501), 1);
  assert.equal(unscripted([], [1, 2], 900), 0);
});

test('a long poll that was sent again is found among those that follow at once', () => {
  const story = Array.from({ length: 40 }, (_, turn) => own('long-polling', [['request', turn * 50], ['response', turn * 50 + 49]])).flat();
  const served = Array.from({ length: 40 }, (_, turn) => turn * 50 + 2);
  assert.equal(unscripted(story, served, 1500), 0);
  const again = [...served.slice(0, 20), 20 * 50 - 5, ...served.slice(20)];
  for (const now of [2100, 2500, 9000]) assert.equal(unscripted(story, again, now), 1, `at ${now}`);
});

test('a long run of long polls, one after the other at once, sums up to nothing', () => {
  const count = new Unscripted();
  for (let turn = 0; turn < 5000; turn += 1) {
    // The lane's clock runs ahead by a little, so a request seems to come before it was sent.
    for (const obs of own('long-polling', [['request', turn * 10 + 2], ['response', turn * 10 + 12]])) count.fold(obs, obs.at);
    count.served(turn * 10 + 1);
    if (turn % 100 === 0) assert.equal(count.count(turn * 10), 0, `turn ${turn}`);
  }
  count.served(50_005);
  assert.equal(count.count(60_000), 1, 'and one more is one more');
});

// Durations, cursors, clock offsets, quantiles, rings and the words for numbers.
import assert from 'node:assert/strict';
import test from 'node:test';
import { estimateOffset, uncertainty } from '../../../web/model/clock.js';
import { formatCursor, parseCursor } from '../../../web/model/cursor.js';
import { parseDuration } from '../../../web/model/duration.js';
import { formatBytes, formatMs } from '../../../web/model/format.js';
import { Histogram } from '../../../web/model/histogram.js';
import { Records } from '../../../web/model/records.js';
import { Ring } from '../../../web/model/ring.js';

test('a duration has a unit, or it is none', () => {
  assert.deepEqual(['500ms', '15s', '2m', '1h', '1.5s'].map(parseDuration), [500, 15_000, 120_000, 3_600_000, 1500]);
  assert.deepEqual(['500', 's', '-1s', '1d', ' 1s', '1 s', ''].map(parseDuration), Array(7).fill(null));
});

test('a cursor is an epoch and a number without leading zeros below 2^53', () => {
  assert.deepEqual(parseCursor('k3f9.12'), { epoch: 'k3f9', seq: 12 });
  assert.deepEqual(parseCursor('k3f9.0'), { epoch: 'k3f9', seq: 0 });
  for (const bad of ['k3f9', '.5', 'K.5', 'k.05', 'k.-1', 'k.9007199254740992', 'abcdefghijklmnopq.1']) {
    assert.equal(parseCursor(bad), null, bad);
  }
  assert.equal(formatCursor('k3f9', 12), 'k3f9.12');
});

test('the offset comes from the ping with the shortest round trip', () => {
  const estimate = estimateOffset([
    { sent: 0, server: 1500, received: 100 }, { sent: 200, server: 1203, received: 204 }, { sent: 300, server: 900, received: 340 },
  ]);
  assert.deepEqual(estimate, { offset: 1001, rtt: 4, samples: 3 });
  assert.equal(uncertainty({ rtt: 4 }), 2);
  assert.equal(estimateOffset([]), null);
});

test('quantiles are right to some per cent, and never above the largest', () => {
  const histogram = new Histogram();
  for (let value = 1; value <= 1000; value += 1) histogram.add(value);
  const [middle, late] = [histogram.quantile(0.5) ?? 0, histogram.quantile(0.99) ?? 0];
  assert.ok(Math.abs(middle - 500) < 15, String(middle));
  assert.ok(Math.abs(late - 990) < 30 && late <= 1000, String(late));
  assert.equal(new Histogram().quantile(0.5), null);
});

test('a delay below zero counts as zero and is said to have been one', () => {
  const histogram = new Histogram();
  histogram.add(-0.4);
  assert.equal(histogram.quantile(0.5), 0);
  assert.equal(histogram.clamped, 1);
});

test('a ring gives the newest, oldest of them first', () => {
  /** @type {Ring<number>} */
  const ring = new Ring(3);
  for (const value of [1, 2, 3, 4, 5]) ring.push(value);
  assert.deepEqual(ring.newest(3), [3, 4, 5]);
  assert.deepEqual(ring.newest(2), [4, 5]);
  assert.deepEqual(ring.newest(9), [3, 4, 5]);
  assert.equal(ring.total, 5);
});

test('a full record counts what it drops', () => {
  const records = new Records(2);
  for (const at of [1, 2, 3]) records.add({ v: 1, kind: 'event', at, clock: 'lane' });
  assert.equal(records.list.length, 2);
  assert.equal(records.dropped, 1);
  assert.equal(records.toLines().split('\n').length, 3);
});

test('numbers are shown with the unit that suits their size', () => {
  assert.deepEqual([0, 999, 1000, 12_345, 123_456, 2_500_000].map(formatBytes), ['0 B', '999 B', '1.0 kB', '12.3 kB', '123 kB', '2.5 MB']);
  assert.deepEqual([0.42, 9.94, 12.3, 999, 1200, 90_000].map(formatMs), ['0.4 ms', '9.9 ms', '12 ms', '999 ms', '1.2 s', '1.5 min']);
  assert.equal(formatBytes(null), '–');
});

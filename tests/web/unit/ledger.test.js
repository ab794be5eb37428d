// The ledger counts what came, what came twice, what came late, and what never came.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Ledger } from '../../../web/model/ledger.js';

/** @param {number[]} seqs */
const after = (...seqs) => {
  const ledger = new Ledger();
  for (const seq of seqs) ledger.enter(seq);
  const { delivered, repeated, reordered, holes } = ledger;
  return { delivered, repeated, reordered, holes };
};

test('events in order are delivered and nothing else', () => {
  assert.deepEqual(after(1, 2, 3), { delivered: 3, repeated: 0, reordered: 0, holes: 0 });
});

test('an event that comes again is repeated and not delivered twice', () => {
  assert.deepEqual(after(1, 2, 2, 1), { delivered: 2, repeated: 2, reordered: 0, holes: 0 });
});

test('a hole is missed until it is filled, and then it came out of order', () => {
  assert.deepEqual(after(1, 4), { delivered: 2, repeated: 0, reordered: 0, holes: 2 });
  assert.deepEqual(after(1, 4, 2), { delivered: 3, repeated: 0, reordered: 1, holes: 1 });
  assert.deepEqual(after(1, 4, 2, 3), { delivered: 4, repeated: 0, reordered: 2, holes: 0 });
});

test('a reader that begins later misses nothing from before', () => {
  assert.equal(after(41, 42).holes, 0);
});

test('a gap told at the beginning counts as missed', () => {
  const ledger = new Ledger();
  ledger.gap(1, 40);
  ledger.enter(41);
  assert.equal(ledger.holes, 40);
  assert.equal(ledger.delivered, 1);
});

test('a gap in the middle counts what did not come before it', () => {
  const ledger = new Ledger();
  for (const seq of [1, 2, 3]) ledger.enter(seq);
  ledger.gap(4, 9);
  ledger.enter(10);
  assert.equal(ledger.holes, 6);
});

test('behind says how far the head has gone on', () => {
  const ledger = new Ledger();
  assert.equal(ledger.behind(5), 5);
  ledger.enter(1);
  assert.equal(ledger.behind(5), 4);
  assert.equal(ledger.behind(0), 0);
});

test('a hundred thousand events across many pages are all told apart', () => {
  const ledger = new Ledger();
  for (let seq = 1; seq <= 100_000; seq += 1) ledger.enter(seq);
  for (let seq = 4000; seq < 4200; seq += 1) ledger.enter(seq);
  assert.deepEqual([ledger.delivered, ledger.repeated, ledger.holes], [100_000, 200, 0]);
});

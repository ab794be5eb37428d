// The words and numbers that rows make of notes, and the line in which rows wait for their turn.
import assert from 'node:assert/strict';
import test from 'node:test';
import { turnstile } from './support/play.js';
import { closeSaid, errorSaid, errorsSaid, gaps, seqsLost, spans, statesSaid } from './support/speak.js';
import { themes } from './themes.js';

const error = (at, ready) => ({ kind: 'error', at, ready });

test('errors are counted and their readyState said', () => {
  assert.equal(errorsSaid([]), 'none');
  assert.equal(errorsSaid([{ kind: 'open' }, error(1, 2)]), 'one, readyState 2');
  assert.equal(errorsSaid([error(1, 0), error(2, 2)]), '2, readyState 0 then 2');
  assert.equal(statesSaid([error(1, 0), error(2, 0)]), 'readyState 0');
  assert.equal(statesSaid([error(1, 0), error(2, 2)]), 'readyState 0 and 2');
});

test('a close is said by its code, its reason and whether it was clean', () => {
  assert.equal(closeSaid({ code: 1012, wasClean: true, reason: 'why' }), '1012 "why", clean');
  assert.equal(closeSaid({ code: 1006, wasClean: false, reason: '' }), '1006, not clean');
  const told = (...kinds) => errorSaid(kinds.map((kind) => ({ kind })));
  assert.equal(told('open', 'event', 'close'), 'none');
  assert.equal(told('made', 'error', 'close'), 'one, before it');
  assert.equal(told('close', 'error'), 'close, error');
  assert.equal(told('error', 'error', 'close'), 'error, error, close');
});

test('spans pair each with its answer, gaps each with the next', () => {
  assert.deepEqual(spans([{ at: 10 }, { at: 20 }, { at: 30 }], [{ at: 13 }, { at: 25 }]), [3, 5]);
  assert.deepEqual(gaps([{ at: 10 }, { at: 13 }, { at: 20 }]), [3, 7]);
});

test('an event that is missing is counted, one that came twice is not one more', () => {
  const events = (...seqs) => seqs.map((seq) => ({ data: JSON.stringify({ seq }) }));
  assert.equal(seqsLost(events(3, 4, 5)), 0);
  assert.equal(seqsLost(events(3, 6, 6)), 2);
  assert.equal(seqsLost([{ data: '{"type":"hello"}' }, ...events(7, 9)]), 1);
});

test('a turnstile lets so many through at a time, and all in the end, also behind one that failed', async () => {
  const enter = turnstile(2);
  let [inside, most, done] = [0, 0, 0];
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    done += 1;
    if (done === 1) throw new Error('the first one fails');
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => enter(work)));
  assert.deepEqual([most, done, inside], [2, 9, 0]);
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1);
});

test('every row has a name of its own that can be a lane, and expects something of both browsers', () => {
  const rows = themes.flatMap((theme) => theme.rows);
  assert.equal(new Set(rows.map((row) => row.id)).size, rows.length);
  assert.deepEqual(rows.map((row) => row.id).filter((id) => !/^[a-z0-9-]{1,34}$/.test(id)), []);
  const silent = rows.filter(({ expected }) => !expected.both && !(expected.chromium && expected.firefox));
  assert.deepEqual(silent.map((row) => row.id), []);
});

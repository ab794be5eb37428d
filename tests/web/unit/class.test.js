// What came of lanes that were struck, of one and of a class, and that the teacher's own lesson can be held against it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { WHO_COMES_BACK } from '../../../web/class/lesson.js';
import { LANES, mostly, outcomeOf, outcomesOf, toldOf } from '../../../web/class/outcome.js';
import { RunModel } from '../../../web/model/run.js';

/** @param {Partial<import('../../../web/class/api.js').LaneTold>} [more] */
const told = (more = {}) => ({ transport: 'sse', state: 'open', delivered: 9, missed: 0, repeated: 0, attempts: 1, last: 9, lost: 0, 'back-after': null, ...more });
/** @param {Partial<import('../../../web/class/api.js').Sum>} more */
const sum = (more) => ({ lanes: 32, there: 32, lost: 0, back: 0, holes: 0, delivered: 0, missed: 0, repeated: 0, slowest: 0, ...more });

test('a lane was not struck, stays away, or comes back with everything or without', () => {
  assert.equal(outcomeOf(told()), 'untouched');
  assert.equal(outcomeOf(told({ lost: 1, missed: 5 })), 'gone');
  assert.equal(outcomeOf(told({ lost: 1, 'back-after': 3000, missed: 2 })), 'holes');
  assert.equal(outcomeOf(told({ lost: 2, 'back-after': 0 })), 'all');
});

test('what most lanes of a class did is said, and nothing where two are level or none was struck', () => {
  assert.deepEqual(outcomesOf(sum({ lost: 32, back: 30, holes: 1 })), { all: 29, holes: 1, gone: 2, untouched: 0 });
  assert.equal(mostly(sum({ lost: 32, back: 30, holes: 1 })), 'all');
  assert.equal(mostly(sum({ lost: 32 })), 'gone');
  assert.equal(mostly(sum({ lost: 2, back: 1 })), '');
  assert.equal(mostly(sum({})), '');
  assert.equal(mostly(sum({}), true), 'untouched', 'others were struck, and these did not notice');
  assert.equal(mostly(undefined), '');
});

test('a page tells of its lane what its model has, and a loss by hand is none', () => {
  const run = new RunModel('class-1');
  run.addLane('x-1', 'websocket', false);
  const at = (/** @type {number} */ ms, /** @type {string} */ kind, more = {}) => run.fold(/** @type {any} */ ({ v: 1, kind, at: ms, clock: 'lane', lane: 'x-1', transport: 'websocket', ...more }));
  at(1000, 'connecting', { attempt: 1, cursor: null, ready: 0 });
  at(1010, 'opened', { ready: 1 });
  at(1020, 'event', { seq: 1, type: 'progress', time: 1015 });
  const lane = [...run.lanes.values()][0];
  assert.deepEqual(toldOf(lane, 1), { ...told({ transport: 'websocket', delivered: 1, last: 1 }) });
  at(2000, 'closed', { cause: 'lost', code: 1006, ready: 3 });
  const lost = toldOf(lane, 40);
  assert.deepEqual([lost.state, lost.lost, lost['back-after'], lost.missed], ['closed', 1, null, 39]);
  assert.equal(outcomeOf(lost), 'gone');
});

test('the lesson bets on each lane of the class, and its answers are outcomes', () => {
  assert.deepEqual(WHO_COMES_BACK.bets.map(({ lane }) => lane), [...LANES]);
  const outcomes = Object.keys(outcomesOf(undefined));
  for (const { bet, answers, asks } of WHO_COMES_BACK.bets) {
    // What is always connected notices.
    const wanted = outcomes.filter((one) => bet === 'polling' || one !== 'untouched');
    assert.deepEqual(answers.map(({ answer }) => answer).sort(), wanted.sort());
    for (const text of [asks, ...answers.map(({ says }) => says)]) assert.ok(text.en && text.zh);
  }
});

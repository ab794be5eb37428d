// The picture of a lane: marks, spans, and the axis they lie on.
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleMachine, step } from '../../../web/model/machine.js';
import { ordinals } from '../../../web/model/ordinals.js';
import { Timeline, firstFrom } from '../../../web/model/timeline.js';
import { amongEqual, stepMark } from '../../../web/model/timeline-steps.js';
import { tOf, ticks, visibleRange, xOf } from '../../../web/views/timeline-scale.js';
import { events, seen } from './support.js';

/** @param {import('../../../web/model/types.js').Observation[]} story @param {number} [limit] */
function drawn(story, limit) {
  const timeline = new Timeline(limit);
  let machine = idleMachine();
  for (const obs of story) timeline.fold(obs, obs.at, (machine = step(machine, obs)));
  return timeline;
}

test('spans follow the state and the last one lasts', () => {
  const timeline = drawn([
    seen('connecting', { at: 0 }), seen('opened', { at: 5 }), seen('failed', { at: 50, ready: 0 }),
    seen('waiting', { at: 50, wait: null }), seen('opened', { at: 3050 }),
  ]);
  assert.deepEqual(timeline.spans.map(({ from, to, state }) => [state, from, to]),
    [['connecting', 0, 5], ['open', 5, 50], ['waiting', 50, 3050], ['open', 3050, null]]);
  assert.equal(timeline.spans[2].browserDecides, true);
});

test('events older than their connection are replays', () => {
  const timeline = drawn([seen('opened', { at: 1000 }), ...events(1, 2, { time: 100, at: 1001 }), ...events(3, 3, { time: 1002, at: 1003 })]);
  assert.deepEqual(timeline.marks.map((mark) => mark.replay), [true, true, false]);
});

test('a full timeline forgets its older half and says so', () => {
  const timeline = drawn(events(1, 11), 10);
  assert.equal(timeline.forgotten, 5);
  assert.equal(timeline.marks[0].obs.seq, 6);
});

test('the first mark from an instant on is found', () => {
  const { marks } = drawn(events(1, 9));
  assert.equal(firstFrom(marks, 31), 2);
  assert.equal(firstFrom(marks, 32), 3);
  assert.equal(firstFrom(marks, 1e6), 9);
});

test('pixels and instants are each other\'s inverse', () => {
  const scale = { from: 100, to: 1100, left: 50, right: 250 };
  assert.equal(xOf(scale, 600), 150);
  assert.equal(tOf(scale, 150), 600);
});

test('ticks are round, within the picture, and not crowded', () => {
  const scale = { from: 1000, to: 9000, left: 0, right: 900 };
  const found = ticks(scale, 1000);
  assert.deepEqual(found, [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]);
});

test('a window follows the end, or holds the playhead in its middle', () => {
  assert.deepEqual(visibleRange(0, 20_000, 2000, null), { from: 18_000, to: 20_020 });
  assert.deepEqual(visibleRange(0, 20_000, 2000, 5000), { from: 4000, to: 6000 });
  assert.deepEqual(visibleRange(0, 20_000, 2000, 100), { from: 0, to: 2000 });
  assert.equal(visibleRange(0, 500, null, null).to, 1010);
});

test('stepping reaches each mark of each row, those of one instant too, forwards and back', () => {
  const rows = [drawn(events(1, 3, { at: 50 })).marks, drawn(events(4, 6, { at: 50 })).marks, drawn(events(7, 8)).marks];
  const walk = (/** @type {1|-1} */ direction) => {
    const seqs = [];
    for (let mark = stepMark(rows, null, null, direction); mark && seqs.length < 20; mark = stepMark(rows, mark, null, direction)) seqs.push(mark.obs.seq);
    return seqs;
  };
  assert.deepEqual(walk(1), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(walk(-1), [8, 7, 6, 5, 4, 3, 2, 1]);
  assert.equal(stepMark(rows, null, 60, -1)?.obs.seq, 6, 'from the playhead');
  assert.deepEqual(amongEqual(rows[0], rows[0][1]), { nth: 2, of: 3 });
});

test('lanes of one transport are numbered, a single one is not', () => {
  assert.deepEqual(ordinals(['sse', 'polling', 'sse']), [1, '', 2]);
});

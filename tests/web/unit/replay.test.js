// A saved record at an instant: whichever way one came there, by playing, by jumping or by going back, what is shown is the
// same, and at its end it is what stands beside the golden records.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { accountsOf } from '../../../web/model/byte-ledger.js';
import { Replay } from '../../../web/model/replay.js';
import { RecordReader } from '../../../web/model/saved-record.js';
import { snapshotOf } from '../../../web/model/snapshot.js';
import { toBase64 } from '../support/base64.js';

const folder = new URL('../../golden/records/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
const text = (/** @type {string} */ name) => readFileSync(new URL(name, folder), 'utf8');

/** @param {string} lines */
function replayOf(lines) {
  const reader = new RecordReader('a.jsonl');
  reader.take(lines);
  const record = reader.end();
  const [{ job, shown }] = record.jobs;
  return { record, fresh: () => new Replay(record, job, shown) };
}

/** Works until all is done, a slice at a time; how many slices that took. @param {Replay} replay @param {number} [budget] */
function finish(replay, budget = 5) {
  let slices = 1;
  while (!replay.work(budget)) assert.ok((slices += 1) < 100_000, 'it never ends');
  return slices;
}

/** All that a view could draw. @param {Replay} replay */
function shown({ state }) {
  const { run, faults, scope, tally } = state;
  return JSON.parse(JSON.stringify({
    ...snapshotOf(run, { list: [], dropped: 0 }),
    timelines: [...run.timelines.values()].map(({ marks, spans }) => ({ marks, spans })), faults: faults.list.map(({ conns, ...one }) => ({ ...one, conns: [...conns] })),
    accounts: scope && accountsOf(scope, tally, [...run.lanes.values()]), at: state.at,
  }));
}

for (const name of names) {
  const { record, fresh } = replayOf(text(`${name}.jsonl`));
  const { from, to } = fresh();
  const instants = Array.from({ length: 9 }, (_, n) => from + ((to - from) * n) / 8);

  test(`${name}: jumping to an instant shows what playing to it shows`, () => {
    const played = fresh();
    for (const t of instants) {
      for (let step = played.state.at === 0 ? from : record.times[played.state.at - 1]; step < t; step += (to - from) / 100) {
        played.seek(step);
        finish(played);
      }
      played.seek(t);
      finish(played);
      const jumped = fresh();
      jumped.seek(t);
      finish(jumped);
      assert.deepEqual(shown(jumped), shown(played), `at ${t - from} ms`);
    }
  });

  test(`${name}: going back shows what was shown there, also where the way is changed half-way`, () => {
    const jumped = (/** @type {number} */ t) => {
      const one = fresh();
      one.seek(t);
      finish(one);
      return shown(one);
    };
    const back = fresh();
    back.seek(to);
    finish(back);
    for (const t of [...instants].reverse()) {
      back.seek(t);
      finish(back);
      assert.deepEqual(shown(back), jumped(t), `back at ${t - from} ms`);
    }
    back.seek(to);
    finish(back);
    back.seek(instants[6]);
    back.work(0);
    back.seek(instants[3]);
    back.work(0);
    back.seek(instants[7]);
    finish(back);
    assert.deepEqual(shown(back), jumped(instants[7]));
  });

  test(`${name}: at its end the lanes are what stands beside the record`, () => {
    const replay = fresh();
    replay.seek(to);
    finish(replay);
    const counts = JSON.parse(text(`${name}.counts.json`));
    for (const { id, delivered, missed, behind, repeated, reordered } of shown(replay).lanes) {
      const { events, missed: wanted, repeated: again, reordered: late } = counts[id];
      assert.deepEqual([id, delivered, missed + behind, repeated, reordered], [id, events, wanted, again, late]);
    }
    assert.equal(replay.refused.size, 0);
  });
}

test('what was shown stays until what is to be shown is there, and no slice does more than it may', () => {
  const { record, fresh } = replayOf(text(`${names[0]}.jsonl`));
  const replay = fresh();
  replay.seek(replay.to);
  finish(replay);
  const { state } = replay;
  replay.seek(record.times[record.list.length - 2] - 1);
  let clock = 0;
  // A clock that jumps at each look: a slice is one batch of lines.
  /** @type {number[]} */
  const slices = [];
  while (!replay.work(1, () => (clock += 1))) {
    assert.equal(replay.state, state);
    slices.push(replay.done);
    assert.ok(slices.length < 1000, 'it never ends');
  }
  assert.ok(slices.length >= 2, `${slices.length} slices`);
  assert.ok(slices.every((part, n) => part > (slices[n - 1] ?? 0) && part < 1), 'each goes on');
  assert.notEqual(replay.state, state);
});

test('a line that no fold can take costs itself alone', () => {
  const bad = JSON.stringify({ v: 1, kind: 'thrown', at: 5, clock: 'server', id: 't1', fault: 'cut', scope: 'all', heads: 7, params: null, values: 3 });
  const event = (/** @type {number} */ seq) => JSON.stringify({ v: 1, kind: 'event', at: seq, clock: 'lane', lane: 'a', transport: 'sse', job: 'j', seq, type: 'progress', payload: 10, bytes: 20 });
  const hostile = JSON.stringify({ v: 1, kind: 'bytes', at: 6, clock: 'server', lane: 'a', transport: 'sse', conn: '1', dir: 'down', bytes: '\u2603 no base64' });
  const { fresh } = replayOf([event(1), bad, hostile, event(2)].join('\n'));
  const replay = fresh();
  replay.seek(replay.to);
  finish(replay);
  assert.equal(shown(replay).lanes[0].delivered, 2);
});

test('the bytes of a record are the sum of its ledger, per lane and in the run, up to each instant', () => {
  const at = (/** @type {number} */ n) => ({ v: 1, at: 1000 + n, clock: 'server' });
  const lane = { lane: 'a', transport: 'sse', conn: '1' };
  const asked = 'GET /jobs/j/sse?lane=a HTTP/1.1\r\nHost: x\r\n\r\n';
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';
  const event = 'id: e.1\ndata: {"seq":1,"type":"progress","data":{}}\n\n';
  const lines = [
    { ...at(0), ...lane, kind: 'request', path: '/jobs/j/sse', bytes: asked.length },
    { ...at(1), ...lane, kind: 'bytes', dir: 'up', bytes: toBase64(asked) },
    { ...at(1), ...lane, kind: 'bytes', dir: 'down', bytes: toBase64(head) },
    { ...at(2), clock: 'lane', lane: 'a', transport: 'sse', kind: 'opened' },
    { ...at(3), ...lane, kind: 'bytes', dir: 'down', bytes: toBase64(event) },
    { ...at(4), clock: 'lane', lane: 'a', transport: 'sse', kind: 'event', job: 'j', seq: 1, type: 'progress', payload: 38, bytes: event.length },
    { ...at(9), ...lane, kind: 'closed', cause: 'gone', in: asked.length, out: head.length + event.length, requests: 1 },
  ];
  const replay = replayOf(lines.map((one) => JSON.stringify(one)).join('\n')).fresh();
  replay.seek(1001);
  finish(replay);
  assert.deepEqual(shown(replay).accounts.map((/** @type {any} */ { ways }) => [ways.up.sum, ways.down.sum]), [[asked.length, head.length], [asked.length, head.length]]);
  replay.seek(replay.to);
  finish(replay);
  const [own, run] = shown(replay).accounts;
  assert.deepEqual([own.agrees, own.unseen, own.events, own.ways.down.sum], [true, 0, 1, head.length + event.length]);
  assert.deepEqual(run.ways, own.ways);
  assert.equal(own.per, asked.length + head.length + event.length);
});

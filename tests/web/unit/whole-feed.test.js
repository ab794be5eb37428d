// What the whole feed adds to the fold of a run: no room, told to stay away, logs of one's own, events not asked for.
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleMachine, step } from '../../../web/model/machine.js';
import { RunModel } from '../../../web/model/run.js';
import { events, seen } from './support.js';

/** @param {import('../../../web/model/types.js').Observation[]} story */
const machineAfter = (...story) => story.reduce(step, idleMachine());

/** @param {string} transport @param {import('../../../web/model/types.js').Observation[]} story @param {string} [source] */
function played(transport, story, source = 'synthetic') {
  const run = new RunModel('demo');
  run.know({ state: 'running', head: 0, total: 101, epoch: 'job', source });
  const lane = run.addLane('a-1', transport);
  for (const obs of story) run.fold({ ...obs, transport });
  return { run, lane };
}

test('an EventSource that finds no room waits, and knows how long though it is the browser that waits', () => {
  const machine = machineAfter(seen('connecting'), seen('opened', { ready: 1 }), seen('full', { retry: 3200 }),
    seen('failed', { ready: 0, cause: 'full' }), seen('waiting', { cause: 'full', wait: null }));
  assert.deepEqual([machine.state, machine.cause, machine.waits], ['waiting', 'full', 3200]);
});

test('a bare WebSocket that finds no room is closed, one that resumes waits', () => {
  const closed = [seen('full', { code: 1013, retry: 900 }), seen('closed', { code: 1013, cause: 'full', reason: 'try again in 900 ms' })];
  const bare = machineAfter(...closed.map((obs) => ({ ...obs, transport: 'websocket' })));
  assert.deepEqual([bare.state, bare.cause], ['closed', 'full']);
  assert.equal(step(bare, seen('waiting', { cause: 'full', wait: 900 })).state, 'waiting');
});

test('a lane whose place was taken is closed for that reason, whatever its Close says', () => {
  const machine = machineAfter(seen('opened'), seen('replaced', { by: 'sse' }), seen('closed', { code: 4409, reason: 'by sse', cause: 'replaced' }));
  assert.deepEqual([machine.state, machine.cause], ['closed', 'replaced']);
});

test('told to stop before the end is no end', () => {
  assert.equal(machineAfter(seen('opened'), seen('stop', { status: 204, cause: 'told to stop' })).state, 'closed');
  assert.equal(machineAfter(seen('opened'), seen('stop', { status: 204 })).state, 'ended');
});

test('being turned away again and again is one loss', () => {
  const turnedAway = [seen('opened'), seen('full', { retry: 2000 }), seen('failed', { ready: 0, cause: 'full' }), seen('waiting', { cause: 'full', wait: null })];
  const { lane } = played('sse', [seen('connecting'), ...turnedAway, ...turnedAway, ...turnedAway, seen('opened', { at: 9000 }), seen('hello', { head: 2, epoch: 'job' }), ...events(1, 2)]);
  assert.equal(lane.recoveries.list.length, 1);
  assert.deepEqual([lane.recoveries.list[0].cause, lane.recoveries.list[0].openedAt, lane.recoveries.list[0].attempts], ['full', 9000, 3]);
});

test('a Close after the last event is no loss, though raw has no end event to be seen', () => {
  const { lane } = played('websocket', [seen('opened'), ...events(1, 3, { type: 'raw' }), seen('closed', { code: 1000, cause: 'ended' }), seen('stop', { code: 1000 })]);
  assert.deepEqual([lane.machine.state, lane.recoveries.list.length, lane.missed(3)], ['ended', 0, 0]);
});

test('a lane with a log of its own is compared with that log alone', () => {
  const { run, lane } = played('sse', [seen('hello', { epoch: 'a', head: 0 }), ...events(1, 10)], 'per-connection');
  run.fold(seen('appended', { clock: 'server', lane: undefined, job: 'demo', seq: 50, type: 'progress' }));
  run.fold(seen('closed', { cause: 'hand' }));
  assert.deepEqual([run.headOf(lane), lane.missed(run.headOf(lane)), lane.behind(run.headOf(lane))], [10, 0, 0]);
  assert.equal(run.head, 50, 'the job\'s own head is the server\'s');
});

test('a lane that reconnects to a log of its own starts over: nothing is repeated and nothing missed', () => {
  const { run, lane } = played('sse', [
    seen('hello', { epoch: 'a', head: 0 }), ...events(1, 10, { percent: 10 }), seen('failed', { ready: 0 }), seen('waiting', { wait: null, cursor: 'a.10' }),
    seen('opened'), seen('hello', { epoch: 'b', head: 0 }), seen('unknown-epoch', { asked: 'a.10', epoch: 'b' }), ...events(1, 3, { percent: 3 }),
  ], 'per-connection');
  assert.deepEqual([lane.epochChanges, lane.ledger.delivered, lane.ledger.repeated, lane.missed(run.headOf(lane)), lane.percent], [1, 3, 0, 0, 3]);
  assert.equal(lane.startedOver.length, 1);
});

test('a bare WebSocket on a log of its own has started over too, though nothing was asked for', () => {
  const { lane } = played('websocket', [seen('hello', { epoch: 'a' }), ...events(1, 4), seen('hello', { epoch: 'b' }), ...events(1, 2)], 'per-connection');
  assert.deepEqual([lane.epochChanges, lane.ledger.delivered, lane.ledger.repeated], [1, 2, 0]);
});

test('a poller learns of its log by the cursor it asks with', () => {
  const { lane } = played('polling', [
    seen('request', { cursor: null }), ...events(1, 4), seen('request', { cursor: 'a.4' }), seen('unknown-epoch', { asked: 'a.4', epoch: 'b' }), ...events(1, 2),
    seen('request', { cursor: 'b.2' }),
  ], 'per-connection');
  assert.deepEqual([lane.epochChanges, lane.ledger.delivered, lane.epoch], [1, 2, 'b']);
});

test('events a reader did not ask for are skipped and not missed', () => {
  const { run, lane } = played('polling', [
    seen('response', { status: 200, bytes: 90 }), ...events(1, 1), seen('response', { status: 200, bytes: 90, skipped: 11 }), ...events(13, 13),
  ]);
  assert.deepEqual([lane.ledger.skipped, lane.missed(run.head), lane.ledger.delivered], [11, 0, 2]);
});

test('a long poll is counted as a poll is: by its requests and its whole answers', () => {
  const { lane } = played('long-polling', [seen('connecting'), seen('request'), seen('response', { status: 200, bytes: 400 }), ...events(1, 2)]);
  assert.deepEqual([lane.requests, lane.carriedBytes], [1, 400]);
});

test('the last line of text is kept for who has no percentage', () => {
  const { lane } = played('sse', [...events(1, 1, { type: 'text', text: 'compiling' }), ...events(2, 2, { type: 'text', text: 'linking' })]);
  assert.deepEqual([lane.line, lane.percent], ['linking', null]);
});

// A run is a fold of all observations: deliveries, losses, recoveries, costs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { RunModel } from '../../../web/model/run.js';
import { snapshotOf } from '../../../web/model/snapshot.js';
import { events, seen } from './support.js';

/** @param {string} transport @param {import('../../../web/model/types.js').Observation[]} story */
function played(transport, story) {
  const run = new RunModel('demo');
  const lane = run.addLane('a-1', transport);
  for (const obs of story) run.fold(obs.clock === 'server' ? obs : { ...obs, transport });
  return { run, lane };
}

const server = (/** @type {string} */ kind, fields = {}) => seen(kind, { clock: 'server', lane: undefined, job: 'demo', ...fields });

test('a bare WebSocket that reconnects to the latest has missed what passed meanwhile', () => {
  const { run, lane } = played('websocket', [
    seen('connecting'), seen('opened', { ready: 1 }), ...events(1, 10), seen('closed', { code: 1006, cause: 'lost' }),
    server('appended', { seq: 25, type: 'progress' }),
  ]);
  assert.equal(lane.missed(run.head), 15, 'while it is gone, all that happened since');
  for (const obs of [seen('connecting'), seen('opened'), ...events(31, 40)]) run.fold({ ...obs, transport: 'websocket' });
  assert.equal(lane.missed(run.head), 20, 'once it is back, the hole');
});

test('an EventSource that comes back with its cursor has missed nothing and tells how it recovered', () => {
  const { run, lane } = played('sse', [
    seen('connecting', { at: 0 }), seen('opened', { at: 1 }), ...events(1, 5),
    seen('failed', { at: 60, ready: 0, cause: 'connection lost' }), seen('waiting', { at: 60, wait: null, cursor: 'k.5' }),
    ...[6, 7, 8].map((seq) => server('appended', { seq, type: 'progress' })),
    seen('opened', { at: 3060 }), seen('hello', { at: 3061, head: 8 }), ...events(6, 8, { at: 3065 }),
  ]);
  const [recovery] = lane.recoveries.list;
  assert.equal(lane.missed(run.head), 0);
  assert.equal(recovery.cursor, 'k.5');
  assert.equal(recovery.browserDecides, true);
  assert.equal((recovery.openedAt ?? 0) - recovery.lostAt, 3000);
  assert.equal((recovery.caughtUpAt ?? 0) - (recovery.openedAt ?? 0), 5);
  assert.equal(recovery.replayed, 3);
});

test('failing again while away is the same loss, one attempt more', () => {
  const lost = [seen('failed', { ready: 0 }), seen('waiting', { wait: null })];
  const { lane } = played('sse', [seen('opened'), ...lost, ...lost, ...lost]);
  assert.equal(lane.recoveries.list.length, 1);
  assert.equal(lane.recoveries.list[0].attempts, 3);
});

test('a connection closed after the end is no loss', () => {
  const { lane } = played('sse', [seen('opened'), ...events(1, 1, { type: 'done' }), seen('closed', { cause: 'ended' })]);
  assert.deepEqual(lane.recoveries.list, []);
});

test('delays are in server time, and neither a repeat nor what happened before counts as late', () => {
  const { lane } = played('sse', [seen('clock', { offset: 1000, rtt: 2, samples: 5 }), seen('connecting', { at: 3900 }),
    seen('event', { seq: 0, type: 'progress', time: 100, at: 4003 }),
    seen('event', { seq: 1, type: 'progress', time: 5000, at: 4004 }), seen('event', { seq: 1, type: 'progress', time: 5000, at: 9000 })]);
  assert.equal(lane.delays.count, 1);
  assert.ok(Math.abs((lane.delays.quantile(0.5) ?? 0) - 4) < 0.2);
});

test('talking back is priced by body, by socket and by time', () => {
  const { lane } = played('sse', [
    seen('command', { at: 10, id: '1', command: 'pause', bytes: 31, via: 'post' }),
    seen('ack', { at: 13, id: '1', command: 'pause', ok: true, took: 3 }),
    server('command', { lane: 'a-1', id: '1', command: 'pause', bytes: 31, via: 'post', wire: 600 }),
    server('command', { lane: 'a-1', id: '2', command: 'resume', bytes: 32, via: 'post', wire: 601 }),
    seen('command', { at: 20, id: '2', command: 'resume', bytes: 32, via: 'post' }),
  ]);
  const told = lane.commands.list.map((one) => [one.bytes, one.took, one.ok, one.socketBytes]);
  assert.deepEqual(told, [[31, 3, true, 600], [32, null, null, 601]]);
});

test('the job\'s state follows the newest event, not the last to arrive', () => {
  const { run } = played('sse', [...events(1, 2), ...events(3, 3, { type: 'paused' }), ...events(2, 2)]);
  assert.equal(run.jobState, 'paused');
  run.fold(server('appended', { seq: 4, type: 'resumed' }));
  run.fold(server('appended', { seq: 5, type: 'done' }));
  assert.deepEqual([run.jobState, run.total], ['done', 5]);
});

test('a replaced log starts a new account', () => {
  const { lane } = played('sse', [...events(1, 9), seen('unknown-epoch', { asked: 'a.9', epoch: 'b' }), ...events(1, 3)]);
  assert.deepEqual([lane.ledger.repeated, lane.ledger.delivered, lane.epochChanges], [0, 3, 1]);
});

test('other lanes and later kinds are passed over', () => {
  const { lane } = played('sse', [seen('event', { lane: 'zz-9', seq: 1 }), seen('of-a-later-version')]);
  assert.equal(lane.ledger.delivered, 0);
});

test('a run has settled when the job is over and no lane is under way', () => {
  const { run } = played('sse', [seen('opened'), ...events(1, 2)]);
  assert.equal(run.settled, false);
  run.fold(seen('event', { seq: 3, type: 'done' }));
  assert.equal(run.settled, true);
});

test('a snapshot is plain data', () => {
  const { run } = played('polling', [seen('request'), ...events(1, 3)]);
  const snapshot = snapshotOf(run, { list: [], dropped: 0 });
  assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
  const [lane] = snapshot.lanes;
  assert.deepEqual([lane.delivered, lane.requests, lane.payloadBytes, lane.missed], [3, 1, 300, 0]);
});

test('lanes that stay keep what they have seen when others come and go', () => {
  const { run, lane } = played('sse', events(1, 3));
  run.arrange([{ id: 'b-1', transport: 'polling', resumes: true }, { id: 'a-1', transport: 'sse', resumes: true }]);
  assert.equal(run.lanes.get('a-1'), lane);
  assert.deepEqual([...run.lanes.keys()], ['b-1', 'a-1']);
  assert.equal(run.lanes.get('b-1')?.machine.state, 'idle');
});

test('socket totals go on growing when a new server counts from zero', () => {
  const { lane } = played('sse', [
    server('socket', { lane: 'a-1', connections: 2, open: 1, requests: 2, in: 500, out: 9000 }),
    server('socket', { lane: 'a-1', connections: 1, open: 1, requests: 1, in: 100, out: 300 }),
    server('socket', { lane: 'a-1', connections: 1, open: 1, requests: 1, in: 100, out: 400 }),
  ]);
  assert.deepEqual(lane.socket, { connections: 3, open: 1, requests: 3, in: 600, out: 9400 });
});

test('an answer without its command is shown all the same', () => {
  const { lane } = played('websocket', [seen('ack', { id: '1', command: 'pause', ok: false, error: 'not connected' })]);
  assert.deepEqual(lane.commands.list.map((one) => [one.command, one.via, one.ok]), [['pause', 'frame', false]]);
});

test('a cancelled job keeps its planned total', () => {
  const { run } = played('sse', []);
  run.know({ state: 'running', head: 0, total: 101, epoch: 'k' });
  for (const obs of [...events(1, 4), ...events(5, 5, { type: 'cancelled' })]) run.fold(obs);
  assert.deepEqual([run.jobState, run.head, run.total], ['cancelled', 5, 101]);
});

test('a lane with a cursor that is away is behind, and has missed nothing', () => {
  const { run, lane } = played('sse', [seen('opened'), ...events(1, 10), seen('closed', { cause: 'hand' }), server('appended', { seq: 25, type: 'progress' })]);
  assert.deepEqual([lane.missed(run.head), lane.behind(run.head)], [0, 15]);
});

test('what is caught up with after a loss is replayed and not late', () => {
  const { lane } = played('sse', [
    seen('connecting', { at: 0 }), seen('opened', { at: 1 }), ...events(1, 5), seen('failed', { at: 60, ready: 0 }),
    seen('opened', { at: 3060 }), seen('hello', { at: 3061, head: 8 }), ...events(6, 8, { at: 3065 }), ...events(9, 9, { time: 3070, at: 3071 }),
  ]);
  assert.deepEqual([lane.delays.count, lane.recoveries.list[0].replayed], [6, 3]);
});

test('what a transport carries is counted with its framing', () => {
  const socket = played('websocket', [...events(1, 1, { bytes: 125 }), ...events(2, 2, { bytes: 126 }), ...events(3, 3, { bytes: 65_536 })]);
  assert.equal(socket.lane.carriedBytes, 125 + 2 + 126 + 4 + 65_536 + 10);
  const polls = played('polling', [seen('response', { status: 200, bytes: 90 }), seen('response', { status: 200, bytes: 400 }), ...events(1, 2)]);
  assert.equal(polls.lane.carriedBytes, 490);
});

test('a lane closed by hand whose reconnect is refused is away because of the refusal', () => {
  const { lane } = played('sse', [
    seen('opened'), ...events(1, 2), seen('closed', { cause: 'hand' }), seen('connecting'), seen('failed', { ready: 2, cause: 'refused for good' }),
  ]);
  assert.deepEqual(lane.recoveries.list.map((one) => one.cause), ['refused for good']);
});

test('an event made after the hello is live, though another lane may have had it before', () => {
  const { run, lane } = played('websocket', [seen('opened'), ...events(1, 5), seen('closed', { code: 1006, cause: 'lost' })]);
  run.fold(server('appended', { seq: 9, type: 'progress' }));
  for (const obs of [seen('opened'), seen('hello', { head: 8 }), ...events(9, 9)]) run.fold({ ...obs, transport: 'websocket' });
  assert.deepEqual([lane.recoveries.list[0].replayed, lane.recoveries.list[0].caughtUpAt !== null], [0, true]);
});

test('what a connection carried is a lane\'s only where nobody else asked on it: a page asks for its files there as well', () => {
  const on = (/** @type {string} */ kind, fields = {}) => server(kind, { conn: '1', lane: 'a-1', ...fields });
  const carried = (/** @type {number} */ requests) => played('polling', [
    on('request'), on('request'), on('closed', { in: 4000, out: 9000, requests }),
  ]).lane.socket;
  assert.deepEqual([carried(2)?.in, carried(2)?.connections], [4000, 1]);
  assert.equal(carried(7), null, 'five of the seven were nobody\'s');
});

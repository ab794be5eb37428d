// A recovery is five durations out of two records; what cannot be known is null and says why.
import assert from 'node:assert/strict';
import test from 'node:test';
import { partsOf, whole } from '../../../web/model/recovery-parts.js';
import { RunModel } from '../../../web/model/run.js';
import { events, seen } from './support.js';

/** @typedef {import('../../../web/model/types.js').Observation} Observation */

const server = (/** @type {string} */ kind, fields = {}) => seen(kind, { clock: 'server', lane: 'a-1', ...fields });
const struck = (/** @type {number} */ at, what = 'reset') => server('struck', { at, what, id: 'f1', fault: 'cut', conn: '17' });

/** @param {string} transport @param {Observation[]} story @param {number} [offset] the lane's clock is so far behind */
function recoveries(transport, story, offset = 0) {
  const run = new RunModel('demo');
  const lane = run.addLane('a-1', transport, true);
  if (offset) run.fold(seen('clock', { offset, rtt: 2, samples: 5 }));
  for (const obs of story) run.fold(obs.clock === 'server' ? { ...obs, transport } : { ...obs, transport, at: obs.at - offset });
  return lane.recoveries.list;
}

const split = (/** @type {import('../../../web/model/recovery.js').Recovery} */ one) => Object.fromEntries(partsOf(one).map(({ name, ms }) => [name, ms]));
const whys = (/** @type {import('../../../web/model/recovery.js').Recovery} */ one) => Object.fromEntries(partsOf(one).map(({ name, why }) => [name, why]));

const eventSource = [
  seen('connecting', { at: 0 }), server('request', { at: 1 }), seen('opened', { at: 2 }), ...events(1, 5), struck(60),
  seen('failed', { at: 63, ready: 0, cause: 'connection lost' }), seen('waiting', { at: 63, wait: null, cursor: 'k.5' }),
  server('request', { at: 3060 }), seen('opened', { at: 3064 }), seen('hello', { at: 3066, head: 8, dir: 'down' }), ...events(6, 8, { at: 3070 }),
];

test('an EventSource tells when it noticed and was open again, and the server when its request came', () => {
  const [one] = recoveries('sse', eventSource);
  assert.deepEqual(split(one), { detect: 3, wait: 2997, connect: 4, 'first-byte': 2, 'caught-up': 4 });
  assert.equal(one.fault, 'cut');
  assert.equal(whys(one).wait, 'server');
  assert.equal(whole(one), 3010);
});

test('a lane whose clock is an hour behind recovers in the same five parts', () => {
  const [one] = recoveries('sse', eventSource, 3_600_000);
  assert.deepEqual(split(one), { detect: 3, wait: 2997, connect: 4, 'first-byte': 2, 'caught-up': 4 });
});

test('the server\'s lines may come after the lane\'s, or before', () => {
  const lines = eventSource.filter((obs) => obs.clock === 'server');
  const own = eventSource.filter((obs) => obs.clock === 'lane');
  const expected = split(recoveries('sse', eventSource)[0]);
  assert.deepEqual(split(recoveries('sse', [...own, ...lines])[0]), expected);
  assert.deepEqual(split(recoveries('sse', [...lines, ...own])[0]), expected);
});

test('without the server\'s request nobody knows when an EventSource set out', () => {
  const [one] = recoveries('sse', eventSource.filter((obs) => obs.kind !== 'request'));
  assert.deepEqual([split(one).wait, split(one).connect, whys(one).wait], [null, null, 'browser']);
});

test('a client that sets out by itself needs no server to tell wait and connect', () => {
  const [one] = recoveries('websocket', [
    seen('connecting', { at: 0 }), seen('opened', { at: 5 }), ...events(1, 5), struck(60),
    seen('failed', { at: 62, cause: 'error event' }), seen('closed', { at: 62, code: 1006, cause: 'lost' }), seen('waiting', { at: 62, wait: 500 }),
    seen('connecting', { at: 563 }), seen('closed', { at: 570, code: 1006 }), seen('waiting', { at: 570, wait: 1000 }),
    seen('connecting', { at: 1571 }), seen('opened', { at: 1575 }), seen('hello', { at: 1576, head: 5, dir: 'down' }),
  ]);
  assert.deepEqual(split(one), { detect: 2, wait: 1509, connect: 4, 'first-byte': 1, 'caught-up': 0 });
  assert.deepEqual([one.attempts, one.replayed, whys(one).wait], [2, 0, '']);
});

test('an answer to a poll comes as one piece: its first byte is in the connect', () => {
  const [one] = recoveries('polling', [
    seen('connecting', { at: 0 }), seen('request', { at: 0 }), seen('response', { at: 3, status: 200, dir: 'down' }), seen('opened', { at: 3 }), ...events(1, 5, { at: 3 }),
    seen('request', { at: 503 }), struck(510, 'ended'), seen('failed', { at: 511, cause: 'network' }), seen('waiting', { at: 511, wait: 500 }),
    seen('request', { at: 1012 }), seen('response', { at: 1020, status: 200, dir: 'down' }), seen('opened', { at: 1020 }), ...events(6, 9, { at: 1020 }),
  ]);
  assert.deepEqual(split(one), { detect: 1, wait: 501, connect: 8, 'first-byte': null, 'caught-up': 0 });
  assert.equal(whys(one)['first-byte'], 'whole');
});

test('a loss by hand, or by nobody\'s fault, has nothing to detect', () => {
  const story = (/** @type {string} */ cause) => [seen('opened'), ...events(1, 2), seen('closed', { at: 60, cause })];
  assert.equal(whys(recoveries('sse', [...story('hand'), struck(59)])[0]).detect, 'by-hand');
  assert.equal(whys(recoveries('websocket', story('lost'))[0]).detect, 'no-strike');
});

test('what is at work is the cause only where nothing has come through since', () => {
  const lost = [seen('failed', { at: 20_000, ready: 0, cause: 'connection lost' })];
  const slow = [seen('opened'), ...events(1, 3), struck(1000, 'at-work'), ...events(4, 4, { at: 19_000 }), ...lost];
  assert.equal(split(recoveries('sse', slow)[0]).detect, null);
  const silent = [seen('opened'), ...events(1, 3), struck(1000, 'at-work'), ...lost];
  assert.equal(split(recoveries('sse', silent)[0]).detect, 19_000);
});

test('a strike of an earlier loss is not the cause of the next', () => {
  const list = recoveries('sse', [...eventSource, seen('failed', { at: 9000, ready: 0, cause: 'connection lost' })]);
  assert.deepEqual(list.map((one) => split(one).detect), [3, null]);
});

test('clocks that disagree a little make zero, and more than that make null', () => {
  const noticed = (/** @type {number} */ at) => partsOf(recoveries('sse', [
    seen('opened'), ...events(1, 2), seen('failed', { at, ready: 0, cause: 'connection lost' }), struck(100),
  ])[0])[0];
  assert.deepEqual(noticed(98), { name: 'detect', ms: 0, why: 'two-clocks' });
  assert.equal(noticed(20).ms, null);
});

test('what is not over yet is null, and has not yet come', () => {
  const [one] = recoveries('sse', eventSource.slice(0, 10));
  assert.deepEqual(split(one), { detect: 3, wait: null, connect: null, 'first-byte': null, 'caught-up': null });
  assert.deepEqual([whys(one).wait, whole(one)], ['not-yet', null]);
});

test('who had all there was has caught up with the first thing that comes', () => {
  const [one] = recoveries('sse', [
    seen('opened', { at: 2 }), ...events(1, 5), seen('failed', { at: 60, ready: 0 }), seen('opened', { at: 3060 }),
    seen('hello', { at: 3061, head: 5, dir: 'down' }), ...events(6, 6, { at: 9000 }),
  ]);
  assert.deepEqual([one.caughtUpAt, one.replayed], [3061, 0]);
});

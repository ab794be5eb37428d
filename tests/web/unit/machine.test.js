// The state of a lane follows from what its browser reported, for each transport.
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleMachine, step } from '../../../web/model/machine.js';
import { seen } from './support.js';

/** @param {import('../../../web/model/types.js').Observation[]} story */
const states = (...story) => {
  let machine = idleMachine();
  return story.map((obs) => (machine = step(machine, obs)).state);
};

test('an EventSource that loses its connection waits, and opens again by itself', () => {
  assert.deepEqual(states(
    seen('connecting'), seen('opened', { ready: 1 }), seen('failed', { ready: 0 }), seen('waiting', { wait: null }),
    seen('opened', { ready: 1 }), seen('event', { seq: 9, type: 'done' }), seen('closed', { cause: 'ended', ready: 2 }),
  ), ['connecting', 'open', 'open', 'waiting', 'open', 'ended', 'ended']);
});

test('an EventSource with readyState 2 has given up', () => {
  assert.deepEqual(states(seen('connecting'), seen('failed', { ready: 2 })), ['connecting', 'given-up']);
});

test('a bare WebSocket that is lost is closed, with its code', () => {
  const machine = [
    seen('connecting'), seen('opened', { ready: 1 }), seen('failed', { ready: 3 }),
    seen('closed', { code: 1006, ready: 3, cause: 'lost' }),
  ].map((obs) => ({ ...obs, transport: 'websocket' })).reduce(step, idleMachine());
  assert.deepEqual([machine.state, machine.code, machine.ready], ['closed', 1006, 3]);
});

test('a WebSocket that resumes waits after its close', () => {
  assert.deepEqual(states(seen('closed', { code: 1006 }), seen('waiting', { wait: 400 }), seen('connecting'), seen('opened')),
    ['closed', 'waiting', 'connecting', 'open']);
});

test('polling waits after a failure and is open with the next answer', () => {
  assert.deepEqual(states(seen('connecting'), seen('request'), seen('opened'), seen('failed', { transport: 'polling', ready: 4 }),
    seen('waiting', { wait: 500 }), seen('request'), seen('opened'), seen('stop', { status: 204 })),
  ['connecting', 'connecting', 'open', 'open', 'waiting', 'waiting', 'open', 'ended']);
});

test('a lane closed by hand before the end is closed, after the end it has ended', () => {
  assert.deepEqual(states(seen('opened'), seen('closed', { cause: 'hand' })), ['open', 'closed']);
  assert.deepEqual(states(seen('event', { type: 'cancelled' }), seen('closed', { cause: 'hand' })), ['ended', 'ended']);
});

test('what a machine does not know changes nothing', () => {
  const machine = idleMachine();
  assert.equal(step(machine, seen('of-a-later-version')), machine);
});

test('an EventSource that asks again after the end is told to stop, and has ended', () => {
  assert.deepEqual(states(seen('event', { type: 'done' }), seen('connecting'), seen('failed', { ready: 2 })),
    ['ended', 'connecting', 'ended']);
});

test('polling that is told there is no such job has given up', () => {
  assert.deepEqual(states(seen('opened'), seen('failed', { transport: 'polling', cause: 'HTTP 404' }), seen('closed', { cause: 'gone' })),
    ['open', 'open', 'given-up']);
});

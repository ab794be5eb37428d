// A lane closed by its own button and opened again: who carries a cursor loses nothing; a bare WebSocket, as browsers
// have it, loses what passed meanwhile, and the page says how much.
import assert from 'node:assert/strict';
import { story } from './support/story.js';

const transports = ['polling', 'sse', 'websocket'];
const params = { count: 240, interval: '40ms', poll: '200ms', run: 1 };

story('a lane closed by hand and reopened resumes where it was', {}, async ({ open }) => {
  const dashboard = await open({ ...params, ws: 'resume' });
  for (const transport of transports) await closeAndReopen(dashboard, transport);
  for (const transport of transports) {
    const lane = await dashboard.untilLane(transport, 'to end', (now) => now.state === 'ended', 60_000);
    assert.deepEqual(account(lane), { missed: 0, repeated: 0, reordered: 0, percent: 100 }, transport);
  }
});

story('a bare WebSocket closed by hand and reopened counts what it missed', {}, async ({ open }) => {
  const dashboard = await open({ ...params, ws: 'bare' });
  const away = await closeAndReopen(dashboard, 'websocket');
  const { lanes, job } = await dashboard.untilSeen(
    'all lanes to end', (now) => now.lanes.every((lane) => lane.state === 'ended'), 60_000,
  );
  const bare = lanes.find((lane) => lane.transport === 'websocket');
  assert.equal(bare.repeated, 0);
  assert.ok(bare.missed >= away, `it was away for at least ${away} events and says it missed ${bare.missed}`);
  assert.equal(bare.delivered + bare.missed, job.total, 'what came and what did not are all');
  for (const lane of lanes.filter((one) => one !== bare)) {
    assert.deepEqual(account(lane), { missed: 0, repeated: 0, reordered: 0, percent: 100 }, lane.transport);
  }
});

/** Closes the lane while it runs, lets the others get 20 events further, opens it; says how far they got. */
async function closeAndReopen(dashboard, transport) {
  const other = transports.find((one) => one !== transport && one !== 'polling');
  const before = await dashboard.untilLane(transport, 'to be under way', (now) => now.delivered >= 5);
  await dashboard.pressLane(transport, 'disconnect');
  await dashboard.untilLane(transport, 'to be closed', (now) => now.state === 'closed');
  const start = (await dashboard.lane(other)).delivered;
  const further = await dashboard.untilLane(other, 'to go on', (now) => now.delivered >= start + 20);
  assert.ok((await dashboard.lane(transport)).percent < 100, 'the closed lane stands still');
  await dashboard.pressLane(transport, 'connect');
  await dashboard.untilLane(transport, 'to be back', (now) => now.delivered > before.delivered && now.state !== 'closed');
  return further.delivered - start;
}

const account = ({ missed, repeated, reordered, percent }) => ({ missed, repeated, reordered, percent });

// A frame that loaded while its origin was down is dead and no browser heals it: the page must.
import assert from 'node:assert/strict';
import { story } from './support/story.js';
import { sleep, until } from './support/wait.js';

story('a lane whose origin was down when the page loaded comes alive', {}, async ({ server, open }) => {
  const { origins } = await server.ask('/api/bench');
  const down = origins[1];
  await server.ask(`/api/origins/${down.id}`, { method: 'PUT', body: { listening: false } });
  await assert.rejects(fetch(new URL('/clock', down.url)), 'the origin is down');
  const dashboard = await open({ count: 60, interval: '50ms' });
  await sleep(1_500);
  assert.equal(await dashboard.living(), 2, 'one lane is not there yet');
  await server.ask(`/api/origins/${down.id}`, { method: 'PUT', body: { listening: true } });
  await until('all lanes to be alive', async () => (await dashboard.living()) === 3, { limit: 30_000 });
  await dashboard.run();
  const { lanes } = await dashboard.untilSeen(
    'all lanes to end', (now) => now.lanes.length === 3 && now.lanes.every((lane) => lane.state === 'ended'), 60_000,
  );
  for (const { transport, missed, repeated, percent } of lanes) {
    assert.deepEqual({ missed, repeated, percent }, { missed: 0, repeated: 0, percent: 100 }, transport);
  }
});

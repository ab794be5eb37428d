// The whole feed: five lanes, one of each transport, beside each other on one page; each gets every event once.
import assert from 'node:assert/strict';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const transports = ['polling', 'long-polling', 'sse', 'fetch-stream', 'websocket'];
const five = { start: () => startServer(['--lanes', '5']) };

story('five lanes reach 100 % with nothing missed and nothing repeated', five, async ({ server, open }) => {
  const dashboard = await open({ lanes: transports.join(','), count: 100, interval: '40ms', run: 1 });
  const { lanes, job } = await dashboard.untilSeen('all lanes at 100 %', ended, 60_000);
  assert.deepEqual(lanes.map((lane) => lane.transport), transports);
  const said = await server.ask(`/jobs/${job.job}`);
  assert.equal(said.state, 'done');
  for (const { transport, delivered, missed, repeated, reordered, payloadBytes } of lanes) {
    assert.deepEqual(
      { delivered, missed, repeated, reordered, payloadBytes },
      { delivered: said.head, missed: 0, repeated: 0, reordered: 0, payloadBytes: said.payload_bytes }, transport,
    );
  }
});

story('a lane of each transport closed by hand and opened again loses nothing if it has a cursor', five, async ({ open }) => {
  const dashboard = await open({ lanes: transports.join(','), ws: 'resume', fetch: 'resume', poll: '200ms', count: 240, interval: '40ms', run: 1 });
  for (const transport of transports) {
    const before = await dashboard.untilLane(transport, 'to be under way', (now) => now.delivered >= 5);
    await dashboard.pressLane(transport, 'disconnect');
    await dashboard.untilLane(transport, 'to be closed', (now) => now.state === 'closed');
    await dashboard.pressLane(transport, 'connect');
    await dashboard.untilLane(transport, 'to be back', (now) => now.delivered > before.delivered && now.state !== 'closed');
  }
  const { lanes } = await dashboard.untilSeen('all lanes at 100 %', ended, 60_000);
  for (const { transport, missed, repeated } of lanes) assert.deepEqual({ missed, repeated }, { missed: 0, repeated: 0 }, transport);
});

story('each transport shows the code it runs, and can be added by hand', five, async ({ open }) => {
  const dashboard = await open();
  const offered = await dashboard.page.evaluate(() => [...document.querySelectorAll('[data-action="add-lane"] option')].map((one) => one.value));
  assert.deepEqual(offered.filter(Boolean), transports);
  for (const transport of ['long-polling', 'fetch-stream']) {
    await dashboard.page.select('[data-action="add-lane"]', transport);
    await dashboard.untilLane(transport, 'to be there', (lane) => lane?.alive);
    await dashboard.pressLane(transport, 'code');
    const shown = () => dashboard.page.evaluate(() => document.querySelector('.code-dialog')?.textContent ?? '');
    await until(`the code of ${transport}`, async () => (await shown()).includes(`name: '${transport}'`), { seen: shown });
    await dashboard.page.evaluate(() => document.querySelector('.code-dialog').close());
  }
});

const ended = ({ lanes }) => lanes.length === 5 && lanes.every((lane) => lane.state === 'ended' && lane.percent === 100);

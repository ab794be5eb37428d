// Progress kept on the connection, the way of the article: who reconnects starts over. The lane says so, and its
// account is that of the log it reads now, so nothing is called missed or repeated that was not.
import assert from 'node:assert/strict';
import { startServer } from './support/server.js';
import { story } from './support/story.js';

const transports = ['polling', 'long-polling', 'sse', 'fetch-stream', 'websocket'];

story('a lane that reconnects to a per-connection job starts over and says so', { start: () => startServer(['--lanes', '5']) }, async ({ open }) => {
  const dashboard = await open({
    source: 'per-connection', lanes: transports.join(','), ws: 'resume', fetch: 'resume', poll: '100ms', count: 120, interval: '50ms', lang: 'en', run: 1,
  });
  for (const transport of ['sse', 'fetch-stream', 'websocket']) {
    await dashboard.untilLane(transport, 'to be under way', (now) => now.delivered >= 8);
    await dashboard.pressLane(transport, 'disconnect');
    await dashboard.untilLane(transport, 'to be closed', (now) => now.state === 'closed');
    await dashboard.pressLane(transport, 'connect');
    await dashboard.untilLane(transport, 'to start over', (now) => now.epochChanges === 1 && now.delivered >= 1);
  }
  const { lanes } = await dashboard.untilSeen(
    'all lanes to end', (now) => now.lanes.every((lane) => lane.state === 'ended' && lane.percent === 100), 60_000,
  );
  for (const { transport, delivered, missed, repeated, behind, epochChanges } of lanes) {
    const again = transport.includes('polling') ? 0 : 1;
    assert.deepEqual(
      { delivered, missed, repeated, behind, epochChanges },
      { delivered: 121, missed: 0, repeated: 0, behind: 0, epochChanges: again }, transport,
    );
  }
  const lesson = await dashboard.page.evaluate(() => document.querySelector('wb-lane-card[data-transport="sse"] .lane-lesson').textContent);
  assert.match(lesson, /Started over \(1\): its progress was kept on the connection/);
});

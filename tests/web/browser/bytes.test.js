// Bytes are what they are said to be: payload as the encoder made it, and at the socket what an independent relay
// between the browser and each lane's origin has passed on.
import assert from 'node:assert/strict';
import { freePort, startRelay } from './support/relay.js';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

story('payload bytes counted in each lane equal the encoder\'s', {}, async ({ server, open }) => {
  const dashboard = await open({ count: 120, interval: '20ms', payload: 'text', run: 1 });
  const { lanes, job } = await dashboard.untilSeen('all lanes to end', ended, 60_000);
  const { payload_bytes: made } = await server.ask(`/jobs/${job.job}`);
  assert.ok(made > 0);
  for (const lane of lanes) assert.equal(lane.payloadBytes, made, lane.transport);
});

/** A server whose three origins the page reaches through a relay each. */
async function startRelayed(closing) {
  const relays = [await startRelay('127.0.0.21'), await startRelay('127.0.0.22'), await startRelay('127.0.0.23')];
  closing.push(() => relays.forEach((relay) => relay.stop()));
  const told = relays.flatMap((relay, at) => ['--lane-origin', `${at + 1}=${relay.url}`]);
  // With a port given, the origins have the same one at 127.0.0.2, .3 and .4.
  const port = await freePort();
  const server = await startServer(told, `127.0.0.1:${port}`);
  relays.forEach((relay, at) => relay.aim(`http://127.0.0.${at + 2}:${port}`));
  return { ...server, relays };
}

story('socket totals equal those of a relay between browser and server', { start: startRelayed }, async ({ server, open }) => {
  const { relays } = server;
  const dashboard = await open({ count: 120, interval: '20ms', run: 1 });
  await dashboard.untilSeen('all lanes to end', ended, 60_000);
  let last;
  await until('server and relays to agree on each origin', async () => {
    const { origins } = await server.ask('/api/lanes');
    last = relays.map((relay, at) => ({ relay: relay.totals(), server: origins.find(({ id }) => id === at + 1) }));
    return last.every((one) => one.relay.in > 0 && ['connections', 'in', 'out'].every((key) => one.relay[key] === one.server[key]));
  }, { limit: 20_000, every: 100, seen: () => last });
  // A WebSocket has its connection for itself, so here the lane's own total must be the connection's.
  const [socket] = relays.flatMap((relay) => relay.connections()).filter((one) => one.in.includes('/websocket?'));
  const passed = { socketIn: socket.in.length, socketOut: socket.out.length };
  await dashboard.untilLane('websocket', `to show ${JSON.stringify(passed)}`, (lane) =>
    lane.socketIn === passed.socketIn && lane.socketOut === passed.socketOut);
});

const ended = ({ lanes }) => lanes.length === 3 && lanes.every((lane) => lane.state === 'ended');

// A lane whose place was taken, that was removed, or that found no room: it says so in plain words, and does what its
// kind of client is to do: stay away, or wait and come in by itself when there is room.
import assert from 'node:assert/strict';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const params = { lanes: 'sse,websocket(ws=resume),polling', count: 800, interval: '50ms', poll: '200ms', lang: 'en', run: 1 };

/** Waits until the run is well under way and says which lane is which. */
async function underWay(dashboard) {
  const { lanes, job } = await dashboard.untilSeen(
    'the lanes to be under way', (now) => now.lanes.length === 3 && now.lanes.every((lane) => lane.delivered >= 10),
  );
  return { job: job.job, ids: Object.fromEntries(lanes.map((lane) => [lane.transport, lane.id])) };
}

/** What the lane has done since: how often it has tried to connect. */
const attempts = async (dashboard, id) => (await dashboard.dump(id)).filter((line) => line.kind === 'connecting').length;

/** Waits until the head of the lane's card says this; it is drawn a moment after it is known. */
async function untilSaid(dashboard, transport, wanted) {
  const said = () => dashboard.page.evaluate(
    (name) => document.querySelector(`wb-lane-card[data-transport="${name}"] .lane-head`).textContent, transport,
  );
  await until(`the ${transport} card to say ${wanted}`, async () => wanted.test(await said()), { seen: said });
}

for (const transport of ['long-polling', 'sse', 'fetch-stream', 'websocket']) {
  story(`a lane of ${transport} whose place was taken says so and stays away until it is opened by hand`, {}, async ({ server, open }) => {
    const switched = { websocket: 'websocket(ws=resume)', 'fetch-stream': 'fetch-stream(fetch=resume)' }[transport] ?? transport;
    const dashboard = await open({ ...params, lanes: `${switched},polling,${transport === 'sse' ? 'websocket' : 'sse'}` });
    const { job, ids } = await underWay(dashboard);
    const usurper = new AbortController();
    const command = (/** @type {string} */ name) => server.ask(`/jobs/${job}/commands`, { method: 'POST', body: { command: name } });
    await command('pause');
    // Between two of its requests a poller cannot be told: its next one would take the place back.
    const reading = async () => (await server.ask('/api/clients')).clients.find((one) => one.job === job && one.client === ids[transport]);
    await until('a request of it to be open, with nothing to answer', async () => {
      const now = await reading();
      return now?.reading && now.lag === 0;
    }, { seen: async () => JSON.stringify(await reading()) });
    await fetch(new URL(`/jobs/${job}/sse?client=${ids[transport]}`, server.bench), { signal: usurper.signal });
    const told = await dashboard.untilLane(transport, 'to be replaced', (lane) => lane.state === 'closed');
    assert.equal(told.cause, 'replaced');
    await command('resume');
    await untilSaid(dashboard, transport, /replaced.*a newer reader has taken this one’s place; it stays away/);
    // 140 events are 7 s: longer than any browser waits before it comes back by itself.
    const { delivered } = await dashboard.lane('polling');
    await dashboard.untilLane('polling', 'to get further', (lane) => lane.delivered >= delivered + 140);
    assert.equal(await attempts(dashboard, ids[transport]), 1, 'it has not come back by itself');
    usurper.abort();
    await dashboard.pressLane(transport, 'connect');
    const back = await dashboard.untilLane(transport, 'to be back', (lane) => lane.delivered > told.delivered + 10);
    assert.deepEqual([back.missed, back.repeated], [0, 0]);
  });
}

story('a client removed in the panel is away, and the panel says what was done', {}, async ({ open }) => {
  const dashboard = await open(params);
  const { ids } = await underWay(dashboard);
  const { page } = dashboard;
  await page.evaluate(() => document.querySelector('[data-action="clients"]').click());
  const rows = () => page.evaluate(() => [...document.querySelectorAll('wb-clients tbody tr')].map((row) => row.dataset.client).sort());
  await until('all three to be listed', async () => {
    const listed = await rows();
    return Object.values(ids).every((id) => listed.includes(id));
  }, { seen: rows });
  for (const transport of ['websocket', 'sse']) {
    await page.evaluate((id) => document.querySelector(`wb-clients tr[data-client="${id}"] [data-action="remove-client"]`).click(), ids[transport]);
    const told = await dashboard.untilLane(transport, 'to be removed', (lane) => lane.state === 'closed');
    assert.equal(told.cause, 'removed', transport);
    const said = () => page.evaluate(() => document.querySelector('.clients-said').textContent);
    await until('the panel to say so', async () => (await said()).startsWith(`${ids[transport]} was removed`), { seen: said });
  }
  // For a minute the name is told to stop, whoever comes with it.
  await dashboard.pressLane('sse', 'connect');
  await dashboard.untilLane('sse', 'to be refused', (lane) => lane.state === 'given-up');
  await dashboard.pressLane('websocket', 'connect');
  const refused = await dashboard.untilLane('websocket', 'to be refused', (lane) => lane.state === 'closed' && lane.closeCode === 4410);
  assert.equal(refused.cause, 'removed');
});

story('who finds no room says so, and comes in by itself when there is some', {}, async ({ server, open }) => {
  await server.ask('/api/clients', { method: 'PUT', body: { max: 1 } });
  const dashboard = await open({ ...params, lanes: 'sse,websocket(ws=resume),polling', count: 400 });
  const outside = (now) => now.lanes.filter((lane) => lane.cause === 'full');
  const seen = await dashboard.untilSeen('two lanes to find no room', (now) => now.lanes.length === 3 && outside(now).length === 2);
  for (const { transport } of outside(seen)) await untilSaid(dashboard, transport, /no room/);
  await server.ask('/api/clients', { method: 'PUT', body: { max: 50 } });
  const { lanes } = await dashboard.untilSeen('all lanes to end', (now) => now.lanes.every((lane) => lane.state === 'ended'), 90_000);
  for (const { transport, delivered, missed, repeated } of lanes) {
    assert.deepEqual({ delivered, missed, repeated }, { delivered: 401, missed: 0, repeated: 0 }, transport);
  }
});

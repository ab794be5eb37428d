// A full pool of clients, and one more: it waits outside and gets in by itself once there is room, without a word of
// script. A bare EventSource, as a page of anybody has it, and the dashboard's own lane.
import assert from 'node:assert/strict';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const count = 40;
const full = { start: () => startServer(['--max-clients', '2']) };

story('a bare EventSource waits for room and gets in by itself', full, async ({ browser, server }) => {
  const { job, insiders } = await fill(server);
  const page = await browser.newPage();
  // A document of a lane's origin that has no script of its own.
  await page.goto(new URL('/favicon.svg', origin(server)).href);
  await page.evaluate(bareReader, `/jobs/${job}/sse`);
  const seen = () => page.evaluate(() => ({ ...globalThis.reading, source: undefined }));
  let last;
  const untilSeen = (what, holds) => until(what, async () => holds(last = await seen()) && last, { limit: 60_000, seen: () => last });
  await untilSeen('it to have been told twice that there is no room', ({ full: told }) => told >= 2);
  assert.equal(last.hello, 0);
  assert.deepEqual(insiders.map(({ isOpen }) => isOpen()), [true, true], 'those inside are undisturbed');
  insiders[0].leave();
  await untilSeen('it to be in', ({ hello }) => hello === 1);
  await server.ask(`/jobs/${job}/commands`, { method: 'POST', body: { command: 'start' } });
  await untilSeen('the end event', ({ seqs }) => seqs.length > count);
  assert.deepEqual(last.seqs, Array.from({ length: count + 1 }, (_, at) => at + 1));
  await page.evaluate(() => globalThis.reading.source.close());
});

story('the page\'s own lane waits for room and gets in by itself', full, async ({ server, open }) => {
  const { job, insiders } = await fill(server);
  const dashboard = await open({ lanes: 'sse', job, run: 1 });
  await until('the lane to have been refused', async () => (await refused(server)) >= 2, { limit: 60_000, seen: () => refused(server) });
  assert.equal((await dashboard.lane('sse')).delivered, 0);
  assert.deepEqual(insiders.map(({ isOpen }) => isOpen()), [true, true], 'those inside are undisturbed');
  insiders[0].leave();
  await until('the lane to be in', async () => (await clients(server)).length === 2 && !insiders[0].isOpen()
    && (await clients(server)).some(({ lane }) => lane), { limit: 60_000, seen: () => clients(server) });
  await server.ask(`/jobs/${job}/commands`, { method: 'POST', body: { command: 'start' } });
  const lane = await dashboard.untilLane('sse', 'to end', ({ state }) => state === 'ended', 60_000);
  assert.deepEqual([lane.delivered, lane.missed, lane.repeated], [count + 1, 0, 0]);
});

const origin = (server) => server.origins[0].url ?? server.origins[0];
const clients = async (server) => (await server.ask('/api/clients')).clients;

/** How many have been told that there is no room. */
async function refused(server) {
  const metrics = await (await fetch(new URL('/metrics', server.bench))).text();
  const found = /^wirebench_clients_refused_total\{[^}]*sse[^}]*\} (\d+)/m.exec(metrics);
  return found ? Number(found[1]) : 0;
}

/** A job that waits for its start, and as many readers of it as there is room for. */
async function fill(server) {
  const body = { source: 'synthetic', job: 'full-house', count, interval: '20ms', start: 'ready' };
  const { job } = await server.ask('/api/jobs', { method: 'POST', body });
  const insiders = [await inside(server, job), await inside(server, job)];
  assert.equal((await clients(server)).length, 2);
  return { job, insiders };
}

/** A reader that is in, and stays until it leaves. */
async function inside(server, job) {
  const hangUp = new AbortController();
  const answer = await fetch(new URL(`/jobs/${job}/sse`, server.bench), { signal: hangUp.signal });
  const reader = answer.body.getReader();
  const { value } = await reader.read();
  assert.match(new TextDecoder().decode(value), /event: hello/);
  let open = true;
  (async () => {
    while (!(await reader.read()).done);
  })().catch(() => {}).finally(() => (open = false));
  return { isOpen: () => open, leave: () => hangUp.abort() };
}

/** Runs in the page. */
function bareReader(url) {
  const reading = { full: 0, hello: 0, seqs: [], source: new EventSource(url) };
  reading.source.addEventListener('full', () => (reading.full += 1));
  reading.source.addEventListener('hello', () => (reading.hello += 1));
  for (const name of ['progress', 'done']) {
    reading.source.addEventListener(name, ({ data }) => reading.seqs.push(JSON.parse(data).seq));
  }
  globalThis.reading = reading;
}

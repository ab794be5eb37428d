// Faults thrown from the page's panel: one cut strikes all lanes at one instant, each comes back in its own way and tells
// how, and a wrong answer makes an EventSource give up for good.
import assert from 'node:assert/strict';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const lanes = 'polling,long-polling,sse,websocket(ws=resume),fetch-stream(fetch=resume)';
const streams = ['sse', 'websocket', 'fetch-stream'];
// Long enough that the slowest machine is not through before it was struck: a minute.
const params = { lanes, count: 600, interval: '100ms', lang: 'en', run: 1 };

story('a cut thrown from the panel strikes all lanes, and who resumes has missed nothing', { timeout: 240_000 }, async ({ open, server }) => {
  const dashboard = await open({ ...params, fault: 'cut(how=rst)' });
  const { page } = dashboard;
  await dashboard.untilSeen('all lanes to be under way', (now) => now.lanes.length === 5 && now.lanes.every((lane) => lane.delivered > 5), 60_000);
  assert.equal((await dashboard.snapshot()).throws.length, 0, 'the address prefills and does not throw');
  await press(page, '[data-action="throw"]');
  // The record may tell of the throw before the answer to the one who threw it.
  const { throws, lanes: struck } = await dashboard.untilSeen('the streams to be struck', (now) => now.throws[0]?.mine &&
    streams.every((one) => now.throws[0]?.lanes.includes(now.lanes.find((lane) => lane.transport === one).id)));
  assert.deepEqual([throws[0].fault, throws[0].mine, throws.length], ['cut', true, 1]);
  for (const transport of streams) {
    const lane = await dashboard.untilLane(transport, 'to have caught up', (now) => typeof now.waits[0]?.parts['caught-up'] === 'number', 60_000);
    const [{ fault, parts }] = lane.waits;
    assert.equal(fault, 'cut', transport);
    for (const [name, ms] of Object.entries(parts)) assert.ok(ms === null ? transport === 'sse' : ms >= 0, `${transport}: ${name} ${ms}`);
    assert.equal(typeof parts.detect, 'number', `${transport}: from the strike to the notice`);
  }
  for (const { transport } of struck) {
    const lane = await dashboard.lane(transport);
    assert.deepEqual([lane.missed, lane.repeated, lane.reordered], [0, 0, 0], transport);
  }
  await toldOnThePage(page);
  await onTheTimeline(page);
  // The rest of the minute is not waited for; being told to hurry is an event more.
  const { job } = (await dashboard.snapshot()).job;
  await server.ask(`/jobs/${job}/commands`, { method: 'POST', body: { command: 'speed', factor: 1000 } });
  await dashboard.untilSeen('all to have ended', (now) => now.lanes.every((lane) => lane.state === 'ended'), 120_000);
  for (const { transport, delivered, missed, repeated } of (await dashboard.snapshot()).lanes) {
    assert.deepEqual({ delivered, missed, repeated }, { delivered: 602, missed: 0, repeated: 0 }, transport);
  }
});

story('a 503 instead of the feed makes an EventSource give up, and what lasts is cleared before the next run', { timeout: 240_000 }, async ({ open }) => {
  const dashboard = await open({ ...params, lanes: 'polling,sse', fault: 'answer(scope=transport:sse;lasts=until-cleared)' });
  const { page } = dashboard;
  await dashboard.untilLane('sse', 'to be under way', (now) => now.delivered > 5);
  await press(page, '[data-action="throw"]');
  await dashboard.untilSeen('the throw to be at work', (now) => now.throws.length === 1 && now.throws[0].cleared === null);
  // The lane's own button aims the panel at it; the cut makes the browser ask again, and it gets the 503.
  await dashboard.pressLane('sse', 'lane-fault');
  await press(page, 'input[name="fault-kind"][value="cut"]');
  assert.equal(await page.evaluate(() => document.querySelector('[name="fault-scope"]').value), 'lane:2');
  await press(page, '[data-action="throw"]');
  await dashboard.untilLane('sse', 'to give up', (now) => now.state === 'given-up', 60_000);
  const polling = await dashboard.lane('polling');
  assert.equal(polling.waits.length, 0, 'who is not in the scope is not struck');
  await press(page, '[data-action="run"]');
  await dashboard.untilLane('sse', 'to run again', (now) => now.state === 'open' && now.delivered > 0, 60_000);
  const { throws } = await dashboard.snapshot();
  assert.ok(throws.every((one) => one.cleared !== null), 'the page has cleared what it threw');
});

story('a socket of the last run that closes late is no news of the next', { timeout: 240_000 }, async ({ open, server }) => {
  const dashboard = await open({ ...params, lanes: 'websocket' });
  await dashboard.untilLane('websocket', 'to be under way', (now) => now.delivered > 3);
  await server.ask('/api/faults', { method: 'POST', body: { fault: 'latency', delay: '1s' } });
  const { job } = (await dashboard.snapshot()).job;
  await press(dashboard.page, '[data-action="run"]');
  await dashboard.untilSeen('the next run', (now) => now.job.job !== job);
  // The old socket's Close comes a second or two later; by then the new one has delivered.
  const lane = await dashboard.untilLane('websocket', 'to deliver for seconds', (now) => now.delivered > 50, 60_000);
  assert.equal(lane.state, 'open');
  const lines = await dashboard.dump(lane.id);
  assert.deepEqual(lines.filter((line) => line.kind === 'closed'), []);
});

async function press(page, selector) {
  await until(`${selector} to be ready to be pressed`, () => page.evaluate((wanted) => document.querySelector(wanted)?.disabled === false, selector));
  await page.evaluate((wanted) => document.querySelector(wanted).click(), selector);
}

/** The panel names the throw and whom it struck; each card of a stream has its recovery in five parts. */
async function toldOnThePage(page) {
  const row = await page.evaluate(() => document.querySelector('.throw[data-fault="cut"]')?.textContent ?? '');
  assert.match(row, /Cut.*struck: .*SSE/);
  for (const transport of streams) {
    const label = () => page.evaluate((one) => document.querySelector(`[data-transport="${one}"] .recovery-bar`)?.getAttribute('aria-label') ?? '', transport);
    await until(`${transport} to tell its recovery`, async () => /detect .*wait .*connect .*first byte .*caught up/.test(await label()), { seen: label });
  }
}

/** The first mark of all is reached by Home, and stepping on from it comes to the throw and to a strike. */
async function onTheTimeline(page) {
  const said = () => page.evaluate(() => document.querySelector('.timeline-canvas').getAttribute('aria-valuetext'));
  await page.evaluate(() => document.querySelector('.timeline-canvas').focus());
  const heard = await page.evaluate(() => {
    const canvas = document.querySelector('.timeline-canvas');
    const step = (key) => {
      canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      return document.querySelector('.timeline-detail').textContent;
    };
    const out = [step('Home')];
    while (out.length < 3000 && !(out.some((one) => /fault thrown · Cut/.test(one)) && out.some((one) => /struck · Cut · reset/.test(one)))) out.push(step('ArrowRight'));
    return out;
  });
  assert.ok(heard.some((one) => /all lanes · .* · fault thrown · Cut/.test(one)), `no band was stepped to in ${heard.length} steps`);
  assert.ok(heard.some((one) => /struck · Cut · reset/.test(one)), `no strike was stepped to in ${heard.length} steps`);
  assert.ok((await said()).length > 0, 'a screen reader is told the mark');
}

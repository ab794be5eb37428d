// Switches of a lane: from the address and from its card; shown on the card, in the address and above the numbers,
// and obeyed on the wire.
import assert from 'node:assert/strict';
import { story } from './support/story.js';
import { until } from './support/wait.js';

/** What the chips say, on each lane's card and above the numbers. */
const chips = (page) => page.evaluate(() => ({
  cards: [...document.querySelectorAll('wb-lane-card')].map((card) => [...card.querySelectorAll('.chip')].map((one) => one.textContent)),
  strip: [...document.querySelectorAll('wb-job-strip .chip')].map((one) => one.textContent),
}));

story('switches in the address are shown, told as a difference, and obeyed', {}, async ({ open }) => {
  const dashboard = await open({ lanes: 'sse,sse(ids=off;heartbeat=1s),websocket', count: 30, interval: '40ms', lang: 'en', run: 1 });
  const { lanes } = await dashboard.untilSeen(
    'all lanes to end', (now) => now.lanes.length === 3 && now.lanes.every((lane) => lane.state === 'ended'), 60_000,
  );
  const { cards, strip } = await chips(dashboard.page);
  assert.deepEqual(cards[0], []);
  assert.deepEqual([...cards[1]].sort(), ['heartbeat 1s', 'ids off']);
  assert.ok(strip.some((text) => text.includes('not like for like') && text.includes('ids') && text.includes('heartbeat')), String(strip));
  const told = await dashboard.dump(lanes[1].id);
  const { url } = told.find((line) => line.kind === 'connecting');
  assert.equal(new URL(url).searchParams.get('ids'), 'off');
  assert.equal(new URL(url).searchParams.get('client'), lanes[1].id);
  for (const { delivered, missed, repeated } of lanes) assert.deepEqual({ delivered, missed, repeated }, { delivered: 31, missed: 0, repeated: 0 });
});

story('a switch pressed on a card changes the address, and the default takes it out again', {}, async ({ open }) => {
  const dashboard = await open({ lang: 'en' });
  const { page } = dashboard;
  await dashboard.pressLane('sse', 'lane-switches');
  const offered = await page.evaluate(() => [...document.querySelectorAll('[data-transport="sse"] .sheet code')].map((one) => one.textContent));
  for (const name of ['ids', 'heartbeat', 'encoding', 'retry', 'nodelay']) assert.ok(offered.includes(name), `${name} is offered: ${offered}`);
  await page.evaluate(() => document.querySelector('[data-transport="sse"] [name="switch-ids"]').click());
  const address = () => page.evaluate(() => location.search);
  await until('the address to say so', async () => (await address()).includes('sse(ids=off)'), { seen: address });
  const chip = async () => (await chips(page)).cards[1].join();
  await until('the card to say so', async () => (await chip()) === 'ids off', { seen: chip });
  await dashboard.pressLane('sse', 'lane-reset');
  await until('the address to be plain again', async () => !(await address()).includes('lanes='), { seen: address });
});

story('a switch that this transport does not take is a mistake that says what it takes', {}, async ({ open }) => {
  const { page } = await open({ lanes: 'websocket(ids=off)', lang: 'en' });
  const notice = () => page.evaluate(() => document.querySelector('.notice')?.textContent ?? '');
  await until('the notice', async () => /a switch that websocket takes: .*fanout.*found “ids”/.test(await notice()), { seen: notice });
  const disabled = await page.evaluate(() => document.querySelector('[data-action="run"]').disabled);
  assert.equal(disabled, true, 'nothing is run with a mistake');
});

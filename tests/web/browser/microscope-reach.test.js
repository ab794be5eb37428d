// The microscope by the keyboard from the timeline, and as a screen reader has it: each mark is reached and told, what is
// told leads to its bytes, and closing leads back.
import assert from 'node:assert/strict';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const lanes = 'polling,sse,websocket';
const start = () => startServer(['--lanes', '3']);
// A minute long: nothing here depends on how quick the machine is.
const params = { lanes, count: 300, interval: '200ms', lang: 'en', run: 1 };

story('from a mark of the timeline to its bytes, along the lanes and back', { start, timeout: 240_000 }, async ({ browser, open }) => {
  const dashboard = await open(params);
  const { page } = dashboard;
  await dashboard.untilSeen('all lanes to be under way', (now) => now.lanes.length === 3 && now.lanes.every((lane) => lane.delivered > 3), 60_000);
  await page.evaluate(() => document.querySelector('[data-action="microscope"]').click());
  const offered = () => page.evaluate(() => document.querySelectorAll('.micro-lane [role="option"]').length);
  await until('bytes of each lane', async () => (await offered()) > 9, { limit: 60_000 });
  // The job pauses, so that the picture stands.
  await page.evaluate(() => document.querySelector('[data-action="job-pause"]').click());
  const seq = await toMark(page, /event .*|progress #\d+/);
  await page.keyboard.press('Enter');
  await until('the event to be shown', async () => (await chosen(page)) === `#${seq}`, { seen: () => chosen(page) });
  // The poller asks for what the others have had: it may come to this event last.
  await until('its bytes on all lanes', async () => (await withBytes(page)) === 3, { limit: 60_000, seen: () => withBytes(page) });
  await alongTheLanes(page);
  if (browser.name === 'chromium') await asToldByTheTree(page);
  // Closed and opened again from the mark, the focus comes back to it.
  await page.keyboard.press('Escape');
  await until('it to be closed', () => page.evaluate(() => document.querySelector('#microscope').hidden));
  await page.evaluate(() => document.querySelector('.timeline-canvas').focus());
  await page.keyboard.press('Enter');
  await until('it to be open', () => page.evaluate(() => document.activeElement?.matches('wb-microscope h2')));
  await page.keyboard.press('Escape');
  await until('the focus to be at the timeline again', () => page.evaluate(() => document.activeElement?.matches('.timeline-canvas')), {
    seen: () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120)),
  });
});

const chosen = (page) => page.evaluate(() => document.querySelector('[name="microscope-which"]')?.value);
/** How many lanes have bytes of the event. */
const withBytes = (page) => page.evaluate(() => [...document.querySelectorAll('.micro-lane')].filter((lane) => lane.querySelector('[role="option"]')).length);
const focused = (page) => page.evaluate(() => ({
  role: document.activeElement?.getAttribute('role'), label: document.activeElement?.getAttribute('aria-label') ?? '',
  lane: document.activeElement?.closest('.micro-lane')?.dataset.transport,
}));

/** Steps back from the last mark to an event of SSE; answers its number. */
async function toMark(page, known) {
  await page.evaluate(() => document.querySelector('.timeline-canvas').focus());
  const told = () => page.evaluate(() => document.activeElement.getAttribute('aria-valuetext'));
  await page.keyboard.press('End');
  for (let steps = 0; steps < 200; steps += 1) {
    const text = await told();
    const event = /^SSE.* · (\+?[\d.,]+ m?s) · ↓ progress #(\d+)/.exec(text);
    if (event) {
      assert.match(text, known);
      assert.match(text, / B( |$|·)/, 'its bytes are told');
      return event[2];
    }
    await page.keyboard.press('ArrowLeft');
  }
  throw new Error(`no event of SSE was come to: ${await told()}`);
}

/** Tab goes from lane to lane, one stop each; the arrows go within. */
async function alongTheLanes(page) {
  await page.evaluate(() => document.querySelector('wb-microscope h2').focus());
  const seen = [];
  for (let presses = 0; presses < 40 && seen.length < 3; presses += 1) {
    await page.keyboard.press('Tab');
    const { role, lane } = await focused(page);
    if (role === 'option') seen.push(lane);
  }
  assert.deepEqual(seen, ['polling', 'sse', 'websocket']);
  const before = (await focused(page)).label;
  await page.keyboard.press('ArrowRight');
  const after = await focused(page);
  assert.notEqual(after.label, before);
  assert.match(after.label, /RFC 6455 §5/);
  assert.equal(after.lane, 'websocket');
}

/** What a screen reader is given (CDP Accessibility.getFullAXTree). */
async function asToldByTheTree(page) {
  const client = await page.createCDPSession();
  const { nodes } = await client.send('Accessibility.getFullAXTree');
  const told = nodes.filter(({ ignored }) => !ignored).map(({ role, name, value, properties }) => ({
    role: role?.value, name: name?.value ?? '', value: value?.value, properties: Object.fromEntries((properties ?? []).map((one) => [one.name, one.value.value])),
  }));
  const all = (role, name) => told.filter((one) => one.role === role && name.test(one.name));
  assert.equal(all('heading', /^Every byte of one event$/).length, 1);
  for (const lane of ['XHR polling', 'SSE', 'WebSocket']) {
    assert.equal(all('region', new RegExp(`^${lane}$`)).filter(({ name }) => name === lane).length > 0, true, `a region ${lane}: ${JSON.stringify(all('region', /./))}`);
    assert.equal(all('listbox', new RegExp(`^Bytes, ${lane}$`)).length, 1, lane);
    assert.equal(all('table', new RegExp(`^Bytes by role, ${lane}$`)).length, 1, lane);
  }
  const options = all('option', /(payload|framing|head|control|heartbeat): [\w-]+ · \d+ B/);
  assert.ok(options.length >= 3 * 2, `${options.length} spans`);
  for (const { name } of options) assert.match(name, /RFC \d+ §|WHATWG HTML §|docs\/reference\//, 'each names where it is said');
  for (const name of [/^The event before/, /^The next event/]) assert.equal(all('button', name).length, 1, String(name));
  assert.deepEqual(all('switch', /^(with heads|unmasked)$/).map(({ name }) => name), ['with heads', 'unmasked']);
  assert.ok(told.some(({ role, properties }) => role === 'status' && properties.live === 'polite'), 'what changes is said');
  // Its words stand in aria-valuetext, which the protocol leaves empty for sliders.
  assert.deepEqual(all('slider', /^One time axis$/).map(({ properties }) => [properties.focusable, properties.valuemin]), [[true, 0]]);
}

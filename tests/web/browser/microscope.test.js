// The microscope, by the keyboard alone: opened while five transports read one feed, it shows an event's bytes on each, of
// which the payload is the same and the framing what docs/reference/cost.md says; and what it shows can be stepped through.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resize } from './support/dashboard.js';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const folder = fileURLToPath(new URL('../../../target/screenshots', import.meta.url));
const lanes = 'polling,long-polling,sse,websocket,fetch-stream';
const start = () => startServer(['--lanes', '5']);
// A minute long: nothing here depends on how quick the machine is.
const params = { lanes, count: 300, interval: '200ms', lang: 'en', heartbeat: '1s' };

story('every byte of one event is shown on every lane, by the keyboard alone', { start, timeout: 240_000 }, async ({ browser, server, open }) => {
  const dashboard = await open(params);
  const { page } = dashboard;
  await until('all lanes to be alive', async () => (await dashboard.living()) === 5);
  const before = await tops(page);
  await shortcut(page);
  await until('the microscope to be open', () => page.evaluate(() => document.activeElement?.matches('wb-microscope h2')));
  assert.deepEqual(await tops(page), before, 'the lanes stay where they are');
  await dashboard.run();
  const seen = await untilShown(page);
  await sameOnAll(seen, (await dashboard.snapshot()).job.job, server);
  await stepping(page);
  await withHeads(page);
  await masked(dashboard);
  await pictures(dashboard, browser.name);
  await page.evaluate(() => document.querySelector('[name="microscope-heads"]').focus());
  await page.keyboard.press('Escape');
  await until('it to be closed', () => page.evaluate(() => document.querySelector('#microscope').hidden));
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'microscope');
  assert.equal(await page.evaluate(() => document.querySelector('#microscope').childElementCount), 0, 'nothing is kept');
});

story('a stream that was open before is read from its next event on, and an event of before is said to be', { start, timeout: 240_000 }, async ({ open }) => {
  const dashboard = await open({ ...params, run: 1 });
  const { page } = dashboard;
  await dashboard.untilSeen('all lanes to be under way', (now) => now.lanes.length === 5 && now.lanes.every((lane) => lane.delivered > 3), 60_000);
  await shortcut(page);
  const seen = await untilShown(page);
  for (const transport of ['sse', 'websocket', 'fetch-stream']) assert.match(seen.lanes[transport].text, /open before anybody listened/, transport);
  const rows = await page.evaluate(() => {
    document.querySelectorAll('wb-lane-log details').forEach((one) => one.setAttribute('open', ''));
    return document.querySelectorAll('.log-look').length;
  });
  await until('the log to have events', () => page.evaluate(() => document.querySelectorAll('.log-look').length > 5), { seen: () => rows });
  // The oldest line of an event is from before the listening.
  await page.evaluate(() => [...document.querySelectorAll('wb-lane-card[data-transport="sse"] .log-look')].at(-1).click());
  await until('it to be said', async () => /before anybody listened here/.test((await shown(page)).lanes.sse.text), { seen: () => shown(page) });
});

/** What the panel shows: which event, and of each lane its sums and its words. */
const shown = (page) => page.evaluate(() => ({
  key: document.querySelector('[name="microscope-which"]')?.value ?? '',
  said: document.querySelector('.micro-said')?.textContent ?? '',
  lanes: Object.fromEntries([...document.querySelectorAll('.micro-lane')].map((lane) => [lane.dataset.transport, {
    text: lane.textContent,
    sums: Object.fromEntries([...lane.querySelectorAll('.micro-sums [data-role][data-down]')].map((row) =>
      [row.dataset.role, { down: Number(row.dataset.down), up: Number(row.dataset.up) }])),
    hex: [...lane.querySelectorAll('.dump-hex [data-role="payload"]')].map((one) => one.textContent).join(' '),
  }])),
}));

async function untilShown(page) {
  let last;
  return until('an event to be shown on every lane', async () => {
    last = await shown(page);
    const all = Object.values(last.lanes);
    return last.key.startsWith('#') && all.length === 5 && all.every(({ sums }) => sums.payload?.down > 0) && last;
  }, { limit: 60_000, seen: () => last });
}

/** Alt and M, wherever the focus is. */
async function shortcut(page) {
  await page.keyboard.down('Alt');
  await page.keyboard.press('KeyM');
  await page.keyboard.up('Alt');
}

/** Where the lanes' cards stand. */
const tops = (page) => page.evaluate(() => [...document.querySelectorAll('wb-lane-card')].map((one) => one.offsetTop));

/** The same payload on all five, and as much framing as docs/reference/cost.md says. */
async function sameOnAll({ key, said, lanes: found }, job, server) {
  const { epoch } = await server.ask(`/jobs/${job}`);
  const payload = found.sse.sums.payload.down;
  for (const [transport, { sums, hex }] of Object.entries(found)) {
    assert.equal(sums.payload.down, payload, transport);
    assert.equal(hex, found.sse.hex, transport);
    assert.equal(sums.head, undefined, `${transport}: heads are shown on demand`);
  }
  assert.match(said, new RegExp(`same on all 5 lanes.* ${payload} bytes`));
  const element = JSON.parse(Buffer.from(found.sse.hex.replaceAll(' ', ''), 'hex').toString());
  assert.equal(`#${element.seq}`, key);
  // An id, a type, the name of data and a blank line; and the chunk around, which may hold several.
  const block = `id: ${epoch}.${element.seq}\nevent: ${element.type}\ndata: \n\n`.length;
  const chunk = (block + payload).toString(16).length + 4;
  for (const transport of ['sse', 'fetch-stream']) {
    const { down } = found[transport].sums.framing;
    assert.ok(down >= block && down <= block + chunk, `${transport}: ${down} of ${block} and ${chunk}`);
  }
  assert.equal(found.websocket.sums.framing.down, payload < 126 ? 2 : 4);
  for (const transport of ['polling', 'long-polling']) assert.equal(found[transport].sums.framing, undefined, transport);
}

/** Tab comes to the bytes, the arrows go through them, and Page Down to the next event. */
async function stepping(page) {
  const at = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  const isByte = () => page.evaluate(() => document.activeElement?.getAttribute('role') === 'option');
  await page.focus('wb-microscope h2');
  await page.keyboard.press('ArrowRight');
  assert.ok(await isByte(), 'an arrow leads from the heading to the bytes');
  await page.focus('wb-microscope h2');
  for (let presses = 0; presses < 40 && !(await isByte()); presses += 1) await page.keyboard.press('Tab');
  assert.ok(await isByte(), 'no byte was come to by Tab');
  const first = await at();
  assert.match(first, /(RFC|WHATWG|docs\/)/);
  // The events go on; what is looked at does not move.
  const { key } = await shown(page);
  await page.evaluate(() => [...document.querySelectorAll('.micro-lane[data-transport="sse"] [role="option"]')].find((one) => one.tabIndex === 0).focus());
  await page.keyboard.press('Home');
  const labels = [await at()];
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('ArrowRight');
    labels.push(await at());
  }
  assert.match(labels.join('\n'), /sse-(id|data).*\n/);
  const says = await page.evaluate(() => document.querySelector('.micro-lane[data-transport="sse"] .micro-says').textContent);
  assert.equal(says, labels.at(-1), 'what has the focus is explained');
  await page.keyboard.press('PageDown');
  await until('the next event', async () => (await shown(page)).key === `#${Number(key.slice(1)) + 1}`, { seen: () => shown(page) });
  assert.ok(await isByte(), 'the focus stays at the bytes');
}

/** A poll pays its heads for each answer; a stream has paid once. */
async function withHeads(page) {
  await page.evaluate(() => document.querySelector('[name="microscope-heads"]').focus());
  await page.keyboard.press(' ');
  let last;
  await until('heads on every lane', async () => {
    last = (await shown(page)).lanes;
    return Object.values(last).every(({ sums }) => sums.head?.down > 0 && sums.head?.up > 0);
  }, { seen: () => Object.entries(last).map(([name, { sums, text }]) => [name, sums, text.slice(0, 200)]) });
  assert.ok(last['fetch-stream'].sums.control.up > 0, 'what it asks for stands in the body');
}

/** A command on a WebSocket is masked; the switch shows it as it crossed. */
async function masked(dashboard) {
  const { page } = dashboard;
  await dashboard.pressLane('websocket', 'lane-pause');
  await until('the command to be there', async () => page.evaluate(() => {
    const select = document.querySelector('[name="microscope-which"]');
    return [...select.options].some((one) => one.value === 'command pause');
  }), { limit: 30_000 });
  await page.select('[name="microscope-which"]', 'command pause');
  let lane;
  const untilLane = (what, holds) => until(what, async () => holds(lane = (await shown(page)).lanes.websocket), { seen: () => lane });
  const text = () => Buffer.from(lane.hex.replaceAll(' ', ''), 'hex').toString('latin1');
  await untilLane('the command', ({ sums }) => sums.payload?.up > 0);
  assert.match(lane.text, /masked with [0-9a-f]{2} /);
  assert.match(text(), /"command":"pause"/);
  await page.evaluate(() => document.querySelector('[name="microscope-bare"]').focus());
  await page.keyboard.press(' ');
  await untilLane('the mask', () => !/"command"/.test(text()));
  await page.keyboard.press(' ');
}

/** For eyes: light and dark, narrow, in Chinese. */
async function pictures({ page }, name) {
  mkdirSync(folder, { recursive: true });
  await page.evaluate(() => document.querySelector('[name="microscope-which"]').focus());
  await page.select('[name="microscope-which"]', (await page.evaluate(() => [...document.querySelector('[name="microscope-which"]').options].map((one) => one.value).find((one) => one.startsWith('#')))));
  await page.evaluate(() => document.querySelector('.micro-typed').setAttribute('open', ''));
  for (const [shot, width, set] of [['light', 1280, null], ['390', 390, null], ['dark', 1600, ['theme', 'dark']], ['zh', 1280, ['lang', 'zh']]]) {
    if (set) await page.evaluate(([key, value]) => document.body.dispatchEvent(new CustomEvent('wb-wish', { bubbles: true, detail: { action: 'set', name: key, value } })), set);
    await resize(page, { width, height: 1000 });
    await untilShown(page);
    await page.screenshot({ path: `${folder}/${name}-microscope-${shot}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `the page is ${wide} px wide in a window of ${width} px`);
  }
}

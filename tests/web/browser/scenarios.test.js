// Scenarios played on the page, in the visitor's own browser: found by keyboard, played to their verdicts, joined where
// somebody else has made the run, given up where the page goes away, and back to the page's own lanes.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const folder = fileURLToPath(new URL('scenarios/', import.meta.url));
const start = () => startServer(['--lanes', '6', '--scenario-dir', folder]);
const LONG = 90_000;

story('a scenario found by keyboard is played to its verdicts, and the page\'s own lanes come back', { start, timeout: 240_000 }, async ({ open }) => {
  const dashboard = await open({ lang: 'en', lanes: 'polling,websocket' });
  const { page } = dashboard;
  await page.focus('[data-action="scenarios"]');
  await page.keyboard.press('Enter');
  await until('the list', () => page.evaluate(() => document.querySelectorAll('.scenario-row').length === 3));
  await until('the keyboard in the search', () => page.evaluate(() => document.activeElement?.getAttribute('name') === 'scenario-search'));
  await page.keyboard.type('CUT last');
  await until('the one that is meant', () => page.evaluate(() => document.querySelectorAll('.scenario-row').length === 1));
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-scenario')), 'cut-and-back');
  await page.keyboard.press('Enter');
  await until('the keyboard at Play', () => page.evaluate(() => document.activeElement?.getAttribute('data-action') === 'play'), {
    seen: () => page.evaluate(() => `${document.activeElement?.outerHTML.slice(0, 200)} ${location.search} ${document.querySelector('.scenario-shown')?.textContent}`),
  });
  assert.equal(new URL(page.url()).searchParams.get('scenario'), 'cut-and-back');
  await page.keyboard.press('Enter');
  await over(page);
  const shown = await verdicts(page);
  assert.deepEqual(shown.filter(([met]) => met === 'missed'), [['missed', 'bare', 'missed']], JSON.stringify(shown));
  assert.equal(shown.filter(([met]) => met === 'met').length, 4, JSON.stringify(shown));
  assert.match(await text(page, '.verdicts-sum'), /1 of 5/);
  assert.match(await text(page, '.verdict[data-met="missed"]'), /Nobody reconnects a bare socket/);
  const { lanes } = await dashboard.snapshot();
  assert.deepEqual(lanes.map(({ id, missed, repeated }) => [id.replace(/^r\d+-/, ''), missed > 0, repeated]), [['sse', false, 0], ['bare', true, 0], ['again', false, 0]]);
  await reportsAreThere(page);
  assert.equal(await text(page, '.scenario-words h3'), 'Cut and back');
  await press(page, '[data-action="language"]');
  await until('its words in Chinese', async () => (await text(page, '.scenario-words h3')) === '切断与回来');
  await press(page, '[data-action="language"]');
  await press(page, '[data-action="leave-scenario"]');
  await dashboard.untilSeen('its own lanes', (now) => now.lanes.map(({ transport }) => transport).join() === 'polling,websocket' && now.lanes.every(({ alive }) => alive), LONG);
  assert.equal(new URL(page.url()).searchParams.get('scenario'), null);
  await press(page, '[data-action="run"]');
  await dashboard.untilSeen('a run of its own', (now) => now.lanes.every(({ delivered }) => delivered > 3), LONG);
});

story('lanes obey the conductor, several stand at one origin, and one reads another origin than its page\'s', { start, timeout: 240_000 }, async ({ open, server }) => {
  const dashboard = await open({ lang: 'en', scenario: 'told-by-lanes', run: 1 });
  const { page } = dashboard;
  await over(page);
  assert.deepEqual([...new Set((await verdicts(page)).map(([met]) => met))], ['met']);
  const { lanes } = await dashboard.snapshot();
  const at = (name) => lanes.find(({ id }) => id.endsWith(name));
  for (const name of ['pair-1', 'pair-2']) assert.deepEqual(at(name).waits.map(({ cause }) => cause), ['hand'], name);
  assert.deepEqual([at('poll').lastCommand.command, at('poll').lastCommand.ok], ['pause', true]);
  assert.equal(at('elsewhere').missed, 0);
  const record = await lines(server, 'r1');
  const heads = record.filter(({ kind, lane, clock }) => kind === 'connecting' && lane === 'r1-elsewhere' && clock === 'lane');
  const [, second, third] = server.origins;
  assert.ok(heads.length === 1 && heads[0].url.startsWith(second), heads[0]?.url);
  const frames = dashboard.laneFrames().map((frame) => new URL(frame.url()).origin);
  assert.ok(frames.includes(third) && !frames.includes(second), `its page is of the next origin: ${frames}`);
  assert.deepEqual(record.filter(({ caveat }) => caveat === 'lines-lost'), []);
  assert.equal(record.at(-1).why, 'done');
});

story('a run that somebody else has made is joined by its name', { start, timeout: 240_000 }, async ({ open, server }) => {
  const { run } = await server.ask('/api/runs', { method: 'POST', body: { scenario: 'cut-and-back' } });
  const { page } = await open({ lang: 'en', play: run });
  await over(page);
  assert.equal((await server.ask(`/api/runs/${run}`)).why, 'done');
  assert.equal((await verdicts(page)).length, 5);
});

story('a run whose page is closed is over as failed', { start, timeout: 240_000 }, async ({ open, server }) => {
  const { page } = await open({ lang: 'en', scenario: 'unhurried', run: 1 });
  await until('the run to play', async () => (await runs(server))?.state === 'playing', { limit: LONG });
  // As one whose machine went to sleep: it says nothing any more, not even that it goes.
  await page.evaluate(() => void (globalThis.fetch = () => new Promise(() => {})));
  await page.close();
  const ended = await until('the run to be over', async () => {
    const run = await runs(server);
    return run.state === 'ended' && run;
  }, { limit: LONG });
  assert.match(ended.why, /page/);
});

story('a page that is reloaded gives its run up, and plays another; two pages do not play at once', { start, timeout: 240_000 }, async ({ open, server }) => {
  const playing = (id) => until(`${id} to play`, async () => (await server.ask(`/api/runs/${id}`).catch(() => null))?.state === 'playing', { limit: LONG });
  const { page } = await open({ lang: 'en', scenario: 'unhurried', run: 1 });
  await playing('r1');
  const other = await open({ lang: 'en', scenario: 'unhurried', run: 1 });
  await until('why the second does not', async () => /r1.*is playing, perhaps in another tab/.test(await text(other.page, '.scenario-problem')), { limit: LONG });
  await other.page.close();
  await page.reload({ waitUntil: 'load' });
  await playing('r2');
  assert.equal((await runs(server)).why, 'interrupted', 'given up, not missed');
});

story('a run is ended early by its button, and one that is not there is told', { start, timeout: 240_000 }, async ({ open, server }) => {
  const dashboard = await open({ lang: 'en', scenario: 'unhurried', run: 1 });
  await until('the run to play', async () => (await runs(server))?.state === 'playing', { limit: LONG });
  await press(dashboard.page, '[data-action="end-run"]');
  await over(dashboard.page);
  assert.match(await text(dashboard.page, '.scenario-problem'), /Not played to its end/);
  const other = await open({ lang: 'en', play: 'r99' });
  await until('what is wrong', async () => /r99/.test(await text(other.page, '.scenario-problem')), { limit: LONG });
});

const runs = (server) => server.ask('/api/runs/r1').catch(() => null);

async function lines(server, run) {
  const answer = await fetch(new URL(`/api/runs/${run}/record`, server.bench));
  return (await answer.text()).trim().split('\n').map((line) => JSON.parse(line));
}

function over(page) {
  const said = () => page.evaluate(() => `${document.querySelector('.scenario-status')?.dataset.phase} ${document.querySelector('.scenario-problem')?.textContent}`);
  return until('the run to be over', async () => (await said()).startsWith('ended'), { limit: LONG, seen: said })
    .then(() => until('what came of it', () => page.evaluate(() => Boolean(document.querySelector('.verdicts, .scenario-problem:not(:empty)')))));
}

/** Each expectation as the page tells it: met or not, of which lane, which measure. */
function verdicts(page) {
  return page.evaluate(() => [...document.querySelectorAll('.verdict')].map((row) =>
    [row.dataset.met, row.querySelector('b').textContent.replace(/^r\d+-/, ''), row.querySelector('code').textContent]));
}

async function reportsAreThere(page) {
  const links = await page.evaluate(() => [...document.querySelectorAll('.verdict-forms a')].map(({ href, textContent }) => [textContent, href]));
  assert.deepEqual(links.map(([form]) => form), ['html', 'markdown', 'decision', 'json', 'junit']);
  for (const [form, href] of links) {
    const answer = await fetch(href);
    assert.equal(answer.status, 200, form);
    assert.match(await answer.text(), /cut-and-back|Cut and back/, form);
  }
}

const text = (page, selector) => page.evaluate((one) => document.querySelector(one)?.textContent ?? '', selector);

async function press(page, selector) {
  await until(`${selector} to be ready`, () => page.evaluate((one) => document.querySelector(one)?.disabled === false, selector));
  await page.evaluate((one) => document.querySelector(one).click(), selector);
}

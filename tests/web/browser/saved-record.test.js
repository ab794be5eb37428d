// A saved record on the page, by the keyboard: played natively with its bytes, opened from a file, played back and gone
// through; its cards have the numbers of `wirebench report`, and for all that not one request leaves the page.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { program, startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const scenario = fileURLToPath(new URL('../../../scenarios/abrupt-drop.toml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wirebench-saved-'));
after(() => rmSync(folder, { recursive: true, force: true }));
execFileSync(program, ['play', scenario, '--clock', 'virtual', '--bytes', '--out', folder], { stdio: 'ignore' });
const [name] = readdirSync(folder);
const file = join(folder, name);
const [report] = JSON.parse(execFileSync(program, ['report', file, '--format', 'json'], { encoding: 'utf8' })).reports;

story('a saved record is opened, played back by the keyboard and left again, and asks nobody for anything', { timeout: 240_000 }, async ({ open }) => {
  const dashboard = await open({ lang: 'en' });
  const { page } = dashboard;
  await until('all lanes to be alive', async () => (await dashboard.living()) === 3);
  // A worker that answers has all of its modules.
  for (const { id } of (await dashboard.snapshot()).lanes) await until('its worker to answer', () => dashboard.dump(id).catch(() => null));
  const asked = [];
  page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
  await choose(page, file);
  const seen = await still(dashboard);
  assert.match(await text(page, '.saved'), /abrupt-drop\.native-standard\.virtual\.jsonl.*Abrupt drop.*2026-01-01 00:00:00 UTC.*native client \(standard\).*simulated time.*wirebench \d.*seed 1/s);
  asReported(seen);
  await shownOnCards(page);
  await playedByKeyboard(dashboard);
  asReported(await still(dashboard));
  await ledger(page, seen);
  await bytesOfAnEvent(dashboard);
  const made = await saved(page);
  assert.match(made['text/markdown'], /\| ws · [^\n]*|\| ws \|/);
  assert.match(made['image/svg+xml'], /^<svg [^>]*>\n<title>One time axis<\/title>/);
  await page.focus('[data-action="close-record"]');
  await page.keyboard.press('Enter');
  await until('the live bench', () => page.evaluate(() => !document.querySelector('.saved') && document.querySelectorAll('#lanes wb-lane-card').length === 3 && !document.querySelector('#lanes').hidden));
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'open-record');
  // The lanes' own pings of the clock go on beside it, from their own pages.
  assert.deepEqual(asked.filter((one) => !/\/clock$|^GET blob:/.test(one)), []);
  assert.equal(await dashboard.living(), 3, 'the live lanes have stayed');
});

story('the ledger of a live run sums to what the sockets counted, and the record that the page saves shows the same run', { timeout: 240_000 }, async ({ open }) => {
  const dashboard = await open({ lang: 'en', count: 20, interval: '50ms' });
  const { page } = dashboard;
  await until('all lanes to be alive', async () => (await dashboard.living()) === 3);
  await press(page, 'microscope');
  await until('the microscope to listen', () => page.evaluate(() => !document.querySelector('wb-ledger').hidden));
  await dashboard.run();
  await dashboard.untilSeen('all lanes to be through', ({ job, lanes }) => job.state === 'done' && lanes.every(({ state }) => state === 'ended'), 60_000);
  const agreed = () => page.evaluate(() => [...document.querySelectorAll('wb-ledger .ledger-agrees')].map(({ dataset, textContent }) => `${dataset.agrees} ${textContent}`));
  await until('the ledger to agree', async () => (await agreed()).length === 4 && (await agreed()).every((one) => one.startsWith('true')), { limit: 60_000, seen: agreed });
  const live = await dashboard.snapshot();
  const lines = await page.evaluate(() => globalThis.wirebench.records.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const own = join(folder, 'page.jsonl');
  writeFileSync(own, lines);
  await choose(page, own);
  const seen = await still(dashboard);
  const numbers = ({ lanes }) => lanes.map(({ id, state, delivered, missed, repeated, requests, connections, payloadBytes, carriedBytes, socketIn, socketOut }) =>
    ({ id, state, delivered, missed, repeated, requests, connections, payloadBytes, carriedBytes, socketIn, socketOut }));
  assert.deepEqual(numbers(seen), numbers(live));
  assert.equal(seen.job.job, live.job.job);
});

story('what is no record says so and leaves the page as it is, and a torn one is shown as far as it goes', { timeout: 240_000 }, async ({ open }) => {
  const { page, ...dashboard } = await open({ lang: 'en' });
  const write = (called, content) => {
    writeFileSync(join(folder, called), content);
    return join(folder, called);
  };
  for (const [called, content, says] of [['empty', '', /empty file/], ['page.html', '<!doctype html>\n', /line 1 is none/], ['later', '{"v":7}\n', /version 1.*version 7/s]]) {
    await choose(page, write(called, content));
    await until(`what is wrong with ${called}`, async () => says.test(await text(page, 'wb-saved [role="alert"]')), { seen: () => text(page, 'wb-saved') });
  }
  assert.equal((await dashboard.snapshot()).saved, null);
  const whole = readFileSync(file, 'utf8');
  await choose(page, write('torn.jsonl', whole.slice(0, Math.floor(whole.length * 0.6))));
  await until('the torn record', async () => /torn\.jsonl/.test(await text(page, '.saved')));
  assert.match(await text(page, 'wb-job-strip'), /This record is torn: it breaks off at line \d+/);
  assert.equal(await page.evaluate(() => document.querySelectorAll('#saved-lanes wb-lane-card').length), 6);
});

story('the record of a run that the bench keeps is opened by its address, without lanes; one that it does not keep is told', { start: () => startServer(['--lanes', '6']), timeout: 240_000 }, async ({ open, server }) => {
  const { run } = await server.ask('/api/runs', { method: 'POST', body: { scenario: 'abrupt-drop' } });
  const other = await open({ lang: 'en', record: 'r99' });
  await until('what is wrong', async () => /keeps no run r99/.test(await text(other.page, 'wb-saved [role="alert"]')), { seen: () => text(other.page, 'wb-saved') });
  await until('its own lanes', async () => (await other.living()) === 3);
  const dashboard = await open({ lang: 'en', record: run });
  await until('the record', async () => new RegExp(`${run}\\.jsonl.*Abrupt drop`, 's').test(await text(dashboard.page, '.saved')), { seen: () => text(dashboard.page, 'wb-saved') });
  assert.equal(dashboard.laneFrames().length, 0, 'nothing reads');
  await press(dashboard.page, 'close-record');
  await until('the page\'s own lanes', async () => (await dashboard.living()) === 3);
  assert.equal(new URL(dashboard.page.url()).searchParams.get('record'), null);
});

/** Every lane's numbers are those of the report. */
function asReported({ lanes }) {
  assert.equal(lanes.length, report.lanes.length);
  for (const { lane, measures } of report.lanes) {
    const seen = lanes.find(({ id }) => id === lane);
    assert.deepEqual(
      [lane, seen.state, seen.delivered, seen.missed + seen.behind, seen.repeated, seen.reordered, seen.payloadBytes, seen.requests, seen.connections, seen.socketIn, seen.socketOut],
      [lane, ...['state', 'events', 'missed', 'repeated', 'reordered', 'payload', 'requests', 'connections', 'bytes-up', 'bytes-down'].map((name) => measures[name])],
    );
  }
}

/** What a person reads on the cards. */
async function shownOnCards(page) {
  const cards = await page.evaluate(() => [...document.querySelectorAll('#saved-lanes wb-lane-card')].map((card) =>
    [card.querySelector('h2').textContent, ...[...card.querySelectorAll('.tallies dd')].slice(0, 4).map((one) => Number(one.textContent))]));
  for (const { lane, measures: { events, missed, repeated, reordered } } of report.lanes) {
    const card = cards.find(([title]) => title === lane || title.startsWith(`${lane} ·`));
    assert.deepEqual(card?.slice(1), [events, missed, repeated, reordered], lane);
  }
  assert.equal(await page.evaluate(() => document.querySelectorAll('#saved-lanes :is([data-action="connect"], iframe)').length), 0, 'there is nobody to be told anything');
}

/** To the beginning, on by an arrow, to the end; then played by Space, at once. */
async function playedByKeyboard(dashboard) {
  const { page } = dashboard;
  const { length } = (await dashboard.snapshot()).saved;
  await page.focus('[name="record-time"]');
  await page.keyboard.press('Home');
  const begun = await still(dashboard);
  assert.deepEqual([begun.saved.at, begun.lanes.map(({ delivered }) => delivered)], [0, report.lanes.map(() => 0)]);
  await page.keyboard.press('ArrowRight');
  assert.equal(Math.round((await still(dashboard)).saved.at), Math.round(length / 100));
  await page.keyboard.press('PageUp');
  const within = await still(dashboard);
const came = within.lanes.reduce((sum, { delivered }) => sum + delivered, 0);
  assert.ok(came > 0 && came < report.lanes.reduce((sum, { measures }) => sum + measures.events, 0), `${came} events have come`);
  const told = await page.evaluate(() => document.querySelector('[name="record-time"]').getAttribute('aria-valuetext'));
  assert.match(told, /^0\.363 s of 3\.300 s$/);
  await page.keyboard.press('End');
  assert.equal((await still(dashboard)).saved.at, length);
  await page.select('[name="record-speed"]', 'all');
  await page.focus('[name="record-time"]');
  await page.keyboard.press(' ');
  await until('it to be played to its end', async () => {
    const { saved: now } = await dashboard.snapshot();
    return !now.playing && now.at === length;
  });
}

/** The ledger's sums are what the sockets counted. */
async function ledger(page, { lanes }) {
  const rows = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll('wb-ledger tbody')].map((body) => [body.dataset.laneId, {
    agrees: body.querySelector('.ledger-agrees').dataset.agrees,
    sums: [...body.rows].slice(0, 2).map((row) => [...row.cells].slice(-2).map((cell) => Number(cell.textContent.replaceAll(',', '')))),
    estimated: body.querySelector('.ledger-beneath').textContent,
  }])));
  for (const { id, socketIn, socketOut } of lanes) {
    assert.deepEqual([rows[id].agrees, rows[id].sums], ['true', [[socketOut, socketOut], [socketIn, socketIn]]], id);
    assert.match(rows[id].estimated, /estimated.*TCP\/IP.*TLS 1\.3/s);
  }
  const all = lanes.reduce((sum, { socketOut }) => sum + socketOut, 0);
  assert.deepEqual(rows.run.sums[0], [all, all]);
}

/** The microscope reads the record's bytes. */
async function bytesOfAnEvent({ page }) {
  await page.keyboard.down('Alt');
  await page.keyboard.press('KeyM');
  await page.keyboard.up('Alt');
  await until('an event under the microscope', () => page.evaluate(() => /^#\d/.test(document.querySelector('[name="microscope-which"]')?.value ?? '')));
  const columns = await page.evaluate(() => [...document.querySelectorAll('.micro-lane')].map((one) => one.querySelectorAll('.dump-bytes').length));
  assert.ok(columns.length === 6 && columns.every((bytes) => bytes > 0), `${columns}`);
}

/** The files that the page makes: kept here instead of being saved. */
function saved(page) {
  return page.evaluate(async () => {
    const [made, create, click] = [{}, URL.createObjectURL, HTMLAnchorElement.prototype.click];
    const blobs = [];
    URL.createObjectURL = (blob) => (blobs.push(blob), 'blob:nothing');
    HTMLAnchorElement.prototype.click = () => {};
    for (const action of ['save-markdown', 'save-svg']) document.querySelector(`[data-action="${action}"]`).click();
    for (const blob of blobs) made[blob.type] = await blob.text();
    Object.assign(URL, { createObjectURL: create });
    HTMLAnchorElement.prototype.click = click;
    return made;
  });
}

const press = (page, action) => page.evaluate((wanted) => document.querySelector(`[data-action="${wanted}"]`).click(), action);

async function choose(page, path) {
  const input = await page.$('input[name="record-file"]');
  await input.uploadFile(path);
}

/** Nothing moves, and all that is wanted is drawn. */
async function still(dashboard) {
  const seen = await dashboard.untilSeen('the record to stand still', ({ saved: now }) => now?.still === true);
  const stamp = (ms) => `${(ms / 1000).toFixed(3)} s`;
  const wanted = `${stamp(seen.saved.at)} of ${stamp(seen.saved.length)}`;
  const clock = () => text(dashboard.page, '.saved-clock');
  await until(`${wanted} to be drawn`, async () => (await clock()) === wanted, { seen: clock });
  return seen;
}

const text = (page, selector) => page.evaluate((one) => document.querySelector(one)?.textContent ?? '', selector);

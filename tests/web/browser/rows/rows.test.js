// Every row of docs/reference/browsers.md, played in real Chromium and real Firefox, and held against that page; with
// WIREBENCH_WRITE_DOCS=1 the page is written instead. ROWS names, by a pattern, the rows to play (all), BROWSERS the
// browsers (both), ROWS_AT_A_TIME how many of a browser's rows go on side by side.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { launch, names } from '../support/browsers.js';
import { absent } from './absent.js';
import { fits, printObserved, tell } from './support/facts.js';
import { expectedOf, parsePage, renderPage } from './support/page.js';
import { playRow, turnstile } from './support/play.js';
import { openStage } from './support/stage.js';
import { themes } from './themes.js';

const path = fileURLToPath(new URL('../../../../docs/reference/browsers.md', import.meta.url));
const writing = Boolean(process.env.WIREBENCH_WRITE_DOCS);
const atATime = Number(process.env.ROWS_AT_A_TIME ?? 14);
const wanted = new RegExp(process.env.ROWS ?? '');

const rows = themes.flatMap((theme) => theme.rows);
// The long ones first, so that they are beside the others and not behind them.
const played = rows.filter((row) => wanted.test(row.id)).sort((a, b) => (b.takes ?? 10) - (a.takes ?? 10));
const committed = parsePage(read());
const observed = { cells: structuredClone(committed.cells), versions: { ...committed.versions } };

test('the page is what the rows and the cells in it make', { skip: writing && 'it is being written' }, () => {
  const [found, made] = [read(), renderPage({ themes, absent, ...committed })].map((text) => text.split('\n'));
  const at = made.findIndex((line, index) => line !== found[index]);
  const where = at < 0 ? made.length : at;
  assert.deepEqual([found[where], found.length], [made[where], made.length], `line ${where + 1} is out of date: write the page`);
});

test('each row is observed as the page says', { concurrency: 2 }, async (t) => {
  const whole = await Promise.allSettled(names.map((name) => t.test(name, { concurrency: true }, (inner) => playAll(name, inner))));
  assert.ok(whole.every(({ status }) => status === 'fulfilled'));
  if (writing) writeFileSync(path, renderPage({ themes, absent, ...observed }));
});

async function playAll(name, t) {
  const stage = openStage();
  const browser = await launch(name);
  try {
    const version = browser.version.replace(/^.*\//, '');
    const before = committed.versions[name];
    if (before !== version) t.diagnostic(`${name} is ${version}; the page was written with ${before ?? 'none'}`);
    observed.versions[name] = version;
    const enter = turnstile(atATime);
    await Promise.all(played.map((row) => t.test(`${row.id} (${name})`, (one) => enter(() => playOne(row, browser, stage, one)))));
  } finally {
    await browser.close();
    const complaints = stage.complaints();
    if (complaints) t.diagnostic(`the servers said: ${complaints.slice(0, 2_000)}`);
    await stage.stop();
  }
}

async function playOne(row, shared, stage, t) {
  const browser = row.ownBrowser ? await launch(shared.name) : shared;
  let facts;
  // What could not be played is not observed, whatever was once.
  if (writing) delete observed.cells[row.id]?.[shared.name];
  try {
    facts = await playRow(row, browser, stage);
  } finally {
    if (row.ownBrowser) await browser.close();
  }
  if (process.env.ROWS) for (const [fact, value] of Object.entries(facts)) t.diagnostic(`${fact}: ${tell(value)}`);
  if (writing) keep(row, shared.name, facts);
  else compare(row.id, shared.name, facts);
}

function keep(row, name, facts) {
  const expected = expectedOf(row, name);
  const all = [...new Set([...Object.keys(expected), ...Object.keys(facts)])];
  observed.cells[row.id] ??= { chromium: {}, firefox: {} };
  observed.cells[row.id][name] = Object.fromEntries(all.map((fact) => [fact, printObserved(facts[fact], expected[fact])]));
}

function compare(id, name, facts) {
  const cells = committed.cells[id]?.[name] ?? {};
  const all = [...new Set([...Object.keys(cells), ...Object.keys(facts)])];
  const complaints = all.filter((fact) => !fits(facts[fact], cells[fact] ?? '–'))
    .map((fact) => `${fact}: the page says "${cells[fact] ?? '–'}", observed: ${tell(facts[fact])}`);
  assert.deepEqual(complaints, []);
}

function read() {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

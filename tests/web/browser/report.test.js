// The report as a page: opened from disk it asks nobody for anything, reports no error, fits a phone and paper, and says what
// the record says. Its pictures go to target/screenshots, for eyes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launch, names } from './support/browsers.js';
import { program } from './support/server.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const records = `${root}tests/golden/records`;
const shots = `${root}target/screenshots`;
const folder = mkdtempSync(join(tmpdir(), 'wirebench-report-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the report of some records; something is missed in them, so the program says 1. @param {string[]} names */
function written(...names) {
  const out = join(folder, `${names.join('-')}.html`);
  const args = ['report', ...names.map((name) => `${records}/${name}.jsonl`), '--format', 'html', '--out', out];
  assert.throws(() => execFileSync(program, args), { status: 1 });
  return pathToFileURL(out).href;
}

/** Opens a page and tells what it asked for and complained about. */
async function opened(browser, url) {
  const page = await browser.newPage();
  const [asked, said] = [[], []];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(url, { waitUntil: 'load' });
  return { page, asked, said };
}

for (const name of names) {
  test(`the report opens from disk, asks nobody, and says what the record says (${name})`, { timeout: 120_000 }, async () => {
    mkdirSync(shots, { recursive: true });
    const browser = await launch(name);
    try {
      const url = written('abrupt-drop');
      const { page, asked, said } = await opened(browser, url);
      const text = await page.evaluate(() => document.body.innerText);
      for (const part of ['Abrupt drop', 'Read the numbers with this in mind', 'expected 0, observed 7', 'abrupt-drop.toml:41:1']) {
        assert.ok(text.includes(part), `it says ${part}`);
      }
      const lanes = await page.evaluate(() => [...document.querySelectorAll('svg g.lane')].map((lane) => ({
        name: lane.querySelector('text.name').textContent,
        waits: lane.querySelectorAll('rect.waiting').length,
        marks: lane.querySelector('path.down').getTotalLength() > 0,
        replays: lane.querySelectorAll('rect.replay-bar').length,
        struck: lane.querySelectorAll('path.struck').length,
      })));
      assert.deepEqual(lanes.map(({ name: lane, waits, replays, struck }) => [lane, waits, replays, struck]), [
        ['sse', 1, 1, 1], ['ws', 1, 1, 1], ['bare', 0, 0, 1], ['poll', 1, 1, 1],
      ]);
      assert.ok(lanes.every(({ marks }) => marks), 'each lane has marks');
      assert.equal(await page.evaluate(() => document.querySelectorAll('svg .throw').length), 4, 'the fault crosses all rows');
      await pictures(page, `${shots}/report-${name}`);
      // Firefox loads a font of its own out of a data: address, which goes nowhere; the page has none (tests/report/forms.rs).
      assert.deepEqual(asked.filter((one) => one !== url && !one.startsWith('data:')), [], 'it asks for nothing but itself');
      assert.deepEqual(said, [], 'it complains about nothing');
    } finally {
      await browser.close();
    }
  });
}

/** Light, dark, on a phone and on paper; nothing is wider than the window. */
async function pictures(page, path) {
  for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light']]) {
    await page.setViewport({ width, height: 900 });
    // Firefox has no such emulation over WebDriver BiDi; its picture is then as the system is.
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]).catch(() => {});
    await page.screenshot({ path: `${path}-${scheme}-${width}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `the page is ${wide} px wide in a window of ${width} px`);
  }
  await page.pdf({ path: `${path}.pdf`, format: 'A4', printBackground: true });
}

test('several runs are one page with a list of contents, each with its own picture', { timeout: 120_000 }, async () => {
  const browser = await launch(names[0]);
  try {
    const { page, said } = await opened(browser, written('abrupt-drop', 'odd'));
    const found = await page.evaluate(() => ({
      links: [...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href')),
      targets: [...document.querySelectorAll('nav a')].filter((link) => document.querySelector(link.getAttribute('href'))).length,
      pictures: document.querySelectorAll('svg[role=img] > title').length,
      ids: [...document.querySelectorAll('[id]')].map((one) => one.id),
    }));
    assert.deepEqual([found.links.length, found.targets, found.pictures], [2, 2, 2]);
    assert.equal(new Set(found.ids).size, found.ids.length, 'each id is there once');
    assert.deepEqual(said, []);
  } finally {
    await browser.close();
  }
});

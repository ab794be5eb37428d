// A class as it happens: the teacher's page in Chromium, a learner's page in each browser, the others without a browser. They
// join by the code, bet, run, one fault strikes all, and the wall and the reveal say what came of it; everything fits.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { launch, names } from './support/browsers.js';
import { resize } from './support/dashboard.js';
import { startLearners } from './support/learners.js';
import { startServer } from './support/server.js';
import { until } from './support/wait.js';

const folder = fileURLToPath(new URL('../../../target/screenshots', import.meta.url));
/** How often pictures are taken for eyes; not in the usual run. */
const pictures = process.env.WIREBENCH_CLASS_IMAGES === '1';
const LANES = ['sse', 'websocket', 'polling'];

test('a class joins, bets, is struck by one fault and sees on the wall who came back', { timeout: 180_000 }, async () => {
  const errors = [];
  const closing = [];
  try {
    mkdirSync(folder, { recursive: true });
    const server = await startServer(['--class']);
    closing.push(() => server.stop());
    const browsers = await Promise.all([...new Set(['chromium', ...names])].map(launch));
    closing.push(() => Promise.allSettled(browsers.map((browser) => browser.close())));
    const code = new URL(server.class.join).searchParams.get('code');
    const key = new URL(server.class.teacher).hash.slice('#key='.length);
    const teacher = await open(browsers[0], `${server.class.teacher}`, { width: 1280, height: 800 }, errors);
    assert.ok(!teacher.url().includes(key), 'the key has left the address');
    const natives = await startLearners(server.bench, code, 32 - browsers.length);
    closing.push(() => natives.stop());
    const pages = await Promise.all(browsers.map((browser) => joins(browser, server, errors)));
    const shoot = (moment) => shots(teacher, pages, moment);
    await untilText(teacher, '.class-wall .panel-note', /^32 /);
    await shoot('lobby');
    await bets(teacher, pages, natives, shoot);
    await runs({ teacher, pages, natives, server, key, shoot });
    await reveals(teacher, pages, shoot);
    assert.deepEqual(errors, [], 'no page may report an error');
  } finally {
    for (const close of closing.reverse()) await close();
  }
});

for (const name of names) {
  test(`teacher and learner need no storage (${name})`, { timeout: 90_000 }, async () => {
    const [errors, closing] = [[], []];
    try {
      const server = await startServer(['--class']);
      closing.push(() => server.stop());
      const browser = await launch(name);
      closing.push(() => browser.close());
      const teacher = await open(browser, `${server.class.teacher}`, { width: 1280, height: 800 }, errors, FORBIDDEN);
      await joins(browser, server, errors, FORBIDDEN);
      await untilText(teacher, '.class-wall .panel-note', /^1 /);
      assert.deepEqual(errors, [], 'no page may report an error');
    } finally {
      for (const close of closing.reverse()) await close();
    }
  });
}

/** What a page meets where the browser keeps nothing for it. */
const FORBIDDEN = () => Object.defineProperty(globalThis, 'sessionStorage', {
  get: () => { throw new DOMException('The operation is insecure.', 'SecurityError'); },
});

async function bets(teacher, pages, natives, shoot) {
  await press(teacher, '[data-action="next"]');
  await Promise.all(pages.map(async (page) => {
    await page.waitForSelector('.class-bet');
    for (const lane of LANES) {
      await page.evaluate((one) => document.querySelector(`[data-bet="${one}"] [value="all"]`).click(), lane);
    }
    await untilText(page, '.class-note', /^All bets are in/);
  }));
  await natives.bet(LANES);
  await untilText(teacher, '.class-wall .panel-note', /32 of 32 have bet/);
  await shoot('bet');
}

async function runs({ teacher, pages, natives, server, key, shoot }) {
  await teacher.evaluate(() => {
    for (const [name, value] of [['count', '2000'], ['interval', '50ms']]) {
      const field = document.querySelector(`[name="${name}"]`);
      field.value = value;
      field.dispatchEvent(new Event('input'));
    }
  });
  await press(teacher, '[data-action="next"]');
  const wall = () => fetch(new URL('/api/class', server.bench), { headers: { Authorization: `Bearer ${key}` } }).then((answer) => answer.json());
  const job = await until('the run', async () => (await wall()).run?.job);
  natives.read(job, server.origins);
  const each = (holds) => async () => {
    const { sums } = await wall();
    return LANES.every((lane) => sums[lane] && holds(sums[lane], lane)) && sums;
  };
  await until('96 lanes to be there', each((sum) => sum.there === 32), { limit: 40_000, seen: async () => (await wall()).sums });
  await shoot('run');
  await press(teacher, '[data-fault="cut"]');
  await until('all event streams to be back, and no WebSocket', each((sum, lane) => (lane === 'sse' ? sum.back === 32 : lane === 'polling' ? sum.there === 32 : sum.lost === 32 && sum.back === 0)), { limit: 40_000, seen: async () => (await wall()).sums });
  await untilText(teacher, '.class-sum[data-transport="sse"] b', /^32 \/ 32$/);
  await untilText(teacher, '.class-sum[data-transport="websocket"] b', /^0 \/ 32$/);
  const states = await teacher.evaluate(() => [...document.querySelectorAll('.class-mark[data-transport="websocket"]')].map((mark) => mark.dataset.state));
  assert.deepEqual(states, Array(32).fill('closed'));
  await shoot('struck');
}

async function reveals(teacher, pages, shoot) {
  await press(teacher, '[data-action="next"]');
  for (const page of pages) {
    await page.waitForSelector('.class-revealed');
    const right = () => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.class-revealed')].map((one) => [one.dataset.bet, one.dataset.right])));
    await until('the verdicts', async () => (await right()).websocket === 'false');
    // What was bet was that each comes back with everything; a poll that was between two requests was not struck.
    assert.equal((await right()).sse, 'true');
    await untilText(page, '[data-bet="sse"] dl', /32 of 32 back/);
  }
  const measured = () => teacher.evaluate(() => [...document.querySelectorAll('.class-bar[data-measured]')].map((bar) => bar.closest('section').dataset.bet));
  await until('what was measured', async () => {
    const told = await measured();
    return ['sse', 'websocket'].every((bet) => told.includes(bet));
  });
  await shoot('reveal');
}

/** A learner's page that has joined. */
async function joins(browser, server, errors, before = undefined) {
  const page = await open(browser, `${server.class.join}&lang=en`, { width: 390, height: 780 }, errors, before);
  await page.waitForSelector('[name="name"]');
  await page.type('[name="name"]', `Learner in ${browser.name}`);
  await page.click('[type="submit"]');
  await untilText(page, 'h1', /^You are in, Learner in /);
  return page;
}

/** `before` is done in the page before it begins. */
async function open(browser, url, viewport, errors, before = undefined) {
  const page = await browser.newPage();
  if (before) await page.evaluateOnNewDocument(before);
  page.on('pageerror', (error) => {
    // Firefox calls a socket that was cut an error of the page.
    if (!/interrupted|can.t establish/.test(String(error))) errors.push(String(error?.stack ?? error));
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security|Uncaught/.test(message.text())) errors.push(message.text());
  });
  await resize(page, viewport);
  const asked = new URL(url);
  asked.searchParams.set('lang', 'en');
  await page.goto(asked.href, { waitUntil: 'load', timeout: 30_000 });
  return page;
}

const press = async (page, selector) => {
  await page.waitForSelector(selector);
  await page.evaluate((wanted) => document.querySelector(wanted).click(), selector);
};

async function untilText(page, selector, pattern) {
  const text = () => page.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? null, selector);
  await until(`${selector} to say ${pattern}`, async () => pattern.test((await text()) ?? ''), { seen: text });
}

/** Nothing is wider than its window, and the wall of 32 is no higher either. */
async function shots(teacher, pages, moment) {
  const of = (page) => page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - innerWidth, high: document.documentElement.scrollHeight - innerHeight,
    cut: [...document.querySelectorAll('.class-code, .class-sum b, .button')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent),
  }));
  const seen = await of(teacher);
  if (pictures) await portraits(teacher, pages, moment);
  assert.deepEqual([seen.wide <= 0, seen.high <= 0, seen.cut], [true, true, []], `the wall at 1280 by 800, ${moment}: ${JSON.stringify(seen)}`);
  for (const page of pages) assert.ok((await of(page)).wide <= 0, `the learner's page at 390, ${moment}`);
}

async function portraits(teacher, pages, moment) {
  const set = (page, name) => page.evaluate((action) => document.querySelector(`[data-action="${action}"]`).click(), name);
  for (const theme of ['light', 'dark']) {
    await teacher.bringToFront();
    if (theme === 'dark') await teacher.evaluate(() => document.querySelectorAll('.class-tile')[8].focus());
    for (const [width, height] of [[1280, 800], [1920, 1080]]) {
      await resize(teacher, { width, height });
      await teacher.screenshot({ path: `${folder}/class-${moment}-${theme}-${width}.png` });
    }
    await pages[0].bringToFront();
    await pages[0].screenshot({ path: `${folder}/class-learner-${moment}-${theme}.png`, fullPage: true });
    await set(teacher, 'theme');
    await set(pages[0], 'theme');
  }
  await resize(teacher, { width: 1280, height: 800 });
  await set(teacher, 'language');
  await set(pages[0], 'language');
  await teacher.bringToFront();
  await teacher.screenshot({ path: `${folder}/class-${moment}-zh.png` });
  await pages[0].bringToFront();
  await pages[0].screenshot({ path: `${folder}/class-learner-${moment}-zh.png`, fullPage: true });
  await set(teacher, 'language');
  await set(pages[0], 'language');
}

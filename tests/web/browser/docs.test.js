// The docs as the program serves them: worked by the keyboard, narrow enough for a phone, and from a
// claim to the scenario that proves it, ready to be played on the bench.
import assert from 'node:assert/strict';
import { resize } from './support/dashboard.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const PAGES = ['/docs/', '/docs/topics/reconnecting', '/docs/topics/folklore', '/docs/reference/browsers', '/docs/reference/wire/sse', '/docs/nowhere'];

story('from the index to a topic, its proof and the bench, all by keyboard', {}, async ({ browser, server }) => {
  const page = await browser.newPage();
  await go(page, server, '/docs/');
  await page.keyboard.press('Tab');
  assert.match((await focused(page)).href, /#/, 'the first stop skips what every page has');
  await page.keyboard.press('Enter');
  await tabTo(page, 'the topic', ({ href }) => new URL(href, server.bench).pathname.startsWith('/docs/topics/reconnecting'));
  await enter(page, '/docs/topics/reconnecting');
  assert.match(await page.evaluate(() => document.querySelector('h1').textContent), /^Who comes back/);
  await tabTo(page, 'a proof that can be played', ({ href }) => /\?scenario=/.test(href), 2000);
  const wanted = new URL((await focused(page)).href).searchParams.get('scenario');
  await enter(page, '/');
  await until('the scenario to be ready', () => page.evaluate((name) => {
    const play = document.querySelector('[data-action="play"]');
    return new URL(location.href).searchParams.get('scenario') === name && play instanceof HTMLButtonElement && play.offsetParent !== null && !play.disabled;
  }, wanted));
});

story('no page of the docs is wider than a phone, and each has one heading, a language and names for its landmarks', {}, async ({ browser, server }) => {
  const page = await browser.newPage();
  const asked = heard(page);
  await resize(page, { width: 390, height: 844 });
  for (const path of PAGES) {
    await go(page, server, path);
    const seen = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      headings: document.querySelectorAll('h1').length,
      lang: document.documentElement.lang,
      mains: document.querySelectorAll('main').length,
      unnamed: [...document.querySelectorAll('nav')].filter((one) => !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby')).length,
      ids: [...document.querySelectorAll('[id]')].map((one) => one.id),
      nowhere: [...document.querySelectorAll('a[href^="#"]')].map((one) => decodeURIComponent(one.getAttribute('href').slice(1)))
        .filter((id) => id !== '' && !document.getElementById(id)),
    }));
    assert.ok(seen.wide <= 390, `${path} is ${seen.wide} px wide on a phone`);
    assert.deepEqual([seen.headings, seen.lang, seen.mains, seen.unnamed], [1, 'en', 1, 0], path);
    assert.equal(new Set(seen.ids).size, seen.ids.length, `${path}: each id is there once`);
    assert.deepEqual(seen.nowhere, [], `${path}: links within the page lead somewhere`);
  }
  assert.deepEqual(asked.filter((origin) => origin !== server.bench), [], 'nobody else is asked');
});

/** Whom a page asks. */
function heard(page) {
  const asked = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http')) asked.push(url.origin);
  });
  return asked;
}

async function go(page, server, path) {
  await page.goto(new URL(path, server.bench).href, { waitUntil: 'load' });
}

/** What has the keyboard. */
function focused(page) {
  return page.evaluate(() => ({ href: document.activeElement?.href ?? '', text: document.activeElement?.textContent ?? '' }));
}

/** Goes from stop to stop as a reader does. */
async function tabTo(page, what, isIt, most = 400) {
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.href !== '' && isIt(at)) return;
  }
  throw new Error(`${most} stops of the keyboard, and ${what} was none of them`);
}

/** Follows the link that has the keyboard. */
async function enter(page, path) {
  await page.keyboard.press('Enter');
  await until(`to be at ${path}`, () => page.evaluate((wanted) => location.pathname.replace(/\.md$/, '') === wanted && document.readyState === 'complete', path)
    .catch(() => false));
}

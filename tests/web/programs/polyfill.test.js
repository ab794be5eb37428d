// The npm package `event-source-polyfill`, in a page of real Chromium. It sets no Last-Event-ID, which servers of other
// origins seldom allow (Access-Control-Allow-Headers); it says `lastEventId=` in the query, and the feed reads that likewise.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { launch } from '../browser/support/browsers.js';
import { until } from '../browser/support/wait.js';
import { assertCutWithin, requests, throughACut } from './support.js';

const polyfill = createRequire(import.meta.url).resolve('event-source-polyfill');

test('the polyfill resumes by lastEventId= after a cut, and stops after the end', { timeout: 120_000 }, async () => {
  const browser = await launch('chromium');
  try {
    await throughACut(async ({ feed, relay, reader }) => {
      const page = await browser.newPage();
      // A document of the feed's own origin that has no script and no policy of its own.
      await page.goto(new URL('/clock', relay.url).href);
      await page.addScriptTag({ path: polyfill });
      await page.evaluate(readInPage, feed('sse', { retry: '100ms' }));
      const { elements, numbers } = await until('the polyfill to have stopped by itself', () => page.evaluate(() => {
        const { source, ...kept } = globalThis.reading;
        return source.readyState === source.CLOSED && kept;
      }), { limit: 60_000 });
      elements.forEach((text) => reader.take(text));
      // What is undefined in the page is null out here.
      const had = numbers.map((number) => number ?? undefined);
      assertCutWithin(had);
      const asked = requests(relay).filter((head) => head.includes('/sse?'));
      const ids = asked.map((head) => /[?&]lastEventId=[a-z0-9]+\.(\d+)/.exec(head)?.[1]);
      assert.deepEqual(ids, [...had, '61'], 'it asks for what comes behind what it has');
      assert.ok(asked.every((head) => !/^last-event-id:/im.test(head)), 'it says so in the query alone');
    });
  } finally {
    await browser.close();
  }
});

/** Runs in the page. */
function readInPage(url) {
  const source = new globalThis.EventSourcePolyfill(url);
  const reading = { source, elements: [], numbers: [] };
  let last;
  source.addEventListener('open', () => reading.numbers.push(last));
  for (const type of ['hello', 'progress', 'done', 'gap', 'unknown-epoch']) {
    source.addEventListener(type, ({ data }) => {
      reading.elements.push(data);
      last = JSON.parse(data).seq?.toString() ?? last;
    });
  }
  globalThis.reading = reading;
}

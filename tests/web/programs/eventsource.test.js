// The npm package `eventsource`: EventSource for Node.js, as the standard has it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventSource } from 'eventsource';
import { until } from '../browser/support/wait.js';
import { assertCutWithin, requests, throughACut } from './support.js';

test('eventsource resumes by its Last-Event-ID after a cut, and stops after the end', { timeout: 60_000 }, async () => {
  await throughACut(async ({ feed, relay, reader }) => {
    const had = [];
    const source = new EventSource(feed('sse', { retry: '100ms' }));
    try {
      let last;
      source.addEventListener('open', () => had.push(last));
      for (const type of ['hello', 'progress', 'done', 'gap', 'unknown-epoch']) {
        source.addEventListener(type, ({ data }) => {
          reader.take(data);
          last = JSON.parse(data).seq?.toString() ?? last;
        });
      }
      // After the end event the response ends; the client comes back, is answered 204, and gives up for good.
      await until('the client to have stopped by itself', () => source.readyState === EventSource.CLOSED, { limit: 40_000 });
    } finally {
      source.close();
    }
    const ids = requests(relay).map((head) => /^last-event-id: (.*)$/im.exec(head)?.[1].trim());
    assertCutWithin(had);
    assert.deepEqual(ids.map((id) => id?.split('.')[1]), [...had, '61'], 'it asks for what comes behind what it has');
  });
});

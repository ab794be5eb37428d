// How many connections a browser grants an origin, and what gets past that wall.
import { sleep, until } from '../support/wait.js';

/** Opens so many EventSources, then asks for more: what is answered within 5 s and what waits. */
function wall(id, count, first, situation, expected) {
  return {
    id,
    situation,
    origins: 2,
    takes: 12,
    expected,
    async play({ page, url, bare, when, requests }) {
      const sources = [];
      for (let number = 1; number <= count; number += 1) {
        sources.push(await page.eventSource(url('sse', { after: 'latest' }), `es${number}`));
      }
      await when('request', 6);
      for (const source of sources.slice(0, 6)) await source.when('open');
      const fetches = () => ask(page, { fetch: bare(0), other: bare(1) });
      if (first === 'fetch') await fetches();
      const socket = await page.webSocket(url('websocket', { after: 'latest' }));
      if (first !== 'fetch') await fetches();
      await until('a fetch to another origin', async () => (await answers(page)).other);
      await sleep(5_000);
      const { fetch = 'waits' } = await answers(page);
      const webSocket = (await socket.ready()) === 1 ? 'opens' : 'waits';
      const connected = requests().filter(({ transport }) => transport === 'sse').length;
      for (const source of sources.slice(0, 4)) await source.close();
      await until('the fetch to be answered', async () => (await answers(page)).fetch);
      await socket.when('open', 1, 25_000);
      return {
        'EventSources open': connected,
        'a fetch to the origin': fetch,
        'a WebSocket to the origin': webSocket,
        'a fetch to another origin': 'answered',
        'fetch and WebSocket when four EventSources are closed': 'answered, open',
      };
    },
  };
}

const ask = (page, targets) => page.where.evaluate((all) => {
  globalThis.answers = {};
  for (const [name, target] of Object.entries(all)) {
    const say = (word) => () => (globalThis.answers[name] = word);
    fetch(target, { mode: 'no-cors' }).then(say('answered'), say('failed'));
  }
}, targets);

const answers = (page) => page.where.evaluate(() => globalThis.answers);

const both = {
  'EventSources open': 6,
  'a fetch to the origin': 'waits',
  'a WebSocket to the origin': 'opens',
  'a fetch to another origin': 'answered',
  'fetch and WebSocket when four EventSources are closed': 'answered, open',
};

export const limits = {
  title: 'Limits',
  rows: [
    wall('six-then-fetch', 6, 'fetch', 'Six EventSources of one origin over HTTP/1.1, then a fetch and a WebSocket', { both }),
    wall('six-then-websocket', 6, 'WebSocket', 'Six EventSources of one origin, then a WebSocket and a fetch', { both }),
    wall('eight-then-fetch', 8, 'fetch', 'Eight EventSources of one origin, then a fetch and a WebSocket', { both }),
  ],
};

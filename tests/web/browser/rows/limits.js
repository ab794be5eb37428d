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

const many = {
  id: 'websockets-many',
  situation: 'A page opens 300 WebSockets to one origin',
  ownBrowser: true,
  takes: 40,
  expected: { chromium: { open: 255, 'the others': 'fail or wait' }, firefox: { open: 200, 'the others': 'fail or wait' } },
  async play({ page, url }) {
    const counts = () => page.where.evaluate(() => {
      const states = [...globalThis.watch.open.values()].map(({ readyState }) => readyState);
      return [0, 1, 2, 3].map((state) => states.filter((one) => one === state).length);
    });
    await page.where.evaluate((target) => {
      for (let number = 0; number < 300; number += 1) globalThis.watch.webSocket(`ws${number}`, target);
    }, url('websocket silent').replace(/^http/, 'ws'));
    let last;
    // The count stands still when as many are open as ever will be.
    await until('the count to stand still', async () => {
      const now = (await counts())[1];
      const same = now > 6 && now === last;
      last = now;
      return same;
    }, { every: 4_000, limit: 60_000 });
    const [waiting, open, , closed] = await counts();
    return { open, 'the others': waiting + closed === 300 - open ? 'fail or wait' : 'close' };
  },
};

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
    {
      ...wall('eight-event-sources', 8, 'fetch', 'Eight EventSources of one origin over HTTP/1.1, then a fetch and a WebSocket', { both }),
      note: 'A WebSocket of Firefox waits while all six connections are taken, whichever asks first.',
    },
    wall('six-then-websocket', 6, 'WebSocket', 'Six EventSources of one origin, then a WebSocket and a fetch', {
      both, firefox: { 'a WebSocket to the origin': 'waits' },
    }),
    many,
  ],
};

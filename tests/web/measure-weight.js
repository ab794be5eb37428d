// Measures what each page weighs, by hand: requests and bytes as the browser counts them (Resource Timing's transferSize, heads
// at its flat rate included), frames and Workers with it, once everything that is asked for at the start has come.
//   node tests/web/measure-weight.js        BROWSERS=chromium,firefox chooses
import { launch, names } from './browser/support/browsers.js';
import { startServer } from './browser/support/server.js';
import { until } from './browser/support/wait.js';

const DASHBOARD = ['/', '/?lanes=polling,long-polling,sse,websocket,fetch-stream', '/docs/', '/docs/topics/choosing', '/docs/topics/folklore'];

for (const name of names) {
  console.log(name);
  await weigh(name, ['--lanes', '5'], () => DASHBOARD);
  await weigh(name, ['--class'], (server) => [server.class.teacher, server.class.join]);
}

/** A line for each page of a server, each in a browser that has seen none of the others. */
async function weigh(name, flags, paths) {
  const server = await startServer(flags);
  try {
    for (const path of paths(server)) {
      const url = new URL(path, server.bench);
      const browser = await launch(name);
      try {
        const page = await browser.newPage();
        await page.goto(url.href, { waitUntil: 'load' });
        const { requests, bytes } = await settled(page);
        console.log(`  ${url.pathname}${url.pathname === '/' ? url.search : ''}: ${requests} requests, ${Math.round(bytes / 1024)} KiB`);
      } finally {
        await browser.close();
      }
    }
  } finally {
    await server.stop();
  }
}

/** What was asked for, once a second has brought nothing new. */
async function settled(page) {
  let [last, since] = [await loaded(page), Date.now()];
  await until('the page to have all it asks for', async () => {
    const now = await loaded(page);
    if (now.requests !== last.requests || now.bytes !== last.bytes) [last, since] = [now, Date.now()];
    return Date.now() - since > 1_000;
  });
  return last;
}

/** Requests and bytes so far, of the page, its frames and their Workers; a feed is counted by the bench, not here. */
async function loaded(page) {
  const own = () => performance.getEntries()
    .filter((one) => (one.entryType === 'navigation' || one.entryType === 'resource') && !/\/(api|jobs)\/|\/clock$/.test(one.name))
    .map((one) => one.transferSize);
  const realms = [...page.frames(), ...page.workers()];
  const sizes = (await Promise.all(realms.map((realm) => realm.evaluate(own).catch(() => [])))).flat();
  return { requests: sizes.length, bytes: sizes.reduce((sum, one) => sum + one, 0) };
}

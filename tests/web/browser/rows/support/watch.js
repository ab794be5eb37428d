// The bare page in which a row opens its real EventSources and WebSockets, and the notes it takes of what they say. No
// timer of the page decides anything: a note is taken when the event comes, and waiting ends with a note.
import { within } from '../../support/wait.js';

/** Runs in the page: keeps what was opened, by name, and a note of each event. */
function install() {
  const notes = [];
  const open = new Map();
  const waiting = new Set();
  const note = (name, kind, more) => {
    notes.push({ name, kind, at: performance.timeOrigin + performance.now(), ...more });
    for (const look of waiting) look();
  };
  const watch = {
    notes,
    open,
    eventSource(name, url) {
      const source = new EventSource(url);
      open.set(name, source);
      note(name, 'made', { ready: source.readyState });
      for (const kind of ['open', 'error']) {
        source.addEventListener(kind, () => note(name, kind, { ready: source.readyState }));
      }
      for (const kind of ['message', 'text', 'progress', 'hello', 'heartbeat']) {
        source.addEventListener(kind, (event) => note(name, 'event', { type: kind, id: event.lastEventId, data: event.data }));
      }
    },
    webSocket(name, url, again = 0) {
      const socket = new WebSocket(url);
      open.set(name, socket);
      note(name, 'made', { ready: socket.readyState });
      socket.addEventListener('open', () => note(name, 'open', { ready: socket.readyState }));
      socket.addEventListener('error', () => note(name, 'error', { ready: socket.readyState }));
      socket.addEventListener('message', (event) => note(name, 'event', { type: 'message', data: event.data }));
      socket.addEventListener('close', ({ code, wasClean, reason }) => {
        note(name, 'close', { code, wasClean, reason });
        if (again) watch.webSocket(name, url, again - 1);
      });
    },
    /** Resolves when there are so many notes of the kind, or after a while, so that whoever waits can ask again. */
    when: (name, kind, count) => new Promise((resolve) => {
      const enough = () => notes.filter((one) => one.name === name && one.kind === kind).length >= count;
      const done = (found) => {
        waiting.delete(look);
        resolve(found);
      };
      const look = () => enough() && done(true);
      waiting.add(look);
      look();
      setTimeout(() => done(enough()), 4_000);
    }),
  };
  globalThis.watch = watch;
}

/** Opens a bare document of that origin and makes it ready to watch. */
export async function openBare(browser, origin) {
  const page = await browser.newPage();
  await within(`opening a page of ${origin}`, 40_000, page.goto(bare(origin), { waitUntil: 'load', timeout: 40_000 }));
  await page.evaluate(install);
  return page;
}

// An answer of the feed in plain text: unlike the files of the dashboard it has no policy of whom it may connect to.
export const bare = (origin) => new URL('/jobs/page/polling?encoding=raw&keep-alive=off', origin).href;

/** What a row does with a page or frame. */
export function handsOf(where) {
  const notes = () => where.evaluate(() => globalThis.watch.notes);
  return {
    where,
    install: () => where.evaluate(install),
    notes,
    async eventSource(url, name = 'es') {
      await where.evaluate((a, b) => globalThis.watch.eventSource(a, b), name, url);
      return handle(where, name, notes);
    },
    async webSocket(url, name = 'ws', again = 0) {
      const target = url.replace(/^http/, 'ws');
      await where.evaluate((a, b, c) => globalThis.watch.webSocket(a, b, c), name, target, again);
      return handle(where, name, notes);
    },
  };
}

/** One thing that was opened: its notes, and waiting for them. */
function handle(where, name, notes) {
  const all = async (kind) => (await notes()).filter((note) => note.name === name && (!kind || note.kind === kind));
  return {
    all,
    /** The `count`th note of that kind, when it has come. */
    async when(kind, count = 1, limit = 30_000) {
      const end = Date.now() + limit;
      while (!(await where.evaluate((a, b, c) => globalThis.watch.when(a, b, c), name, kind, count))) {
        if (Date.now() > end) {
          const seen = (await all()).map((note) => note.kind).join(' ');
          throw new Error(`waited ${limit} ms for ${name} to say ${kind} ${count} times; it said: ${seen.slice(-300)}`);
        }
      }
      return (await all(kind))[count - 1];
    },
    close: (...args) => where.evaluate((wanted, given) => {
      try {
        globalThis.watch.open.get(wanted).close(...given);
        return 'nothing thrown';
      } catch (error) {
        return error.name;
      }
    }, name, args),
    ready: () => where.evaluate((wanted) => globalThis.watch.open.get(wanted).readyState, name),
  };
}

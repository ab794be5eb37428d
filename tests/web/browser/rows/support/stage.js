// Where rows are played: servers with many origins, of which each row gets some that no other row has had (a browser
// remembers what an origin did to it) and whose addresses no row beside it has (Firefox lines up the WebSockets of an
// address). What the servers saw is kept by lane, and a row's lane is its id.
import { EventEmitter } from 'node:events';
import { startServer } from '../../support/server.js';

const originsEach = 32;

/** The stage of one browser; servers start as they are needed. */
export function openStage() {
  const servers = [];
  const busy = new Set();
  let starting = Promise.resolve();
  async function place(wanted, alone) {
    for (;;) {
      const server = !alone && servers.find(({ fresh }) => free(fresh, busy).length >= wanted);
      if (server) {
        const got = free(server.fresh, busy).slice(0, wanted);
        server.fresh = server.fresh.filter((origin) => !got.includes(origin));
        return { server, got };
      }
      const started = await startWatched();
      servers.push(started);
      if (alone) {
        const got = free(started.fresh, busy).slice(0, wanted);
        started.fresh = [];
        return { server: started, got };
      }
    }
  }
  return {
    /** So many fresh origins of one server; `alone`: of one that no other row has. */
    async take(wanted, { alone = false } = {}) {
      // One after the other, for two that find no room must not each start a server.
      const turn = starting.then(() => place(wanted, alone));
      starting = turn.catch(() => {});
      const { server, got } = await turn;
      got.forEach(({ host }) => busy.add(host));
      return { server, origins: got, giveBack: () => got.forEach(({ host }) => busy.delete(host)) };
    },
    complaints: () => servers.map(({ server }) => server.complaints()).join(''),
    stop: () => Promise.all(servers.map(({ server }) => server.stop())),
  };
}

const free = (origins, busy) => origins.filter(({ host }) => !busy.has(host));

/**
 * A server with its jobs, its record listened to: a feed, another to be moved to, the text of a bare
 * page, and a log in which nothing happens.
 */
async function startWatched() {
  const server = await startServer(['--lanes', String(originsEach)]);
  const record = await listen(server);
  for (const job of ['rows', 'moved']) {
    const spec = { source: 'synthetic', job, count: 1_000_000, interval: '250ms', payload: 'text', size: 20 };
    await server.ask('/api/jobs', { method: 'POST', body: spec });
  }
  await server.ask('/api/jobs', { method: 'POST', body: { source: 'push', job: 'page' } });
  await server.ask('/jobs/page/events', { method: 'POST', body: { type: 'text', data: 'A bare page.' } });
  await server.ask('/api/jobs', { method: 'POST', body: { source: 'push', job: 'silent' } });
  const fresh = server.origins.map((url, index) => ({ id: index + 1, url, host: new URL(url).hostname }));
  return { server, record, fresh };
}

/** Follows the server's record; `lines(lane)` are a lane's, `changed` fires with each. */
async function listen(server) {
  const lanes = new Map();
  const origins = new Map();
  const changed = new EventEmitter().setMaxListeners(0);
  const answer = await fetch(new URL('/api/record', server.bench));
  const take = (line) => {
    if (line.kind === 'lost') throw new Error(`the record lost ${line.lines} lines`);
    if (line.kind === 'opened' && !line.lane) origins.set(line.conn, line.origin);
    if (!line.lane || line.kind === 'socket') return;
    if (!lanes.has(line.lane)) lanes.set(line.lane, []);
    lanes.get(line.lane).push({ ...line, origin: origins.get(line.conn) });
    changed.emit(line.lane);
  };
  follow(answer, take).catch((error) => changed.emit('broken', error));
  return { lines: (lane) => lanes.get(lane) ?? [], changed };
}

async function follow(answer, take) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('data: ')) take(JSON.parse(line.slice('data: '.length)));
  }
}

/** What a row sees of the server: its lane's record, and faults. */
export function handsOfServer({ server, record }, lane) {
  const lines = (kind) => record.lines(lane).filter((line) => line.kind === kind);
  const ask = (path, method, body) => server.ask(path, { method, body });
  return {
    lines,
    requests: () => lines('request'),
    /** Waits until the record holds so many of the kind; gives the last of them. */
    async when(kind, count = 1, limit = 30_000) {
      const enough = () => lines(kind).length >= count;
      await new Promise((resolve, reject) => {
        const done = (error) => {
          clearTimeout(timer);
          record.changed.off(lane, look);
          if (error) reject(error);
          else resolve();
        };
        const look = () => enough() && done();
        const said = () => new Error(`waited ${limit} ms for ${count} ${kind} of ${lane}; there are ${lines(kind).length}`);
        const timer = setTimeout(() => done(said()), limit);
        record.changed.on(lane, look);
        look();
      });
      return lines(kind)[count - 1];
    },
    throw: (fault) => ask('/api/faults', 'POST', { scope: `lane:${lane}`, ...fault }),
    clear: ({ id }) => ask(`/api/faults/${id}`, 'DELETE'),
    epoch: async () => (await ask('/jobs/rows')).epoch,
    ask,
  };
}

/*
 * The lane itself: a dedicated Worker that holds the real XMLHttpRequest,
 * fetch, EventSource or WebSocket and stamps what it sees. A worker, because neither a busy
 * page nor a hidden tab slows its timers. It obeys the dashboard over a port.
 */
import { ClockPings } from './lane/clock-pings.js';
import { Outbox } from './lane/outbox.js';
import { watchTimer } from './lane/timer-watch.js';
import { newReader } from './transports/link.js';
import { transportNamed } from './transports/index.js';

/** @typedef {import('./lane/orders.js').Order} Order */

const outbox = new Outbox();
const pings = new ClockPings(location.origin, now, (estimate) => note('clock', estimate));

/** @type {MessagePort|null} */
let port = null;
let lane = '';
let transport = '';
let reader = newReader();
/** What the last order to connect was about. @type {import('./transports/link.js').Link|null} */
let link = null;
/** @type {import('./transports/link.js').Client|null} */
let client = null;
let wanted = 0;

watchTimer((values) => {
  if (client) note('caveat', { caveat: 'late-timer', values });
});

addEventListener('message', (event) => {
  if (event.data?.type !== 'port') return;
  port?.close();
  port = event.ports[0];
  port.onmessage = ({ data }) => obey(data);
  outbox.attach(port);
  void pings.ready();
});

/** @param {Order} order */
function obey(order) {
  switch (order.type) {
    case 'connect':
      return void connect(order);
    case 'disconnect':
      wanted += 1;
      client?.close(order.cause);
      client = null;
      return outbox.flush();
    case 'command':
      return command(order.order);
    case 'dump':
      return port?.postMessage({ type: 'dump', ask: order.ask, lines: outbox.kept, dropped: outbox.dropped });
    case 'source':
      return void showSource(order.ask, order.transport ?? transport);
  }
}

/** @param {import('./lane/orders.js').ConnectOrder} order */
async function connect(order) {
  const turn = (wanted += 1);
  client?.close('next-run');
  client = null;
  if (order.fresh) {
    outbox.clear();
    reader = newReader();
    lane = order.lane;
    transport = order.transport;
  }
  // Whoever opens a lane by hand means it, whatever it was told before.
  reader.away = '';
  /** @type {import('./transports/link.js').Link} */
  const own = {
    origin: order.origin ?? location.origin, job: order.job, lane, settings: order.settings, reader, now,
    // A slow line lets an older socket close late: that is no news of this connection.
    note: (kind, fields, at) => link === own && note(kind, fields, at),
  };
  link = own;
  // The machine was busy when the page loaded: ask the clock again before a run.
  await (order.fresh ? pings.measure() : pings.ready());
  // Somebody may have changed their mind meanwhile.
  if (turn !== wanted) return;
  client = transportNamed(transport).open(link);
}

/**
 * Who talks back by a request of its own needs no open feed for it; a socket does.
 * @param {import('./transports/link.js').Order} order
 */
function command(order) {
  if (client) return client.command(order);
  const { talk } = transportNamed(transport || 'websocket');
  if (talk && link) return talk(link, order);
  const { id, command: name } = order;
  note('command', { dir: 'up', id, command: name, bytes: 0, via: talk ? 'post' : 'frame' });
  note('ack', { dir: 'down', id, command: name, ok: false, bytes: 0, took: 0, error: 'not connected' });
}

/**
 * Reads the files of a transport from this lane's own origin: the code that runs here.
 * @param {string} ask
 * @param {string} name
 */
async function showSource(ask, name) {
  const files = await Promise.all(transportNamed(name).modules.map(async (path) => {
    const address = new URL(path, import.meta.url);
    const text = await fetch(address).then((answer) => answer.text()).catch((error) => `// ${error}`);
    return { address: address.href, text };
  }));
  port?.postMessage({ type: 'source', ask, files });
}

/**
 * Writes one observation, as it happens.
 * @param {string} kind
 * @param {Record<string, unknown>} [fields]
 * @param {number} [at]
 */
function note(kind, fields = {}, at = now()) {
  const who = kind === 'clock' && !lane ? {} : { lane, transport, conn: `a${reader.attempt}` };
  outbox.add({ v: 1, kind, at, clock: 'lane', ...who, ...fields });
}

/** Milliseconds since 1970 that never jump, to a thousandth where the browser has it. */
function now() {
  return Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
}

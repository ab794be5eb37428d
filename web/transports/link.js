/*
 * What a transport's client is given and what it gives back. Nothing runs here.
 * A client opens connections and notes what it sees; it touches no DOM, so it can
 * live in a Worker, in a page, or in a test.
 */

/** @typedef {import('../model/types.js').LaneSettings} LaneSettings */

/**
 * Where the reader of a lane stands. It outlives each connection, and even the
 * client object, so that a connection opened by hand can go on where the last was lost.
 * @typedef {object} Reader
 * @property {string|null} epoch
 * @property {string|null} cursor
 * @property {number} attempt      connections tried so far
 * @property {boolean} opened      some connection has been open before
 * @property {boolean} ended       the end event has arrived
 * @property {string} away         'replaced' or 'removed': told to stay away; '' else
 */

/**
 * @typedef {object} Link
 * @property {string} origin       where the feed is, "http://127.0.0.2:8080"
 * @property {string} job
 * @property {string} lane
 * @property {LaneSettings} settings
 * @property {Reader} reader
 * @property {(kind: string, fields?: Record<string, unknown>, at?: number) => void} note
 * @property {() => number} now
 */

/**
 * @typedef {object} Client
 * @property {(cause: string) => void} close
 * @property {(order: Order) => void} command
 */

/** @typedef {{id: string, command: string, factor?: number}} Order */

/**
 * A kind of transport: one constant in the list of index.js.
 * @typedef {object} Transport
 * @property {'polling'|'long-polling'|'sse'|'fetch-stream'|'websocket'} name
 * @property {string[]} modules    the files whose code "show the client code" shows, the telling one first
 * @property {(link: Link) => Client} open
 * @property {(link: Link, order: Order) => void} [talk]  sends a command without an open feed, where that can be
 */

/** @returns {Reader} */
export function newReader() {
  return { epoch: null, cursor: null, attempt: 0, opened: false, ended: false, away: '' };
}

/**
 * The token that a lane's requests carry in a header, where it does not stand in their address.
 * @param {Link} link
 * @returns {Record<string, string>}
 */
export function tokenHeader(link) {
  const { values } = link.settings;
  return values['token-by'] === 'header' && values.token ? { Authorization: `Bearer ${values.token}` } : {};
}

/**
 * What the server is told in an address or a body.
 * @param {Link} link
 * @returns {Record<string, string>}
 */
export function sent(link) {
  const told = { ...link.settings.sent };
  if ('Authorization' in tokenHeader(link)) delete told.token;
  return told;
}

/**
 * The feed's address for this lane, with its name, its place in the pool of clients and
 * what it is switched to.
 * @param {Link} link
 * @param {string} transport
 * @param {Record<string, string>} more
 */
export function feedUrl(link, transport, more) {
  const url = feedAddress(link, transport);
  for (const [name, value] of Object.entries({ ...sent(link), ...more })) url.searchParams.set(name, value);
  return url;
}

/**
 * The same with the names alone, for who says the rest in a body.
 * @param {Link} link
 * @param {string} transport
 */
export function feedAddress(link, transport) {
  const url = new URL(`/jobs/${encodeURIComponent(link.job)}/${transport}`, link.origin);
  url.searchParams.set('lane', link.lane);
  url.searchParams.set('client', link.lane);
  return url;
}

/*
 * What crosses the sockets of the lanes, every byte with its label, in a bounded memory: which elements there were, and
 * for one of them its bytes on each lane – its own, and the heads of its exchange. Fed with the lines of
 * `GET /api/chunks` (docs/reference/api.md); knows nothing of how they come or are shown.
 */
import { fromBase64 } from '../proto/bytes.js';
import { ROLES } from '../proto/dissect/kinds.js';
import { Strip } from './wire-strip.js';
import { Thing, addCut, asked } from './wire-thing.js';

/**
 * @typedef {import('./wire-thing.js').Way} Way
 * @typedef {import('./wire-thing.js').Cut} Cut
 * @typedef {import('./wire-thing.js').Exchange} Exchange
 * @typedef {import('../proto/dissect/kinds.js').Role} Role
 * @typedef {{connection: number, lane: string|null, transport: string|null, at?: number, way?: Way, bytes?: string,
 *   before?: {up: number, down: number}, missed?: number, ended?: boolean, left?: number}} Note a line of the stream
 */

/** Bytes kept of a lane. */
export const MOST_OF_LANE = 512 * 1024;
/** What a thing or an exchange costs beside its bytes: many small ones must be bounded as well. */
const COST = 256;

/** A path that is about a feed, below whatever a proxy puts before it; and one whose answer has no end of its own. */
const FEED = /^[^?]*\/jobs\/[^/?]+\/[^/?]+(\?|$)/;
const STREAMS = /^[^?]*\/jobs\/[^/?]+\/(sse|fetch-stream|websocket)(\?|$)/;
/** Exchanges of a connection that are at hand without having brought anything. */
const MOST_ASKED = 8;
/** Where in a stream something begins that is no element. */
const BEGINS = new Set(['frame-opcode', 'chunk-size', 'last-chunk']);

/** What crossed of one lane. */
export class WireLane {
  /** @type {Record<Way, Record<Role, number>>} */
  totals = { up: nothing(), down: nothing() };
  /** Bytes that could not be read. */
  unheard = 0;
  /** Some of it is compressed: what is in it is not known. */
  compressed = false;
  /** How much was let go because there was no room for it. */
  letGo = { things: 0, bytes: 0 };
  /** When its first bytes crossed that were read. */
  since = NaN;
  /** Oldest first. @type {Thing[]} */
  things = [];
  #held = 0;
  /** By what they are. @type {Map<string, Thing[]>} */
  #named = new Map();

  /**
   * @param {string} id
   * @param {number} most
   */
  constructor(id, most) {
    this.id = id;
    this.most = most;
  }

  get held() {
    return this.#held;
  }

  /** @param {string} key */
  named(key) {
    return this.#named.get(key) ?? [];
  }

  keys() {
    return [...this.#named.keys()];
  }

  /** @param {Cut} cut */
  count({ span }) {
    this.totals[span.way][span.role] += span.length;
    this.compressed ||= span.kind === 'encoded-body';
  }

  /** @param {Thing} thing */
  begin(thing) {
    const { exchange } = thing;
    this.things.push(thing);
    this.#held += COST + (exchange.kept === 0 ? exchange.held : 0);
    exchange.kept += 1;
  }

  /** So many bytes more are at hand around the things of an exchange; one without any is nobody's. @param {Exchange} exchange @param {number} bytes */
  surround(exchange, bytes) {
    exchange.held += bytes;
    if (exchange.kept > 0) this.hold(bytes);
  }

  /** So many bytes more are at hand. @param {number} bytes */
  hold(bytes) {
    this.#held += bytes;
    while (this.#held > this.most && this.things.length > 1) this.#release();
  }

  /** @param {Thing} thing that has grown */
  settle(thing) {
    const before = thing.key;
    thing.identify();
    if (thing.key === before) return;
    this.#forget(before, thing);
    if (thing.key === '') return;
    const others = this.#named.get(thing.key);
    if (others) others.push(thing);
    else this.#named.set(thing.key, [thing]);
  }

  #release() {
    const [oldest] = this.things.splice(0, 1);
    const { exchange } = oldest;
    this.#forget(oldest.key, oldest);
    exchange.kept -= 1;
    // The heads of what is still at hand stay; those of a poll go with the last of what it brought.
    this.#held -= oldest.held + COST + (exchange.kept === 0 ? exchange.held : 0);
    this.letGo.things += 1;
    this.letGo.bytes += oldest.length;
  }

  /**
   * @param {string} key
   * @param {Thing} thing
   */
  #forget(key, thing) {
    const left = this.#named.get(key)?.filter((one) => one !== thing) ?? [];
    if (left.length > 0) this.#named.set(key, left);
    else this.#named.delete(key);
  }
}

export class Microscope {
  /** By the lane's name in the run. @type {Map<string, WireLane>} */
  lanes = new Map();
  /** Connections for which the server had no room. */
  left = 0;
  /** @type {Map<number, Connection>} */
  #connections = new Map();
  #most;

  /** @param {number} [most] bytes kept of a lane */
  constructor(most = MOST_OF_LANE) {
    this.#most = most;
  }

  /** @param {Note} note */
  hear(note) {
    if (note.left !== undefined) {
      this.left = note.left;
      return;
    }
    const known = this.#connections.get(note.connection);
    const connection = known ?? new Connection(note.connection, (id) => this.#lane(id));
    if (!known) this.#connections.set(note.connection, connection);
    connection.hear(note);
    if (note.ended) this.#connections.delete(note.connection);
  }

  /** Of other lanes nothing is kept. @param {string[]} ids */
  keep(ids) {
    for (const id of this.lanes.keys()) if (!ids.includes(id)) this.lanes.delete(id);
  }

  /** The numbers of the events that are at hand on any lane, in order. */
  seqs() {
    const out = new Set();
    for (const lane of this.lanes.values()) for (const key of lane.keys()) if (key.startsWith('#')) out.add(Number(key.slice(1)));
    return [...out].sort((a, b) => a - b);
  }

  /** What else there is, by name. */
  others() {
    const out = new Set([...this.lanes.values()].flatMap((lane) => lane.keys()));
    return [...out].filter((key) => !key.startsWith('#')).sort();
  }

  /**
   * What this is on a lane, the last of it, both ways in the order in which they crossed.
   * @param {string} id
   * @param {string} key
   * @returns {Thing[]}
   */
  at(id, key) {
    const found = this.lanes.get(id)?.named(key) ?? [];
    /** @type {Partial<Record<Way, Thing>>} */
    const last = {};
    for (const thing of found) last[thing.way] = thing;
    return Object.values(last).sort((a, b) => a.at - b.at);
  }

  /** @param {string} id */
  #lane(id) {
    const known = this.lanes.get(id);
    if (known) return known;
    const lane = new WireLane(id, this.#most);
    this.lanes.set(id, lane);
    return lane;
  }
}

/** One connection: which of its bytes belong together, and to which lane. */
class Connection {
  #strip = new Strip();
  #number;
  #laneOf;
  #unheard = 0;
  /** @type {{key: string, exchange: Exchange}|null} */
  #exchange = null;
  /** Those whose answer is still to come. @type {Map<string, Exchange>} */
  #exchanges = new Map();
  /** The thing under way. @type {Partial<Record<Way, Thing>>} */
  #current = {};

  /**
   * @param {number} number
   * @param {(id: string) => WireLane} laneOf
   */
  constructor(number, laneOf) {
    this.#number = number;
    this.#laneOf = laneOf;
  }

  /** @param {Note} note */
  hear(note) {
    const { before, missed, way, bytes, ended } = note;
    if (before) this.#lose(before.up + before.down);
    if (missed) this.#lose(missed);
    const at = note.at ?? NaN;
    const cuts = way && bytes !== undefined ? this.#strip.take(way, fromBase64(bytes), note.transport) : ended ? this.#strip.end() : [];
    for (const cut of cuts) this.#put(cut, note, at);
    for (const thing of Object.values(this.#current)) {
      if (thing.exchange.lane !== null) this.#laneOf(thing.exchange.lane).settle(thing);
    }
    if (note.lane !== null) this.#laneOf(note.lane).unheard += this.#strip.unheard - this.#unheard;
    this.#unheard = this.#strip.unheard;
  }

  /** @param {number} bytes */
  #lose(bytes) {
    this.#strip.lose(bytes);
    this.#current = {};
    this.#exchanges.clear();
  }

  /**
   * @param {Cut} cut
   * @param {Note} note
   * @param {number} at
   */
  #put(cut, note, at) {
    const { span } = cut;
    const exchange = this.#exchangeOf(span.exchange, note);
    if (span.role === 'head') delete this.#current[span.way];
    const lane = exchange.lane === null ? null : this.#laneOf(exchange.lane);
    lane?.count(cut);
    if (lane && Number.isNaN(lane.since)) lane.since = at;
    if (span.role === 'head') {
      const kept = addCut(exchange.heads[span.way], cut);
      if (span.kind === 'target') this.#assign(exchange, note);
      if (lane) lane.surround(exchange, kept);
      else exchange.held += kept;
    } else if (!lane) return;
    else if (span.element === null && (!exchange.streams || span.kind === 'feed-request')) lane.surround(exchange, addCut(exchange.around, cut));
    else this.#thing(cut, exchange, lane, at);
  }

  /**
   * @param {Cut} cut
   * @param {Exchange} exchange
   * @param {WireLane} lane
   * @param {number} at
   */
  #thing(cut, exchange, lane, at) {
    const { span } = cut;
    let thing = this.#current[span.way];
    const other = !thing || thing.exchange !== exchange || thing.element !== span.element;
    if (!thing || other || (span.element === null && BEGINS.has(span.kind))) {
      if (thing) {
        lane.settle(thing);
        thing.pass();
      }
      thing = new Thing(span.way, exchange, span.element, at);
      this.#current[span.way] = thing;
      if (span.element !== null) exchange.things += 1;
      lane.begin(thing);
    }
    const held = thing.held;
    thing.add(cut);
    lane.hold(thing.held - held);
  }

  /**
   * @param {number} number
   * @param {Note} note
   */
  #exchangeOf(number, note) {
    const { round, headless } = this.#strip.reading;
    const key = `${round} ${number}`;
    if (this.#exchange?.key === key) return this.#exchange.exchange;
    let exchange = this.#exchanges.get(key);
    if (!exchange) {
      const bare = headless && number <= 1;
      exchange = {
        connection: this.#number, number, lane: bare ? note.lane : null, headless: bare, streams: bare,
        heads: { up: [], down: [] }, around: [], things: 0, kept: 0, held: 0, next: null,
      };
      this.#exchanges.set(key, exchange);
      // No browser sends a request before the last is answered; other clients do, and a bound must be.
      if (this.#exchanges.size > MOST_ASKED) this.#exchanges.delete(/** @type {string} */ (this.#exchanges.keys().next().value));
    }
    this.#exchange = { key, exchange };
    return exchange;
  }

  /**
   * Its target says whose it is; a request that is not about a feed is nobody's.
   * @param {Exchange} exchange
   * @param {Note} note
   */
  #assign(exchange, note) {
    const { target } = asked(exchange);
    if (!FEED.test(target)) return;
    const lane = /[?&]lane=([\w-]+)/.exec(target)?.[1] ?? note.lane;
    exchange.lane = lane;
    exchange.streams = STREAMS.test(target);
    if (lane === null) return;
    const own = this.#laneOf(lane);
    for (const cut of exchange.heads.up) own.count(cut);
  }
}

/** @returns {Record<Role, number>} */
function nothing() {
  return /** @type {Record<Role, number>} */ (Object.fromEntries(ROLES.map((role) => [role, 0])));
}

/*
 * One lane as a fold of its observations: state, ledger, counters, delays,
 * recoveries, commands. Each observation costs O(1).
 */
import { asks } from './asking.js';
import { uncertainty } from './clock.js';
import { Commands } from './commands.js';
import { parseCursor } from './cursor.js';
import { Histogram } from './histogram.js';
import { Ledger } from './ledger.js';
import { idleMachine, step } from './machine.js';
import { Recoveries } from './recovery.js';
import { Ring } from './ring.js';
import { SocketCount } from './socket-count.js';
import { Unscripted } from './unscripted.js';

/** @typedef {import('./types.js').Observation} Observation */

/** How many lines a lane's log keeps at hand. */
const LOG_SIZE = 200;
/** A path of a feed, and not of a command or of a program that pushes. */
const FEED = /^\/jobs\/[^/?]+\/(?!commands|events)[^/?]/;
const NOT_LOGGED = new Set(['clock', 'socket', 'caveat']);
/** Longer than this from its making to its arrival, and an event is late, ms. */
const LATE = 1000;

export class LaneModel {
  /** What a scenario calls it; '' of a lane of the page's own. */
  name = '';
  machine = idleMachine();
  ledger = new Ledger();
  /** From the event's own time to its arrival, the offset taken into account. */
  delays = new Histogram();
  recoveries = new Recoveries();
  commands = new Commands();
  /** @type {Ring<Observation>} */
  log = new Ring(LOG_SIZE);
  /** @type {Map<string, number>} */
  types = new Map();
  /** @type {Set<string>} */
  encodings = new Set();
  requests = 0;
  opened = 0;
  payloadBytes = 0;
  carriedBytes = 0;
  heartbeats = 0;
  /** The log this lane reads. @type {string|null} */
  epoch = null;
  /** Times a log was replaced under this reader, so that it had to start over. */
  epochChanges = 0;
  /** When, in server time. @type {number[]} */
  startedOver = [];
  /** Events of the logs it was reading before. */
  before = 0;
  /** Events that took more than a second from their making to their arrival, whatever the reason. */
  late = 0;
  /** Requests that the browser sent and no script did. */
  unscripted = new Unscripted();
  /** Reasons the lane itself gave to distrust it, the last of each sort. @type {Map<string, Record<string, unknown>>} */
  doubts = new Map();
  /** The beginning of the last line of text that came. */
  line = '';
  /** @type {number|null} */
  percent = null;
  lastSeq = 0;
  /** @type {{offset: number, rtt: number, samples: number}|null} */
  clock = null;

  #socket = new SocketCount();
  /** Server time of the first attempt to connect. */
  #since = Infinity;

  /**
   * @param {string} id
   * @param {string} transport
   * @param {boolean} resumes  it comes back with a cursor
   */
  constructor(id, transport, resumes) {
    this.id = id;
    this.transport = transport;
    this.resumes = resumes;
  }

  /**
   * The server's time of something this lane saw.
   * @param {Observation} obs
   */
  serverTime(obs) {
    return obs.clock === 'server' ? obs.at : obs.at + (this.clock?.offset ?? 0);
  }

  /**
   * @param {Observation} obs one of the lane's own
   * @param {number} head     the head of the feed as known now
   */
  fold(obs, head) {
    this.#enter(obs);
    if (obs.kind === 'clock') {
      this.clock = { offset: obs.offset ?? 0, rtt: obs.rtt ?? 0, samples: obs.samples ?? 0 };
      this.recoveries.doubtClock(uncertainty(this.clock));
    }
    this.machine = step(this.machine, obs);
    const at = this.serverTime(obs);
    this.recoveries.fold(obs, at, head, this.machine.complete, this.lastSeq);
    this.unscripted.fold(obs, at);
    this.commands.fold(obs);
    this.#count(obs);
    if (!NOT_LOGGED.has(obs.kind)) this.log.push(obs);
  }

  /** @param {Observation} obs one of the server's, about this lane */
  foldServer(obs) {
    if (obs.kind === 'socket') this.#socket.running(obs);
    else if (obs.kind === 'command') this.commands.foldServer(obs);
    else if (obs.kind === 'request' && (obs.path === undefined || FEED.test(obs.path))) {
      this.recoveries.served(obs.at);
      this.unscripted.served(obs.at);
    } else if (obs.kind === 'struck') {
      this.recoveries.struck({ at: obs.at, what: obs.what ?? '', fault: obs.fault ?? '' });
      this.log.push(obs);
    }
  }

  /** What the server counted at the sockets; null before it has said so. */
  get socket() {
    return this.#socket.total;
  }

  /** A connection carried a request of this lane for the first time. */
  connected() {
    this.#socket.connected();
  }

  /** A connection that only this lane had is closed. @param {Observation} obs the server's */
  released(obs) {
    this.#socket.closed(obs);
  }

  /**
   * Events that will not come any more as things stand: holes, and for a reader that
   * is gone and has no cursor to come back with, all that happened since.
   * @param {number} head
   */
  missed(head) {
    return this.ledger.holes + (this.#gone && !this.resumes ? this.ledger.behind(head) : 0);
  }

  /**
   * Events that passed while this reader is gone and that its cursor would bring back.
   * @param {number} head
   */
  behind(head) {
    return this.#gone && this.resumes ? this.ledger.behind(head) : 0;
  }

  /**
   * Requests of this lane that no script sent, as far as it has settled.
   * @param {number} now  server time
   */
  unscriptedCount(now) {
    return this.unscripted.count(now, this.clock ? uncertainty(this.clock) : 0);
  }

  /** Nothing comes any more by itself; told that there is no more before it had the end (a Close 1000), it is as good as closed. */
  get #gone() {
    const { state, complete } = this.machine;
    return state === 'closed' || state === 'given-up' || (state === 'ended' && !complete && this.ledger.delivered > 0);
  }

  /**
   * Which log this is about; another one than before means that the lane counts anew.
   * @param {Observation} obs
   */
  #enter(obs) {
    const told = obs.kind === 'hello' || obs.kind === 'unknown-epoch' ? obs.epoch : parseCursor(obs.cursor ?? '')?.epoch;
    if (told === undefined || told === this.epoch) return;
    const startsOver = this.epoch !== null || (obs.kind === 'unknown-epoch' && this.ledger.delivered > 0);
    this.epoch = told;
    if (!startsOver) return;
    this.epochChanges += 1;
    this.startedOver.push(this.serverTime(obs));
    this.before += this.ledger.delivered;
    this.ledger = new Ledger();
    this.percent = null;
    this.lastSeq = 0;
  }

  /** @param {Observation} obs */
  #count(obs) {
    switch (obs.kind) {
      case 'request':
        this.requests += 1;
        break;
      case 'connecting':
        this.#since = Math.min(this.#since, this.serverTime(obs));
        if (!asks(this.transport)) this.requests += 1;
        break;
      case 'waiting':
        // The browser asks again where script cannot see it.
        if (obs.wait === null) this.requests += 1;
        break;
      case 'command':
        if (obs.via === 'post') this.requests += 1;
        break;
      case 'opened':
        this.opened += 1;
        break;
      case 'response':
        // Empty answers and what stands around the events were carried for them too.
        if (asks(this.transport)) this.carriedBytes += obs.bytes ?? 0;
        this.ledger.skipped += obs.skipped ?? 0;
        break;
      case 'heartbeat':
        this.heartbeats += 1;
        break;
      case 'caveat':
        this.doubts.set(obs.caveat ?? '', obs.values ?? {});
        break;
      case 'gap':
        this.ledger.gap(obs.from ?? 0, obs.to ?? 0);
        break;
      case 'event':
        this.#event(obs);
    }
  }

  /** What this transport carried for one event, its own framing included. @param {Observation} obs */
  #framed(obs) {
    const bytes = obs.bytes ?? 0;
    // A poll's answer is counted whole, when it comes.
    if (asks(this.transport)) return 0;
    return this.transport === 'websocket' ? bytes + frameHeader(bytes) : bytes;
  }

  /** @param {Observation} obs */
  #event(obs) {
    const seq = obs.seq ?? 0;
    const fresh = this.ledger.enter(seq) !== 'repeated';
    this.lastSeq = Math.max(this.lastSeq, seq);
    this.payloadBytes += obs.payload ?? 0;
    this.carriedBytes += this.#framed(obs);
    this.types.set(obs.type ?? '', (this.types.get(obs.type ?? '') ?? 0) + 1);
    if (obs.encoding) this.encodings.add(obs.encoding);
    if (typeof obs.percent === 'number') this.percent = obs.percent;
    if (typeof obs.text === 'string') this.line = obs.text;
    // A repeat was already old when it was sent again, and so was what happened before
    // this lane was there at all, or while it was away: their lag says nothing of the wire.
    if (!fresh || typeof obs.time !== 'number') return;
    const took = this.serverTime(obs) - obs.time;
    if (took > LATE) this.late += 1;
    if (obs.time >= this.#since && !this.recoveries.replaying) this.delays.add(took);
  }
}

/**
 * The header a server's frame must have (RFC 6455 section 5.2), unmasked.
 * @param {number} length of the message
 */
function frameHeader(length) {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

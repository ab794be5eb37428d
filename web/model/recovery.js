/*
 * What happened between losing a connection and having everything again: the instants, all in server time, out of
 * the lane's own record and the server's. recovery-parts.js makes durations of them.
 */
import { asks } from './asking.js';

/** @typedef {import('./types.js').Observation} Observation */

/**
 * @typedef {object} Recovery
 * @property {string} cause
 * @property {boolean} byHand
 * @property {number} lostAt          the lane noticed
 * @property {number|null} struckAt   a fault struck its connection
 * @property {string} fault           which
 * @property {number} attempts        how often it was tried
 * @property {string|null} cursor     what it asked to go on after
 * @property {boolean} browserDecides nobody but the browser knew how long the wait would be
 * @property {number|null} setOutAt   the client set out on the attempt that succeeded; null where the browser did
 * @property {number|null} servedAt   its request was seen by the server
 * @property {number|null} openedAt
 * @property {number|null} byteAt     the first thing came down
 * @property {number|null} firstAt    the first event
 * @property {number|null} caughtUpAt
 * @property {boolean} asking         its answers come whole
 * @property {number} replayed        events that were older than the reopening
 * @property {number} target          the head at the reopening
 * @property {number} slack           how far the two clocks may contradict each other, ms
 */

/** Causes that a later and clearer one replaces. */
/** The run is over, and nobody wants the connection back. */
const OVER = new Set(['next-run', 'closed']);
const VAGUE = new Set(['hand', 'error event']);
/** What a fault does that ends a connection or answers for the server; "at-work" alone need not end anything. */
const DECISIVE = new Set(['reset', 'ended', 'answered', 'closing']);
/** Lines of one instant are noted one after the other, ms; clocks that are known worse get more. */
const SLACK = 25;
const KEPT = 256;

export class Recoveries {
  /** @type {Recovery[]} */
  list = [];
  /** @type {Recovery|null} */
  #open = null;
  /** The event folded last was one to catch up with, made before the connection was back. */
  replaying = false;
  /** @type {{at: number, what: string, fault: string}[]} */
  #strikes = [];
  /** When the server saw requests of this lane, lately. @type {number[]} */
  #served = [];
  #heardAt = -Infinity;
  #slack = SLACK;
  /** When the loss before the last was over: what struck before cannot have caused the last. */
  #settledAt = -Infinity;

  /** @param {number} unsure how far off the lane's clock may be, ms */
  doubtClock(unsure) {
    this.#slack = Math.max(SLACK, 2 * unsure);
  }

  /**
   * Fold one observation of the lane.
   * @param {Observation} obs
   * @param {number} at      its server time
   * @param {number} head    the head of the feed as known now
   * @param {boolean} complete  the lane has the end event
   * @param {number} [has]   the highest event the lane has
   */
  fold(obs, at, head, complete, has = 0) {
    this.replaying = false;
    const open = this.#open;
    if (obs.kind === 'failed' || obs.kind === 'closed' || obs.kind === 'full') {
      if (!complete && !OVER.has(obs.cause ?? '') && obs.cause !== 'ended') this.#lose(obs, at);
    } else if (obs.kind === 'waiting' && open) {
      Object.assign(open, { attempts: open.attempts + 1, cursor: obs.cursor ?? open.cursor, setOutAt: null });
      open.browserDecides ||= obs.wait === null;
    } else if ((obs.kind === 'connecting' || obs.kind === 'request') && open?.openedAt === null) {
      Object.assign(open, { cursor: obs.cursor ?? open.cursor, setOutAt: at });
    } else if (obs.kind === 'opened' && open) {
      Object.assign(open, { openedAt: at, target: head, asking: asks(obs.transport) });
      this.#attribute(open);
      if (open.asking) this.#heard(open, at, has);
    } else if (open?.openedAt != null && came(obs)) this.#down(open, obs, at, has);
    if (came(obs)) this.#heardAt = at;
  }

  /**
   * The server saw a request of this lane.
   * @param {number} at
   */
  served(at) {
    keep(this.#served, at);
    const last = this.list.at(-1);
    if (last) this.#attribute(last);
  }

  /**
   * A fault struck a connection of this lane.
   * @param {{at: number, what: string, fault: string}} strike
   */
  struck(strike) {
    keep(this.#strikes, strike);
    const last = this.list.at(-1);
    if (last) this.#attribute(last);
  }

  /**
   * @param {Recovery} open
   * @param {Observation} obs
   * @param {number} at
   * @param {number} has
   */
  #down(open, obs, at, has) {
    // The server's head then; other lanes may have seen later events before this was read.
    if (obs.kind === 'hello') open.target = obs.head ?? open.target;
    if (obs.kind === 'event') {
      open.byteAt ??= at;
      this.#receive(open, obs, at);
    } else this.#heard(open, at, has);
  }

  /**
   * Something came that is no event: who had all there was has caught up by that.
   * @param {Recovery} open
   * @param {number} at
   * @param {number} has
   */
  #heard(open, at, has) {
    open.byteAt ??= at;
    if (has < open.target) return;
    open.caughtUpAt = at;
    this.#over(open);
  }

  /**
   * @param {Observation} obs
   * @param {number} at
   */
  #lose(obs, at) {
    const open = this.#open;
    // An EventSource that is told "no room" had been opened for it: it is still away.
    if (open && open.firstAt === null && obs.kind === 'full') Object.assign(open, { openedAt: null, byteAt: null });
    // Failing again while still away is the same loss.
    if (open && open.openedAt === null) {
      // Failed on the way back: that, and no longer the hand that closed it, is why it is away.
      if (VAGUE.has(open.cause) || obs.cause === 'refused for good') open.cause = causeOf(obs);
      return;
    }
    this.#settledAt = open?.openedAt ?? this.list.at(-1)?.openedAt ?? -Infinity;
    this.#open = {
      cause: causeOf(obs), byHand: obs.cause === 'hand', lostAt: at, struckAt: null, fault: '', attempts: 0, cursor: null,
      browserDecides: false, setOutAt: null, servedAt: null, openedAt: null, byteAt: null, firstAt: null, caughtUpAt: null,
      asking: false, replayed: 0, target: 0, slack: this.#slack,
    };
    this.list.push(this.#open);
    this.#attribute(this.#open);
  }

  /**
   * Which strike was its cause and which request brought it back, as far as is known now: the server's lines and the
   * lane's come by different ways, in any order.
   * @param {Recovery} recovery
   */
  #attribute(recovery) {
    const { lostAt, openedAt, slack } = recovery;
    if (!recovery.byHand) {
      const before = this.#strikes.filter(({ at }) => at > this.#settledAt - slack && at <= lostAt + slack);
      // What is only at work ended nothing, unless nothing has come through since.
      const strike = before.findLast(({ what }) => DECISIVE.has(what)) ?? before.find(({ at }) => at >= this.#heardAt - slack);
      if (strike) Object.assign(recovery, { struckAt: strike.at, fault: strike.fault });
    }
    if (openedAt === null) return;
    recovery.servedAt = this.#served.findLast((at) => at > lostAt - slack && at <= openedAt + slack) ?? recovery.servedAt;
  }

  /**
   * @param {Recovery} recovery
   * @param {Observation} obs
   * @param {number} at
   */
  #receive(recovery, obs, at) {
    recovery.firstAt ??= at;
    const seq = obs.seq ?? 0;
    this.replaying = seq <= recovery.target;
    if (this.replaying) recovery.replayed += 1;
    if (seq >= recovery.target) {
      recovery.caughtUpAt = at;
      this.#over(recovery);
    }
  }

  /** @param {Recovery} recovery */
  #over(recovery) {
    if (this.#open === recovery) this.#open = null;
  }
}

/** Whether something of the feed came down. @param {Observation} obs */
function came(obs) {
  return obs.kind === 'event' || obs.kind === 'hello' || (obs.dir === 'down' && obs.kind !== 'full' && obs.kind !== 'ack');
}

/** @param {Observation} obs */
function causeOf(obs) {
  if (obs.kind === 'full') return 'full';
  return obs.code && obs.cause !== 'hand' ? `${obs.code}` : (obs.cause ?? '');
}

/**
 * @template T
 * @param {T[]} list
 * @param {T} item
 */
function keep(list, item) {
  list.push(item);
  if (list.length > KEPT) list.shift();
}

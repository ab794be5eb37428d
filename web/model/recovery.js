/*
 * What happened between losing a connection and having everything again, split
 * as a recovery must be: wait until reopened, first event, caught up.
 */

/** @typedef {import('./types.js').Observation} Observation */

/**
 * @typedef {object} Recovery
 * @property {string} cause
 * @property {number} lostAt          server time
 * @property {number} attempts        how often it was tried
 * @property {string|null} cursor     what it asked to go on after
 * @property {boolean} browserDecides nobody but the browser knew how long the wait would be
 * @property {number|null} openedAt
 * @property {number|null} firstAt
 * @property {number|null} caughtUpAt
 * @property {number} replayed        events that were older than the reopening
 * @property {number} target          the head at the reopening
 */

/** Causes that a later and clearer one replaces. */
const VAGUE = new Set(['hand', 'error event']);

export class Recoveries {
  /** @type {Recovery[]} */
  list = [];
  /** @type {Recovery|null} */
  #open = null;
  /** The event folded last was one to catch up with, made before the connection was back. */
  replaying = false;

  /**
   * Fold one observation of the lane.
   * @param {Observation} obs
   * @param {number} at      its server time
   * @param {number} head    the head of the feed as known now
   * @param {boolean} complete  the lane has the end event
   */
  fold(obs, at, head, complete) {
    this.replaying = false;
    if (obs.kind === 'failed' || obs.kind === 'closed' || obs.kind === 'full') {
      if (!complete && obs.cause !== 'next-run' && obs.cause !== 'ended') this.#lose(obs, at);
    } else if (obs.kind === 'waiting' && this.#open) {
      this.#open.attempts += 1;
      this.#open.cursor = obs.cursor ?? this.#open.cursor;
      this.#open.browserDecides ||= obs.wait === null;
    } else if (obs.kind === 'connecting' && this.#open) {
      this.#open.cursor = obs.cursor ?? this.#open.cursor;
    } else if (obs.kind === 'opened' && this.#open) {
      this.#open.openedAt = at;
      this.#open.target = head;
    } else if (obs.kind === 'hello' && this.#open) {
      // The server's head then; other lanes may have seen later events before this was read.
      this.#open.target = obs.head ?? this.#open.target;
    } else if (obs.kind === 'event' && this.#open?.openedAt != null) {
      this.#receive(this.#open, obs, at);
    }
  }

  /**
   * @param {Observation} obs
   * @param {number} at
   */
  #lose(obs, at) {
    // An EventSource that is told "no room" had been opened for it: it is still away.
    if (this.#open && this.#open.firstAt === null && obs.kind === 'full') this.#open.openedAt = null;
    // Failing again while still away is the same loss.
    if (this.#open && this.#open.openedAt === null) {
      // Failed on the way back: that, and no longer the hand that closed it, is why it is away.
      if (VAGUE.has(this.#open.cause) || obs.cause === 'refused for good') this.#open.cause = causeOf(obs);
      return;
    }
    this.#open = {
      cause: causeOf(obs), lostAt: at, attempts: 0, cursor: null,
      browserDecides: false, openedAt: null, firstAt: null, caughtUpAt: null, replayed: 0, target: 0,
    };
    this.list.push(this.#open);
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
      this.#open = null;
    }
  }
}

/** @param {Observation} obs */
function causeOf(obs) {
  if (obs.kind === 'full') return 'full';
  return obs.code && obs.cause !== 'hand' ? `${obs.code}` : (obs.cause ?? '');
}

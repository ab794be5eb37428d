/*
 * Requests that no script sent: a browser whose request met a connection that died may send it again by itself and
 * tell nobody. The server's lines are counted against the attempts the lane knows of, and only where both have settled.
 */
import { asks } from './asking.js';

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {{start: number, end: number|null, came: boolean}} Attempt came: an answer says that it reached the server */

/** What is younger may still be under way, ms. */
const SETTLED = 1000;
/** What is older is summed up. */
const OLD = 5000;
const MANY = 400;
/** How far the clocks of lane and server may be apart in one comparison, ms. */
const SLACK = 50;

export class Unscripted {
  /** @type {Attempt[]} */
  #attempts = [];
  /** When the server saw requests. @type {number[]} */
  #lines = [];
  #base = 0;

  /**
   * @param {Observation} obs one of the lane's own
   * @param {number} at        its server time
   */
  fold(obs, at) {
    const asking = asks(obs.transport);
    const pending = this.#attempts.at(-1)?.end === null ? this.#attempts.at(-1) : undefined;
    const sets = asking ? obs.kind === 'request' : obs.kind === 'connecting' || (obs.kind === 'waiting' && obs.wait === null);
    if (sets) {
      if (pending) pending.end = at;
      this.#attempts.push({ start: at, end: null, came: false });
      this.#sumUp(at);
    } else if (pending && ['response', 'opened', 'stop', 'full'].includes(obs.kind)) Object.assign(pending, { end: at, came: true });
    else if (pending && (obs.kind === 'failed' || obs.kind === 'closed')) pending.end = at;
  }

  /** @param {number} at when the server saw a request of this lane */
  served(at) {
    this.#lines.push(at);
    this.#sumUp(at);
  }

  /**
   * How many there were, as far as it has settled.
   * @param {number} now  server time
   */
  count(now) {
    const until = now - SETTLED;
    const lines = this.#lines.filter((at) => at <= until).length;
    return Math.max(0, this.#base + lines - this.#known(this.#attempts.filter(({ start }) => start <= until + SLACK)));
  }

  /**
   * How many requests these attempts stand for: one that failed and that the server has not seen stands for none.
   * @param {Attempt[]} attempts
   */
  #known(attempts) {
    return attempts.filter(({ start, end, came }) => came
      || this.#lines.some((at) => at >= start - SLACK && at <= (end ?? Infinity) + SLACK)).length;
  }

  /** @param {number} now */
  #sumUp(now) {
    if (this.#attempts.length + this.#lines.length < MANY) return;
    const until = now - OLD;
    const over = (/** @type {Attempt} */ { end }) => end !== null && end < until;
    const old = this.#attempts.filter(over);
    const rest = this.#attempts.filter((one) => !over(one));
    // A line is kept as long as an attempt that is not summed up may be the one it belongs to.
    const keep = Math.min(until, ...rest.map(({ start }) => start)) - SLACK;
    this.#base += this.#lines.filter((at) => at < keep).length - this.#known(old);
    this.#attempts = rest;
    this.#lines = this.#lines.filter((at) => at >= keep);
  }
}

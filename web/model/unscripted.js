/*
 * Requests that no script sent: a browser whose request met a connection that died may send it again by itself and
 * tell nobody. The server's lines are counted against the attempts the lane knows of, and only where both have settled.
 */
import { asks } from './asking.js';

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {{start: number, end: number|null}} Attempt */

/** What is younger may still be under way, ms. */
const SETTLED = 1000;
/** What is older is summed up. */
const OLD = 5000;
const MANY = 400;
/** A request is seen no earlier than it was sent, but by two clocks it may seem so, ms. */
const SLACK = 10;

/** What ends an attempt, one way or the other. */
const OVER = new Set(['response', 'opened', 'stop', 'full', 'failed', 'closed']);

export class Unscripted {
  /** @type {Attempt[]} */
  #attempts = [];
  /** When the server saw requests. @type {number[]} */
  #lines = [];
  #base = 0;
  #slack = SLACK;

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
      this.#attempts.push({ start: at, end: null });
      this.#sumUp(at);
    } else if (pending && OVER.has(obs.kind)) pending.end = at;
  }

  /** @param {number} at when the server saw a request of this lane */
  served(at) {
    this.#lines.push(at);
    this.#sumUp(at);
  }

  /**
   * How many there were, as far as it has settled.
   * @param {number} now      server time
   * @param {number} [unsure] how far off the lane's clock may be, ms
   */
  count(now, unsure = 0) {
    this.#slack = Math.max(SLACK, 2 * unsure);
    const { extra, next } = this.#match(this.#attempts);
    return this.#base + extra + this.#lines.slice(next).filter((at) => at <= now - SETTLED).length;
  }

  /**
   * Gives each attempt the first line that can be its own; what an attempt leaves behind it is nobody's. One that
   * failed may never have reached the server.
   * @param {Attempt[]} attempts
   */
  #match(attempts) {
    let next = 0;
    let extra = 0;
    for (const { start, end } of attempts) {
      for (; this.#lines[next] < start - this.#slack; next += 1) extra += 1;
      if (this.#lines[next] <= (end ?? Infinity) + this.#slack) next += 1;
    }
    return { extra, next };
  }

  /** @param {number} now */
  #sumUp(now) {
    if (this.#attempts.length + this.#lines.length < MANY) return;
    const old = this.#attempts.filter(({ end }) => end !== null && end < now - OLD);
    const { extra, next } = this.#match(old);
    this.#base += extra;
    this.#attempts = this.#attempts.slice(old.length);
    this.#lines = this.#lines.slice(next);
  }
}

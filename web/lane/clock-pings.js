/*
 * Asks the server's clock now and then. The pings carry no `lane`: they belong to
 * the instrument, and the lane's account shall not pay for them.
 */
import { estimateOffset } from '../model/clock.js';

const PINGS = 5;
const EVERY = 30_000;
const TIMEOUT = 2000;

export class ClockPings {
  #url;
  #now;
  #note;
  /** @type {Promise<void>|null} */
  #first = null;

  /**
   * @param {string} origin
   * @param {() => number} now
   * @param {(estimate: {offset: number, rtt: number, samples: number}) => void} note
   */
  constructor(origin, now, note) {
    this.#url = new URL('/clock', origin);
    this.#now = now;
    this.#note = note;
    setInterval(() => this.measure(), EVERY);
  }

  /** Resolves once there was a first try, whether it succeeded or not. */
  ready() {
    this.#first ??= this.measure();
    return this.#first;
  }

  async measure() {
    /** @type {import('../model/clock.js').Ping[]} */
    const pings = [];
    for (let i = 0; i < PINGS; i += 1) {
      const ping = await this.#ping();
      if (!ping) break;
      pings.push(ping);
    }
    const estimate = estimateOffset(pings);
    if (estimate) this.#note(estimate);
    // A server that was down is asked again before the next run.
    else this.#first = null;
  }

  async #ping() {
    const sent = this.#now();
    try {
      const answer = await fetch(this.#url, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
      const received = this.#now();
      const { now } = await answer.json();
      return { sent, server: Number(now), received };
    } catch {
      return null;
    }
  }
}

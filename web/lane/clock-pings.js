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
  #running = null;
  #known = false;
  /** The pings of the last few measurements. @type {import('../model/clock.js').Ping[]} */
  #recent = [];

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

  /** Resolves once there is an estimate, or a try has failed. */
  ready() {
    return this.#known ? Promise.resolve() : this.measure();
  }

  /** One measurement at a time: two together would slow each other's pings. */
  measure() {
    this.#running ??= this.#measure().finally(() => (this.#running = null));
    return this.#running;
  }

  async #measure() {
    const pings = this.#recent.slice(-2 * PINGS);
    const before = pings.length;
    for (let i = 0; i < PINGS; i += 1) {
      const ping = await this.#ping();
      if (!ping) break;
      pings.push(ping);
    }
    this.#recent = pings;
    // A quick ping of half a minute ago says more than a slow one of now: clocks drift slowly.
    const estimate = pings.length > before ? estimateOffset(pings) : null;
    if (!estimate) return;
    this.#known = true;
    this.#note(estimate);
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

/*
 * The worker's own record and its way to the dashboard: every observation is kept
 * here (bounded, and what is dropped is counted) and posted in small batches, for a
 * message an event would cost the reader more than the event.
 */

/** @typedef {import('../model/types.js').Observation} Observation */

const BATCH_MS = 30;
const BATCH_SIZE = 250;

export class Outbox {
  /** @type {Observation[]} */
  kept = [];
  dropped = 0;
  /** @type {Observation[]} */
  #waiting = [];
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {MessagePort|null} */
  #port = null;

  /** @param {number} limit */
  constructor(limit = 100_000) {
    this.limit = limit;
  }

  /** @param {MessagePort} port */
  attach(port) {
    this.#port = port;
    this.flush();
  }

  /** @param {Observation} obs */
  add(obs) {
    if (this.kept.length < this.limit) this.kept.push(obs);
    else this.dropped += 1;
    this.#waiting.push(obs);
    if (this.#waiting.length >= BATCH_SIZE) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  /** Forget an earlier run. */
  clear() {
    this.flush();
    this.kept = [];
    this.dropped = 0;
  }

  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#port || this.#waiting.length === 0) return;
    this.#port.postMessage({ type: 'records', lines: this.#waiting });
    this.#waiting = [];
  }
}

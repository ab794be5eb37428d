/*
 * The record of a run as the page keeps it: all lanes' observations and the
 * server's, in order of arrival. Bounded; what does not fit is counted, not hidden.
 */

/** @typedef {import('./types.js').Observation} Observation */

export class Records {
  /** @type {Observation[]} */
  list = [];
  /** Observations that came after the bound was reached. */
  dropped = 0;

  /** @param {number} limit */
  constructor(limit = 200_000) {
    this.limit = limit;
  }

  /** @param {Observation} obs */
  add(obs) {
    if (this.list.length < this.limit) this.list.push(obs);
    else this.dropped += 1;
  }

  /** The record v1: one JSON line each. */
  toLines() {
    return this.list.map((obs) => `${JSON.stringify(obs)}\n`).join('');
  }
}

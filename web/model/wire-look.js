/*
 * What of the wire is looked at: the microscope, and the one thing under it. Where the bytes come from – a live stream, a
 * saved record – is its heirs' affair.
 */

/** @typedef {import('./microscope.js').Microscope} Microscope */
/** @typedef {import('./wire-tally.js').WireTally} WireTally */

export class WireLook {
  open = false;
  /** What is looked at: `#5` an event, else by its name; '' for the first that comes on every lane. */
  key = '';
  /** The stream is broken: something may be missing. */
  away = false;
  /** @type {string[]} */
  #lanes = [];

  /** What has crossed. @returns {Microscope|null} */
  get scope() {
    return null;
  }

  /** In how many pieces. @returns {WireTally|null} */
  get tally() {
    return null;
  }

  /**
   * These are the lanes of the page now; of others nothing is kept.
   * @param {string[]} ids
   */
  aim(ids) {
    if (ids.join() !== this.#lanes.join()) this.key = '';
    this.#lanes = ids;
    this.scope?.keep(ids);
    if (this.key === '') this.key = this.#first();
  }

  /** To the next event, the one before, or the same again. @param {1|0|-1} by */
  step(by) {
    if (by === 0) return;
    const seqs = this.scope?.seqs() ?? [];
    const now = this.key.startsWith('#') ? Number(this.key.slice(1)) : NaN;
    const next = Number.isNaN(now) ? seqs.at(by > 0 ? 0 : -1) : by > 0 ? seqs.find((one) => one > now) : seqs.findLast((one) => one < now);
    if (next !== undefined) this.key = `#${next}`;
  }

  /** The first event that every lane has, and no other: what moves on by itself cannot be read. */
  #first() {
    const { scope } = this;
    const seq = scope?.seqs().find((one) => this.#lanes.every((id) => scope.at(id, `#${one}`).length > 0));
    return seq === undefined ? '' : `#${seq}`;
  }
}

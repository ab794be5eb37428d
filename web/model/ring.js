/*
 * The last N of something: what a log shows. Older ones leave silently here,
 * because the record keeps them.
 */

/** @template T */
export class Ring {
  /** @type {T[]} */
  #items = [];
  #next = 0;
  /** How many were ever put in. */
  total = 0;

  /** @param {number} size */
  constructor(size) {
    this.size = size;
  }

  /** @param {T} item */
  push(item) {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.size;
    this.total += 1;
  }

  /**
   * The newest `count`, oldest of them first.
   * @param {number} count
   * @returns {T[]}
   */
  newest(count) {
    const have = Math.min(count, this.#items.length);
    /** @type {T[]} */
    const out = [];
    for (let back = have; back > 0; back -= 1) {
      out.push(this.#items[(this.#next - back + this.size) % this.size]);
    }
    return out;
  }
}

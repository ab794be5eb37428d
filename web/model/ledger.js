/*
 * The account of one reader: which events came, which came twice, which came
 * after a later one, and which never came although later ones did. One bit an event, in
 * pages, so that each entry is O(1) and a million events cost 128 kB.
 */

const PAGE_BITS = 4096;

export class Ledger {
  /** @type {Map<number, Uint32Array>} */
  #pages = new Map();
  /** Everything up to here is before what this reader ever asked for. */
  #base = -1;
  delivered = 0;
  repeated = 0;
  reordered = 0;
  /** Events that a reader of only the newest has not asked for. */
  skipped = 0;
  highest = 0;

  /**
   * Enter one event.
   * @param {number} seq
   * @returns {'new'|'repeated'|'reordered'}
   */
  enter(seq) {
    this.#startAt(seq);
    if (this.#mark(seq)) {
      this.repeated += 1;
      return 'repeated';
    }
    this.delivered += 1;
    if (seq < this.highest) {
      this.reordered += 1;
      return 'reordered';
    }
    this.highest = seq;
    return 'new';
  }

  /**
   * The log said that it no longer has these: they count as missed unless they came before.
   * @param {number} from
   * @param {number} to
   */
  gap(from, to) {
    this.#startAt(from);
    if (to > this.highest) this.highest = to;
  }

  /** Holes below the highest event: surely not delivered, for later ones were. */
  get holes() {
    return this.#base < 0 ? 0 : Math.max(0, this.highest - this.#base - this.delivered - this.skipped);
  }

  /**
   * How many events up to `head` are still to come.
   * @param {number} head
   */
  behind(head) {
    return Math.max(0, head - Math.max(this.highest, this.#base, 0));
  }

  /** @param {number} seq */
  #startAt(seq) {
    // A reader begins with "earliest": whatever comes first is where its account begins.
    if (this.#base < 0) {
      this.#base = seq - 1;
      this.highest = this.#base;
    } else if (seq <= this.#base) {
      this.#base = seq - 1;
    }
  }

  /**
   * Sets the bit of `seq`; true where it was set before.
   * @param {number} seq
   */
  #mark(seq) {
    const number = Math.floor(seq / PAGE_BITS);
    let page = this.#pages.get(number);
    if (!page) this.#pages.set(number, (page = new Uint32Array(PAGE_BITS / 32)));
    const bit = seq % PAGE_BITS;
    const mask = (1 << (bit & 31)) >>> 0;
    const was = (page[bit >>> 5] & mask) !== 0;
    page[bit >>> 5] |= mask;
    return was;
  }
}

/*
 * A CBOR sequence (RFC 8742): where each item of it ends (RFC 8949 section 3). What the items say is not looked at.
 */
import { LENGTH_LIMIT } from './tray.js';

/** @typedef {import('./tray.js').Tray} Tray */

/** Items within items, at most: beyond it the rest is not told apart. */
const MOST_DEEP = 32;
const UNTIL_BREAK = Infinity;

export class Cbor {
  /** What the next byte is. @type {'initial'|'argument'|'string'|'lost'} */
  #at = 'initial';
  #major = 0;
  /** Bytes left of the argument or the string. */
  #left = 0;
  #value = 0;
  /** Items yet to come in each item that holds others. @type {number[]} */
  #open = [];
  /** @type {number|null} */
  #element = null;
  /** Something of what is no CBOR has been put. */
  #more = false;
  /** @type {number|null} */
  #last = null;

  before() {
    return this.#element ?? undefined;
  }

  behind() {
    return this.#last;
  }

  /** @param {Uint8Array} bytes @param {Tray} tray */
  feed(bytes, tray) {
    for (let at = 0; at < bytes.length;) {
      const isLost = this.#at === 'lost';
      const begins = this.#element === null && !isLost;
      if (begins) this.#element = tray.nextElement();
      const element = this.#element;
      const used = isLost ? bytes.length - at : this.#some(bytes, at);
      tray.settle(element);
      this.#last = element;
      tray.put(used, isLost ? 'body' : 'cbor-item', 'payload', { place: element, more: isLost ? this.#more : !begins });
      this.#more = isLost;
      at += used;
    }
  }

  /** @param {Uint8Array} bytes @param {number} at */
  #some(bytes, at) {
    if (this.#at === 'string') {
      const taken = Math.min(this.#left, bytes.length - at);
      this.#string(this.#left - taken);
      return taken;
    }
    if (this.#at === 'argument') {
      this.#value = this.#value * 256 + bytes[at];
      this.#left -= 1;
      if (this.#left === 0) this.#headed(this.#major, this.#value);
    } else this.#initial(bytes[at]);
    return 1;
  }

  /** @param {number} byte */
  #initial(byte) {
    const [major, info] = [byte >> 5, byte & 31];
    if (info < 24) this.#headed(major, info);
    else if (info < 28) {
      [this.#at, this.#major, this.#left, this.#value] = ['argument', major, 1 << (info - 24), 0];
    } else if (info === 31 && major === 7 && this.#open.at(-1) === UNTIL_BREAK) {
      this.#open.pop();
      this.#done();
    } else if (info === 31 && major >= 2 && major <= 5) this.#deeper(UNTIL_BREAK);
    else this.#lose();
  }

  /** The initial byte of an item and its number have come. @param {number} major @param {number} value */
  #headed(major, value) {
    if (major === 2 || major === 3) this.#string(value);
    else if (major === 4 && value > 0) this.#deeper(value, LENGTH_LIMIT);
    else if (major === 5 && value > 0) this.#deeper(value * 2, LENGTH_LIMIT);
    else if (major === 6) this.#deeper(1);
    else this.#done();
  }

  /** @param {number} left */
  #string(left) {
    if (left === 0) this.#done();
    else if (left >= LENGTH_LIMIT) this.#lose();
    else [this.#at, this.#left] = ['string', left];
  }

  /** @param {number} items @param {number} limit */
  #deeper(items, limit = Infinity) {
    if (this.#open.length === MOST_DEEP || (items >= limit && items !== UNTIL_BREAK)) return this.#lose();
    this.#open.push(items);
    this.#at = 'initial';
  }

  /** An item is whole, and with it perhaps those that hold it. */
  #done() {
    this.#at = 'initial';
    while (this.#open.length > 0) {
      const left = this.#open[this.#open.length - 1];
      if (left === UNTIL_BREAK) return;
      this.#open[this.#open.length - 1] = left - 1;
      if (left > 1) return;
      this.#open.pop();
    }
    this.#element = null;
  }

  #lose() {
    [this.#at, this.#element, this.#open] = ['lost', null, []];
  }
}

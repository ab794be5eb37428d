/*
 * A poll's answer in JSON (docs/reference/feed.md): which bytes are its elements, and which stand around them. The
 * elements are the items of the member `events` of the object that the answer is. What is not such an object is a body
 * like any other. Whether the JSON is right is not looked at.
 */

/** @typedef {import('./tray.js').Tray} Tray */

const MEMBER = [...'events'].map((letter) => letter.charCodeAt(0));
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];

/** @param {number} byte */
const isSpace = (byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a;
/** @param {number} byte */
const endsItem = (byte) => byte === COMMA || byte === ARRAY_END || byte === OBJECT_END;

export class Poll {
  /** What the answer turns out to be. @type {'unknown'|'object'|'other'} */
  #shape = 'unknown';
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** How much of the name of a member of the answer has come and is `events`; null if it is another. @type {number|null} */
  #matched = null;
  /** The last name was `events`, and its value is yet to come. */
  #isNext = false;
  #inEvents = false;
  /** @type {number|null} */
  #element = null;
  /** The element under way is a string, a number or a word. */
  #isScalar = false;
  /** Whose the byte was that was put last. @type {number|null} */
  #last = null;
  /** What it was a part of. @type {'element'|'around'|null} */
  #part = null;

  before() {
    return this.#inside ? this.#element : undefined;
  }

  behind() {
    return this.#last;
  }

  /** Whether the next byte certainly belongs to the element under way. */
  get #inside() {
    return this.#element !== null && (!this.#isScalar || this.#inString);
  }

  /** @param {Uint8Array} bytes @param {Tray} tray */
  feed(bytes, tray) {
    for (let from = 0; from < bytes.length;) {
      // A run of bytes that belong to the same.
      const [element, begins] = this.#byte(bytes[from], tray);
      let to = from + 1;
      while (to < bytes.length && (this.#shape === 'other' || this.#inside)) {
        this.#byte(bytes[to], tray);
        to += 1;
      }
      const part = element === null ? 'around' : 'element';
      const more = !begins && this.#part === part;
      this.#part = part;
      this.#last = element;
      tray.settle(element);
      if (element !== null) tray.put(to - from, 'element', 'payload', { place: element, more });
      else if (this.#shape === 'other') tray.put(to - from, 'body', 'payload', { more });
      else tray.put(to - from, 'answer', 'framing', { more });
      from = to;
    }
  }

  /**
   * Takes a byte in: whose it is, and whether something begins with it.
   * @param {number} byte
   * @param {Tray} tray
   * @returns {[number|null, boolean]}
   */
  #byte(byte, tray) {
    if (this.#shape === 'other') return [null, false];
    if (this.#shape === 'unknown') {
      if (isSpace(byte)) return [null, false];
      this.#shape = byte === OBJECT ? 'object' : 'other';
      if (byte !== OBJECT) return [null, true];
    }
    if (this.#inString) return [this.#string(byte), false];
    if (this.#isScalar && (isSpace(byte) || endsItem(byte))) this.#element = null;
    let begins = false;
    if (this.#inEvents && this.#depth === 2 && this.#element === null && !isSpace(byte) && !endsItem(byte)) {
      this.#element = tray.nextElement();
      this.#isScalar = byte !== OBJECT && byte !== ARRAY;
      begins = true;
    }
    const element = this.#element;
    this.#structure(byte);
    return [element, begins];
  }

  /** A byte outside of strings. @param {number} byte */
  #structure(byte) {
    if (byte === QUOTE) {
      this.#inString = true;
      this.#matched = this.#depth === 1 && this.#matched === null ? 0 : null;
    } else if (byte === OBJECT || byte === ARRAY) {
      this.#depth += 1;
      this.#inEvents ||= this.#depth === 2 && byte === ARRAY && this.#isNext;
      this.#isNext = false;
    } else if (byte === OBJECT_END || byte === ARRAY_END) {
      this.#depth = Math.max(this.#depth - 1, 0);
      this.#inEvents &&= this.#depth >= 2;
      if (this.#depth === 2 && !this.#isScalar) this.#element = null;
    } else if (byte === COMMA && this.#depth === 1) [this.#matched, this.#isNext] = [null, false];
  }

  /** A byte of a string: whose it is. @param {number} byte */
  #string(byte) {
    const element = this.#element;
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      this.#isNext = this.#depth === 1 && this.#matched === MEMBER.length;
    }
    if (this.#inString) {
      if (this.#matched !== null) this.#matched = MEMBER[this.#matched] === byte ? this.#matched + 1 : null;
    } else if (this.#isScalar && this.#depth === 2) this.#element = null;
    return element;
  }
}

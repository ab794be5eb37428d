/*
 * Where the spans of one direction are put: those that must wait for later bytes to be labelled, then those to be given.
 *
 * To which element the first fields of an event-stream block belong is known only when its first `data` comes, and a
 * chunk's size stands before both. So spans may wait, a few of them, and all behind them wait too.
 */

/**
 * @typedef {'up'|'down'} Way
 * @typedef {import('./kinds.js').Role} Role
 * @typedef {{key: Uint8Array, offset: number}} Mask
 * @typedef {object} Span bytes that are one thing
 * @property {Way} way which way they went
 * @property {number} at how many bytes went that way before them
 * @property {number} length
 * @property {string} kind what they are: a key of KINDS
 * @property {Role} role what they are there for
 * @property {number} exchange the request on this connection that they belong to or answer, from 1
 * @property {number|null} element the element they carry or are a part of, from 1 in this direction
 * @property {boolean} continued whether this goes on with the last span of its kind
 * @property {Mask|null} mask byte i of the span is masked with byte (offset + i) % 4 of the key (RFC 6455 section 5.3)
 * @property {string|null} why the bytes are unparsed
 */

/**
 * @typedef {number|null|undefined} Place an element, none, or one that later bytes will tell
 * @typedef {{place?: Place, more?: boolean, mask?: Mask|null, why?: string|null, open?: boolean}} Label
 */

/** Spans that may wait before the block under way is given up as one without an element. */
const MOST_WAITING = 128;

/** What is wrong with the bytes from here on. */
export class Mistake extends Error {}

/** Lengths from here on are refused: a double could not count them. */
export const LENGTH_LIMIT = 2 ** 53;

export class Tray {
  /** The exchange that what is put belongs to. */
  exchange = 0;
  #at = 0;
  #elements = 0;
  /** @type {{span: Span, label: boolean, element: boolean}[]} */
  #held = [];
  /** @type {Span[]} */
  #ready = [];

  /** @param {Way} way */
  constructor(way) {
    this.way = way;
  }

  /** The number of a new element. */
  nextElement() {
    this.#elements += 1;
    return this.#elements;
  }

  /**
   * The next bytes are this. A place that is not given is none; `undefined` is one that later bytes will tell.
   * @param {number} length
   * @param {string} kind
   * @param {Role} role
   * @param {Label} [label]
   */
  put(length, kind, role, label = {}) {
    if (length === 0) return;
    const place = 'place' in label ? label.place : null;
    const { more = false, mask = null, why = null, open = false } = label;
    /** @type {Span} */
    const span = {
      way: this.way, at: this.#at, length, kind, role, exchange: this.exchange, element: place ?? null, continued: more, mask, why,
    };
    this.#at += length;
    const isOpen = place === undefined;
    const last = this.#held.at(-1);
    if (last) {
      const same = last.label === open && last.element === isOpen;
      if (!same || !takes(last.span, span)) this.#held.push({ span, label: open, element: isOpen });
    } else if (open || isOpen) this.#held.push({ span, label: open, element: isOpen });
    else this.#makeReady(span);
  }

  /**
   * The spans whose element was open belong to this.
   * @param {number|null} element
   */
  settle(element) {
    if (this.#held.length === 0) return;
    for (const held of this.#held) {
      if (!held.element) continue;
      held.element = false;
      held.span.element = element;
    }
    this.#flush();
  }

  /**
   * The spans whose kind was open are this.
   * @param {string} kind
   * @param {Role} role
   */
  label(kind, role) {
    for (const held of this.#held) {
      if (!held.label) continue;
      held.label = false;
      held.span.kind = kind;
      held.span.role = role;
    }
    this.#flush();
  }

  /** Whether so much waits that it must be settled now. */
  get isFull() {
    return this.#held.length >= MOST_WAITING;
  }

  get waiting() {
    return this.#held.length;
  }

  /** What can be given. */
  given() {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #flush() {
    const open = this.#held.findIndex((held) => held.label || held.element);
    const settled = this.#held.splice(0, open < 0 ? this.#held.length : open);
    for (const { span } of settled) this.#makeReady(span);
  }

  /** @param {Span} span */
  #makeReady(span) {
    const last = this.#ready.at(-1);
    if (!last || !takes(last, span)) this.#ready.push(span);
  }
}

/**
 * Takes the next span in, if it is a part of the same.
 * @param {Span} span
 * @param {Span} next
 */
function takes(span, next) {
  const same = next.continued && span.kind === next.kind && span.role === next.role && span.at + span.length === next.at;
  if (same) span.length += next.length;
  return same;
}

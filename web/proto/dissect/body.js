/*
 * A body with what frames it (RFC 9112 sections 6 and 7), and what stands in it: an event stream, a poll's elements, or
 * bytes that are not looked into.
 */
import { Cbor } from './cbor.js';
import { EventStream } from './event-stream.js';
import { latin1 } from './head.js';
import { Poll } from './poll.js';
import { LENGTH_LIMIT, Mistake } from './tray.js';

/** @typedef {import('./tray.js').Tray} Tray */
/** @typedef {import('./tray.js').Place} Place */
/**
 * What reads the content. `before` gives the element of a chunk-size line that stands before the next bytes, `behind`
 * that of the line end behind the last ones.
 * @typedef {{feed(bytes: Uint8Array, tray: Tray): void, before(tray: Tray): Place, behind(tray: Tray): Place}} Content
 * @typedef {'counted'|'until-close'|'chunk-size'|'chunk'|'chunk-end'|'trailers'|'complete'} At
 */

/** Bytes that a chunk-size line may have, and the trailers. */
const LINE_LIMIT = 8192;
const [CR, LF] = [0x0d, 0x0a];

export class Body {
  /** @type {At} */
  #at;
  /** Bytes left of the body or the chunk. */
  #left;
  /** @type {number[]} */
  #line = [];
  #trailers = 0;
  #hasCr = false;

  /**
   * @param {At} at
   * @param {number} length
   * @param {Content} content
   */
  constructor(at, length, content) {
    this.#at = at === 'counted' && length === 0 ? 'complete' : at;
    this.#left = length;
    this.content = content;
  }

  get isComplete() {
    return this.#at === 'complete';
  }

  /** Bytes of a line that was not put. */
  get unput() {
    return this.#line.length;
  }

  /**
   * Puts some of the next bytes, and says how many it took.
   * @param {Uint8Array} bytes
   * @param {Tray} tray
   * @returns {number}
   */
  feed(bytes, tray) {
    if (this.#at === 'until-close') {
      this.content.feed(bytes, tray);
      return bytes.length;
    }
    if (this.#at === 'counted' || this.#at === 'chunk') {
      const taken = Math.min(this.#left, bytes.length);
      this.content.feed(bytes.subarray(0, taken), tray);
      this.#left -= taken;
      if (this.#left === 0) this.#at = this.#at === 'counted' ? 'complete' : 'chunk-end';
      return taken;
    }
    if (this.#at === 'chunk-end') {
      if (bytes[0] !== (this.#hasCr ? LF : CR)) throw new Mistake('no CRLF behind a chunk');
      tray.put(1, 'chunk-end', 'framing', { place: this.content.behind(tray), more: this.#hasCr });
      if (this.#hasCr) this.#at = 'chunk-size';
      this.#hasCr = !this.#hasCr;
      return 1;
    }
    return this.#takeLine(bytes, tray);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {Tray} tray
   */
  #takeLine(bytes, tray) {
    const end = bytes.indexOf(LF);
    const wanted = end < 0 ? bytes.length : end + 1;
    if (wanted > LINE_LIMIT - this.#line.length - this.#trailers) {
      throw new Mistake('a chunk-size line or trailers of more than 8192 bytes');
    }
    const line = [...this.#line, ...bytes.subarray(0, wanted)];
    if (end < 0) {
      this.#line = line;
      return wanted;
    }
    // A mistake leaves the line as it was, so that it is counted.
    if (this.#at === 'chunk-size') this.#size(latin1(Uint8Array.from(line)), tray);
    else this.#trailer(latin1(Uint8Array.from(line)), tray);
    this.#line = [];
    return wanted;
  }

  /**
   * @param {string} line
   * @param {Tray} tray
   */
  #trailer(line, tray) {
    if (!line.endsWith('\r\n')) throw new Mistake('no field line');
    this.#trailers += line.length;
    const isEnd = line === '\r\n';
    tray.put(line.length, isEnd ? 'trailers-end' : 'trailer', 'framing');
    if (isEnd) this.#at = 'complete';
  }

  /**
   * The size, an extension perhaps, and the line end.
   * @param {string} line
   * @param {Tray} tray
   */
  #size(line, tray) {
    const found = /^([0-9A-Fa-f]+)([ \t]*(?:;[^]*)?)\r\n$/.exec(line);
    if (!found) throw new Mistake('no chunk size');
    const size = parseInt(found[1], 16);
    if (size >= LENGTH_LIMIT) throw new Mistake('a length of 2^53 bytes or more');
    const place = size === 0 ? null : this.content.before(tray);
    if (size === 0) tray.settle(null);
    tray.put(found[1].length, size === 0 ? 'last-chunk' : 'chunk-size', 'framing', { place });
    tray.put(found[2].length, 'chunk-extension', 'framing', { place });
    tray.put(2, 'chunk-line-end', 'framing', { place });
    this.#left = size;
    this.#at = size === 0 ? 'trailers' : 'chunk';
  }
}

/**
 * What stands in the body behind this head.
 * @param {import('./tray.js').Way} way
 * @param {number} status
 * @param {import('./head.js').Fields} fields
 * @param {import('./head.js').Asked} asked
 * @returns {Content}
 */
export function contentOf(way, status, fields, { wants }) {
  if (fields.isEncoded) return new Plain('encoded-body', 'payload');
  if (way === 'up') {
    if (wants === 'fetch-stream') return new Plain('feed-request', 'control');
    return wants === 'command' ? new Plain('element', 'payload', true) : new Plain('body', 'payload');
  }
  if (fields.isRaw) return new Plain('element', 'payload', true);
  if (fields.media === 'text/event-stream') return new EventStream();
  if (wants === 'poll' && fields.media === 'application/json' && status === 200) return new Poll();
  if (wants === 'poll' && fields.media === 'application/cbor-seq') return new Cbor();
  if (wants === 'poll' && fields.media === 'application/octet-stream' && fields.hasCursor) return new Envelopes();
  return new Plain('body', 'payload');
}

/** Bytes that are one thing. */
class Plain {
  /** @type {number|null} */
  #element = null;
  #started = false;

  /**
   * @param {string} kind
   * @param {import('./tray.js').Role} role
   * @param {boolean} own whether they are an element
   */
  constructor(kind, role, own = false) {
    this.kind = kind;
    this.role = role;
    this.own = own;
  }

  /** @param {Uint8Array} bytes @param {Tray} tray */
  feed(bytes, tray) {
    if (this.own && this.#element === null) this.#element = tray.nextElement();
    tray.settle(this.#element);
    tray.put(bytes.length, this.kind, this.role, { place: this.#element, more: this.#started });
    this.#started = true;
  }

  before() {
    return this.own ? this.#element ?? undefined : null;
  }

  behind() {
    return this.#element;
  }
}

const HEADER = 12;

/** Binary envelopes one behind the other (docs/reference/feed.md, "Encodings"). */
class Envelopes {
  #leftOfHead = HEADER;
  /** Bytes of the envelope yet to come; while its header does, the length so far. */
  #left = 0;
  #started = false;
  /** @type {number|null} */
  #last = null;

  /** @param {Uint8Array} bytes @param {Tray} tray */
  feed(bytes, tray) {
    let at = 0;
    while (at < bytes.length) {
      if (this.#leftOfHead === HEADER) {
        [this.#left, this.#started, this.#last] = [0, false, tray.nextElement()];
        tray.settle(this.#last);
      }
      if (this.#leftOfHead > 0) {
        tray.put(1, 'envelope-head', 'payload', { place: this.#last, more: this.#leftOfHead < HEADER });
        if (this.#leftOfHead <= 4) this.#left = this.#left * 256 + bytes[at];
        this.#leftOfHead -= 1;
        at += 1;
      } else {
        const taken = Math.min(this.#left, bytes.length - at);
        tray.put(taken, 'envelope-bytes', 'payload', { place: this.#last, more: this.#started });
        this.#started = true;
        this.#left -= taken;
        at += taken;
      }
      if (this.#leftOfHead === 0 && this.#left === 0) this.#leftOfHead = HEADER;
    }
  }

  before() {
    return this.#leftOfHead < HEADER || this.#left > 0 ? this.#last : undefined;
  }

  behind() {
    return this.#last;
  }
}

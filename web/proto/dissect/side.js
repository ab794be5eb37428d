/*
 * One direction of a connection: messages of HTTP/1.1 one behind the other, and frames after a switch.
 */
import { Body, contentOf } from './body.js';
import { Frames } from './frames.js';
import { HEAD_LIMIT, fieldLine, latin1, noFields, requestLine, statusLine } from './head.js';
import { Mistake, Tray } from './tray.js';

/** Requests that may wait for an answer. */
const MOST_ASKED = 256;
const LF = 0x0a;
/** @type {import('./head.js').Asked} */
const NOBODY = { wants: 'other', isHead: false, upgrade: false };

/**
 * @typedef {{frames: boolean, compressed: boolean}} Upgrade what came of one that was asked for
 * @typedef {{asked: import('./head.js').Asked[], upgrade: Upgrade|null}} Link what the two directions tell each other
 * @typedef {{asked: import('./head.js').Asked, status: number, fields: import('./head.js').Fields}} Head
 */

export class Side {
  /** What the next byte belongs to. @type {'start'|'fields'|'waiting'|'lost'|Body|Frames} */
  #state = 'start';
  /** Of a head's line that is not whole, or of what waits for the answer to an upgrade. @type {Uint8Array[]} */
  #line = [];
  #lineLength = 0;
  /** Bytes of the head under way, whole lines. */
  #headLength = 0;
  /** @type {Head} */
  #head = { asked: NOBODY, status: 0, fields: noFields() };
  #isInterim = false;
  #asksUpgrade = false;
  #isFinished = false;
  /** Why the rest is unparsed, and whether some of it has been put. */
  #why = '';
  #lostSome = false;

  /** @param {import('./tray.js').Way} way */
  constructor(way) {
    this.way = way;
    this.tray = new Tray(way);
  }

  /**
   * Takes the next bytes, up to where an upgrade is answered: what waits for that answer comes first. Says how many.
   * @param {Uint8Array} bytes
   * @param {Link} link
   */
  feed(bytes, link) {
    let used = 0;
    while (used < bytes.length && link.upgrade === null) {
      try {
        used += this.#step(bytes.subarray(used), link);
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        this.#lose(error.message);
      }
    }
    return used;
  }

  /**
   * The answer to an upgrade has come.
   * @param {Upgrade} upgrade
   * @param {Link} link
   */
  upgraded(upgrade, link) {
    this.#asksUpgrade = false;
    if (this.#state !== 'waiting') return;
    this.#state = upgrade.frames ? new Frames(this.way, upgrade.compressed) : 'start';
    this.feed(this.#takeLine(), link);
  }

  /** @param {number} bytes */
  missed(bytes) {
    this.#lose('not kept, and the place lost');
    this.#putLost(bytes);
  }

  finish() {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#lose('cut short');
    if (!this.#lostSome) this.#why = 'behind the end';
  }

  given() {
    return this.tray.given();
  }

  /** Bytes that are held. */
  get held() {
    return this.#lineLength + (typeof this.#state === 'string' ? 0 : this.#state.unput);
  }

  /** Spans that wait. */
  get waiting() {
    return this.tray.waiting;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {Link} link
   * @returns {number} bytes used
   */
  #step(bytes, link) {
    const state = this.#state;
    if (state === 'lost') {
      this.#putLost(bytes.length);
      return bytes.length;
    }
    if (state instanceof Frames) return state.feed(bytes, this.tray);
    if (state instanceof Body) {
      const used = state.feed(bytes, this.tray);
      if (state.isComplete) this.#endMessage();
      return used;
    }
    if (state !== 'waiting') return this.#takeLineFrom(bytes, link);
    if (this.#lineLength + bytes.length > HEAD_LIMIT) throw new Mistake('more than 65536 bytes behind an unanswered upgrade');
    this.#keep(bytes);
    return bytes.length;
  }

  /** The rest is unparsed, what is not put of it first. @param {string} why */
  #lose(why) {
    if (this.#state === 'lost') return;
    const unput = this.held;
    this.#takeLine();
    this.tray.label('sse-name', 'framing');
    this.tray.settle(null);
    this.#state = 'lost';
    this.#why = why;
    this.#putLost(unput);
  }

  /** @param {number} bytes */
  #putLost(bytes) {
    this.tray.put(bytes, 'unparsed', 'unparsed', { more: this.#lostSome, why: this.#why });
    this.#lostSome ||= bytes > 0;
  }

  /** @param {Uint8Array} bytes of which a copy is kept, for a reader may use its buffer again */
  #keep(bytes) {
    // Of a Buffer, slice would be no copy.
    this.#line.push(Uint8Array.from(bytes));
    this.#lineLength += bytes.length;
  }

  #takeLine() {
    const line = joinedBytes(this.#line, this.#lineLength);
    this.#line = [];
    this.#lineLength = 0;
    return line;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {Link} link
   */
  #takeLineFrom(bytes, link) {
    const end = bytes.indexOf(LF);
    const wanted = end < 0 ? bytes.length : end + 1;
    if (this.#headLength + this.#lineLength + wanted > HEAD_LIMIT) throw new Mistake('a head of more than 65536 bytes');
    if (end < 0) {
      this.#keep(bytes);
      return wanted;
    }
    const line = latin1(joinedBytes([...this.#line, bytes.subarray(0, wanted)], this.#lineLength + wanted));
    // A mistake leaves the line as it was, so that it is counted.
    const isWhole = this.#state === 'fields' ? this.#field(line) : this.#start(line, link);
    this.#takeLine();
    if (isWhole) this.#headIsWhole(link);
    return wanted;
  }

  /** @param {string} line */
  #field(line) {
    const isEnd = fieldLine(line, this.#head.fields, this.tray);
    this.#headLength += line.length;
    return isEnd;
  }

  /** @param {Link} link */
  #headIsWhole(link) {
    this.#headLength = 0;
    if (this.way === 'up') this.#asked(link);
    else this.#answered(link);
  }

  /**
   * @param {string} line
   * @param {Link} link
   */
  #start(line, link) {
    // A server passes over empty lines before a request (RFC 9112 section 2.2).
    if (this.way === 'up' && (line === '\r\n' || line === '\n')) {
      this.tray.put(line.length, 'empty-line', 'head');
      return false;
    }
    const before = this.tray.exchange;
    if (!this.#isInterim) this.tray.exchange += 1;
    /** @type {Head} */
    const head = { asked: NOBODY, status: 0, fields: noFields() };
    try {
      if (this.way === 'down') head.status = statusLine(line, this.tray);
      else if (link.asked.length === MOST_ASKED) throw new Mistake('more than 256 requests without an answer');
      else head.asked = requestLine(line, this.tray);
    } catch (error) {
      this.tray.exchange = before;
      throw error;
    }
    this.#isInterim = false;
    this.#headLength = line.length;
    this.#head = head;
    this.#state = 'fields';
    return false;
  }

  /** The head of a request is whole. @param {Link} link */
  #asked(link) {
    const { asked, fields } = this.#head;
    asked.upgrade = fields.upgrade;
    link.asked.push(asked);
    this.#asksUpgrade = asked.upgrade;
    if (fields.chunked === false) this.#lose('a transfer coding that is not chunked');
    else this.#begin(fields.chunked ? 'chunk-size' : 'counted', fields.length ?? 0, contentOf(this.way, 0, fields, asked));
  }

  /** The head of an answer is whole. @param {Link} link */
  #answered(link) {
    const { status, fields } = this.#head;
    if (status >= 100 && status < 200 && status !== 101) {
      this.#isInterim = true;
      this.#state = 'start';
      return;
    }
    const asked = link.asked.shift() ?? NOBODY;
    const switches = status === 101 && asked.upgrade && fields.upgrade;
    if (asked.upgrade) link.upgrade = { frames: switches, compressed: fields.deflate };
    if (switches) this.#state = new Frames(this.way, fields.deflate);
    else if (status === 101) this.#lose('another protocol, switched to by 101');
    else {
      const isEmpty = asked.isHead || status === 204 || status === 304;
      const isCounted = isEmpty || (fields.chunked === null && fields.length !== null);
      const at = isCounted ? 'counted' : !fields.chunked ? 'until-close' : 'chunk-size';
      this.#begin(at, isEmpty ? 0 : fields.length ?? 0, contentOf(this.way, status, fields, asked));
    }
  }

  /**
   * @param {import('./body.js').At} at
   * @param {number} length
   * @param {import('./body.js').Content} content
   */
  #begin(at, length, content) {
    const body = new Body(at, length, content);
    if (body.isComplete) this.#endMessage();
    else this.#state = body;
  }

  #endMessage() {
    this.tray.label('sse-name', 'framing');
    this.tray.settle(null);
    this.#state = this.#asksUpgrade ? 'waiting' : 'start';
  }
}

/**
 * @param {Uint8Array[]} pieces
 * @param {number} length
 */
function joinedBytes(pieces, length) {
  if (pieces.length === 1) return pieces[0];
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/*
 * The bytes of one connection as they cross, each with its label. Of a connection that was open before anybody listened,
 * or of which something was missed, nothing can be labelled until a place is found at which its reading can begin: a
 * request, or a piece that is whole chunks or whole frames. Then a head that nobody heard is put before it. What is
 * compressed since before cannot be undone from there, and is labelled as that.
 */
import { Dissector } from '../proto/dissect.js';
import { concat } from './wire-thing.js';

/**
 * @typedef {import('./wire-thing.js').Way} Way
 * @typedef {import('./wire-thing.js').Cut} Cut
 * @typedef {{round: number, headless: boolean}} Reading since the reading last began: which time, and without a head
 */

const REQUEST = /^[A-Z]+ [^ ]+ HTTP\/1\.[01]\r\n/;
const STREAM = ['GET /jobs/-/sse HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: text/event-stream\r\n\r\n'];
const COMPRESSED = [STREAM[0], STREAM[1].replace('\r\n\r\n', '\r\ncontent-encoding: gzip\r\n\r\n')];
const SOCKET = [
  'GET /jobs/-/websocket HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  + 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
];

export class Strip {
  /** @type {Dissector|null} */
  #dissector = new Dissector();
  /** Bytes whose label is not certain yet. @type {Record<Way, Uint8Array[]>} */
  #pending = { up: [], down: [] };
  /** Ways whose place is found. @type {Record<Way, boolean>} */
  #placed = { up: true, down: true };
  /** @type {Reading} */
  reading = { round: 1, headless: false };
  /** Bytes that crossed and could not be read: before anybody listened, or with the place lost. */
  unheard = 0;

  /**
   * So many bytes are missing here.
   * @param {number} bytes
   */
  lose(bytes) {
    this.unheard += bytes + this.#pending.up.concat(this.#pending.down).reduce((sum, one) => sum + one.length, 0);
    this.#dissector = null;
  }

  /**
   * The next piece that crossed; gives what is labelled by now, in order.
   * @param {Way} way
   * @param {Uint8Array} bytes
   * @param {string|null} transport of the lane's latest request
   * @returns {Cut[]}
   */
  take(way, bytes, transport) {
    if (!this.#find(way, bytes, transport)) {
      this.unheard += bytes.length;
      return [];
    }
    this.#pending[way].push(bytes);
    const spans = /** @type {Dissector} */ (this.#dissector).dissect(way, bytes);
    return spans.map((span) => ({ span, bytes: this.#cut(span.way, span.length) }));
  }

  /** Nothing more comes. @returns {Cut[]} */
  end() {
    const dissector = this.#dissector;
    if (!dissector) return [];
    const spans = [...dissector.finish('up'), ...dissector.finish('down')];
    this.#dissector = null;
    return spans.map((span) => ({ span, bytes: this.#cut(span.way, span.length) }));
  }

  /**
   * Whether the place of this piece is known.
   * @param {Way} way
   * @param {Uint8Array} bytes
   * @param {string|null} transport
   */
  #find(way, bytes, transport) {
    if (this.#dissector && this.#placed[way]) return true;
    if (way === 'up' && REQUEST.test(latin1(bytes, 65536))) return this.#begin([], 'up', true);
    const frames = transport === 'websocket' && wholeFrames(bytes, way === 'up');
    if (this.#dissector) return (this.#placed[way] = frames);
    if (frames) return this.#begin(SOCKET, way, false);
    const chunks = (transport === 'sse' || transport === 'fetch-stream') && way === 'down' && wholeChunks(bytes);
    return chunks && this.#begin(isText(bytes) ? STREAM : COMPRESSED, way, true);
  }

  /**
   * @param {string[]} heads those that nobody heard
   * @param {Way} way which way the place is found
   * @param {boolean} both whether that tells it of the other way too
   */
  #begin(heads, way, both) {
    const dissector = new Dissector();
    const code = new TextEncoder();
    heads.forEach((head, index) => dissector.dissect(index === 0 ? 'up' : 'down', code.encode(head)));
    this.#dissector = dissector;
    this.#pending = { up: [], down: [] };
    this.#placed = { up: both, down: both, [way]: true };
    this.reading = { round: this.reading.round + 1, headless: heads.length > 0 };
    return true;
  }

  /**
   * The first bytes that are pending this way.
   * @param {Way} way
   * @param {number} length
   */
  #cut(way, length) {
    const pending = this.#pending[way];
    const parts = [];
    for (let left = length; left > 0 && pending.length > 0;) {
      const [first] = pending;
      parts.push(first.subarray(0, left));
      if (first.length <= left) pending.shift();
      else pending[0] = first.subarray(left);
      left -= Math.min(left, first.length);
    }
    return parts.length === 1 ? parts[0] : concat(parts);
  }
}

/**
 * Whether these are whole chunks (RFC 9112 section 7.1), at least one.
 * @param {Uint8Array} bytes
 */
export function wholeChunks(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const line = /^([0-9A-Fa-f]{1,8})\r\n/.exec(latin1(bytes.subarray(at), 10));
    if (!line) return false;
    const size = parseInt(line[1], 16);
    at += line[0].length + size;
    if (bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) return false;
    at += 2;
  }
  return at === bytes.length && at > 0;
}

/**
 * Whether it can be an event stream, which is UTF-8 (WHATWG HTML section 9.2.5). A coding's bytes are none: what gzip
 * flushes ends with 00 00 FF FF (RFC 1951 section 3.2.4).
 * @param {Uint8Array} chunks
 */
function isText(chunks) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(chunks);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether these are whole frames (RFC 6455 section 5.2), at least one.
 * @param {Uint8Array} bytes
 * @param {boolean} masked
 */
export function wholeFrames(bytes, masked) {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const [first, second] = bytes.subarray(at);
    // One that goes on with a message of which nobody heard the first is no place to begin.
    if (![1, 2, 8, 9, 10].includes(first & 0x0f) || (first & 0x30) !== 0 || second >> 7 !== Number(masked)) return false;
    const short = second & 127;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const length = bytes.subarray(at + 2, at + 2 + extended).reduce((sum, one) => sum * 256 + one, 0);
    at += 2 + extended + (masked ? 4 : 0) + (extended ? length : short);
  }
  return at === bytes.length && at > 0;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} most
 */
function latin1(bytes, most) {
  return Array.from(bytes.subarray(0, most), (one) => String.fromCharCode(one)).join('');
}

/*
 * Bytes that somebody types: an event stream with escapes for what no keyboard has, or frames in hexadecimal; and what
 * each is taken for – by the page's own reader, and byte for byte.
 */
import { Dissector, joined } from '../proto/dissect.js';
import { EventStream } from '../proto/event-stream.js';
import { concat } from './wire-thing.js';

/** @typedef {import('./wire-thing.js').Cut} Cut */

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';
const SHAKE = [
  'GET /jobs/-/websocket HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  + 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
];
const code = new TextEncoder();

/** Cases in which readers went wrong (WHATWG HTML section 9.2.6), as they are typed. */
export const EXAMPLES = {
  plain: 'id: 1\nevent: progress\ndata: {"done":1}\n\n',
  'two-lines': 'data: one\ndata: two\n\n',
  'no-blank': 'data: first\n\nid: 7\ndata: never comes\n',
  bom: '\\xef\\xbb\\xbfdata: behind a BOM\n\n\\xef\\xbb\\xbfdata: a field nobody knows\n\n',
  crlf: 'data: CR LF\\r\n\\r\ndata: CR alone\\r\\r',
  retry: 'retry: 700\n\nretry: soon\ndata: only digits count\n\n',
  nul: 'id: 1\ndata: first\n\nid: 2\\0\ndata: its id has a NUL\n\n',
  comment: ': alive\n\ndata:no space\ndata:  two spaces\n\n',
  'no-data': 'event: forgotten\nid: 9\n\ndata\n\n',
  utf8: 'data: cut: \\xe4\\xbd\ndata: no UTF-8: \\xff\n\n',
};

/** Frames as a server sends them (RFC 6455 section 5.7), and what it must not send. */
export const FRAMES = {
  hello: '81 05 48 65 6c 6c 6f  88 02 03 e8',
  fragments: '01 04 48 65 6c e4  80 04 bd a0 6c 6f  88 00',
  ping: '89 02 68 69  81 02 6f 6b  88 02 03 e8',
  close: '88 05 03 e8 62 79 65',
  'close-1005': '88 00',
  masked: '81 85 37 fa 21 3d 7f 9f 4d 51 58',
  rsv: 'c1 02 68 69',
  'bad-utf8': '81 02 c3 28',
  wrong: '83 00',
  long: '82 7e 01 00',
};

/**
 * What is typed: lines end with LF, and `\r`, `\n`, `\0`, `\xff` and `\\` stand for bytes.
 * @param {string} typed
 */
export function bytesOfText(typed) {
  const parts = typed.split(/(\\x[0-9A-Fa-f]{2}|\\[rn0\\])/);
  /** @type {Record<string, number>} */
  const names = { '\\r': 13, '\\n': 10, '\\0': 0, '\\\\': 92 };
  return concat(parts.map((part, index) => (index % 2 === 0 ? code.encode(part)
    : Uint8Array.of(part in names ? names[part] : parseInt(part.slice(2), 16)))));
}

/**
 * A text with what turns its direction or has no width shown as escapes: else it would change how the words around it read
 * (Unicode UAX #9).
 * @param {string} text
 */
export function shown(text) {
  return text.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The bytes of a hexadecimal text; null where it is none.
 * @param {string} typed
 */
export function bytesOfHex(typed) {
  const digits = typed.replace(/[\s,:]+/g, '');
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * What a reader makes of an event stream that ends here, and what each byte is.
 * @param {Uint8Array} bytes
 */
export function readStream(bytes) {
  const stream = new EventStream();
  const blocks = stream.push(bytes);
  return { blocks, lastId: stream.lastId, cuts: cutsOf(bytes, 'down', [HEAD]) };
}

/**
 * What frames are: those of a client are masked, and by the first is told whose they are.
 * @param {Uint8Array} bytes
 */
export function readFrames(bytes) {
  return cutsOf(bytes, bytes.length > 1 && bytes[1] >> 7 === 1 ? 'up' : 'down', SHAKE);
}

/**
 * @param {Uint8Array} bytes
 * @param {import('./wire-thing.js').Way} way
 * @param {string[]} heads what stands before them on a wire
 * @returns {Cut[]}
 */
function cutsOf(bytes, way, heads) {
  const dissector = new Dissector();
  const before = heads.map((head, index) => {
    const own = heads.length === 1 || index === 1 ? 'down' : 'up';
    dissector.dissect(own, code.encode(head));
    return own === way ? head.length : 0;
  }).reduce((sum, one) => sum + one, 0);
  const spans = joined([...dissector.dissect(way, bytes), ...dissector.finish(way)]);
  return spans.filter((span) => span.way === way && span.at >= before)
    .map((span) => ({ span, bytes: bytes.subarray(span.at - before, span.at - before + span.length) }));
}

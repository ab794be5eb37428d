/*
 * Notes one element of the feed, whichever transport carried it and in whichever
 * encoding: events, and what the server says about the stream. Moves the reader's cursor.
 */
import { formatCursor, parseCursor } from '../model/cursor.js';
import { END_TYPES } from '../model/machine.js';
import { decodeAll } from '../proto/binary.js';
import { fromBase64, utf8Length } from '../proto/bytes.js';
import { decodeCbor } from '../proto/cbor.js';

/** @typedef {import('./link.js').Link} Link */

/**
 * @typedef {object} Carried
 * @property {number} at          when it arrived
 * @property {number} bytes       what this transport carried for it
 * @property {'text'|'binary'|'base64'} encoding
 * @property {(id: string) => number|undefined} [asked]  when the command an ack answers was sent
 */

/**
 * What the transport says of an element beside its bytes; raw has nowhere else to say it.
 * @typedef {{type?: string, seq?: number|null}} Beside
 */

/** What is said about the stream, and so is no event. */
export const REMARKS = new Set(['hello', 'gap', 'unknown-epoch', 'heartbeat', 'ack', 'replaced', 'removed', 'full']);

/** How much of a line of text is shown, and so noted. */
const LINE = 160;

/**
 * Text that an event stream carried in `data`: JSON and raw text as they are, all else as base64.
 * @param {Link} link
 * @param {string} data
 * @param {{at: number, bytes: number}} carried
 * @param {Beside} beside
 */
export function noteData(link, data, carried, beside) {
  const { encoding } = link.settings.values;
  const isText = encoding === 'raw' ? beside.type !== 'bytes' : encoding === 'json' || data.startsWith('{');
  if (isText) noteMessage(link, data, { ...carried, encoding: 'text' }, beside);
  else noteMessage(link, fromBase64(data), { ...carried, encoding: 'base64' }, beside);
}

/**
 * One message in the encoding of this lane.
 * @param {Link} link
 * @param {string|Uint8Array} body
 * @param {Carried} carried
 * @param {Beside} [beside]
 */
export function noteMessage(link, body, carried, beside = {}) {
  const { encoding } = link.settings.values;
  if (encoding === 'raw') noteRaw(link, body, carried, beside);
  else if (typeof body === 'string') noteElement(link, body, carried);
  else if (encoding === 'cbor') noteParsed(link, decodeCbor(body), body.length, carried);
  else for (const one of decodeAll(body)) noteBinary(link, one, carried);
}

/**
 * @param {Link} link
 * @param {string} text the JSON element
 * @param {Carried} carried
 */
export function noteElement(link, text, carried) {
  noteParsed(link, JSON.parse(text), utf8Length(text), carried);
}

/**
 * @param {Link} link
 * @param {any} element
 * @param {number} payload bytes of its envelope
 * @param {Carried} carried
 */
export function noteParsed(link, element, payload, carried) {
  if (typeof element.seq === 'number') noteEvent(link, element, payload, carried);
  else noteRemark(link, element, carried);
}

/**
 * A binary element: JSON inside, or the raw payload of a `bytes` event, which has no
 * time of its own.
 * @param {Link} link
 * @param {import('../proto/binary.js').BinaryElement} element
 * @param {Carried} carried
 */
export function noteBinary(link, element, carried) {
  if (element.json !== null) noteElement(link, element.json, carried);
  else noteEvent(link, { seq: element.seq, type: 'bytes' }, element.body.length, carried);
}

/**
 * A payload without envelope. Where nothing beside it says its number, it is the next
 * after what `hello` and `gap` have said; where nothing says its type, nobody knows it.
 * @param {Link} link
 * @param {string|Uint8Array} body
 * @param {Carried} carried
 * @param {Beside} beside
 */
function noteRaw(link, body, carried, { type, seq }) {
  const isText = typeof body === 'string';
  if (isText && (type === undefined ? looksLikeRemark(body) : REMARKS.has(type))) return noteElement(link, body, carried);
  const stands = parseCursor(link.reader.cursor ?? '');
  const event = {
    seq: seq ?? (stands?.seq ?? 0) + 1,
    type: type ?? (isText ? 'raw' : 'bytes'),
    data: isText ? dataOf(body) : undefined,
  };
  return noteEvent(link, event, isText ? utf8Length(body) : body.length, carried);
}

/**
 * A text payload could imitate this: the contract says so, and raw is chosen knowingly.
 * @param {string} text
 */
function looksLikeRemark(text) {
  const type = /^\{"type":"([a-z-]+)"/.exec(text)?.[1];
  return type !== undefined && REMARKS.has(type);
}

/**
 * The data of a raw payload: JSON text of an object, or a text as it is.
 * @param {string} text
 */
function dataOf(text) {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * @param {Link} link
 * @param {any} event
 * @param {number} payload
 * @param {Carried} carried
 */
function noteEvent(link, event, payload, carried) {
  const { reader } = link;
  if (END_TYPES.has(event.type)) reader.ended = true;
  // The cursor never goes back: a repeated event must not make the next request ask for more repeats.
  const stands = reader.cursor === null ? null : parseCursor(reader.cursor);
  const further = stands === null || stands.epoch !== reader.epoch || event.seq > stands.seq;
  if (reader.epoch !== null && further) reader.cursor = formatCursor(reader.epoch, event.seq);
  const percent = event.data?.percent;
  link.note('event', {
    dir: 'down', job: link.job, seq: event.seq, type: event.type, time: event.time, payload,
    bytes: carried.bytes, encoding: carried.encoding, ...(typeof percent === 'number' ? { percent } : {}), ...lineOf(event.data),
  }, carried.at);
}

/**
 * The beginning of the line that an event is about, if it is about one.
 * @param {any} data
 */
function lineOf(data) {
  const line = typeof data === 'string' ? data : data?.line;
  return typeof line === 'string' ? { text: line.slice(0, LINE) } : {};
}

/**
 * @param {Link} link
 * @param {any} element
 * @param {Carried} carried
 */
function noteRemark(link, element, carried) {
  const { type, ...fields } = element;
  const { reader } = link;
  if (type === 'hello') {
    reader.epoch = element.epoch;
    // Who asked for "latest" stands at the head from now on, even before the first event.
    if (typeof element.after === 'string') reader.cursor = element.after;
  } else if (type === 'gap' && reader.epoch !== null) {
    reader.cursor = formatCursor(reader.epoch, element.to);
  } else if (type === 'unknown-epoch') {
    reader.epoch = element.epoch;
    reader.cursor = formatCursor(element.epoch, 0);
  } else if (type === 'replaced' || type === 'removed') {
    reader.away = type;
  } else if (type === 'ack') {
    const asked = carried.asked?.(element.id);
    const took = asked === undefined ? {} : { took: carried.at - asked };
    link.note('ack', { dir: 'down', ...fields, bytes: carried.bytes, ...took }, carried.at);
    return;
  } else if (type === 'heartbeat') {
    link.note('heartbeat', { dir: 'down', bytes: carried.bytes, as: 'event', head: element.head }, carried.at);
    return;
  }
  link.note(type, { dir: 'down', ...fields, bytes: carried.bytes }, carried.at);
}

/*
 * Notes one element of the feed, whichever transport carried it: events, and what
 * the server says about the stream. Moves the reader's cursor.
 */
import { formatCursor, parseCursor } from '../model/cursor.js';
import { END_TYPES } from '../model/machine.js';
import { utf8Length } from '../proto/bytes.js';

/** @typedef {import('./link.js').Link} Link */

/**
 * @typedef {object} Carried
 * @property {number} at          when it arrived
 * @property {number} bytes       what this transport carried for it
 * @property {'text'|'binary'|'base64'} encoding
 * @property {number} [asked]     when the command an ack answers was sent
 */

/**
 * @param {Link} link
 * @param {string} text the JSON element
 * @param {Carried} carried
 * @returns {any} the parsed element
 */
export function noteElement(link, text, carried) {
  const element = JSON.parse(text);
  if (typeof element.seq === 'number') noteEvent(link, element, utf8Length(text), carried);
  else noteRemark(link, element, carried);
  return element;
}

/**
 * A binary element: JSON inside, or the raw payload of a `bytes` event, which has no
 * time of its own.
 * @param {Link} link
 * @param {import('../proto/binary.js').BinaryElement} element
 * @param {Carried} carried
 */
export function noteBinary(link, element, carried) {
  if (element.json !== null) return noteElement(link, element.json, carried);
  const event = { seq: element.seq, type: 'bytes' };
  noteEvent(link, event, element.body.length, carried);
  return event;
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
    bytes: carried.bytes, encoding: carried.encoding, ...(typeof percent === 'number' ? { percent } : {}),
  }, carried.at);
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
  } else if (type === 'ack') {
    const took = carried.asked === undefined ? {} : { took: carried.at - carried.asked };
    link.note('ack', { dir: 'down', ...fields, bytes: carried.bytes, ...took }, carried.at);
    return;
  } else if (type === 'heartbeat') {
    link.note('heartbeat', { dir: 'down', bytes: carried.bytes, as: 'event', head: element.head }, carried.at);
    return;
  }
  link.note(type, { dir: 'down', ...fields, bytes: carried.bytes }, carried.at);
}

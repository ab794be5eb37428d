/*
 * What a browser is to fire for bytes that are typed, by the standards, and how what it did fire compares: the same rows,
 * in order. `event` and `detail` are the API's own words, and are not translated.
 */
import { EventStream } from '../proto/event-stream.js';
import { concat } from './wire-thing.js';

/** @typedef {{event: string, detail: string}} Fired one event of an EventSource or a WebSocket, in words */
/** @typedef {{wanted: Fired|null, fired: Fired|null, same: boolean}} Row */

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
/** Codes that no Close may carry (RFC 6455 section 7.4.1): they say that none came, and are never sent. */
const NEVER_SENT = new Set([1005, 1006, 1015]);

export const opened = () => ({ event: 'open', detail: '' });

/** A MessageEvent of an EventSource. @param {string} type @param {string} data @param {string} id */
export const told = (type, data, id) => ({ event: type, detail: `data ${JSON.stringify(data)} · lastEventId ${JSON.stringify(id)}` });

/** An `error` that is no message. @param {number} [ready] */
export const failed = (ready) => ({ event: 'error', detail: ready === undefined ? '' : `readyState ${ready}` });

/** A MessageEvent of a WebSocket. @param {string|Uint8Array} data */
export const message = (data) => ({
  event: 'message', detail: `data ${typeof data === 'string' ? JSON.stringify(data) : `ArrayBuffer [${[...data].map((one) => one.toString(16).padStart(2, '0')).join(' ')}]`}`,
});

/** @param {number} code @param {string} reason @param {boolean} clean */
export const closed = (code, reason, clean) => ({ event: 'close', detail: `code ${code} · reason ${JSON.stringify(reason)} · wasClean ${clean}` });

/**
 * What an EventSource fires for a stream that ends here (WHATWG HTML section 9.2.6), until it would come back.
 * @param {Uint8Array} bytes
 * @returns {Fired[]}
 */
export function ofStream(bytes) {
  const blocks = new EventStream().push(bytes);
  return [opened(), ...blocks.flatMap((one) => (one.kind === 'event' ? [told(one.type, one.data, one.id)] : [])), failed(0)];
}

/**
 * The types of events for which somebody must listen to hear them all.
 * @param {Uint8Array} bytes
 */
export function typesOf(bytes) {
  const named = new TextDecoder().decode(bytes).split(/[\r\n]+/).map((line) => /^\uFEFF?event: ?(.*)$/.exec(line)?.[1] ?? '');
  return [...new Set(['message', ...named])].filter((one) => one !== '' && one !== 'open' && one !== 'error');
}

/**
 * What a WebSocket fires for frames behind which the connection ends (RFC 6455 sections 5 and 7, WHATWG WebSockets).
 * @param {Uint8Array} bytes
 * @returns {Fired[]}
 */
export function ofFrames(bytes) {
  /** @type {Fired[]} */
  const out = [opened()];
  /** @type {{opcode: number, parts: Uint8Array[]}|null} */
  let under = null;
  for (let at = 0; ;) {
    const frame = frameAt(bytes, at);
    if (frame === 'short') return [...out, closed(1006, '', false)];
    if (frame === 'wrong') return lost(out);
    const { opcode, fin, payload } = frame;
    at = frame.end;
    if (opcode === CLOSE) return closing(out, payload);
    if (opcode === PING || opcode === PONG) continue;
    if ((opcode === CONTINUATION) !== (under !== null)) return lost(out);
    under ??= { opcode, parts: [] };
    under.parts.push(payload);
    if (!fin) continue;
    const said = content(under.opcode, concat(under.parts));
    if (said === null) return lost(out);
    out.push(message(said));
    under = null;
  }
}

/**
 * @param {Fired[]} wanted
 * @param {Fired[]} fired
 * @returns {Row[]}
 */
export function compared(wanted, fired) {
  /** @type {Row[]} */
  const rows = [];
  for (let [at, by] = [0, 0]; at < wanted.length || by < fired.length;) {
    const [one, other] = [wanted[at] ?? null, fired[by] ?? null];
    const is = alike(one, other);
    // What one has not stands beside nothing, so that all behind it is not called different, too.
    const later = is ? -1 : fired.findIndex((next, index) => index > by && alike(one, next));
    const before = is ? -1 : wanted.findIndex((next, index) => index > at && alike(next, other));
    const skips = before >= 0 && (later < 0 || before - at <= later - by);
    const added = !skips && later >= 0;
    rows.push({ wanted: added ? null : one, fired: skips ? null : other, same: is });
    if (!added) at += 1;
    if (!skips) by += 1;
  }
  return rows;
}

/** @param {Fired|null} one @param {Fired|null} other */
function alike(one, other) {
  return one !== null && other !== null && one.event === other.event && one.detail === other.detail;
}

/** It fails the connection (RFC 6455 section 7.1.7). @param {Fired[]} before */
function lost(before) {
  return [...before, failed(), closed(1006, '', false)];
}

/**
 * @param {Fired[]} before
 * @param {Uint8Array} payload
 */
function closing(before, payload) {
  if (payload.length === 0) return [...before, closed(1005, '', true)];
  const code = payload[0] * 256 + payload[1];
  const reason = payload.length === 1 ? null : content(TEXT, payload.subarray(2));
  if (typeof reason !== 'string' || NEVER_SENT.has(code)) return lost(before);
  return [...before, closed(code, reason, true)];
}

/**
 * What a message is to script; null where it is no UTF-8 (section 8.1).
 * @param {number} opcode
 * @param {Uint8Array} bytes
 */
function content(opcode, bytes) {
  if (opcode === BINARY) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * The frame that begins here, of a server that has agreed on no extension (section 5.2).
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {{opcode: number, fin: boolean, payload: Uint8Array, end: number}|'short'|'wrong'}
 */
function frameAt(bytes, at) {
  if (bytes.length < at + 2) return 'short';
  const [first, second] = bytes.subarray(at);
  const [fin, opcode, short] = [first >> 7 === 1, first & 15, second & 127];
  if ((first & 0x70) !== 0 || ![CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG].includes(opcode)) return 'wrong';
  if (second >> 7 === 1 || (opcode >= CLOSE && (!fin || short > 125))) return 'wrong';
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const from = at + 2 + extended;
  if (bytes.length < from) return 'short';
  // The most significant bit of a length of 64 bits must be 0 (RFC 6455 section 5.2).
  if (extended === 8 && bytes[at + 2] >> 7 === 1) return 'wrong';
  const length = extended === 0 ? short : bytes.subarray(at + 2, from).reduce((sum, one) => sum * 256 + one, 0);
  if (extended > 0 && length < (extended === 2 ? 126 : 65536)) return 'wrong';
  if (bytes.length < from + length) return 'short';
  return { opcode, fin, payload: bytes.subarray(from, from + length), end: from + length };
}

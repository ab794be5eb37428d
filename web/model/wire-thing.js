/*
 * What crossed as one thing – an element with its framing, a ping, a comment, a Close – and what it says of itself: which
 * event it is, what its payload is without mask and base64, how many bytes are there for what.
 */
import { fromBase64 } from '../proto/bytes.js';
import { decodeCbor } from '../proto/cbor.js';
import { ROLES } from '../proto/dissect/kinds.js';

/**
 * @typedef {import('../proto/dissect.js').Span} Span
 * @typedef {import('../proto/dissect.js').Way} Way
 * @typedef {import('../proto/dissect/kinds.js').Role} Role
 * @typedef {{span: Span, bytes: Uint8Array}} Cut a span with its bytes, the first of them where it is long
 * @typedef {object} Exchange a request and what answers it
 * @property {number} connection
 * @property {number} number
 * @property {string|null} lane         whose; null until its target has told
 * @property {boolean} headless         it was open before anybody listened: its heads are not known
 * @property {boolean} streams          its answer has no end of its own, so what is around is a thing for itself
 * @property {Record<Way, Cut[]>} heads
 * @property {Cut[]} around             in the bodies, and of no element
 * @property {number} things            elements it has carried
 * @property {number} kept              of its things, those that are at hand
 * @property {number} held              bytes at hand of its heads and of what is around
 * @property {number|null} next         of a raw WebSocket, the number of its next event; null before hello
 */

/** Bytes kept of one span. */
export const MOST_OF_SPAN = 8192;

/** Bytes of the number and the length before an element in the binary encoding. */
const ENVELOPE = 12;
/** What the server says about a stream. */
const ABOUT = /^(hello|gap|unknown-epoch|ack|replaced|removed|heartbeat)$/;
const text = new TextDecoder();

export class Thing {
  /** @type {Cut[]} */
  cuts = [];
  /** What it is: `#5` an event, else the type of what the server says, `command pause`, `heartbeat`, `control`. */
  key = '';
  /** @type {number|null} */
  seq = null;
  type = '';
  length = 0;
  /** Bytes at hand. */
  held = 0;

  /**
   * @param {Way} way
   * @param {Exchange} exchange
   * @param {number|null} element
   * @param {number} at when its first bytes crossed
   */
  constructor(way, exchange, element, at) {
    this.way = way;
    this.exchange = exchange;
    this.element = element;
    this.at = at;
  }

  /** @param {Cut} cut */
  add(cut) {
    this.length += cut.span.length;
    this.held += addCut(this.cuts, cut);
  }

  /** Looks again at what it says. */
  identify() {
    const said = this.element === null ? { seq: null, type: quiet(this.cuts) } : isRawMessage(this) ? counted(this) : spoken(this);
    this.seq = said.seq;
    this.type = said.type;
    this.key = this.seq === null ? this.type : `#${this.seq}`;
  }

  /** It is whole: a raw WebSocket counts on from it, from hello's `after` and from a gap's `to`. */
  pass() {
    if (this.element === null || !isRawMessage(this)) return;
    const { exchange } = this;
    if (this.seq !== null) exchange.next = this.seq + 1;
    const said = text.decode(payloadOf(this).subarray(0, 512));
    const from = this.type === 'hello' ? /"after":"\w+\.(\d+)"/.exec(said)?.[1] : this.type === 'gap' ? /"to":(\d+)/.exec(said)?.[1] : undefined;
    if (from !== undefined) exchange.next = Number(from) + 1;
  }
}

/** Whether nothing tells its number but its place. @param {Thing} thing */
function isRawMessage({ way, exchange }) {
  return way === 'down' && /\/websocket\?(.*&)?encoding=raw(&|$)/.test(asked(exchange).target);
}

/**
 * A raw message is the next event, unless the server speaks of the stream (docs/reference/feed.md).
 * @param {Thing} thing
 * @returns {{seq: number|null, type: string}}
 */
function counted(thing) {
  const about = fromText(text.decode(payloadOf(thing).subarray(0, 512)));
  if (about.seq === null && ABOUT.test(about.type ?? '')) return { seq: null, type: about.type ?? '' };
  return { seq: thing.exchange.next, type: '' };
}

/**
 * Puts a cut behind others, or to the last where it goes on; gives how many bytes are kept of it.
 * @param {Cut[]} cuts
 * @param {Cut} cut
 */
export function addCut(cuts, { span, bytes }) {
  const last = cuts.at(-1);
  const same = last && span.continued && last.span.kind === span.kind && last.span.role === span.role
    && last.span.at + last.span.length === span.at;
  const room = Math.max(0, MOST_OF_SPAN - (same ? last.bytes.length : 0));
  const kept = bytes.slice(0, room);
  if (!same) cuts.push({ span: { ...span }, bytes: kept });
  else {
    last.bytes = concat([last.bytes, kept]);
    last.span.length += span.length;
  }
  return kept.length;
}

/**
 * The bytes without their mask (RFC 6455 section 5.3).
 * @param {Cut} cut
 */
export function unmasked({ span: { mask }, bytes }) {
  return mask ? bytes.map((one, index) => one ^ mask.key[(mask.offset + index) % 4]) : bytes;
}

/** What a thing carries, without mask and framing. @param {Thing} thing */
export function payloadOf({ cuts }) {
  const parts = cuts.filter(({ span }) => span.role === 'payload').flatMap((cut, index, all) =>
    // Lines of data are one text, in which a line end stood.
    (cut.span.kind === 'sse-data' && index > 0 && !cut.span.continued && all[index - 1].span.kind === 'sse-data'
      ? [Uint8Array.of(0x0a), unmasked(cut)] : [unmasked(cut)]));
  return concat(parts);
}

/**
 * What base64 costs in a thing: the characters, and the bytes they stand for; null where there is none.
 * @param {Thing} thing
 */
export function base64Of(thing) {
  const payload = payloadOf(thing);
  const bare = unwrapped(payload, thing);
  if (bare !== payload) return { text: payload.length, bytes: bare.length };
  const said = text.decode(payload);
  const found = /"type":"bytes","data":"([A-Za-z0-9+/]*={0,2})"/.exec(said);
  return found ? { text: found[1].length, bytes: fromBase64(found[1]).length } : null;
}

/**
 * Bytes by role.
 * @param {Cut[]} cuts
 * @returns {Record<Role, number>}
 */
export function sumsOf(cuts) {
  const out = /** @type {Record<Role, number>} */ (Object.fromEntries(ROLES.map((role) => [role, 0])));
  for (const { span } of cuts) out[span.role] += span.length;
  return out;
}

/** @param {Uint8Array[]} parts */
export function concat(parts) {
  const out = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    out.set(one, at);
    at += one.length;
  }
  return out;
}

/** What is in no element. @param {Cut[]} cuts */
function quiet(cuts) {
  if (cuts.some(({ span }) => span.kind === 'encoded-body')) return 'compressed';
  const roles = new Set(cuts.map(({ span }) => span.role));
  return ['heartbeat', 'control'].find((role) => roles.has(/** @type {Role} */ (role))) ?? '';
}

/** @param {Thing} thing */
function spoken(thing) {
  const told = beside(thing);
  const payload = payloadOf(thing);
  const said = inside(unwrapped(payload, thing));
  if (thing.way === 'up') return { seq: null, type: said.command ? `command ${said.command}` : 'command' };
  const seq = said.seq ?? told.seq;
  return { seq, type: said.type ?? told.type ?? (seq === null && thing.exchange.headless ? 'unnumbered' : '') };
}

/** What the fields around an element say, for a raw one says nothing. @param {Thing} thing */
function beside({ cuts, exchange }) {
  const field = (/** @type {string} */ kind) => {
    const cut = cuts.find(({ span }) => span.kind === kind);
    return cut && text.decode(cut.bytes);
  };
  let cursor = field('sse-id');
  const { target } = asked(exchange);
  // The one event of a raw answer is the one at which its cursor stands.
  if (/[?&]encoding=raw(&|$)/.test(target)) cursor ??= headField(exchange.heads.down, 'wirebench-cursor');
  const seq = /\.(\d+)$/.exec(cursor ?? '')?.[1];
  return { seq: seq === undefined ? null : Number(seq), type: field('sse-event') ?? headField(exchange.heads.down, 'wirebench-type') };
}

/** What a request asks for. @param {Exchange} exchange */
export function asked({ heads }) {
  const cut = heads.up.find(({ span }) => span.kind === 'target');
  return { target: cut ? text.decode(cut.bytes) : '' };
}

/**
 * @param {Cut[]} head
 * @param {string} name
 */
function headField(head, name) {
  const at = head.findIndex(({ span, bytes }) => span.kind === 'field-name' && text.decode(bytes).toLowerCase() === name);
  const value = at < 0 ? undefined : head.slice(at).find(({ span }) => span.kind === 'field-value');
  return value && text.decode(value.bytes);
}

/**
 * What an element says of itself, in whichever encoding: content tells them apart.
 * @param {Uint8Array} bytes
 * @returns {{seq: number|null, type?: string, command?: string}}
 */
function inside(bytes) {
  if (bytes[0] === 0x7b) return fromText(text.decode(bytes.subarray(0, 512)));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length >= ENVELOPE && view.getUint32(8) === bytes.length - ENVELOPE) {
    const high = view.getUint32(0);
    if (high & 0x80000000) return inside(bytes.subarray(ENVELOPE));
    return { seq: (high & 0x7fffffff) * 2 ** 32 + view.getUint32(4), type: 'bytes' };
  }
  if (bytes[0] >> 5 !== 5) return { seq: null, type: text.decode(bytes) === '[DONE]' ? '[DONE]' : undefined };
  try {
    const { seq = null, type, command } = decodeCbor(bytes);
    return { seq, type, command };
  } catch {
    // Cut short, or no CBOR after all.
    return { seq: null };
  }
}

/** @param {string} said */
function fromText(said) {
  const seq = /^\{"seq":(\d+)/.exec(said)?.[1];
  return {
    seq: seq === undefined ? null : Number(seq),
    type: /^\{(?:"seq":\d+,"time":[\d.]+,)?"type":"([\w-]+)"/.exec(said)?.[1],
    command: /"command":"(\w+)"/.exec(said)?.[1],
  };
}

/**
 * Without base64, where an event stream carries bytes in it.
 * @param {Uint8Array} payload
 * @param {Thing} thing
 */
function unwrapped(payload, { cuts, exchange }) {
  if (payload[0] === 0x7b || !cuts.some(({ span }) => span.kind === 'sse-data')) return payload;
  const typed = cuts.find(({ span }) => span.kind === 'sse-event');
  const encoded = /"?encoding"?[=:]"?(cbor|binary)/.test(asked(exchange).target + around(exchange));
  const raw = typed && text.decode(typed.bytes) === 'bytes';
  if (!encoded && !raw && !exchange.headless) return payload;
  const said = text.decode(payload);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(said) || said === '') return payload;
  return fromBase64(said);
}

/** What a fetch-stream's request asks for in its body. @param {Exchange} exchange */
function around(exchange) {
  const body = exchange.around.find(({ span }) => span.kind === 'feed-request');
  return body ? text.decode(body.bytes) : '';
}

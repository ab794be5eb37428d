/*
 * WebSocket frames of one direction (RFC 6455 section 5).
 */
import { LENGTH_LIMIT, Mistake } from './tray.js';

/** @typedef {import('./tray.js').Tray} Tray */
/** @typedef {{fin: boolean, opcode: number, key: Uint8Array|null, length: number, size: number}} Header */
/** @typedef {{opcode: number, key: Uint8Array|null, offset: number, left: number}} Payload the frame's under way */

const [CONTINUATION, CLOSE, PING, PONG] = [0x0, 0x8, 0x9, 0xa];
const OPCODES = [0x0, 0x1, 0x2, CLOSE, PING, PONG];
/** The message is compressed, where that was agreed (RFC 7692 section 6). */
const RSV1 = 0x40;

export class Frames {
  #isCompressed = false;
  #isFragmented = false;
  /** @type {number|null} */
  #element = null;
  /** Of the header under way. @type {number[]} */
  #header = [];
  /** @type {Payload|null} */
  #payload = null;

  /**
   * @param {import('./tray.js').Way} way
   * @param {boolean} mayCompress
   */
  constructor(way, mayCompress) {
    this.way = way;
    this.mayCompress = mayCompress;
  }

  /** Bytes of a header that are not put. */
  get unput() {
    return this.#header.length;
  }

  /**
   * Puts some of the next bytes, and says how many it took.
   * @param {Uint8Array} bytes
   * @param {Tray} tray
   */
  feed(bytes, tray) {
    if (this.#payload) return this.#pay(this.#payload, bytes, tray);
    const read = [...this.#header, bytes[0]];
    const compressed = this.mayCompress && (read[0] & RSV1) !== 0 && [1, 2].includes(read[0] & 0x0f);
    if (compressed) read[0] &= ~RSV1;
    const header = parseHeader(read);
    if (header) this.#judge(header);
    this.#header.push(bytes[0]);
    if (header) this.#begin(header, compressed, tray);
    return 1;
  }

  /**
   * @param {Payload} payload
   * @param {Uint8Array} bytes
   * @param {Tray} tray
   */
  #pay(payload, bytes, tray) {
    const { opcode, key, offset } = payload;
    let taken = Math.min(payload.left, bytes.length);
    // The code of a Close is two bytes that are not its reason.
    if (opcode === CLOSE && offset < 2) taken = Math.min(taken, 2 - offset);
    const [kind, role, isPayload] = kindOf(opcode, offset, this.#isCompressed);
    const isFirst = offset === 0 || (kind === 'close-reason' && offset === 2);
    tray.put(taken, kind, role, {
      place: isPayload ? this.#element : null, more: !isFirst, mask: key && { key, offset },
    });
    payload.offset += taken;
    payload.left -= taken;
    if (payload.left === 0) this.#payload = null;
    return taken;
  }

  /** @param {Header} header */
  #judge(header) {
    if ((header.key !== null) !== (this.way === 'up')) throw new Mistake('a frame masked by the server, or not by the client');
    const continues = header.opcode === CONTINUATION;
    if (header.opcode < CLOSE && continues !== this.#isFragmented) throw new Mistake('fragments out of order');
    if (header.length >= LENGTH_LIMIT) throw new Mistake('a length of 2^53 bytes or more');
  }

  /**
   * @param {Header} header
   * @param {boolean} compressed
   * @param {Tray} tray
   */
  #begin({ fin, opcode, key, length, size }, compressed, tray) {
    const isControl = opcode >= CLOSE;
    if (!isControl) {
      if (opcode !== CONTINUATION) {
        this.#element = tray.nextElement();
        this.#isCompressed = compressed;
      }
      this.#isFragmented = !fin;
    }
    const role = opcode === CLOSE ? 'control' : isControl ? 'heartbeat' : 'framing';
    const place = isControl ? null : this.#element;
    tray.put(1, 'frame-opcode', role, { place });
    tray.put(1, 'frame-length', role, { place });
    tray.put(size - 2 - (key ? 4 : 0), 'frame-extended-length', role, { place });
    tray.put(key ? 4 : 0, 'frame-mask', role, { place });
    this.#header = [];
    this.#payload = length > 0 ? { opcode, key, offset: 0, left: length } : null;
  }
}

/**
 * @param {number} opcode
 * @param {number} offset
 * @param {boolean} isCompressed
 * @returns {[string, import('./tray.js').Role, boolean]}
 */
function kindOf(opcode, offset, isCompressed) {
  if (opcode === PING) return ['ping-payload', 'heartbeat', false];
  if (opcode === PONG) return ['pong-payload', 'heartbeat', false];
  if (opcode === CLOSE) return [offset < 2 ? 'close-code' : 'close-reason', 'control', false];
  return [isCompressed ? 'frame-compressed' : 'frame-payload', 'payload', true];
}

/**
 * The header of a frame (section 5.2), or null while it is incomplete.
 * @param {number[]} bytes
 * @returns {Header|null}
 */
function parseHeader(bytes) {
  if (bytes.length < 2) return null;
  const [first, second] = bytes;
  const opcode = first & 0x0f;
  if ((first & 0x70) !== 0 || !OPCODES.includes(opcode)) throw new Mistake('a frame with a reserved bit or opcode');
  const fin = (first & 0x80) !== 0;
  const short = second & 0x7f;
  if (opcode >= CLOSE && (!fin || short > 125)) throw new Mistake('a control frame that is long or fragmented');
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + extended) return null;
  const length = extended === 0 ? short : bytes.slice(2, 2 + extended).reduce((sum, byte) => sum * 256 + byte, 0);
  const least = extended === 2 ? 126 : extended === 8 ? 65536 : 0;
  if (length < least || (extended === 8 && bytes[2] >= 0x80)) throw new Mistake('a frame whose length is not in its shortest form');
  const masked = (second & 0x80) !== 0;
  const size = 2 + extended + (masked ? 4 : 0);
  if (bytes.length < size) return null;
  return { fin, opcode, key: masked ? Uint8Array.from(bytes.slice(-4)) : null, length, size };
}

/*
 * Reads text/event-stream as it comes, cut anywhere (WHATWG HTML section 9.2.6): what
 * an EventSource does inside the browser, for a stream that script fetched itself.
 * Counts the bytes of each block, and shows comments, which an EventSource hides.
 */

const [LF, CR, COLON] = [0x0a, 0x0d, 0x3a];
const BOM = [0xef, 0xbb, 0xbf];

/**
 * @typedef {{kind: 'event', type: string, data: string, id: string, ownId: boolean, bytes: number}
 *   | {kind: 'comment', text: string, bytes: number}
 *   | {kind: 'retry', ms: number, bytes: number}} Block
 * `id` is the last one heard; `ownId` says that this block brought it. `bytes`: the lines, with their ends; lines
 * that give nothing are counted with what comes next.
 */

export class EventStream {
  /** Bytes of the line under way. @type {Uint8Array[]} */
  #pieces = [];
  #afterCr = false;
  #atStart = true;
  /** Bytes that belong to what comes next. */
  #bytes = 0;
  #type = '';
  #data = '';
  #hasData = false;
  /** @type {string|null} */
  #id = null;
  #lastId = '';
  /** @type {Block[]} */
  #out = [];
  /** The comment or retry just given, while its blank line can still be counted to it. @type {Block|null} */
  #alone = null;

  /** The last id that a block has brought. */
  get lastId() {
    return this.#lastId;
  }

  /**
   * The blocks that these bytes complete.
   * @param {Uint8Array} bytes
   * @returns {Block[]}
   */
  push(bytes) {
    this.#out = [];
    this.#alone = null;
    let start = 0;
    if (this.#afterCr && bytes.length > 0) {
      this.#afterCr = false;
      // The LF of a CRLF that was cut in two ends no second line.
      if (bytes[0] === LF) {
        start = 1;
        this.#bytes += 1;
      }
    }
    for (let at = start; at < bytes.length; at += 1) {
      if (bytes[at] !== LF && bytes[at] !== CR) continue;
      this.#pieces.push(bytes.subarray(start, at));
      let end = 1;
      if (bytes[at] === CR) {
        if (at + 1 === bytes.length) this.#afterCr = true;
        else if (bytes[at + 1] === LF) end = 2;
      }
      this.#line(end);
      at += end - 1;
      start = at + 1;
    }
    // A copy: a reader may use its buffer again.
    if (start < bytes.length) this.#pieces.push(bytes.slice(start));
    return this.#out;
  }

  /** @param {number} end bytes of the line's end */
  #line(end) {
    let line = joined(this.#pieces);
    this.#pieces = [];
    const bytes = line.length + end;
    // One BOM at the very start is none of the stream's text.
    if (this.#atStart && BOM.every((one, index) => line[index] === one)) line = line.subarray(3);
    this.#atStart = false;
    if (line.length === 0) return this.#dispatch(bytes);
    // LF and CR never occur within a character of UTF-8, so a line can be decoded for itself.
    if (line[0] === COLON) return this.#give({ kind: 'comment', text: decoded(line.subarray(1)), bytes });
    this.#bytes += bytes;
    this.#alone = null;
    const colon = line.indexOf(COLON);
    const value = colon < 0 ? '' : decoded(line.subarray(colon + 1));
    return this.#field(decoded(colon < 0 ? line : line.subarray(0, colon)), value.startsWith(' ') ? value.slice(1) : value);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #field(name, value) {
    if (name === 'event') this.#type = value;
    else if (name === 'data') {
      this.#data += `${value}\n`;
      this.#hasData = true;
    } else if (name === 'id') {
      // An id with a NUL in it is no id.
      if (!value.includes('\0')) this.#id = value;
    } else if (name === 'retry' && /^[0-9]+$/.test(value)) {
      // It holds from this line on, whatever becomes of the block.
      this.#give({ kind: 'retry', ms: Number(value), bytes: this.#bytes });
      this.#bytes = 0;
    }
  }

  /** @param {Block} block that stands for itself */
  #give(block) {
    this.#out.push(block);
    this.#alone = block;
  }

  /** @param {number} blank bytes of the line that ends the block */
  #dispatch(blank) {
    if (this.#id !== null) this.#lastId = this.#id;
    if (this.#hasData) {
      this.#out.push({
        kind: 'event', type: this.#type || 'message', data: this.#data.slice(0, -1), id: this.#lastId,
        ownId: this.#id !== null, bytes: this.#bytes + blank,
      });
      this.#bytes = 0;
    } else if (this.#alone) this.#alone.bytes += blank;
    else this.#bytes += blank;
    this.#alone = null;
    this.#type = '';
    this.#data = '';
    this.#hasData = false;
    this.#id = null;
  }
}

/** @param {Uint8Array[]} pieces */
function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const out = new Uint8Array(pieces.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of pieces) {
    out.set(one, at);
    at += one.length;
  }
  return out;
}

/** @param {Uint8Array} bytes */
function decoded(bytes) {
  // ignoreBOM: only the stream as a whole has one to lose.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

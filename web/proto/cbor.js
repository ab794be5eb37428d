/*
 * Reads CBOR (RFC 8949): the definite-length subset the feed is written in, and a
 * clear error for the rest. A map becomes an object, a byte string a Uint8Array.
 */

/** Deeper than any element is; what nests further is no element but an attack on the stack. */
const DEEPEST = 64;

/**
 * The one item these bytes are.
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function decodeCbor(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at < bytes.length) throw new RangeError(`wanted one CBOR item, found ${bytes.length - reader.at} bytes behind it`);
  return value;
}

/**
 * All items that stand one after the other (RFC 8742), each with its length.
 * @param {Uint8Array} bytes
 * @returns {{value: any, size: number}[]}
 */
export function decodeCborSequence(bytes) {
  const reader = new Reader(bytes);
  const out = [];
  while (reader.at < bytes.length) {
    const start = reader.at;
    const value = reader.item(0);
    out.push({ value, size: reader.at - start });
  }
  return out;
}

class Reader {
  at = 0;
  #bytes;
  #view;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /**
   * @param {number} depth
   * @returns {any}
   */
  item(depth) {
    if (depth > DEEPEST) throw new RangeError(`wanted at most ${DEEPEST} levels of CBOR, found more at byte ${this.at}`);
    const start = this.at;
    const first = this.#take(1)[0];
    const major = first >> 5;
    const info = first & 31;
    if (major === 7) return this.#simple(info, start);
    const count = this.#argument(info, start);
    switch (major) {
      case 0:
        return count;
      case 1:
        return safe(-1 - count, start);
      case 2:
        return this.#take(count);
      case 3:
        return this.#text(count, start);
      case 4:
        return this.#array(count, depth);
      case 5:
        return this.#map(count, depth);
      default:
        throw new RangeError(`wanted no CBOR tag, found tag ${count} at byte ${start}`);
    }
  }

  /**
   * @param {number} count
   * @param {number} depth
   */
  #array(count, depth) {
    const out = [];
    for (let i = 0; i < count; i += 1) out.push(this.item(depth + 1));
    return out;
  }

  /**
   * @param {number} count
   * @param {number} depth
   */
  #map(count, depth) {
    /** @type {[string, any][]} */
    const entries = [];
    for (let i = 0; i < count; i += 1) {
      const start = this.at;
      const key = this.item(depth + 1);
      if (typeof key !== 'string') throw new RangeError(`wanted text as the key of a CBOR map, found ${typeof key} at byte ${start}`);
      entries.push([key, this.item(depth + 1)]);
    }
    // fromEntries defines, so that a key "__proto__" is a key like any other.
    return Object.fromEntries(entries);
  }

  /**
   * The number that follows the first byte (RFC 8949 section 3).
   * @param {number} info
   * @param {number} start
   */
  #argument(info, start) {
    if (info < 24) return info;
    if (info === 31) throw new RangeError(`wanted a CBOR item of definite length, found an indefinite one at byte ${start}`);
    if (info > 27) throw new RangeError(`wanted well-formed CBOR, found additional information ${info} at byte ${start}`);
    const size = 1 << (info - 24);
    const at = this.at;
    this.#take(size);
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at);
    if (size === 4) return this.#view.getUint32(at);
    return safe(this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4), start);
  }

  /**
   * @param {number} info
   * @param {number} start
   */
  #simple(info, start) {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    const at = this.at;
    if (info === 25) return this.#take(2) && half(this.#view.getUint16(at));
    if (info === 26) return this.#take(4) && this.#view.getFloat32(at);
    if (info === 27) return this.#take(8) && this.#view.getFloat64(at);
    throw new RangeError(`wanted false, true, null or a float in CBOR, found simple value ${info} at byte ${start}`);
  }

  /**
   * @param {number} count
   * @param {number} start
   */
  #text(count, start) {
    const bytes = this.#take(count);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new RangeError(`wanted UTF-8 in a CBOR text, found other bytes at byte ${start}`);
    }
  }

  /** @param {number} count */
  #take(count) {
    const left = this.#bytes.length - this.at;
    if (count > left) throw new RangeError(`wanted ${count} more bytes of CBOR, found ${left} at byte ${this.at}`);
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }
}

/**
 * A half-precision float (RFC 8949 appendix D).
 * @param {number} bits
 */
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (mantissa + 1024) * 2 ** (exponent - 25);
}

/**
 * @param {number} value
 * @param {number} start
 */
function safe(value, start) {
  if (!Number.isSafeInteger(value)) throw new RangeError(`wanted a CBOR integer within 2^53, found a larger one at byte ${start}`);
  return value;
}

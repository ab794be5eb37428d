/*
 * The binary envelope of the contract: u64 seq, u32 length, bytes, big-endian.
 * Bit 63 of seq set means that the bytes are a JSON element; clear, that they are
 * the raw payload of a `bytes` event.
 */

const HEAD = 12;
const JSON_BIT = 0x80000000;

/**
 * @typedef {object} BinaryElement
 * @property {number} seq          0 for an element that is not an event
 * @property {string|null} json    the JSON element, or null where the bytes are raw
 * @property {Uint8Array} body
 * @property {number} size         head and body
 */

/**
 * All elements of a buffer that holds them one after the other.
 * @param {Uint8Array} bytes
 * @returns {BinaryElement[]}
 */
export function decodeAll(bytes) {
  /** @type {BinaryElement[]} */
  const out = [];
  for (let at = 0; at < bytes.length; ) {
    const element = decodeOne(bytes, at);
    out.push(element);
    at += element.size;
  }
  return out;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {BinaryElement}
 */
function decodeOne(bytes, at) {
  const left = bytes.length - at;
  if (left < HEAD) throw new RangeError(`wanted a head of ${HEAD} bytes, found ${left}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, left);
  const high = view.getUint32(0);
  const length = view.getUint32(8);
  if (left < HEAD + length) throw new RangeError(`wanted ${length} bytes of payload, found ${left - HEAD}`);
  const body = bytes.subarray(at + HEAD, at + HEAD + length);
  const isJson = (high & JSON_BIT) !== 0;
  // Sequence numbers stay below 2^53, so two halves make an exact number.
  const seq = (high & 0x7fffffff) * 2 ** 32 + view.getUint32(4);
  return { seq, json: isJson ? new TextDecoder().decode(body) : null, body, size: HEAD + length };
}

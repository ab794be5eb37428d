/*
 * Byte questions about text: how long a string is in UTF-8, and base64 both ways.
 */

/**
 * Length of a string in UTF-8, without encoding it.
 * @param {string} text
 */
export function utf8Length(text) {
  let length = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    // A surrogate pair is two units and four bytes; a lone one becomes U+FFFD, three bytes.
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      length += 2;
      i += 1;
    } else length += 2;
  }
  return length;
}

/**
 * The bytes of a base64 text (RFC 4648 section 4).
 * @param {string} text
 */
export function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Bytes in base64 with the alphabet for URLs, without padding (RFC 4648 section 5).
 * @param {Uint8Array} bytes
 */
export function toBase64Url(bytes) {
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {number} unit */
function isLow(unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

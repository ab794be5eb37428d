/*
 * Names that nobody else has. From getRandomValues, because randomUUID wants a secure
 * context, and a bench on a LAN address has none.
 */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** @param {number} length */
export function randomName(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

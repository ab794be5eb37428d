// Bytes as the record and the bench's streams have them.

/** @param {string|Uint8Array} bytes @returns {string} */
export const toBase64 = (bytes) => Buffer.from(bytes).toString('base64');

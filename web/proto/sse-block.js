/*
 * The size of an event-stream block. EventSource shows no bytes, so this is not
 * measured: it is computed from what the block must have been, given the order
 * and spelling the contract fixes (HTML 9.2.5 leaves both to the server).
 */
import { utf8Length } from './bytes.js';

/**
 * Bytes of "id: …\nevent: …\ndata: …\n\n", without the id line where the element has none;
 * each line of the data has a field of its own.
 * @param {string|null} id
 * @param {string} type
 * @param {string} data
 */
export function blockSize(id, type, data) {
  const idLine = id === null ? 0 : 'id: '.length + utf8Length(id) + 1;
  const lines = data.split('\n').length;
  return idLine + 'event: '.length + utf8Length(type) + 1 + 'data: '.length * lines + utf8Length(data) + 1 + 1;
}

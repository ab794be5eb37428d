/*
 * The list of transports. Adding one is a file and a line here: the lanes, the
 * settings and the comparison walk this list.
 */
import { fetchStream } from './fetch-stream.js';
import { longPolling } from './long-polling.js';
import { polling } from './polling.js';
import { sse } from './sse.js';
import { websocket } from './websocket.js';

/** @type {import('./link.js').Transport[]} */
export const TRANSPORTS = [polling, longPolling, sse, fetchStream, websocket];

/** @param {string} name */
export function transportNamed(name) {
  const found = TRANSPORTS.find((one) => one.name === name);
  if (!found) {
    const names = TRANSPORTS.map((one) => one.name).join(', ');
    throw new RangeError(`wanted a transport (${names}), found "${name}"`);
  }
  return found;
}

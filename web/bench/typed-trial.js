/*
 * Lets the visitor's own browser read bytes that were typed: the bench answers a real EventSource or WebSocket with
 * exactly these (docs/reference/api.md), and what is fired is written down in order. Each trial ends by itself.
 */
import { closed, failed, message, opened, told, typesOf } from '../model/typed-fired.js';
import { toBase64Url } from '../proto/bytes.js';

/** @typedef {import('../model/typed-fired.js').Fired} Fired */

/** Firefox lets a socket wait that comes soon after one that failed, and longer each time. */
const PATIENCE_MS = 20_000;

/**
 * What this browser fires for the bytes; and whether it came to an end.
 * @param {'stream'|'frames'} part
 * @param {Uint8Array} bytes
 * @returns {Promise<{fired: Fired[], ended: boolean}>}
 */
export function tryTyped(part, bytes) {
  /** @type {Fired[]} */
  const fired = [];
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ ended) => {
      clearTimeout(timer);
      close();
      resolve({ fired, ended });
    };
    const close = (part === 'stream' ? source : socket)(bytes, fired, () => end(true));
    const timer = setTimeout(() => end(false), PATIENCE_MS);
  });
}

/**
 * @param {Uint8Array} bytes
 * @param {Fired[]} fired
 * @param {() => void} end
 */
function source(bytes, fired, end) {
  // The nonce stops a browser that comes back before it is closed: the second answer is 204.
  const nonce = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const one = new EventSource(`/api/typed/event-stream?bytes=${toBase64Url(bytes)}&nonce=${nonce}`);
  const hear = (/** @type {MessageEvent} */ event) => fired.push(told(event.type, String(event.data), event.lastEventId));
  for (const type of typesOf(bytes)) one.addEventListener(type, hear);
  // An event of the stream may be named as the source's own.
  one.addEventListener('open', (event) => (event instanceof MessageEvent ? hear(event) : fired.push(opened())));
  one.addEventListener('error', (event) => {
    if (event instanceof MessageEvent) return void hear(event);
    fired.push(failed(one.readyState));
    return end();
  });
  return () => one.close();
}

/**
 * @param {Uint8Array} bytes
 * @param {Fired[]} fired
 * @param {() => void} end
 */
function socket(bytes, fired, end) {
  const url = new URL(`/api/typed/websocket?bytes=${toBase64Url(bytes)}`, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const one = new WebSocket(url);
  one.binaryType = 'arraybuffer';
  one.onopen = () => {
    fired.push(opened());
    // The bytes come when the bench has heard that the socket is open.
    one.send('');
  };
  one.onmessage = ({ data }) => fired.push(message(typeof data === 'string' ? data : new Uint8Array(data)));
  one.onerror = () => fired.push(failed());
  one.onclose = ({ code, reason, wasClean }) => {
    fired.push(closed(code, reason, wasClean));
    end();
  };
  return () => one.close();
}

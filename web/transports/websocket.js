/*
 * WebSocket: one socket, both ways. Bare, as browsers have it: a lost socket stays
 * lost and there is no cursor. With `ws=resume` this client adds what the protocol
 * leaves to the application: back-off with jitter (RFC 6455 section 7.2.3) and a cursor.
 */
import { decodeAll } from '../proto/binary.js';
import { utf8Length } from '../proto/bytes.js';
import { noteBinary, noteElement } from './elements.js';
import { feedUrl } from './link.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** Close codes after which trying again cannot help: the end, bad parameters, no such job. */
const FINAL_CODES = new Set([1000, 4400, 4404]);

/** @type {import('./link.js').Transport} */
export const websocket = {
  name: 'websocket',
  module: 'transports/websocket.js',
  pushes: true,
  open: (link) => new WebSocketClient(link),
};

class WebSocketClient {
  #link;
  /** @type {WebSocket|null} */
  #socket = null;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #closing = '';
  /** When each command went up, for the time its ack took. @type {Map<string, number>} */
  #asked = new Map();

  /** @param {import('./link.js').Link} link */
  constructor(link) {
    this.#link = link;
    this.#connect();
  }

  /** @param {string} cause */
  close(cause) {
    if (this.#closing) return;
    clearTimeout(this.#timer);
    this.#closing = cause;
    const open = this.#socket && this.#socket.readyState <= WebSocket.OPEN;
    if (open) this.#socket?.close(1000);
    else this.#link.note('closed', { cause, ready: this.#socket?.readyState ?? WebSocket.CLOSED });
  }

  /** @param {import('./link.js').Order} order */
  command(order) {
    const body = JSON.stringify(order);
    const at = this.#link.now();
    const { id, command } = order;
    this.#link.note('command', { dir: 'up', id, command, bytes: utf8Length(body), via: 'frame' }, at);
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      this.#link.note('ack', { dir: 'down', id, command, ok: false, bytes: 0, took: 0, error: 'not connected' });
      return;
    }
    this.#asked.set(id, at);
    this.#socket.send(body);
  }

  #connect() {
    const { reader, settings } = this.#link;
    const after = this.#after();
    const url = feedUrl(this.#link, 'websocket', {
      after, ...(settings.heartbeat === '15s' ? {} : { heartbeat: settings.heartbeat }),
    });
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    reader.attempt += 1;
    const cursor = after === reader.cursor ? after : null;
    this.#link.note('connecting', { attempt: reader.attempt, cursor, ready: 0, url: url.href });
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#received(event);
    socket.onerror = () => this.#link.note('failed', { ready: socket.readyState, cause: 'error event' });
    socket.onclose = (event) => this.#closed(event);
  }

  /** What to ask for: bare, a socket opened again knows nothing of what it missed. */
  #after() {
    const { reader, settings } = this.#link;
    if (settings.ws === 'resume') return reader.cursor ?? 'earliest';
    return reader.opened ? 'latest' : 'earliest';
  }

  /** @param {WebSocket} socket */
  #opened(socket) {
    this.#failures = 0;
    this.#link.reader.opened = true;
    this.#link.note('opened', { ready: socket.readyState });
  }

  /** @param {MessageEvent<string|ArrayBuffer>} event */
  #received(event) {
    const at = this.#link.now();
    if (typeof event.data === 'string') {
      const ackId = /^\{"type":"ack","id":"([^"\\]*)"/.exec(event.data)?.[1];
      const asked = ackId === undefined ? undefined : this.#asked.get(ackId);
      noteElement(this.#link, event.data, { at, bytes: utf8Length(event.data), encoding: 'text', asked });
      return;
    }
    for (const one of decodeAll(new Uint8Array(event.data))) {
      const asked = this.#asked.size > 0 ? [...this.#asked.values()].at(-1) : undefined;
      noteBinary(this.#link, one, { at, bytes: one.size, encoding: 'binary', asked });
    }
  }

  /** @param {CloseEvent} event */
  #closed(event) {
    const { reader, settings } = this.#link;
    const { code, reason, wasClean: clean } = event;
    const cause = this.#closing || (reader.ended ? 'ended' : 'lost');
    this.#link.note('closed', { cause, ready: WebSocket.CLOSED, code, reason, clean });
    if (this.#closing) return;
    if (code === 1000) this.#link.note('stop', { code });
    else if (settings.ws === 'resume' && !reader.ended && !FINAL_CODES.has(code)) this.#wait(code);
  }

  /** @param {number} code */
  #wait(code) {
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    // Half of the time is fixed, half is chance: a crowd that was cut together must not return together.
    const wait = Math.round(longest / 2 + (Math.random() * longest) / 2);
    this.#failures += 1;
    this.#link.note('waiting', {
      cause: `closed ${code}`, wait, attempt: this.#failures, cursor: this.#link.reader.cursor,
    });
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}

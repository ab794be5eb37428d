/*
 * WebSocket: one socket, both ways. Bare, as browsers have it: a lost socket stays
 * lost and there is no cursor. This client adds what the protocol leaves to the application: with `ws=restart`
 * it comes back, after a back-off with jitter (RFC 6455 section 7.2.3) or after `again`; with `ws=resume` it has a cursor too.
 */
import { utf8Length } from '../proto/bytes.js';
import { staysAway, whereToGoOn } from './coming-back.js';
import { noteElement, noteMessage } from './elements.js';
import { feedUrl } from './link.js';

/** Close codes after which trying again cannot help: the end, bad parameters, no such job. */
const FINAL_CODES = new Set([1000, 4400, 4404]);
/** Close codes that tell this client to stay away. @type {Record<number, string>} */
const AWAY_CODES = { 4409: 'replaced', 4410: 'removed' };
/** "Try again later" (IANA registry of close codes). */
const NO_ROOM = 1013;

/** @type {import('./link.js').Transport} */
export const websocket = {
  name: 'websocket',
  modules: ['transports/websocket.js', 'transports/coming-back.js'],
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
    const { reader } = this.#link;
    const after = whereToGoOn(reader, this.#resumes);
    const url = feedUrl(this.#link, 'websocket', { after });
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

  get #resumes() {
    return this.#link.settings.values.ws === 'resume';
  }

  get #comesBack() {
    return this.#link.settings.values.ws !== 'bare';
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
    const asked = (/** @type {string} */ id) => this.#asked.get(id);
    if (typeof event.data !== 'string') {
      const bytes = new Uint8Array(event.data);
      return noteMessage(this.#link, bytes, { at, bytes: bytes.length, encoding: 'binary', asked });
    }
    /** @type {import('./elements.js').Carried} */
    const carried = { at, bytes: utf8Length(event.data), encoding: 'text', asked };
    // An ack answers a command that came as text, whatever events are encoded in.
    return event.data.startsWith('{"type":"ack"') ? noteElement(this.#link, event.data, carried)
      : noteMessage(this.#link, event.data, carried);
  }

  /** @param {CloseEvent} event */
  #closed(event) {
    const { reader } = this.#link;
    const { code, reason, wasClean: clean } = event;
    const away = AWAY_CODES[code];
    // Who was refused hears the code alone; who was inside has heard the element before it.
    if (away && !reader.away) this.#link.note((reader.away = away), { dir: 'down', client: this.#link.lane });
    const retry = code === NO_ROOM ? Number(/\d+/.exec(reason)?.[0] ?? staysAway(this.#link.settings, this.#failures)) : 0;
    if (code === NO_ROOM) this.#link.note('full', { dir: 'down', retry, code });
    const cause = this.#closing || (reader.ended || code === 1000 ? 'ended' : away || (code === NO_ROOM ? 'full' : 'lost'));
    this.#link.note('closed', { cause, ready: WebSocket.CLOSED, code, reason, clean });
    if (this.#closing) return;
    if (code === 1000) this.#link.note('stop', { code });
    else if (this.#comesBack && !reader.ended && !reader.away && !FINAL_CODES.has(code)) this.#wait(code, retry);
  }

  /**
   * @param {number} code
   * @param {number} told  how long the server has asked to wait, 0 where it has not
   */
  #wait(code, told) {
    const wait = told || staysAway(this.#link.settings, this.#failures);
    this.#failures += 1;
    this.#link.note('waiting', {
      cause: told ? 'full' : `closed ${code}`, wait, attempt: this.#failures, cursor: this.#link.reader.cursor,
    });
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}

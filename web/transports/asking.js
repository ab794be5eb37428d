/*
 * What polling and long polling have in common: one request after the other, never two unless that is asked for.
 * The client does everything itself: it holds the cursor, sets its own time-out, waits
 * after a failure, and obeys Retry-After, which no browser does by itself.
 */
import { parseCursor } from '../model/cursor.js';
import { decodeAll } from '../proto/binary.js';
import { utf8Length } from '../proto/bytes.js';
import { decodeCborSequence } from '../proto/cbor.js';
import { splitEvents } from '../proto/split-events.js';
import { retryAfter } from './coming-back.js';
import { noteBinary, noteElement, noteMessage, noteParsed } from './elements.js';
import { feedUrl, tokenHeader } from './link.js';
import { postCommand } from './post-command.js';

/** @typedef {import('./link.js').Link} Link */

/**
 * @typedef {object} Rhythm
 * @property {string} transport
 * @property {(up: boolean) => Record<string, string>} more  parameters of the next request
 * @property {number} patience   the time-out of a request
 * @property {(news: boolean, took: number) => number} pause  between an answer and the next request
 * @property {number} again      between a failure and the next request
 * @property {{most: number, every: number}} [overlap]  how many requests may be under way, and where that is more than one, from request to request
 */

/** @typedef {{skipped: number, more: boolean, note: () => void}} Answer what an answer holds, not noted yet */

export class AskingClient {
  #link;
  #rhythm;
  #etag = '';
  #failures = 0;
  #up = false;
  /** The requests under way. @type {Set<XMLHttpRequest>} */
  #asked = new Set();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** When the next request is due, and whether it waits for one of those under way. */
  #due = 0;
  #crowded = false;
  #stopped = false;

  /**
   * @param {Link} link
   * @param {Rhythm} rhythm
   */
  constructor(link, rhythm) {
    this.#link = link;
    this.#rhythm = rhythm;
    const { reader } = link;
    reader.attempt += 1;
    link.note('connecting', {
      attempt: reader.attempt, cursor: reader.cursor, ready: 0, url: this.#url().href,
    });
    this.#ask();
  }

  /** @param {string} cause */
  close(cause) {
    if (this.#stopped) return;
    this.#stop();
    this.#link.note('closed', { cause });
  }

  /** @param {import('./link.js').Order} order */
  command(order) {
    postCommand(this.#link, order);
  }

  #url() {
    const { transport, more } = this.#rhythm;
    return feedUrl(this.#link, transport, { after: this.#link.reader.cursor ?? 'earliest', ...more(this.#up) });
  }

  #ask() {
    const url = this.#url();
    const xhr = new XMLHttpRequest();
    this.#asked.add(xhr);
    xhr.open('GET', url);
    xhr.responseType = 'arraybuffer';
    xhr.timeout = this.#rhythm.patience;
    // Script that sets If-None-Match itself sees the 304; else the browser's cache
    // would answer with a 200 of its own (Fetch, "HTTP-network-or-cache fetch").
    for (const [name, value] of Object.entries(tokenHeader(this.#link))) xhr.setRequestHeader(name, value);
    if (this.#etag) xhr.setRequestHeader('If-None-Match', this.#etag);
    const sent = this.#link.now();
    this.#link.note('request', {
      dir: 'up', method: 'GET', path: url.pathname + url.search, cursor: this.#link.reader.cursor,
    }, sent);
    xhr.onload = () => this.#over(xhr, () => this.#answered(xhr, sent));
    xhr.onerror = () => this.#over(xhr, () => this.#failed('network', xhr.readyState));
    xhr.ontimeout = () => this.#over(xhr, () => this.#failed('time-out', xhr.readyState));
    xhr.send();
    if (this.#overlaps) this.#later(this.#rhythm.overlap?.every ?? 0);
  }

  get #overlaps() {
    return (this.#rhythm.overlap?.most ?? 1) > 1;
  }

  /**
   * A request is over, and who waited for it may go.
   * @param {XMLHttpRequest} xhr
   * @param {() => void} tell
   */
  #over(xhr, tell) {
    this.#asked.delete(xhr);
    if (this.#stopped) return;
    tell();
    if (!this.#crowded || this.#stopped) return;
    this.#crowded = false;
    this.#turn();
  }

  /**
   * @param {XMLHttpRequest} xhr
   * @param {number} sent
   */
  #answered(xhr, sent) {
    const at = this.#link.now();
    const bytes = new Uint8Array(xhr.response ?? new ArrayBuffer(0));
    const answer = xhr.status === 200 ? this.#read(xhr, bytes, at) : { skipped: 0, more: false, note: () => {} };
    const skipped = answer.skipped > 0 ? { skipped: answer.skipped } : {};
    this.#link.note('response', { dir: 'down', status: xhr.status, bytes: bytes.length, took: at - sent, ...skipped }, at);
    if (xhr.status === 204) return this.#end('stop', { status: 204, ...(this.#link.reader.ended ? {} : { cause: 'told to stop' }) });
    if (xhr.status === 404) return this.#gone(xhr.readyState);
    if (xhr.status === 503) return this.#full(retryAfter(xhr.getResponseHeader('Retry-After')) ?? this.#rhythm.again);
    if (xhr.status !== 200 && xhr.status !== 304) return this.#failed(`HTTP ${xhr.status}`, xhr.readyState);
    const quick = !this.#up;
    if (!this.#up) this.#link.note('opened', { ready: xhr.readyState }, at);
    this.#up = true;
    this.#link.reader.opened = true;
    this.#failures = 0;
    if (xhr.status === 200) this.#etag = xhr.getResponseHeader('ETag') ?? '';
    const stood = this.#link.reader.cursor;
    answer.note();
    if (this.#link.reader.away) this.#end('closed', { cause: this.#link.reader.away });
    else if (this.#link.reader.ended) this.#end('closed', { cause: 'ended' });
    else if (!this.#overlaps) this.#later(answer.more ? 0 : this.#rhythm.pause(quick || this.#link.reader.cursor !== stood, at - sent));
  }

  /**
   * Reads an answer; what it notes stands behind the response itself in the record.
   * @param {XMLHttpRequest} xhr
   * @param {Uint8Array} bytes
   * @param {number} at
   * @returns {Answer}
   */
  #read(xhr, bytes, at) {
    const { encoding } = this.#link.settings.values;
    if (encoding === 'json') return this.#readJson(new TextDecoder().decode(bytes), at);
    const cursor = xhr.getResponseHeader('Wirebench-Cursor');
    const notes = { raw: () => this.#noteRaw(xhr, bytes, at), cbor: () => this.#noteCbor(bytes, at), binary: () => this.#noteBinary(bytes, at) };
    return {
      skipped: Number(xhr.getResponseHeader('Wirebench-Skipped') ?? 0),
      more: xhr.getResponseHeader('Wirebench-More') === 'true',
      note: () => {
        this.#link.reader.epoch = cursor?.split('.')[0] ?? this.#link.reader.epoch;
        notes[/** @type {'raw'} */ (encoding)]();
        this.#stand(cursor);
      },
    };
  }

  /**
   * @param {string} text
   * @param {number} at
   * @returns {Answer}
   */
  #readJson(text, at) {
    const answer = JSON.parse(text);
    return {
      skipped: answer.skipped ?? 0,
      more: answer.more === true,
      note: () => {
        this.#link.reader.epoch = answer.epoch;
        for (const one of splitEvents(text)) noteElement(this.#link, one, { at, bytes: utf8Length(one), encoding: 'text' });
        // The server's word on where to go on is better than one's own arithmetic.
        this.#stand(answer.cursor);
      },
    };
  }

  /** @param {Uint8Array} bytes @param {number} at */
  #noteBinary(bytes, at) {
    for (const one of decodeAll(bytes)) noteBinary(this.#link, one, { at, bytes: one.size, encoding: 'binary' });
  }

  /** @param {Uint8Array} bytes @param {number} at */
  #noteCbor(bytes, at) {
    for (const { value, size } of decodeCborSequence(bytes)) noteParsed(this.#link, value, size, { at, bytes: size, encoding: 'binary' });
  }

  /** One event an answer; the head says which. @param {XMLHttpRequest} xhr @param {Uint8Array} bytes @param {number} at */
  #noteRaw(xhr, bytes, at) {
    const type = xhr.getResponseHeader('Wirebench-Type');
    if (type === null) return;
    const seq = parseCursor(xhr.getResponseHeader('Wirebench-Cursor') ?? '')?.seq ?? null;
    if (type === 'bytes') noteMessage(this.#link, bytes, { at, bytes: bytes.length, encoding: 'binary' }, { type, seq });
    else noteMessage(this.#link, new TextDecoder().decode(bytes), { at, bytes: bytes.length, encoding: 'text' }, { type, seq });
  }

  /** @param {string|null} cursor */
  #stand(cursor) {
    if (!cursor) return;
    this.#link.reader.cursor = cursor;
    this.#link.reader.epoch = cursor.split('.')[0];
  }

  /**
   * @param {string} cause
   * @param {number} ready
   */
  #failed(cause, ready) {
    this.#link.note('failed', { ready, cause });
    this.#wait(cause, this.#rhythm.again);
  }

  /** @param {number} retry */
  #full(retry) {
    this.#link.note('full', { dir: 'down', retry, status: 503 });
    this.#wait('full', retry);
  }

  /**
   * @param {string} cause
   * @param {number} wait
   */
  #wait(cause, wait) {
    const { reader } = this.#link;
    this.#failures += 1;
    this.#up = false;
    reader.attempt += 1;
    this.#link.note('waiting', { cause, wait, attempt: this.#failures, cursor: reader.cursor });
    this.#crowded = false;
    this.#later(this.#overlaps ? Math.max(wait, this.#due - this.#link.now()) : wait);
  }

  /** No such job: asking again cannot help. @param {number} ready */
  #gone(ready) {
    this.#link.note('failed', { ready, cause: 'HTTP 404' });
    this.#end('closed', { cause: 'gone', ready });
  }

  /** @param {number} pause */
  #later(pause) {
    clearTimeout(this.#timer);
    this.#due = this.#link.now() + pause;
    if (pause === 0) this.#turn();
    else this.#timer = setTimeout(() => this.#turn(), pause);
  }

  #turn() {
    if (this.#asked.size < (this.#rhythm.overlap?.most ?? 1)) this.#ask();
    else this.#crowded = true;
  }

  /**
   * @param {string} kind
   * @param {Record<string, unknown>} fields
   */
  #end(kind, fields) {
    this.#stop();
    this.#link.note(kind, fields);
  }

  #stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const xhr of this.#asked) xhr.abort();
    this.#asked.clear();
  }
}

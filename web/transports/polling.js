/*
 * XHR polling: ask, read, wait, ask again. The client does everything itself: it
 * holds the cursor, sets its own time-out, and never overlaps itself, because an
 * answer that takes longer than the interval would else fill the six slots a
 * browser has for one HTTP/1.1 origin.
 */
import { ms } from '../model/duration.js';
import { decodeAll } from '../proto/binary.js';
import { utf8Length } from '../proto/bytes.js';
import { splitEvents } from '../proto/split-events.js';
import { noteBinary, noteElement } from './elements.js';
import { feedUrl } from './link.js';
import { postCommand } from './post-command.js';

/** @typedef {import('./link.js').Link} Link */

/** @type {import('./link.js').Transport} */
export const polling = {
  name: 'polling',
  module: 'transports/polling.js',
  pushes: false,
  open: (link) => new PollingClient(link),
  talk: postCommand,
};

class PollingClient {
  #link;
  #interval;
  #etag = '';
  #failures = 0;
  #up = false;
  /** @type {XMLHttpRequest|null} */
  #xhr = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #stopped = false;

  /** @param {Link} link */
  constructor(link) {
    this.#link = link;
    this.#interval = ms(link.settings.poll);
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
    return feedUrl(this.#link, 'polling', { after: this.#link.reader.cursor ?? 'earliest' });
  }

  #ask() {
    const url = this.#url();
    const xhr = new XMLHttpRequest();
    this.#xhr = xhr;
    xhr.open('GET', url);
    xhr.responseType = 'arraybuffer';
    xhr.timeout = Math.max(5000, 4 * this.#interval);
    // Script that sets If-None-Match itself sees the 304; else the browser's cache
    // would answer with a 200 of its own (Fetch, "HTTP-network-or-cache fetch").
    if (this.#etag) xhr.setRequestHeader('If-None-Match', this.#etag);
    const sent = this.#link.now();
    this.#link.note('request', {
      dir: 'up', method: 'GET', path: url.pathname + url.search, cursor: this.#link.reader.cursor,
    }, sent);
    xhr.onload = () => this.#answered(xhr, sent);
    xhr.onerror = () => this.#failed('network', xhr.readyState);
    xhr.ontimeout = () => this.#failed('time-out', xhr.readyState);
    xhr.send();
  }

  /**
   * @param {XMLHttpRequest} xhr
   * @param {number} sent
   */
  #answered(xhr, sent) {
    const at = this.#link.now();
    const bytes = new Uint8Array(xhr.response ?? new ArrayBuffer(0));
    this.#link.note('response', { dir: 'down', status: xhr.status, bytes: bytes.length, took: at - sent }, at);
    if (xhr.status === 204) return this.#end('stop', { status: 204 });
    if (xhr.status === 404) return this.#gone(xhr.readyState);
    if (xhr.status !== 200 && xhr.status !== 304) return this.#failed(`HTTP ${xhr.status}`, xhr.readyState);
    if (!this.#up) this.#link.note('opened', { ready: xhr.readyState }, at);
    this.#up = true;
    this.#link.reader.opened = true;
    this.#failures = 0;
    if (xhr.status === 304) return this.#later();
    this.#etag = xhr.getResponseHeader('ETag') ?? '';
    const more = this.#read(xhr, bytes, at);
    if (this.#link.reader.ended) this.#end('closed', { cause: 'ended' });
    else if (more) this.#ask();
    else this.#later();
  }

  /**
   * Notes each element of an answer; true where there is more to fetch at once.
   * @param {XMLHttpRequest} xhr
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  #read(xhr, bytes, at) {
    const { reader } = this.#link;
    if (this.#link.settings.encoding === 'binary') {
      this.#stand(xhr.getResponseHeader('Wirebench-Cursor'));
      const elements = decodeAll(bytes);
      for (const one of elements) noteBinary(this.#link, one, { at, bytes: one.size, encoding: 'binary' });
      this.#stand(xhr.getResponseHeader('Wirebench-Cursor'));
      return xhr.getResponseHeader('Wirebench-More') === 'true';
    }
    const text = new TextDecoder().decode(bytes);
    const answer = JSON.parse(text);
    reader.epoch = answer.epoch;
    for (const one of splitEvents(text)) {
      noteElement(this.#link, one, { at, bytes: utf8Length(one), encoding: 'text' });
    }
    // The server's word on where to go on is better than one's own arithmetic.
    this.#stand(answer.cursor);
    return answer.more === true;
  }

  /** @param {string|null} cursor */
  #stand(cursor) {
    if (cursor) {
      this.#link.reader.cursor = cursor;
      this.#link.reader.epoch = cursor.split('.')[0];
    }
  }

  /**
   * @param {string} cause
   * @param {number} ready
   */
  #failed(cause, ready) {
    if (this.#stopped) return;
    const { reader } = this.#link;
    this.#failures += 1;
    this.#up = false;
    this.#link.note('failed', { ready, cause });
    reader.attempt += 1;
    this.#link.note('waiting', { cause, wait: this.#interval, attempt: this.#failures, cursor: reader.cursor });
    this.#later();
  }

  /** No such job: asking again cannot help. @param {number} ready */
  #gone(ready) {
    this.#link.note('failed', { ready, cause: 'HTTP 404' });
    this.#end('closed', { cause: 'gone', ready });
  }

  #later() {
    this.#timer = setTimeout(() => this.#ask(), this.#interval);
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
    this.#xhr?.abort();
  }
}

/*
 * A fetch whose answer is an event stream, read by script: a POST with a body, a status
 * one can see, an AbortController to hang up with. There is no retry and no id but what
 * this client adds (`fetch=restart`, `fetch=resume`); the blocks are parsed in proto/event-stream.js.
 */
import { parseCursor } from '../model/cursor.js';
import { EventStream } from '../proto/event-stream.js';
import { retryAfter, staysAway, whereToGoOn } from './coming-back.js';
import { REMARKS, noteData } from './elements.js';
import { feedAddress, sent, tokenHeader } from './link.js';
import { postCommand } from './post-command.js';

/** The last line of the streams of chat services, which is no element. */
const SENTINEL = '[DONE]';

/** @type {import('./link.js').Transport} */
export const fetchStream = {
  name: 'fetch-stream',
  modules: ['transports/fetch-stream.js', 'proto/event-stream.js', 'transports/coming-back.js'],
  open: (link) => new FetchStreamClient(link),
  talk: postCommand,
};

class FetchStreamClient {
  #link;
  #failures = 0;
  #closed = false;
  #abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {import('./link.js').Link} link */
  constructor(link) {
    this.#link = link;
    void this.#connect();
  }

  /** @param {string} cause */
  close(cause) {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#link.note('closed', { cause });
  }

  /** @param {import('./link.js').Order} order */
  command(order) {
    postCommand(this.#link, order);
  }

  get #resumes() {
    return this.#link.settings.values.fetch === 'resume';
  }

  get #comesBack() {
    return this.#link.settings.values.fetch !== 'bare';
  }

  async #connect() {
    const { reader, settings } = this.#link;
    const after = whereToGoOn(reader, this.#resumes);
    const url = feedAddress(this.#link, 'fetch-stream');
    reader.attempt += 1;
    this.#link.note('connecting', { attempt: reader.attempt, cursor: after === reader.cursor ? after : null, url: url.href });
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const answer = await fetch(url, {
        method: 'POST', headers: { 'Content-Type': 'application/json', ...tokenHeader(this.#link) }, cache: 'no-store', signal,
        body: JSON.stringify({ after, ...sent(this.#link) }),
      });
      if (answer.status !== 200 || answer.body === null) return this.#refused(answer);
      this.#failures = 0;
      reader.opened = true;
      this.#link.note('opened');
      await this.#read(answer.body.getReader());
      // A body that ends is no error, whether all was said or not: only the end event tells.
      return this.#over('lost');
    } catch (error) {
      // A cut stream rejects with a TypeError that says nothing; what had come before the cut may be
      // lost with it (Chromium), and then the cursor has not moved either.
      if (!signal.aborted) this.#lost(error instanceof TypeError ? 'network' : String(error));
    }
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} body */
  async #read(body) {
    const stream = new EventStream();
    for (;;) {
      const { done, value } = await body.read();
      if (done || this.#closed) return;
      const at = this.#link.now();
      for (const block of stream.push(value)) this.#note(block, at);
    }
  }

  /**
   * @param {import('../proto/event-stream.js').Block} block
   * @param {number} at
   */
  #note(block, at) {
    if (block.kind === 'comment') this.#link.note('heartbeat', { dir: 'down', bytes: block.bytes, as: 'comment' }, at);
    if (block.kind !== 'event' || block.data === SENTINEL) return;
    const seq = block.ownId && !REMARKS.has(block.type) ? parseCursor(block.id)?.seq : null;
    noteData(this.#link, block.data, { at, bytes: block.bytes }, { type: block.type, seq });
  }

  /** @param {Response} answer */
  #refused(answer) {
    const { status } = answer;
    const { reader } = this.#link;
    void answer.body?.cancel();
    if (status === 204) {
      this.#closed = true;
      return this.#link.note('stop', { status, ...(reader.ended ? {} : { cause: 'told to stop' }) });
    }
    if (status === 503) {
      const retry = retryAfter(answer.headers.get('Retry-After')) ?? staysAway(this.#link.settings, this.#failures);
      this.#link.note('full', { dir: 'down', retry, status });
      return this.#over('full', retry);
    }
    this.#link.note('failed', { cause: `HTTP ${status}` });
    return this.#over(status === 404 ? 'gone' : `HTTP ${status}`);
  }

  /** @param {string} cause */
  #lost(cause) {
    this.#link.note('failed', { cause });
    this.#over(cause);
  }

  /**
   * This connection is over; another one follows only where that was asked for.
   * @param {string} cause
   * @param {number} [told] how long the server has asked to wait
   */
  #over(cause, told) {
    if (this.#closed) return;
    const { reader } = this.#link;
    this.#link.note('closed', { cause: reader.ended ? 'ended' : reader.away || cause });
    // What a status of 4xx says is not mended by asking again.
    const final = reader.ended || reader.away !== '' || cause === 'gone' || cause.startsWith('HTTP 4');
    if (!this.#comesBack || final) {
      this.#closed = true;
      return;
    }
    const wait = told ?? staysAway(this.#link.settings, this.#failures);
    this.#failures += 1;
    this.#link.note('waiting', { cause, wait, attempt: this.#failures, cursor: reader.cursor });
    this.#timer = setTimeout(() => void this.#connect(), wait);
  }
}

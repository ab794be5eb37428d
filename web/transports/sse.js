/*
 * Server-Sent Events: one EventSource, and the browser does the rest. It reconnects
 * by itself and sends Last-Event-ID; what is left to the client is to listen, and to
 * hang up at the end, for a response that just ends would be asked for again.
 */
import { parseCursor } from '../model/cursor.js';
import { blockSize } from '../proto/sse-block.js';
import { noteData } from './elements.js';
import { feedUrl } from './link.js';
import { postCommand } from './post-command.js';

/** Named events reach only those who listen for their name (HTML 9.2.6). */
const NAMES = [
  'hello', 'progress', 'text', 'bytes', 'paused', 'resumed', 'speed', 'done', 'failed', 'cancelled',
  'gap', 'unknown-epoch', 'heartbeat', 'replaced', 'removed', 'full',
  // Pushed under the names of what happens to an EventSource itself: the same listeners hear both.
  'message', 'open', 'error', 'close',
];

/** Elements without an id line: `gap` and `unknown-epoch` have one, these have not. */
const WITHOUT_ID = new Set(['hello', 'heartbeat', 'replaced', 'removed', 'full']);

/** @type {import('./link.js').Transport} */
export const sse = {
  name: 'sse',
  modules: ['transports/sse.js', 'transports/elements.js'],
  open: (link) => new SseClient(link),
  talk: postCommand,
};

class SseClient {
  #link;
  #source;
  /** The server has said that there is no room; the end of the response that follows is no fault. */
  #full = false;

  /** @param {import('./link.js').Link} link */
  constructor(link) {
    this.#link = link;
    const { reader } = link;
    // A new EventSource has no Last-Event-ID, whatever an earlier one had received:
    // the id lives in the object. So the address must carry the cursor. When the
    // browser reconnects *this* object, the header beats the address. Without ids there
    // is nothing to carry: the reader starts over, and what it had is repeated.
    const known = link.settings.sent.ids === 'off' ? null : reader.cursor;
    const url = feedUrl(link, 'sse', { after: known ?? 'earliest' });
    reader.attempt += 1;
    link.note('connecting', { attempt: reader.attempt, cursor: known, ready: 0, url: url.href });
    this.#source = new EventSource(url);
    // What the server says under these names comes here too, and is told apart by being a message.
    this.#source.onopen = (event) => { if (!(event instanceof MessageEvent)) this.#opened(); };
    this.#source.onerror = (event) => { if (!(event instanceof MessageEvent)) this.#failed(); };
    for (const name of NAMES) {
      this.#source.addEventListener(name, (event) => {
        if (event instanceof MessageEvent) this.#received(name, event);
      });
    }
  }

  /** @param {string} cause */
  close(cause) {
    if (this.#source.readyState === EventSource.CLOSED) return;
    this.#source.close();
    this.#link.note('closed', { cause, ready: this.#source.readyState });
  }

  /** @param {import('./link.js').Order} order */
  command(order) {
    postCommand(this.#link, order);
  }

  #opened() {
    this.#full = false;
    this.#link.reader.opened = true;
    this.#link.note('opened', { ready: this.#source.readyState });
  }

  #failed() {
    const { reader } = this.#link;
    const ready = this.#source.readyState;
    // No status, no reason: readyState is all an EventSource tells about an error.
    if (ready === EventSource.CLOSED) {
      this.#link.note('failed', { ready, cause: 'refused for good' });
      return;
    }
    const cause = this.#full ? 'full' : 'connection lost';
    this.#link.note('failed', { ready, cause });
    reader.attempt += 1;
    this.#link.note('waiting', { cause, wait: null, attempt: reader.attempt, cursor: reader.cursor });
  }

  /**
   * @param {string} name
   * @param {MessageEvent<string>} event
   */
  #received(name, event) {
    const at = this.#link.now();
    const { reader, settings } = this.#link;
    // With checkpoints the id that is known now is that of the event before.
    const unknown = settings.values.ids === 'off' || settings.values.checkpoint === 'on';
    const id = WITHOUT_ID.has(name) || unknown ? null : event.lastEventId;
    noteData(this.#link, event.data, { at, bytes: blockSize(id, name, event.data) }, {
      type: name, seq: id === null ? null : parseCursor(id)?.seq,
    });
    if (name === 'full') this.#full = true;
    // Who has been told to stay away must hang up, or the browser would come back and take over in its turn.
    if (reader.away) this.close(reader.away);
    // Without this the browser would come back after the end, to be told 204.
    else if (reader.ended) this.close('ended');
  }
}

/*
 * One lane as the dashboard holds it: an iframe at the lane's own origin and a port
 * to the worker in it. A frame that loaded while its server was down shows an error
 * page and never heals by itself, so its address is set again until it says hello.
 */

/** @typedef {import('../lane/orders.js').Order} Order */
/** @typedef {import('../lane/orders.js').Answer} Answer */

const FIRST_TRY = 1500;
const LONGEST_TRY = 6000;
const ANSWER_LIMIT = 5000;

export class LaneFrame {
  /** @type {HTMLIFrameElement} */
  element = document.createElement('iframe');
  alive = false;
  /** @type {MessagePort|null} */
  #port = null;
  #origin;
  #address;
  #patience = FIRST_TRY;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #onRecords;
  #onAlive;
  /** @type {Map<string, (answer: any) => void>} */
  #asked = new Map();
  #asks = 0;

  /**
   * @param {string} origin
   * @param {string} title
   * @param {(lines: import('../model/types.js').Observation[]) => void} onRecords
   * @param {() => void} onAlive
   */
  constructor(origin, title, onRecords, onAlive) {
    this.#origin = origin;
    this.#onRecords = onRecords;
    this.#onAlive = onAlive;
    this.#address = new URL('/lane.html', origin);
    this.#address.searchParams.set('host', location.origin);
    this.element.className = 'lane-frame';
    this.element.title = title;
    this.element.tabIndex = -1;
    this.element.setAttribute('aria-hidden', 'true');
    this.element.allow = 'clipboard-write';
    addEventListener('message', this.#heard);
    this.#load();
  }

  /** Where its page comes from. */
  get origin() {
    return this.#origin;
  }

  /** @param {Order} order */
  tell(order) {
    this.#port?.postMessage(order);
  }

  /**
   * Asks the worker something and waits for its answer.
   * @param {'dump'|'source'} type
   * @param {{transport?: string}} [more]
   * @returns {Promise<any>}
   */
  ask(type, more = {}) {
    const ask = `q${(this.#asks += 1)}`;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`lane at ${this.#origin}: no answer to ${type}`)), ANSWER_LIMIT);
      this.#asked.set(ask, (answer) => {
        clearTimeout(limit);
        resolve(answer);
      });
      this.tell({ type, ask, ...more });
    });
  }

  remove() {
    clearTimeout(this.#timer);
    removeEventListener('message', this.#heard);
    this.#port?.close();
    this.element.remove();
  }

  #load() {
    this.element.src = this.#address.href;
    this.#timer = setTimeout(() => this.#load(), this.#patience);
    // A slow machine gets more time with each try, or loading would never end.
    this.#patience = Math.min(LONGEST_TRY, this.#patience * 1.4);
  }

  /** @param {MessageEvent} event */
  #heard = (event) => {
    if (event.origin !== this.#origin || event.source !== this.element.contentWindow) return;
    const said = event.data?.wirebench;
    // "hello" comes from each new document: a frame that was reloaded needs a new port.
    if (said === 'hello' || (said === 'alive' && !this.#port)) this.#adopt();
  };

  #adopt() {
    clearTimeout(this.#timer);
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#answered(data);
    this.element.contentWindow?.postMessage({ wirebench: 'port' }, this.#origin, [port2]);
    this.alive = true;
    this.#onAlive();
  }

  /** @param {Answer} answer */
  #answered(answer) {
    if (answer.type === 'records') {
      this.#onRecords(answer.lines);
      return;
    }
    this.#asked.get(answer.ask)?.(answer);
    this.#asked.delete(answer.ask);
  }
}

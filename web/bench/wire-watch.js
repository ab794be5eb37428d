/*
 * Listens to what crosses the readers' sockets, but only while the microscope is open: closed, nothing is kept here, and
 * nothing at the server. All connections come on one stream, for a browser has six connections for a host.
 */
import { Microscope } from '../model/microscope.js';

export class WireWatch {
  open = false;
  /** What has crossed since it was opened. @type {Microscope|null} */
  scope = null;
  /** What is looked at: `#5` an event, else by its name; '' for the first that comes on every lane. */
  key = '';
  /** The stream is broken: something may be missing. */
  away = false;
  #onChange;
  /** @type {EventSource|null} */
  #source = null;
  /** @type {string[]} */
  #lanes = [];

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
    // A page that is kept for the back button must not keep a connection.
    addEventListener('pagehide', () => this.#source?.close());
  }

  toggle() {
    if (this.open) this.close();
    else this.listen();
  }

  listen() {
    if (this.open) return;
    this.open = true;
    this.scope = new Microscope();
    this.key = '';
    const source = new EventSource('/api/chunks');
    this.#source = source;
    source.addEventListener('chunk', (event) => {
      this.scope?.hear(JSON.parse(event.data));
      this.#onChange();
    });
    source.onopen = () => this.#say(false);
    source.onerror = () => this.#say(true);
  }

  close() {
    this.#source?.close();
    this.#source = null;
    this.scope = null;
    this.open = false;
  }

  /**
   * These are the lanes of the page now; of others nothing is kept.
   * @param {string[]} ids
   */
  aim(ids) {
    if (ids.join() !== this.#lanes.join()) this.key = '';
    this.#lanes = ids;
    this.scope?.keep(ids);
    if (this.key === '') this.key = this.#first();
  }

  /** To the next event, the one before, or the same again. @param {1|0|-1} by */
  step(by) {
    if (by === 0) return;
    const seqs = this.scope?.seqs() ?? [];
    const now = this.key.startsWith('#') ? Number(this.key.slice(1)) : NaN;
    const next = Number.isNaN(now) ? seqs.at(by > 0 ? 0 : -1) : by > 0 ? seqs.find((one) => one > now) : seqs.findLast((one) => one < now);
    if (next !== undefined) this.key = `#${next}`;
  }

  /** The first event that every lane has, and no other: what moves on by itself cannot be read. */
  #first() {
    const { scope } = this;
    const seq = scope?.seqs().find((one) => this.#lanes.every((id) => scope.at(id, `#${one}`).length > 0));
    return seq === undefined ? '' : `#${seq}`;
  }

  /** @param {boolean} away */
  #say(away) {
    this.away = away;
    this.#onChange();
  }
}

/*
 * Listens to what crosses the readers' sockets, but only while the microscope is open: closed, nothing is kept here, and
 * nothing at the server. All connections come on one stream, for a browser has six connections for a host.
 */
import { Microscope } from '../model/microscope.js';
import { WireLook } from '../model/wire-look.js';
import { WireTally } from '../model/wire-tally.js';

export class WireWatch extends WireLook {
  #onChange;
  /** @type {EventSource|null} */
  #source = null;
  /** What has crossed since it was opened. @type {Microscope|null} */
  #scope = null;
  /** @type {WireTally|null} */
  #tally = null;

  /** @param {() => void} onChange */
  constructor(onChange) {
    super();
    this.#onChange = onChange;
    // A page that is kept for the back button must not keep a connection.
    addEventListener('pagehide', () => this.#source?.close());
  }

  get scope() {
    return this.#scope;
  }

  get tally() {
    return this.#tally;
  }

  toggle() {
    if (this.open) this.close();
    else this.listen();
  }

  listen() {
    if (this.open) return;
    this.open = true;
    this.#scope = new Microscope();
    this.#tally = new WireTally();
    this.key = '';
    const source = new EventSource('/api/chunks');
    this.#source = source;
    source.addEventListener('chunk', (event) => {
      const note = JSON.parse(event.data);
      this.#scope?.hear(note);
      this.#tally?.hear(note);
      this.#onChange();
    });
    source.onopen = () => this.#say(false);
    source.onerror = () => this.#say(true);
  }

  close() {
    this.#source?.close();
    this.#source = null;
    this.#scope = null;
    this.#tally = null;
    this.open = false;
  }

  /** @param {boolean} away */
  #say(away) {
    this.away = away;
    this.#onChange();
  }
}

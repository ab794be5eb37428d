/*
 * Looks at the pool of clients about each second, but only while somebody looks at it:
 * an instrument must not be busy with itself.
 */
import { readPool, removeClient, setPoolMaximum } from './api.js';

const EVERY_MS = 1000;

export class PoolWatch {
  open = false;
  /** @type {import('./api.js').Pool|null} */
  pool = null;
  /** What was done last: who was removed, or why not. @type {{key: string, values: Record<string, string|number>}|null} */
  said = null;
  #onChange;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  toggle() {
    this.open = !this.open;
    this.said = null;
    clearTimeout(this.#timer);
    if (this.open) void this.#look();
  }

  /**
   * @param {string} job
   * @param {string} client
   */
  async remove(job, client) {
    await removeClient(job, client);
    this.said = { key: 'clients.removed', values: { client, job } };
    await this.#look();
  }

  /** @param {number} max */
  async limit(max) {
    await setPoolMaximum(max);
    this.said = { key: 'clients.limited', values: { max } };
    await this.#look();
  }

  async #look() {
    clearTimeout(this.#timer);
    // A bench that is away is said elsewhere; the list stays as it was.
    this.pool = await readPool().catch(() => this.pool);
    this.#onChange();
    clearTimeout(this.#timer);
    if (this.open) this.#timer = setTimeout(() => this.#look(), EVERY_MS);
  }
}

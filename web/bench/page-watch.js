/*
 * How the page itself fares while a run lasts: how long it was hidden, and how late its timer ticks, which tells how
 * busy the machine is. The lanes live in Workers and suffer less; but whoever reads the numbers should know.
 */
import { Histogram } from '../model/histogram.js';

const EVERY_MS = 200;
const FEWEST = 15;

export class PageWatch {
  #hidden = 0;
  #ticks = new Histogram();
  #running;
  #last = performance.now();

  /** @param {() => boolean} running  whether a run lasts */
  constructor(running) {
    this.#running = running;
    setInterval(() => this.#tick(), EVERY_MS);
    // A tick across a change of sight would count a throttled timer as a busy machine.
    document.addEventListener('visibilitychange', () => this.#look(!document.hidden));
  }

  /** A new run: what was before is no part of it. */
  begin() {
    this.#hidden = 0;
    this.#ticks = new Histogram();
    this.#last = performance.now();
  }

  get told() {
    return { hidden: this.#hidden, late: this.#ticks.count < FEWEST ? null : this.#ticks.quantile(0.95) };
  }

  #tick() {
    const took = performance.now() - this.#last;
    if (!document.hidden && this.#running()) this.#ticks.add(took - EVERY_MS);
    this.#look(document.hidden);
  }

  /** @param {boolean} hidden  how it has been until now */
  #look(hidden) {
    const now = performance.now();
    if (hidden && this.#running()) this.#hidden += now - this.#last;
    this.#last = now;
  }
}

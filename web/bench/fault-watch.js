/*
 * The faults of this bench as the page holds them: what can be thrown and was, and which throws are this page's own,
 * kept over a reload, for the page clears its own before each run and leaves those of others alone.
 */
import { throwBody } from '../model/fault-choice.js';
import { Faults, cutScope } from '../model/faults.js';
import { clearAllFaults, clearFault, readConnections, readFaults, throwFault } from './api.js';
import { keep, kept } from './kept.js';

/** @typedef {import('../model/fault-choice.js').Choice} Choice */

const KEY = 'wirebench-throws';
/** The server keeps the last 100. */
const MOST = 100;

export class FaultWatch {
  open = false;
  faults = new Faults();
  /** The last throw that was refused: why. */
  refused = '';
  /** Names of throws of this page, with their times: a new server counts from one again. @type {string[]} */
  #mine = remembered();
  #stage;
  #onChange;

  /**
   * @param {import('./stage.js').Stage} stage
   * @param {() => void} onChange
   */
  constructor(stage, onChange) {
    this.#stage = stage;
    this.#onChange = onChange;
  }

  /** @param {boolean} [anew]  the bench was away */
  async load(anew = false) {
    this.faults.know(await readFaults(), anew);
  }

  /** @param {import('../model/types.js').Observation} obs */
  fold(obs) {
    if (!['thrown', 'struck', 'cleared', 'caveat'].includes(obs.kind)) return;
    this.faults.fold(obs);
    this.#onChange();
  }

  /** @param {Choice} choice */
  async throwIt(choice) {
    this.refused = '';
    try {
      const thrown = await throwFault(throwBody(choice, await this.#scopeOf(choice.scope)));
      this.#remember(thrown);
      this.faults.add(thrown);
    } catch (error) {
      this.refused = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {string} id */
  async clear(id) {
    this.faults.add(await clearFault(id));
  }

  async clearAll() {
    await clearAllFaults();
    // What it came to is in the record; who is not listening asks.
    await this.load();
  }

  /** Before a run: what this page threw is no part of the next. */
  async clearMine() {
    // One that is over by itself meanwhile is as it should be.
    await Promise.all(this.faults.active.filter((one) => this.isMine(one.id)).map((one) => this.clear(one.id).catch(() => null)));
  }

  /** @param {string} id */
  isMine(id) {
    const thrown = this.faults.get(id)?.thrown;
    return thrown !== undefined && this.#mine.includes(`${id}@${Math.floor(thrown)}`);
  }

  /**
   * The lanes and connections of this page by the names the server knows them by.
   * @param {string} scope
   */
  async #scopeOf(scope) {
    const [kind, n] = cutScope(scope);
    if (kind !== 'lane' && kind !== 'connection') return scope;
    const id = this.#stage.lanes[Number(n) - 1]?.id ?? '';
    if (kind === 'lane') return `lane:${id}`;
    const own = (await readConnections()).filter((one) => one.lane === id).map((one) => one.connection);
    if (own.length === 0) throw new Error(`connection: lane ${n} has none now`);
    return `connection:${Math.max(...own)}`;
  }

  /** @param {{id: string, thrown: number}} thrown */
  #remember({ id, thrown }) {
    this.#mine = [...this.#mine, `${id}@${Math.floor(thrown)}`].slice(-MOST);
    // Where nothing can be kept, a reload makes its throws those of another.
    keep(KEY, this.#mine);
  }
}

/** @returns {string[]} */
function remembered() {
  const mine = kept(KEY);
  return Array.isArray(mine) ? mine.map(String) : [];
}

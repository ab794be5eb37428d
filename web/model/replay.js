/*
 * A saved record at an instant: the same folds as of a live run, fed with the lines that had come by then. Going back
 * begins again from the first line, beside what is shown, so that the picture changes once it is right; all work is done
 * in slices that the caller bounds.
 */
import { Faults } from './faults.js';
import { Microscope } from './microscope.js';
import { RunModel } from './run.js';
import { countUntil, firstClocks } from './saved-times.js';
import { WireTally } from './wire-tally.js';

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {import('./saved-record.js').SavedRecord} SavedRecord */
/** @typedef {import('./saved-lanes.js').SavedLane} SavedLane */

/**
 * @typedef {object} State what the lines so far have come to
 * @property {number} at       how many they are
 * @property {RunModel} run
 * @property {Faults} faults
 * @property {Microscope|null} scope  null where the record holds no bytes
 * @property {WireTally} tally
 */

/** Lines between two looks at the clock. */
const BATCH = 16;
const OF_FAULTS = new Set(['thrown', 'struck', 'cleared', 'caveat']);

export class Replay {
  /** What is shown. @type {State} */
  state;
  /** Lines that the folds could not take, by their place: each is passed over. @type {Set<number>} */
  refused = new Set();
  #record;
  #job;
  #lanes;
  #kinds;
  /** The connections that carried requests of the lanes that are shown: others need not be taken apart. @type {Set<string>} */
  #conns;
  /** The lines that are to be in what is shown. */
  #target = 0;
  /** What is being made anew, to be shown when it has all lines that it is to have. @type {State|null} */
  #next = null;

  /**
   * @param {SavedRecord} record
   * @param {string} job            whose readers are shown
   * @param {SavedLane[]} lanes     those that are shown
   * @param {import('./faults.js').FaultKind[]} [kinds] what faults are called
   */
  constructor(record, job, lanes, kinds = []) {
    this.#record = record;
    this.#job = job;
    this.#lanes = lanes;
    this.#kinds = kinds;
    const ids = new Set(lanes.map(({ id }) => id));
    this.#conns = new Set();
    for (const { kind, lane, conn } of record.list) if (kind === 'bytes' && lane && conn && ids.has(lane)) this.#conns.add(conn);
    this.state = this.#fresh();
  }

  /** When the first line came, by the server's clock. */
  get from() {
    return this.#record.times[0];
  }

  get to() {
    return this.#record.times[this.#record.times.length - 1];
  }

  /** Whether what is shown is what is wanted. */
  get settled() {
    return this.#next === null && this.state.at === this.#target;
  }

  /** How much of the way to what is wanted is made, 0 to 1. */
  get done() {
    const { at } = this.#next ?? this.state;
    return this.#target === 0 ? 1 : Math.min(1, at / this.#target);
  }

  /** @param {number} t  all that had come by then is to be shown */
  seek(t) {
    this.#target = countUntil(this.#record.times, t);
    if (this.#target >= this.state.at) this.#next = null;
    else if (!this.#next || this.#next.at > this.#target) this.#next = this.#fresh();
  }

  /**
   * Works for so long, and says whether all is done.
   * @param {number} budget ms
   * @param {() => number} [now]
   */
  work(budget, now = () => performance.now()) {
    const until = now() + budget;
    const state = this.#next ?? this.state;
    while (state.at < this.#target) {
      const end = Math.min(this.#target, state.at + BATCH);
      for (; state.at < end; state.at += 1) this.#fold(state, state.at);
      if (now() >= until) break;
    }
    if (this.#next && state.at === this.#target) {
      this.state = state;
      this.#next = null;
    }
    return this.settled;
  }

  /** The instant of the next line, or of the one before, that is another than this. @param {number} t @param {1|-1} by */
  step(t, by) {
    const { times } = this.#record;
    if (by > 0) return times[Math.min(times.length - 1, countUntil(times, t))];
    const index = countUntil(times, t) - 1;
    for (let before = index; before >= 0; before -= 1) if (times[before] < Math.min(t, times[index])) return times[before];
    return index >= 0 && times[index] < t ? times[index] : times[0];
  }

  /** @returns {State} */
  #fresh() {
    const { header, list, holdsBytes, apart } = this.#record;
    const run = new RunModel(this.#job);
    run.arrange(this.#lanes);
    // As the bench says of a job that it has made and that waits for its lanes.
    if (header) run.jobState = 'ready';
    if (apart) run.source = 'per-connection';
    for (const clock of firstClocks(list).values()) run.fold(clock);
    const faults = new Faults();
    faults.kinds = this.#kinds;
    return { at: 0, run, faults, scope: holdsBytes ? new Microscope() : null, tally: new WireTally() };
  }

  /**
   * @param {State} state
   * @param {number} index
   */
  #fold(state, index) {
    const obs = this.#record.list[index];
    try {
      if (this.#conns.has(obs.conn ?? '')) hear(state, obs);
      if (OF_FAULTS.has(obs.kind)) state.faults.fold(obs);
      if (obs.kind === 'began') state.run.start();
      state.run.fold(obs);
      if (obs.kind === 'ended' && !['done', 'failed', 'cancelled'].includes(state.run.jobState)) state.run.lose();
    } catch {
      this.refused.add(index);
    }
  }
}

/**
 * What crossed a socket.
 * @param {State} state
 * @param {Observation} obs
 */
function hear({ scope, tally }, obs) {
  if (!scope || obs.clock !== 'server' || (obs.kind !== 'bytes' && obs.kind !== 'closed')) return;
  const { kind, lane = null, transport = null, conn, at, dir: way, missed, bytes } = /** @type {any} */ (obs);
  const note = { connection: Number(conn), lane, transport, at };
  if (missed) scope.hear({ ...note, missed });
  const told = kind === 'closed' ? { ...note, ended: true } : { ...note, way, bytes };
  if (kind === 'bytes' && typeof bytes !== 'string') return;
  tally.hear(told);
  scope.hear(told);
}

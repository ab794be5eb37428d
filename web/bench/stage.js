/*
 * The lanes of the page: one frame each, at the origins the bench lends. Gives the
 * run's lane ids out and passes orders on. Knows nothing of how lanes are drawn.
 */
import { laneSettings } from '../model/settings.js';
import { LaneFrame } from './lane-frame.js';
import { randomName } from './ids.js';

/**
 * @typedef {object} StageLane
 * @property {number} n              1, 2, 3, …: its place on the page
 * @property {string} id             its name in this run
 * @property {string} transport
 * @property {import('./api.js').Origin} origin
 * @property {boolean} shared        another lane uses the same origin
 * @property {LaneFrame} frame
 */

export class Stage {
  /** @type {StageLane[]} */
  lanes = [];
  /** @type {import('../model/types.js').Observation[]} */
  clocks = [];
  /** @type {import('./api.js').Origin[]} */
  #origins = [];
  #onRecords;
  #onAlive;
  #orders = 0;

  /**
   * @param {(lines: import('../model/types.js').Observation[]) => void} onRecords
   * @param {(lane: StageLane) => void} onAlive
   */
  constructor(onRecords, onAlive) {
    this.#onRecords = onRecords;
    this.#onAlive = onAlive;
  }

  /** @param {import('./api.js').Origin[]} origins what the bench lends */
  lend(origins) {
    this.#origins = origins;
  }

  /**
   * Has exactly these transports as lanes; frames that can stay do.
   * @param {string[]} transports
   */
  arrange(transports) {
    for (const lane of this.lanes.splice(transports.length)) lane.frame.remove();
    transports.forEach((transport, index) => {
      if (this.lanes[index]) this.lanes[index].transport = transport;
      else this.lanes.push(this.#make(index, transport));
    });
    this.rename();
  }

  /** New names for a new run, so that the server's account of each lane begins at zero. */
  rename() {
    const prefix = randomName(5);
    for (const lane of this.lanes) lane.id = `${prefix}-${lane.n}`;
  }

  /** @param {string|number} wanted a lane's id, its number, or its transport */
  find(wanted) {
    return this.lanes.find((one) => one.id === wanted || one.n === Number(wanted) || one.transport === wanted) ?? null;
  }

  /**
   * @param {StageLane} lane
   * @param {string} job
   * @param {import('../model/settings.js').Settings} settings
   * @param {boolean} fresh
   */
  connect(lane, job, settings, fresh) {
    const { id, transport } = lane;
    const own = laneSettings(settings, lane.n - 1);
    lane.frame.tell({ type: 'connect', fresh, lane: id, transport, job, settings: own });
  }

  /**
   * @param {StageLane} lane
   * @param {{command: string, factor?: number}} order
   */
  command(lane, order) {
    const id = `${lane.n}.${(this.#orders += 1)}`;
    lane.frame.tell({ type: 'command', order: { id, ...order } });
  }

  /** The last word on each lane's clock, under the lane's present name. */
  knownClocks() {
    return this.lanes.flatMap((lane) => {
      const last = this.clocks[lane.n];
      return last ? [{ ...last, lane: lane.id, transport: lane.transport }] : [];
    });
  }

  /**
   * @param {number} index
   * @param {string} transport
   * @returns {StageLane}
   */
  #make(index, transport) {
    const n = index + 1;
    const origin = this.#origins[index % this.#origins.length];
    const received = (/** @type {import('../model/types.js').Observation[]} */ lines) => {
      for (const obs of lines) if (obs.kind === 'clock') this.clocks[n] = obs;
      this.#onRecords(lines);
    };
    const frame = new LaneFrame(origin.url.replace(/\/$/, ''), `lane ${n}`, received, () => this.#onAlive(lane));
    /** @type {StageLane} */
    const lane = { n, id: '', transport, origin, shared: index >= this.#origins.length, frame };
    return lane;
  }
}

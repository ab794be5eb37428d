/*
 * The lanes of the page: one frame each, at the origins the bench lends. Gives the
 * run's lane ids out and passes orders on. Knows nothing of how lanes are drawn.
 */
import { LaneFrame } from './lane-frame.js';
import { randomName } from './ids.js';

/**
 * @typedef {object} StageLane
 * @property {number} n              1, 2, 3, …: its place on the page
 * @property {string} id             its name in this run
 * @property {string} transport
 * @property {string} name           what its scenario calls it; '' of a lane of the page's own
 * @property {string} reads          where it reads, if its page comes from elsewhere; else ''
 * @property {import('./api.js').Origin} origin
 * @property {boolean} shared        another lane uses the same origin
 * @property {import('../model/types.js').Observation|null} clock  the last word on its clock
 * @property {LaneFrame} frame
 */

/** @typedef {{id: string, name: string, transport: string, origin: import('./api.js').Origin, page: string|null}} Cast */

export class Stage {
  /** @type {StageLane[]} */
  lanes = [];
  /** @type {import('./api.js').Origin[]} */
  #origins = [];
  #onRecords;
  #onAlive;
  #orders = 0;
  /** A scenario's lanes stand here. */
  #cast = false;

  /**
   * @param {(lines: import('../model/types.js').Observation[]) => void} onRecords
   * @param {(lane: StageLane) => void} onAlive
   */
  constructor(onRecords, onAlive) {
    this.#onRecords = onRecords;
    this.#onAlive = onAlive;
  }

  /** What the bench lends. */
  get origins() {
    return this.#origins;
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
    if (this.#cast) return this.#free(transports);
    for (const lane of this.lanes.splice(transports.length)) lane.frame.remove();
    transports.forEach((transport, index) => {
      const lane = this.lanes[index];
      if (!lane) this.lanes.push(this.#make(transport));
      else if (lane.transport !== transport) Object.assign(lane, { transport, id: `${randomName(5)}-${lane.n}` });
    });
    this.#number();
  }

  /**
   * Has exactly these lanes of a scenario, whose names and places are not the page's to give. Frames that stand already
   * stay where that keeps their order: a frame that is moved in the document loads again.
   * @param {Cast[]} wanted
   */
  cast(wanted) {
    this.#cast = true;
    const old = this.lanes;
    let next = 0;
    this.lanes = [];
    for (const { id, name, transport, origin, page } of wanted) {
      const from = (page ?? origin.url).replace(/\/$/, '');
      const found = old.findIndex((one, index) => index >= next && one.frame.origin === from);
      const lane = found < 0 ? this.#make(transport, origin, from) : old[found];
      next = Math.max(next, found + 1);
      this.lanes.push(Object.assign(lane, { id, name, transport, origin, reads: page ? origin.url.replace(/\/$/, '') : '' }));
    }
    for (const lane of old) if (!this.lanes.includes(lane)) lane.frame.remove();
    this.#number();
  }

  /** Which of the page's own origins lanes get: each another as long as there are any. @param {string[]} transports */
  #free(transports) {
    const prefix = randomName(5);
    this.cast(transports.map((transport, index) => ({
      id: `${prefix}-${index + 1}`, name: '', transport, origin: this.#origins[index % this.#origins.length], page: null,
    })));
    this.#cast = false;
  }

  /** @param {number} index the lane that goes; the others stay what they are */
  remove(index) {
    for (const lane of this.lanes.splice(index, 1)) lane.frame.remove();
    this.#number();
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
   * @param {import('../model/types.js').LaneSettings} own
   * @param {boolean} fresh
   */
  connect(lane, job, own, fresh) {
    const { id, transport, reads } = lane;
    lane.frame.tell({ type: 'connect', fresh, lane: id, transport, job, settings: own, ...(reads ? { origin: reads } : {}) });
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
    return this.lanes.flatMap(({ clock, id, transport }) => (clock ? [{ ...clock, lane: id, transport }] : []));
  }

  /** Places are counted anew, and the first lane of an origin has it for itself as long as it can. */
  #number() {
    this.lanes.forEach((lane, index) => {
      lane.n = index + 1;
      lane.shared = this.lanes.findIndex((one) => one.origin === lane.origin) < index;
    });
  }

  /** The origin that the fewest lanes use. */
  #leastUsed() {
    const used = (/** @type {import('./api.js').Origin} */ one) => this.lanes.filter((lane) => lane.origin === one).length;
    return this.#origins.reduce((a, b) => (used(b) < used(a) ? b : a));
  }

  /**
   * @param {string} transport
   * @param {import('./api.js').Origin} [origin]
   * @param {string} [page]  where its page comes from
   * @returns {StageLane}
   */
  #make(transport, origin = this.#leastUsed(), page = origin.url.replace(/\/$/, '')) {
    const n = this.lanes.length + 1;
    const received = (/** @type {import('../model/types.js').Observation[]} */ lines) => {
      for (const obs of lines) if (obs.kind === 'clock') lane.clock = obs;
      this.#onRecords(lines);
    };
    const frame = new LaneFrame(page, `lane ${n}`, received, () => this.#onAlive(lane));
    /** @type {StageLane} */
    const lane = { n, id: `${randomName(5)}-${n}`, transport, name: '', reads: '', origin, shared: false, clock: null, frame };
    return lane;
  }
}

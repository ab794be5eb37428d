/*
 * One run as a fold of all observations, the lanes' and the server's: what the job
 * is doing, how far the feed is, and each lane beside the others.
 */
import { Histogram } from './histogram.js';
import { LaneModel } from './lane.js';
import { END_TYPES } from './machine.js';
import { Owners } from './socket-count.js';
import { Timeline } from './timeline.js';

/** @typedef {import('./types.js').Observation} Observation */

/** @type {Record<string, string>} */
const STATE_AFTER = { paused: 'paused', resumed: 'running', done: 'done', failed: 'failed', cancelled: 'cancelled' };

export class RunModel {
  /** @type {Map<string, LaneModel>} */
  lanes = new Map();
  /** @type {Map<string, Timeline>} */
  timelines = new Map();
  /** The highest seq anybody has seen. */
  head = 0;
  /** @type {string} */
  jobState = 'none';
  /** @type {number|null} */
  total = null;
  /** @type {string|null} */
  epoch = null;
  /** Where the events come from; '' before it is known. */
  source = '';
  appended = 0;
  /** How much later than due events were made, ms. */
  lateness = new Histogram();
  /** Lines of the server's record that this page was too slow for. */
  lost = 0;
  /** Server time of the first and the last thing that happened; NaN before. */
  begins = NaN;
  ends = NaN;
  #stateSeq = 0;
  #owners = new Owners();

  /** @param {string|null} job */
  constructor(job) {
    this.job = job;
  }

  /**
   * @param {string} id
   * @param {string} transport
   * @param {boolean} [resumes]  it comes back with a cursor
   */
  addLane(id, transport, resumes = !['websocket', 'fetch-stream'].includes(transport)) {
    const lane = new LaneModel(id, transport, resumes);
    this.lanes.set(id, lane);
    this.timelines.set(id, new Timeline());
    return lane;
  }

  /**
   * Has exactly these lanes, in this order; those it knows keep what they have seen.
   * @param {{id: string, transport: string, resumes?: boolean, name?: string}[]} wanted
   */
  arrange(wanted) {
    const { lanes, timelines } = this;
    this.lanes = new Map();
    this.timelines = new Map();
    for (const { id, transport, resumes, name = '' } of wanted) {
      const [lane, timeline] = [lanes.get(id), timelines.get(id)];
      if (!lane || !timeline) this.addLane(id, transport, resumes).name = name;
      else {
        this.lanes.set(id, lane);
        this.timelines.set(id, timeline);
      }
    }
  }

  /**
   * What the server said of the job when it was made or joined.
   * @param {{state: string, head: number, total: number|null, epoch: string, source?: string}} job
   */
  know(job) {
    this.jobState = job.state;
    this.head = Math.max(this.head, job.head);
    if (this.total === null || job.state === 'done') this.total = job.total;
    this.epoch = job.epoch;
    this.source = job.source ?? this.source;
  }

  /** The job was told to start; its first event may be long in coming. */
  start() {
    if (this.jobState === 'ready') this.jobState = 'running';
  }

  /** The bench no longer has the job: nobody will ever say more of it. */
  lose() {
    this.jobState = 'gone';
  }

  /** @param {Observation} obs */
  fold(obs) {
    if (obs.clock === 'server') {
      this.#foldServer(obs);
      return;
    }
    const lane = obs.lane === undefined ? undefined : this.lanes.get(obs.lane);
    if (!lane) return;
    if (!this.#apart) {
      if (obs.kind === 'event') this.#advance(obs);
      if (obs.kind === 'hello' && (obs.head ?? 0) > this.head) this.head = obs.head ?? 0;
    }
    lane.fold(obs, this.headOf(lane));
    if (obs.kind === 'clock') return;
    const t = lane.serverTime(obs);
    this.#stretch(t);
    this.timelines.get(lane.id)?.fold(obs, t, lane.machine);
  }

  /** Each reader has a log of its own, and what one sees says nothing of the others. */
  get #apart() {
    return this.source === 'per-connection';
  }

  /**
   * How far the log goes that this lane reads.
   * @param {LaneModel} lane
   */
  headOf(lane) {
    return this.#apart ? lane.ledger.highest : this.head;
  }

  /** Nobody will say anything more: all lanes are through, and the job is. */
  get settled() {
    if (!['done', 'failed', 'cancelled', 'gone'].includes(this.jobState)) return false;
    const moving = ['connecting', 'open', 'waiting'];
    return [...this.lanes.values()].every((lane) => !moving.includes(lane.machine.state));
  }

  /** @param {Observation} obs */
  #foldServer(obs) {
    if (obs.kind === 'appended' && obs.job === this.job) {
      this.appended += 1;
      if (typeof obs.due === 'number') this.lateness.add(obs.at - obs.due);
      this.#advance(obs);
    } else if (obs.kind === 'lost') this.lost += obs.lines ?? 0;
    else if (obs.lane !== undefined) {
      const lane = this.lanes.get(obs.lane);
      lane?.foldServer(obs);
      if (obs.kind === 'request' && this.#owners.asked(obs)) lane?.connected();
      if (obs.kind === 'closed' && this.#owners.closed(obs)) lane?.released(obs);
      if (obs.kind === 'struck') this.timelines.get(obs.lane)?.strike(obs);
    }
  }

  /** @param {Observation} obs an event, seen by the server or by some lane */
  #advance(obs) {
    const seq = obs.seq ?? 0;
    if (seq > this.head) this.head = seq;
    // The same event arrives once a lane, and later again in replays: the newest one tells the state.
    if (seq < this.#stateSeq) return;
    this.#stateSeq = seq;
    const type = obs.type ?? '';
    if (type in STATE_AFTER) this.jobState = STATE_AFTER[type];
    else if (this.jobState === 'ready' || this.jobState === 'none') this.jobState = 'running';
    // A job that was cut short keeps its plan: it is not complete.
    if (type === 'done' || this.total === null) this.total = END_TYPES.has(type) ? seq : this.total;
  }

  /** @param {number} t */
  #stretch(t) {
    if (!(t >= this.begins)) this.begins = t;
    if (!(t <= this.ends)) this.ends = t;
  }
}

/*
 * The picture of one lane on the time axis: marks (something went up or came down)
 * and spans (a state held from here to there). In server time, so that all lanes
 * share one axis. Bounded, and says so when it forgets.
 */

import { asks } from './asking.js';

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {import('./types.js').LaneState} LaneState */

/**
 * @typedef {object} Mark
 * @property {number} t       server time
 * @property {'up'|'down'} dir
 * @property {'event'|'end'|'request'|'response'|'command'|'ack'|'failed'|'remark'|'heartbeat'|'struck'|'closed'|'thrown'|'cleared'} what
 * @property {boolean} replay an event that was older than the connection it came on
 * @property {Observation} obs
 */

/**
 * @typedef {object} Span
 * @property {number} from
 * @property {number|null} to   null while it lasts
 * @property {LaneState} state
 * @property {number|null} code
 * @property {string} reason    of the Close, where one came
 * @property {string} cause
 * @property {boolean} browserDecides
 */

const END = new Set(['done', 'failed', 'cancelled']);

/** @type {Record<string, Mark['what']>} */
const MARKS = {
  event: 'event', request: 'request', response: 'response', command: 'command', ack: 'ack', failed: 'failed',
  heartbeat: 'heartbeat', gap: 'remark', 'unknown-epoch': 'remark', hello: 'remark', replaced: 'remark', removed: 'remark', full: 'remark', connecting: 'request', closed: 'closed', struck: 'struck',
};

export class Timeline {
  /** @type {Mark[]} */
  marks = [];
  /** @type {Span[]} */
  spans = [];
  forgotten = 0;
  #openedAt = Infinity;
  #reason = '';

  /** @param {number} limit marks kept */
  constructor(limit = 60_000) {
    this.limit = limit;
  }

  /**
   * @param {Observation} obs
   * @param {number} t
   * @param {import('./machine.js').Machine} machine the lane after this observation
   */
  fold(obs, t, machine) {
    if (obs.kind === 'opened') this.#openedAt = t;
    if (obs.kind === 'closed' || obs.kind === 'connecting') this.#reason = obs.reason ?? '';
    // Who asks has a request of its own right after "connecting".
    const drawn = !(obs.kind === 'connecting' && asks(obs.transport));
    const what = MARKS[obs.kind];
    if (what && drawn) this.#mark(obs, t, what);
    const last = this.spans.at(-1);
    if (!last || last.state !== machine.state) this.#turn(obs, t, machine);
    else if (obs.kind === 'waiting') last.browserDecides ||= obs.wait === null;
  }

  /**
   * A fault has struck a connection of this lane. The server says so on a way of its own: the mark is put where its
   * instant lies among those that have come before it.
   * @param {Observation} obs
   */
  strike(obs) {
    let index = this.marks.length;
    while (index > 0 && this.marks[index - 1].t > obs.at) index -= 1;
    this.marks.splice(index, 0, { t: obs.at, dir: 'down', what: 'struck', replay: false, obs });
  }

  /**
   * @param {Observation} obs
   * @param {number} t
   * @param {Mark['what']} what
   */
  #mark(obs, t, what) {
    const up = obs.dir === 'up' || obs.kind === 'connecting';
    const end = obs.kind === 'event' && END.has(obs.type ?? '');
    // 50 ms: what was said just before the stream was open is not a replay of the past.
    const replay = obs.kind === 'event' && !asks(obs.transport) && (obs.time ?? t) < this.#openedAt - 50;
    this.marks.push({ t, dir: up ? 'up' : 'down', what: end ? 'end' : what, replay, obs });
    if (this.marks.length > this.limit) {
      const half = this.limit >> 1;
      this.marks.splice(0, half);
      this.forgotten += half;
    }
  }

  /**
   * @param {Observation} obs
   * @param {number} t
   * @param {import('./machine.js').Machine} machine
   */
  #turn(obs, t, machine) {
    const last = this.spans.at(-1);
    if (last) last.to = t;
    this.spans.push({
      from: t, to: null, state: machine.state, code: machine.code, reason: this.#reason, cause: machine.cause,
      browserDecides: obs.kind === 'waiting' && obs.wait === null,
    });
  }
}

/**
 * The index of the first mark at or after `t` (marks are nearly in order of time).
 * @param {Mark[]} marks
 * @param {number} t
 */
export function firstFrom(marks, t) {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle].t < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/*
 * What the server counted at the sockets of one lane. It tells its running totals from time to time, and what each
 * connection carried when that closes: whichever is more was told later.
 */

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {{connections: number, open: number, requests: number, in: number, out: number}} Totals */

/** What only ever grows. */
const GROWING = /** @type {const} */ (['connections', 'requests', 'in', 'out']);

export class SocketCount {
  /** @type {Totals|null} */
  #running = null;
  #told = { connections: 0, requests: 0, in: 0, out: 0 };
  #base = { connections: 0, requests: 0, in: 0, out: 0 };
  /** Sums of the connections that this lane had for itself. */
  #closed = { in: 0, out: 0 };
  #connections = 0;

  /** What is known; null before anything is. @returns {Totals|null} */
  get total() {
    const closed = this.#closed;
    const running = this.#running;
    if (running === null && closed.in + closed.out === 0) return null;
    const { open, requests, connections } = running ?? { open: 0, requests: 0, connections: 0 };
    const more = running === null || closed.in + closed.out > running.in + running.out ? closed : running;
    return { open, requests, connections: Math.max(connections, this.#connections), in: more.in, out: more.out };
  }

  /**
   * The running totals. Where they fall, a new server counts from zero: what the one before it counted is kept.
   * @param {Observation} obs the server's `socket` line for this lane
   */
  running(obs) {
    const { open = 0, connections = 0, requests = 0, in: up = 0, out = 0 } = obs;
    const told = { connections, requests, in: up, out };
    const fell = GROWING.some((name) => told[name] < this.#told[name]);
    if (fell) for (const name of GROWING) this.#base[name] += this.#told[name];
    this.#told = told;
    const sum = (/** @type {typeof GROWING[number]} */ name) => this.#base[name] + told[name];
    this.#running = { open, connections: sum('connections'), requests: sum('requests'), in: sum('in'), out: sum('out') };
  }

  /** A connection carried a request of this lane for the first time. */
  connected() {
    this.#connections += 1;
  }

  /** A connection that was this lane's alone is closed. @param {Observation} obs */
  closed({ in: up = 0, out = 0 }) {
    this.#closed.in += up;
    this.#closed.out += out;
  }
}

/** Whose connection it was, while it is open. */
export class Owners {
  /** By the connection's number: the lanes that asked on it, and how often. @type {Map<string, {lanes: Set<string>, requests: number}>} */
  #owners = new Map();

  /**
   * Whether this is the lane's first request on it.
   * @param {Observation} obs the server's `request`
   */
  asked({ conn, lane }) {
    if (conn === undefined || lane === undefined) return false;
    const owner = this.#owners.get(conn) ?? { lanes: new Set(), requests: 0 };
    this.#owners.set(conn, owner);
    const isFirst = !owner.lanes.has(lane);
    owner.lanes.add(lane);
    owner.requests += 1;
    return isFirst;
  }

  /**
   * Whether it was the lane's alone: a page asks for its files and for the clock on it as well, and those are nobody's.
   * @param {Observation} obs the server's `closed`
   */
  closed({ conn, lane, requests }) {
    if (conn === undefined || lane === undefined) return false;
    const owner = this.#owners.get(conn);
    this.#owners.delete(conn);
    return owner !== undefined && owner.lanes.size === 1 && owner.lanes.has(lane) && (requests ?? owner.requests) === owner.requests;
  }
}

/*
 * What can be thrown and what was: a fold of GET /api/faults and of the server's lines
 * `thrown`, `struck`, `cleared` and `caveat`, in whichever order they come. A throw of
 * another page is one like any other.
 */

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {import('./switches.js').Param} Param */

/**
 * @typedef {object} FaultKind
 * @property {string} name
 * @property {string} title
 * @property {Param[]} params
 * @property {{once: boolean, time: boolean, 'until-cleared': boolean, default: string}} lasts
 * @property {string[]} scopes
 * @property {Record<string, string>} nothing  the transports on which it means nothing, and why
 * @property {{transports: string[], when: string, why: string}[]} [loses]  what not even a reader gets over that resumes
 */

/** @typedef {{caveat: string, values?: Record<string, unknown>}} Doubt */

/**
 * @typedef {object} Throw as the server tells it
 * @property {string} id
 * @property {string} fault
 * @property {Record<string, string>} params
 * @property {string} scope
 * @property {string} lasts
 * @property {number} thrown       server time
 * @property {Record<string, number>} heads
 * @property {number} struck
 * @property {number|null} cleared  server time
 * @property {Doubt[]} caveats
 */

/**
 * @typedef {object} Known
 * @property {Map<string, string>} conns  the connections it has struck, and whose they are: a lane, or ''
 * @property {string} why           why it was cleared, where that was heard
 */

/** @typedef {Throw & Known} Thrown */

/** More than the server keeps is kept by nobody. */
const MOST = 200;

export class Faults {
  /** @type {FaultKind[]} */
  kinds = [];
  /** Whether the server has said what can be thrown. */
  known = false;
  /** @type {Map<string, Thrown>} */
  #throws = new Map();

  /**
   * @param {{faults: FaultKind[], thrown: Throw[]}} told
   * @param {boolean} [anew]  the server may be a new one: of throws that it does not tell it knows nothing
   */
  know({ faults, thrown }, anew = false) {
    this.kinds = faults;
    this.known = true;
    const told = new Map(thrown.map((one) => [one.id, one.thrown]));
    if (anew) for (const { id, thrown: at } of this.#throws.values()) if (told.get(id) !== at) this.#throws.delete(id);
    for (const one of thrown) this.add(one);
  }

  /** @param {Throw} told what the server says of a throw now */
  add(told) {
    const { conns, why, cleared, caveats } = this.#entry(told.id);
    const doubts = told.caveats.length >= caveats.length ? told.caveats : caveats;
    this.#throws.set(told.id, { ...told, conns, why, cleared: told.cleared ?? cleared, caveats: doubts });
  }

  /** @param {Observation} obs */
  fold(obs) {
    if (obs.kind === 'caveat') this.#doubt(obs);
    if (obs.id === undefined) return;
    if (obs.kind === 'thrown') this.#thrown(obs);
    // What is struck is a connection, or an origin's listener.
    else if (obs.kind === 'struck') this.#entry(obs.id).conns.set(obs.conn ?? `origin ${obs.origin}`, obs.lane ?? '');
    else if (obs.kind === 'cleared') Object.assign(this.#entry(obs.id), { cleared: obs.at, why: obs.why ?? '' });
  }

  /** @param {string} name */
  find(name) {
    return this.kinds.find((one) => one.name === name) ?? null;
  }

  /** All that is known whole, the oldest first. */
  get list() {
    return [...this.#throws.values()].filter((one) => one.fault !== '').sort((a, b) => a.thrown - b.thrown);
  }

  /** What is at work now. */
  get active() {
    return this.list.filter((one) => one.cleared === null);
  }

  /** @param {string} id */
  get(id) {
    return this.#throws.get(id) ?? null;
  }

  /** @param {Observation} obs */
  #thrown(obs) {
    const entry = this.#entry(obs.id ?? '');
    Object.assign(entry, {
      fault: obs.fault ?? '', params: obs.params ?? {}, scope: obs.scope ?? 'all', lasts: obs.lasts ?? '', thrown: obs.at,
      heads: obs.heads ?? {}, struck: Math.max(entry.struck, typeof obs.struck === 'number' ? obs.struck : 0),
    });
  }

  /** One about a throw names it among its values. @param {Observation} obs */
  #doubt(obs) {
    const { id, fault: _, ...values } = obs.values ?? {};
    if (typeof id !== 'string') return;
    const entry = this.#entry(id);
    const doubt = { caveat: obs.caveat ?? '', ...(Object.keys(values).length > 0 ? { values } : {}) };
    const same = entry.caveats.some((one) => JSON.stringify(one) === JSON.stringify(doubt));
    if (!same) entry.caveats = [...entry.caveats, doubt];
  }

  /**
   * What is known of a throw so far; lines about it may come before its own.
   * @param {string} id
   * @returns {Thrown}
   */
  #entry(id) {
    const known = this.#throws.get(id);
    if (known) return known;
    /** @type {Thrown} */
    const fresh = {
      id, fault: '', params: {}, scope: 'all', lasts: '', thrown: NaN, heads: {}, struck: 0, cleared: null, caveats: [],
      conns: new Map(), why: '',
    };
    this.#throws.set(id, fresh);
    if (this.#throws.size > MOST) this.#throws.delete(this.#throws.keys().next().value ?? '');
    return fresh;
  }
}

/**
 * How many connections it has struck.
 * @param {Thrown} one
 */
export function struckCount(one) {
  return Math.max(one.struck, one.conns.size);
}

/**
 * Reasons to distrust it. That there was nothing to strike is none any more once it has struck: one that lasts waits for who comes.
 * @param {Thrown} one
 */
export function doubtsOf(one) {
  return one.caveats.filter(({ caveat }) => caveat !== 'nothing-struck' || struckCount(one) === 0);
}

/**
 * Whether a lane is in the scope of a throw.
 * @param {Thrown} one
 * @param {{id: string, transport: string}} lane
 */
export function covers(one, lane) {
  const [kind, name] = cutScope(one.scope);
  if (kind === 'lane') return name === lane.id;
  if (kind === 'transport') return name === lane.transport;
  // Whose a connection is, is known once it was struck.
  if (kind === 'connection') return [...one.conns.values()].includes(lane.id);
  return true;
}

/**
 * "transport:sse" as ["transport", "sse"].
 * @param {string} scope
 * @returns {[string, string]}
 */
export function cutScope(scope) {
  const at = scope.indexOf(':');
  return at < 0 ? [scope, ''] : [scope.slice(0, at), scope.slice(at + 1)];
}

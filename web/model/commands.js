/*
 * What talking back cost: each command a lane sent up, the bytes its client knows
 * of, what the socket grew by meanwhile, and how long the answer took.
 */

/** @typedef {import('./types.js').Observation} Observation */

/**
 * @typedef {object} SentCommand
 * @property {string} id
 * @property {string} command
 * @property {string} via            post or frame
 * @property {number} bytes          the body or the message, without head or framing
 * @property {number|null} took      ms until the ack
 * @property {boolean|null} ok
 * @property {string} error
 * @property {number} sentAt           server time
 * @property {number|null} ackedAt
 * @property {number|null} socketBytes  what the socket carried up between the two
 */

/** Totals of the socket that are remembered, to find the ones around a command. */
const TOTALS = 64;

export class Commands {
  /** @type {SentCommand[]} */
  list = [];
  /** @type {{t: number, in: number}[]} */
  #totals = [];

  /**
   * @param {Observation} obs
   * @param {number} t its server time
   */
  fold(obs, t) {
    if (obs.kind === 'command') this.#sent(obs, t);
    else if (obs.kind === 'ack') this.#answered(obs, t);
    else if (obs.kind === 'socket') this.#metered(obs.in ?? 0, t);
    else return;
    if (this.last) this.#price(this.last);
  }

  /** @returns {SentCommand|null} */
  get last() {
    return this.list.at(-1) ?? null;
  }

  /**
   * @param {Observation} obs
   * @param {number} t
   */
  #sent(obs, t) {
    this.list.push({
      id: obs.id ?? '', command: obs.command ?? '', via: obs.via ?? '', bytes: obs.bytes ?? 0,
      took: null, ok: null, error: '', sentAt: t, ackedAt: null, socketBytes: null,
    });
  }

  /**
   * @param {Observation} obs
   * @param {number} t
   */
  #answered(obs, t) {
    const sent = this.list.findLast((one) => one.id === obs.id);
    if (!sent) return;
    sent.took = obs.took ?? null;
    sent.ok = obs.ok ?? null;
    sent.error = obs.error ?? '';
    sent.ackedAt = t;
  }

  /**
   * @param {number} total
   * @param {number} t
   */
  #metered(total, t) {
    this.#totals.push({ t, in: total });
    if (this.#totals.length > TOTALS) this.#totals.shift();
  }

  /**
   * The server's lines and the lane's arrive by different ways, in any order: what
   * the command cost is found by their times.
   * @param {SentCommand} sent
   */
  #price(sent) {
    const { ackedAt } = sent;
    if (ackedAt === null || sent.socketBytes !== null) return;
    const before = this.#totals.findLast((one) => one.t <= sent.sentAt);
    const after = this.#totals.find((one) => one.t >= ackedAt);
    if (before && after) sent.socketBytes = after.in - before.in;
  }
}

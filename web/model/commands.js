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
 * @property {number|null} socketBefore
 * @property {number|null} socketBytes  what the socket carried up around it
 */

export class Commands {
  /** @type {SentCommand[]} */
  list = [];
  #socketIn = 0;

  /** @param {Observation} obs */
  fold(obs) {
    if (obs.kind === 'command') this.#sent(obs);
    else if (obs.kind === 'ack') this.#answered(obs);
    else if (obs.kind === 'socket') this.#metered(obs.in ?? 0);
  }

  /** @returns {SentCommand|null} */
  get last() {
    return this.list.at(-1) ?? null;
  }

  /** @param {Observation} obs */
  #sent(obs) {
    this.list.push({
      id: obs.id ?? '', command: obs.command ?? '', via: obs.via ?? '', bytes: obs.bytes ?? 0,
      took: null, ok: null, error: '', socketBefore: this.#socketIn, socketBytes: null,
    });
  }

  /** @param {Observation} obs */
  #answered(obs) {
    const sent = this.list.findLast((one) => one.id === obs.id);
    if (!sent) return;
    sent.took = obs.took ?? null;
    sent.ok = obs.ok ?? null;
    sent.error = obs.error ?? '';
  }

  /** @param {number} total */
  #metered(total) {
    const last = this.last;
    if (last && last.socketBytes === null && total > (last.socketBefore ?? 0)) {
      last.socketBytes = total - (last.socketBefore ?? 0);
    }
    this.#socketIn = total;
  }
}

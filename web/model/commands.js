/*
 * What talking back cost: each command a lane sent up, the bytes its client knows
 * of, those the socket counted, and how long the answer took.
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
 * @property {number|null} socketBytes  with request head or frame header, as the socket counted it
 */

export class Commands {
  /** @type {SentCommand[]} */
  list = [];
  /** What the server metered, by command id. @type {Map<string, number>} */
  #metered = new Map();

  /** @param {Observation} obs one of the lane's own */
  fold(obs) {
    if (obs.kind === 'command') this.#sent(obs);
    else if (obs.kind === 'ack') this.#answered(obs);
  }

  /**
   * The server's line and the lane's arrive by different ways, in any order.
   * @param {Observation} obs the server's own line about a command of this lane
   */
  foldServer(obs) {
    if (obs.id === undefined || obs.wire === undefined) return;
    this.#metered.set(obs.id, obs.wire);
    const sent = this.list.findLast((one) => one.id === obs.id);
    if (sent) sent.socketBytes = obs.wire;
  }

  /** @returns {SentCommand|null} */
  get last() {
    return this.list.at(-1) ?? null;
  }

  /** @param {Observation} obs */
  #sent(obs) {
    const id = obs.id ?? '';
    this.list.push({
      id, command: obs.command ?? '', via: obs.via ?? '', bytes: obs.bytes ?? 0,
      took: null, ok: null, error: '', socketBytes: this.#metered.get(id) ?? null,
    });
  }

  /** @param {Observation} obs */
  #answered(obs) {
    // An answer whose command was not noted is shown all the same.
    if (!this.list.some((one) => one.id === (obs.id ?? ''))) {
      this.#sent({ ...obs, bytes: 0, via: obs.transport === 'websocket' ? 'frame' : 'post' });
    }
    const sent = this.list.findLast((one) => one.id === (obs.id ?? ''));
    if (!sent) return;
    sent.took = obs.took ?? null;
    sent.ok = obs.ok ?? null;
    sent.error = obs.error ?? '';
  }
}

/*
 * A learner's own lanes: three Workers with the browser's real clients, and the models that fold what they see.
 */
import { randomName } from '../bench/ids.js';
import { RunModel } from '../model/run.js';
import { LANES, toldOf } from './outcome.js';

/** @typedef {{transport: string, port: MessagePort}} Own */

export class OwnLanes {
  run = new RunModel(null);
  #job = '';
  /** @type {Own[]} */
  #own = [];
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get job() {
    return this.#job;
  }

  /**
   * Reads this job from now on, from the beginning; the same once more changes nothing.
   * @param {import('./api.js').Round|null} round
   * @param {string[]} origins
   */
  read(round, origins) {
    const job = round?.job ?? '';
    if (job === this.#job) return;
    this.#job = job;
    for (const { port } of this.#own) port.postMessage({ type: 'disconnect', cause: 'closed' });
    this.run = new RunModel(job || null);
    if (!round) return;
    if (this.#own.length === 0) this.#own = LANES.map((transport) => this.#hire(transport));
    const name = randomName(8);
    this.#own.forEach(({ transport, port }, index) => {
      const lane = `${name}-${index + 1}`;
      const resumes = transport !== 'websocket' || round.ws === 'resume';
      this.run.addLane(lane, transport, resumes);
      const values = { encoding: 'json', poll: '500ms', overlap: '1', ws: round.ws };
      const settings = { values, changed: {}, sent: {}, shown: {} };
      port.postMessage({ type: 'connect', fresh: true, lane, transport, job, settings, origin: origins[index % origins.length] });
    });
  }

  /** @returns {import('./api.js').LaneTold[]} */
  told() {
    return [...this.run.lanes.values()].map((lane) => toldOf(lane, this.run.headOf(lane)));
  }

  /** @param {string} transport */
  #hire(transport) {
    const worker = new Worker('lane-worker.js', { type: 'module', name: transport });
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ type: 'port' }, [port2]);
    port1.onmessage = ({ data }) => {
      for (const obs of data.lines ?? []) this.run.fold(obs);
      this.#onChange();
    };
    return { transport, port: port1 };
  }
}

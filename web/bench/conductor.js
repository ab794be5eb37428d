/*
 * Plays a run: makes the job, lets all lanes connect, starts the feed when they are
 * there, and folds whatever comes into the run and the record. Draws nothing.
 */
import { jobSpec } from '../model/job-spec.js';
import { Records } from '../model/records.js';
import { RunModel } from '../model/run.js';
import { commandJob, forgetJob, makeJob, readJob } from './api.js';

/** @typedef {import('../model/types.js').Observation} Observation */
/** @typedef {import('../model/settings.js').Settings} Settings */

/** Nobody waits longer than this for a lane that cannot connect. */
const READY_LIMIT = 3000;
const READY_STATES = new Set(['open', 'ended', 'given-up', 'closed']);

export class Conductor {
  run = new RunModel(null);
  records = new Records();
  /** The settings the run is played with; frozen while it lasts. @type {Settings|null} */
  settings = null;
  busy = false;
  #stage;
  #onChange;
  /** The job this page made itself. @type {string|null} */
  #own = null;
  /** @type {(() => void)|null} */
  #onProgress = null;

  /**
   * @param {import('./stage.js').Stage} stage
   * @param {() => void} onChange called whenever something was folded
   */
  constructor(stage, onChange) {
    this.#stage = stage;
    this.#onChange = onChange;
    this.clear();
  }

  /** An empty run with the lanes as they are now. */
  clear() {
    this.#reset(null);
  }

  /** @param {Settings} settings */
  async play(settings) {
    this.busy = true;
    this.#onChange();
    try {
      this.#silence();
      await this.#forgetOwn();
      const job = settings.job ? await readJob(settings.job) : await makeJob(jobSpec(settings));
      if (!settings.job) this.#own = job.job;
      this.settings = Object.freeze({ ...settings });
      this.#stage.rename();
      this.#reset(job);
      for (const lane of this.#stage.lanes) this.join(lane);
      if (!settings.job) {
        await this.#lanesReady();
        await commandJob(job.job, { command: 'start' });
      }
    } finally {
      this.busy = false;
      this.#onChange();
    }
  }

  /**
   * Connects a lane that has not taken part yet. One whose frame is not there joins
   * when it comes alive.
   * @param {import('./stage.js').StageLane} lane
   */
  join(lane) {
    const { job, lanes } = this.run;
    const idle = lanes.get(lane.id)?.machine.state === 'idle';
    if (idle && job !== null && this.settings && lane.frame.alive) this.#stage.connect(lane, job, this.settings, true);
  }

  /**
   * A command for the whole job, by the bench and not by any lane.
   * @param {{command: string, factor?: number}} order
   */
  async command(order) {
    if (this.run.job) await commandJob(this.run.job, order);
  }

  /** @param {Observation} obs */
  fold(obs) {
    if (obs.clock === 'server' && !this.#concerns(obs)) return;
    if (obs.clock === 'lane' && !this.run.lanes.has(obs.lane ?? '')) return;
    this.records.add(obs);
    this.run.fold(obs);
    this.#onProgress?.();
    this.#onChange();
  }

  /** @param {import('./api.js').Job|null} job */
  #reset(job) {
    this.run = new RunModel(job?.job ?? null);
    this.records = new Records();
    if (job) this.run.know(job);
    for (const lane of this.#stage.lanes) this.run.addLane(lane.id, lane.transport);
    for (const clock of this.#stage.knownClocks()) this.fold(clock);
  }

  /** The bench hears of all pages' lanes and jobs; this run's are few of them. @param {Observation} obs */
  #concerns(obs) {
    if (obs.lane !== undefined) return this.run.lanes.has(obs.lane);
    return obs.job !== undefined && obs.job === this.run.job;
  }

  #silence() {
    for (const lane of this.#stage.lanes) lane.frame.tell({ type: 'disconnect', cause: 'next-run' });
  }

  async #forgetOwn() {
    const old = this.#own;
    this.#own = null;
    // It may be gone already; that is what was wanted.
    if (old) await forgetJob(old).catch(() => null);
  }

  /** @returns {Promise<void>} */
  #lanesReady() {
    const ready = () => [...this.run.lanes.values()].every((lane) => READY_STATES.has(lane.machine.state));
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        this.#onProgress = null;
        resolve();
      };
      const limit = setTimeout(done, READY_LIMIT);
      this.#onProgress = () => ready() && done();
      this.#onProgress();
    });
  }
}

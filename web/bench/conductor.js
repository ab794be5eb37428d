/*
 * Plays a run: makes the job, lets all lanes connect, starts the feed when they are
 * there, and folds whatever comes into the run and the record. Draws nothing.
 */
import { cutScope } from '../model/faults.js';
import { jobSpec } from '../model/job-spec.js';
import { laneSettings, resumes } from '../model/lane-settings.js';
import { Records } from '../model/records.js';
import { RunModel } from '../model/run.js';
import { Switches } from '../model/switches.js';
import { Complaint, commandJob, forgetJob, makeJob, readJob } from './api.js';
import { rememberJob } from './own-job.js';

/** @typedef {import('../model/types.js').Observation} Observation */
/** @typedef {import('../model/settings.js').Settings} Settings */

/** Nobody waits longer than this for a lane that cannot connect. */
const READY_LIMIT = 3000;
/** The server's lines that are about no single lane. */
/** What a run that is over may have left its job in. */
const OVER = new Set(['done', 'failed', 'cancelled', 'gone']);
const OF_ALL = new Set(['thrown', 'cleared', 'caveat', 'lost']);
/** Nothing more comes of a lane by itself. */
export const QUIET = new Set(['idle', 'closed', 'given-up', 'ended']);
const READY_STATES = new Set(['open', 'ended', 'given-up', 'closed']);

export class Conductor {
  run = new RunModel(null);
  records = new Records();
  /** The settings the run is played with; frozen while it lasts. @type {Settings|null} */
  settings = null;
  busy = false;
  /** What lanes can be switched to, once the server has said so. */
  switches = new Switches(null);
  #stage;
  #onChange;
  /** The job this page made itself. @type {string|null} */
  #own = null;
  /** What each lane of this run plays with, by its id. @type {Map<string, import('../model/types.js').LaneSettings>} */
  #plays = new Map();
  /** The scenario's run that is followed, if one is. */
  #followed = '';
  /** What a lane was switched to since. @type {Map<string, import('../model/types.js').LaneSettings>} */
  #retuned = new Map();
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
    this.#reset(null, null);
  }

  /**
   * Other lanes stand on the page: those that stay keep what they have seen, a new one
   * stands beside them with nothing.
   * @param {Settings} settings
   */
  rearrange(settings) {
    const known = this.run.lanes;
    this.#putUp(settings);
    for (const clock of this.#stage.knownClocks()) if (!known.has(clock.lane ?? '')) this.fold(clock);
  }

  /**
   * What a lane's client is set to: as this run is played, or the next would be.
   * @param {import('./stage.js').StageLane} lane
   * @param {Settings} next
   */
  settingsOf(lane, next) {
    return this.#plays.get(lane.id) ?? laneSettings(next, lane.n - 1, this.switches);
  }

  /**
   * A lane was switched while its run stands: it plays so from its next connection on, and until then what is shown
   * is told by what it has been measured with.
   * @param {import('./stage.js').StageLane} lane
   * @param {Settings} next
   */
  retune(lane, next) {
    if (this.#plays.has(lane.id)) this.#retuned.set(lane.id, laneSettings(next, lane.n - 1, this.switches));
  }

  /** @param {Settings} settings */
  async play(settings) {
    this.busy = true;
    this.#onChange();
    try {
      const job = settings.job ? await readJob(settings.job) : await makeJob(jobSpec(settings));
      // Only now: a run that cannot begin must not cost the one that is there.
      this.silence('next-run');
      await this.#forgetOwn(job.job);
      if (!settings.job) rememberJob((this.#own = job.job));
      this.settings = Object.freeze({ ...settings });
      this.#stage.rename();
      this.#reset(job, new Map(this.#stage.lanes.map((lane) => [lane.id, laneSettings(settings, lane.n - 1, this.switches)])));
      for (const lane of this.#stage.lanes) this.join(lane);
      if (!settings.job) {
        await this.#lanesReady();
        await commandJob(job.job, { command: 'start' });
        this.run.start();
      }
    } finally {
      this.busy = false;
      this.#onChange();
    }
  }

  /**
   * The stage of a scenario's run: the bench has made the job and says what each lane plays with. It conducts, too; what
   * it says comes as lines of `run`.
   * @param {string} run
   * @param {import('./api.js').Job} job
   * @param {Map<string, import('../model/types.js').LaneSettings>} plays  by the lanes' names
   */
  async follow(run, job, plays) {
    await this.#forgetOwn(job.job);
    this.settings = null;
    this.#reset(job, plays);
    this.#followed = run;
  }

  /** A run is over, whatever its job was doing: the bench has forgotten it. */
  over() {
    if (!OVER.has(this.run.jobState)) this.run.lose();
    this.#onChange();
  }

  /** Who reads now is told to stop. @param {string} cause */
  silence(cause) {
    for (const lane of this.#stage.lanes) {
      const state = this.run.lanes.get(lane.id)?.machine.state;
      // Of one that is over there is nothing more to say.
      if (cause !== 'closed' || !QUIET.has(state ?? '')) lane.frame.tell({ type: 'disconnect', cause });
    }
  }

  /**
   * Connects a lane that has not taken part yet. One whose frame is not there joins
   * when it comes alive.
   * @param {import('./stage.js').StageLane} lane
   */
  join(lane) {
    const { job, lanes } = this.run;
    const own = this.#retuned.get(lane.id) ?? this.#plays.get(lane.id);
    const idle = lanes.get(lane.id)?.machine.state === 'idle';
    if (idle && job !== null && own && lane.frame.alive) this.#stage.connect(lane, job, own, true);
  }

  /**
   * Opens a lane's connection by hand; one that stood beside the run takes part from now on.
   * @param {import('./stage.js').StageLane} lane
   * @param {Settings} next
   */
  open(lane, next) {
    const model = this.run.lanes.get(lane.id);
    if (!model || this.run.job === null) return;
    const own = this.#retuned.get(lane.id) ?? this.settingsOf(lane, next);
    this.#retuned.delete(lane.id);
    this.#plays.set(lane.id, own);
    model.resumes = resumes(lane.transport, own);
    this.#stage.connect(lane, this.run.job, own, model.machine.state === 'idle');
  }

  /** Opens a lane's connection again, as it was set. @param {import('./stage.js').StageLane} lane */
  reopen(lane) {
    const own = this.#plays.get(lane.id);
    const model = this.run.lanes.get(lane.id);
    if (own && model && this.run.job !== null) this.#stage.connect(lane, this.run.job, own, model.machine.state === 'idle');
  }

  /**
   * A command for the whole job, by the bench and not by any lane.
   * @param {{command: string, factor?: number}} order
   */
  async command(order) {
    if (this.run.job) await commandJob(this.run.job, order);
  }

  /** Asks where the job stands, after the bench was away. */
  async recheck() {
    const { run } = this;
    if (run.job === null) return;
    try {
      run.know(await readJob(run.job));
    } catch (error) {
      if (!(error instanceof Complaint) || error.status !== 404) throw error;
      run.lose();
    }
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

  /**
   * @param {import('./api.js').Job|null} job
   * @param {Map<string, import('../model/types.js').LaneSettings>|null} plays
   */
  #reset(job, plays) {
    this.#followed = '';
    this.run = new RunModel(job?.job ?? null);
    this.records = new Records();
    if (job) this.run.know(job);
    this.#plays.clear();
    this.#retuned.clear();
    for (const [lane, own] of plays ?? []) this.#plays.set(lane, own);
    this.#putUp(null);
    for (const clock of this.#stage.knownClocks()) this.fold(clock);
  }

  /** @param {Settings|null} settings */
  #putUp(settings) {
    this.run.arrange(this.#stage.lanes.map((lane) => ({
      id: lane.id, transport: lane.transport, name: lane.name,
      resumes: this.#resumes(lane, settings),
    })));
  }

  /** @param {import('./stage.js').StageLane} lane @param {Settings|null} next */
  #resumes(lane, next) {
    const own = this.#plays.get(lane.id) ?? (next && laneSettings(next, lane.n - 1, this.switches));
    return own ? resumes(lane.transport, own) : undefined;
  }

  /** The bench hears of all pages' lanes and jobs; this run's are few of them. @param {Observation} obs */
  #concerns(obs) {
    if (obs.run !== undefined) return obs.run === this.#followed;
    if (obs.lane !== undefined) return this.run.lanes.has(obs.lane);
    if (OF_ALL.has(obs.kind)) return this.run.job !== null && this.#inScope(obs.scope ?? 'all');
    return obs.job !== undefined && obs.job === this.run.job;
  }

  /** A throw at a lane of another page is no part of this run. @param {string} scope */
  #inScope(scope) {
    const [kind, name] = cutScope(scope);
    return kind !== 'lane' || this.run.lanes.has(name);
  }

  /** @param {string} next a job of one's own may be joined again: that one stays */
  async #forgetOwn(next) {
    const old = this.#own;
    if (old === next) return;
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

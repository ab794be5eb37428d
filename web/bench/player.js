/*
 * Plays a scenario in this page: asks the bench for a run, puts its lanes up and connects them, tells the bench what they
 * see, and obeys its steps. The bench conducts and judges. Draws nothing; until somebody plays, it does nothing.
 */
import { castOf, judged, likely, meant, playsOf, readers, MOST_PLAYED } from '../model/scenarios.js';
import { abandonRun, endRun, makeRun, postLines, readJob, readRun, readScenarios } from './api.js';
import { QUIET } from './conductor.js';
import { RunPost } from './run-post.js';

/** @typedef {import('../model/types.js').Observation} Observation */
/** @typedef {import('../model/scenarios.js').PlayedRun} PlayedRun */
/** @typedef {'none'|'starting'|'waiting'|'playing'|'closing'|'ended'} Phase */

/** How long frames are waited for; one whose server is gone never comes. */
const FRAMES_MS = 8000;
/** How long the last lines of lanes that are closing are waited for. */
const LAST_MS = 1500;
const LOOK_MS = 50;
/** Whether a run is over is asked now and then: its line may have been lost with the stream that told it. */
const CHECK_MS = 4000;

export class Player {
  open = false;
  query = '';
  /** The name of the scenario that is looked at or played; '' for none. */
  chosen = '';
  /** @type {import('../model/scenarios.js').Scenario[]|null} */
  list = null;
  /** @type {string[]} */
  problems = [];
  /** @type {Phase} */
  phase = 'none';
  /** @type {PlayedRun|null} */
  run = null;
  /** Why there is no run, or no more of it. */
  problem = '';
  /** @type {import('../model/scenarios.js').Judged|null} */
  judged = null;
  /** The steps that were taken. */
  taken = 0;
  #stage;
  #conductor;
  #onChange;
  /** @type {RunPost|null} */
  #post = null;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #check;

  /**
   * @param {import('./stage.js').Stage} stage
   * @param {import('./conductor.js').Conductor} conductor
   * @param {(rebuilt: boolean) => void} onChange  whether other lanes stand on the page
   */
  constructor(stage, conductor, onChange) {
    this.#stage = stage;
    this.#conductor = conductor;
    this.#onChange = onChange;
    // The bench would wait for the page's lanes, and begin no other run meanwhile.
    addEventListener('pagehide', () => this.run && this.busy && abandonRun(this.run.run));
  }

  /** Whether the page's lanes are those of a scenario. */
  get onStage() {
    return this.run !== null || this.phase === 'starting';
  }

  /** Whether a run is on. */
  get busy() {
    return this.phase !== 'none' && this.phase !== 'ended';
  }

  /** The scenario that is looked at. */
  get scenario() {
    return this.list?.find((one) => one.scenario === this.chosen) ?? null;
  }

  /** Reads the list, once it is wanted. */
  async load() {
    const { scenarios, problems } = await readScenarios();
    Object.assign(this, { list: scenarios, problems });
    this.#onChange(false);
  }

  /**
   * Plays this scenario.
   * @param {string} name
   * @param {string[]} [settings]  what is set otherwise than in its file
   */
  async play(name, settings = []) {
    if (this.busy) return;
    this.#begin(name);
    try {
      if (!this.list) await this.load();
      const scenario = this.scenario;
      this.#conductor.silence('next-run');
      if (scenario && readers(scenario.lanes) <= MOST_PLAYED) {
        this.#stage.cast(likely(scenario, this.#stage.origins));
        this.#onChange(true);
        await this.#framesThere();
      }
      await this.#enter(await makeRun(name, settings));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {string} id  plays a run that somebody else has made */
  async join(id) {
    if (this.busy) return;
    this.#begin('');
    try {
      const run = await readRun(id);
      this.chosen = run.scenario;
      this.run = run;
      // What it teaches is beside the point of a run that waits for its page.
      if (run.state === 'ended') return await this.#finish();
      this.#conductor.silence('next-run');
      await this.#enter(run);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends it early. */
  async stop() {
    if (this.run && this.busy) await endRun(this.run.run);
  }

  /** The page's own lanes are wanted back. */
  leave() {
    this.#post?.abandon();
    clearInterval(this.#check);
    if (this.run && this.busy) void endRun(this.run.run).catch(() => null);
    Object.assign(this, { phase: 'none', run: null, judged: null, problem: '', taken: 0 });
    this.#post = null;
  }

  /** @param {Observation[]} lines  what lanes saw */
  see(lines) {
    if (!this.#post || !this.run) return;
    for (const obs of lines) if (this.run.lanes.some((one) => one.lane === obs.lane)) this.#post.add(obs);
  }

  /** @param {Observation} obs  the bench's line */
  hear(obs) {
    if (!this.run || obs.run !== this.run.run) return;
    if (obs.kind === 'began') this.#enterPhase('playing');
    else if (obs.kind === 'step') this.#obey(obs);
    else if (obs.kind === 'ended') void this.#finish();
  }

  /** @param {string} name */
  #begin(name) {
    if (name) this.chosen = name;
    Object.assign(this, { phase: 'starting', run: null, judged: null, problem: '', taken: 0 });
    this.#onChange(false);
  }

  /** @param {PlayedRun} run */
  async #enter(run) {
    if (run.lanes.length > MOST_PLAYED) throw new RangeError(`${run.lanes.length} lanes; a page plays ${MOST_PLAYED} at most`);
    this.run = run;
    this.#stage.cast(castOf(run, this.#stage.origins));
    this.#onChange(true);
    await this.#framesThere();
    await this.#conductor.follow(run.run, await jobOf(run.job), playsOf(run, this.#conductor.switches));
    this.#post = new RunPost((lines, last) => postLines(run.run, lines, last), (error) => this.#fail(error));
    this.#enterPhase('waiting');
    await this.#post.begin();
    if (!this.#post) return;
    this.see(this.#stage.knownClocks());
    for (const lane of this.#stage.lanes) this.#conductor.join(lane);
    clearInterval(this.#check);
    this.#check = setInterval(() => void this.#look(), CHECK_MS);
    this.#onChange(true);
  }

  /** @param {Observation} obs */
  #obey({ does, of, order }) {
    if (!this.run) return;
    if (does === 'close') return void this.#close();
    this.taken += 1;
    for (const id of meant(this.run, of)) {
      const lane = this.#stage.find(id);
      if (!lane) continue;
      if (does === 'disconnect') lane.frame.tell({ type: 'disconnect', cause: 'hand' });
      else if (does === 'connect') this.#conductor.reopen(lane);
      else if (does === 'say') this.#say(lane, order ?? {});
    }
    this.#onChange(false);
  }

  /**
   * @param {import('./stage.js').StageLane} lane
   * @param {{command?: string, factor?: number|null, times?: number}} order
   */
  #say(lane, { command = '', factor, times = 1 }) {
    for (let n = 0; n < times; n += 1) this.#stage.command(lane, typeof factor === 'number' ? { command, factor } : { command });
  }

  /** Every lane closes, and what they still saw is told. */
  async #close() {
    if (this.phase === 'closing' || this.phase === 'ended') return;
    this.#enterPhase('closing');
    this.#conductor.silence('closed');
    const quiet = () => [...this.#conductor.run.lanes.values()].every((lane) => QUIET.has(lane.machine.state));
    await until(quiet, LAST_MS);
    // A lane's lines come in batches, and the one that says it is quiet may not be its last.
    await pause(LOOK_MS);
    await this.#post?.end();
  }

  /** The report is there. */
  async #finish() {
    if (this.phase === 'ended' || !this.run) return;
    this.#enterPhase('ended');
    this.#post?.abandon();
    clearInterval(this.#check);
    this.#conductor.silence('closed');
    this.#conductor.over();
    try {
      this.run = await readRun(this.run.run);
      this.judged = judged(this.run.report);
      if (!['done', 'until'].includes(this.run.why ?? '')) this.problem = this.run.why ?? '';
    } catch (error) {
      this.problem = textOf(error);
    }
    this.#onChange(false);
  }

  /** What the stream would have told, if it was there. */
  async #look() {
    if (!this.run || !this.busy) return;
    const now = await readRun(this.run.run).catch(() => null);
    if (!now || !this.busy) return;
    if (now.state === 'ended') return this.#finish();
    if (now.state === 'closing') return this.#close();
    if (now.state === 'playing') this.#enterPhase('playing');
  }

  /** @param {Phase} phase */
  #enterPhase(phase) {
    if (phase === 'playing') {
      if (this.phase !== 'waiting' && this.phase !== 'starting') return;
      this.#conductor.run.start();
    }
    this.phase = phase;
    this.#onChange(false);
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#post?.abandon();
    clearInterval(this.#check);
    this.problem = textOf(error);
    this.phase = 'ended';
    if (this.run) this.#conductor.silence('closed');
    if (this.run) this.#conductor.over();
    this.#onChange(true);
  }

  #framesThere() {
    return until(() => this.#stage.lanes.every((lane) => lane.frame.alive), FRAMES_MS);
  }
}

/**
 * The run's job, which its conductor makes right after the run itself.
 * @param {string} name
 */
async function jobOf(name) {
  for (const deadline = performance.now() + FRAMES_MS; ;) {
    try {
      return await readJob(name);
    } catch (/** @type {any} */ error) {
      if (error.status !== 404 || performance.now() > deadline) throw error;
      await pause(LOOK_MS);
    }
  }
}

/**
 * Whether it came to hold within the limit.
 * @param {() => boolean} holds
 * @param {number} limit
 */
async function until(holds, limit) {
  const deadline = performance.now() + limit;
  while (!holds() && performance.now() < deadline) await pause(LOOK_MS);
  return holds();
}

/** @param {number} time @returns {Promise<void>} */
function pause(time) {
  return new Promise((resolve) => void setTimeout(resolve, time));
}

/** @param {unknown} error */
function textOf(error) {
  return error instanceof Error ? error.message : String(error);
}

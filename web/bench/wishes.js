/*
 * Grants what the views wish for: one method an action. The only place where a click
 * becomes a change of settings, an order to a lane or a request to the bench.
 */
import { setLanguage, t } from '../i18n/index.js';
import { MOST_LANES, checkSwitch, parseLanes } from '../model/lane-list.js';
import { SPECS, formatSettings, parseSettings, typed } from '../model/settings.js';
import { wanted } from '../model/switches.js';
import { switchOrigin } from './api.js';
import { lessonActions } from './lesson-wishes.js';
import { savedActions } from './saved-wishes.js';
import { setTheme, setView } from './theme.js';
import { tryTyped } from './typed-trial.js';

/** @typedef {{action: string, [detail: string]: any}} Wish */

/** Settings that change what stands on the page, not only what the next run is told. */
const REBUILD = new Set(['lang', 'theme', 'source']);

export class Wishes {
  #page;
  #stage;
  #conductor;
  #screen;
  #changed;

  /**
   * @param {import('../app.js').Page} page
   * @param {import('./stage.js').Stage} stage
   * @param {import('./conductor.js').Conductor} conductor
   * @param {import('../views/screen.js').Screen} screen
   * @param {() => void} changed
   */
  constructor(page, stage, conductor, screen, changed) {
    this.#page = page;
    this.#stage = stage;
    this.#conductor = conductor;
    this.#screen = screen;
    this.#changed = changed;
    const adopt = (/** @type {object} */ change) => this.#adopt({ ...page.settings, ...change }, page.mistakes);
    Object.assign(this.#actions, savedActions(page, conductor, screen, () => this.#live()), lessonActions(page, screen, adopt, () => this.#leave()));
  }

  /** @param {Wish} wish */
  async grant(wish) {
    const granted = this.#actions[wish.action];
    if (!granted) throw new RangeError(`nobody grants "${wish.action}"`);
    const { error: before } = this.#page;
    try {
      await granted(wish);
      // What went wrong before is over once something goes right.
      if (this.#page.error === before) this.#page.error = '';
    } catch (error) {
      this.#page.error = error instanceof Error ? error.message : String(error);
    }
    this.#changed();
  }

  /** @type {Record<string, (wish: Wish) => unknown>} */
  #actions = {
    run: (wish) => (this.#page.lessons.state ? this.#actions['lesson-run'](wish) : this.#page.player.onStage ? this.#play() : this.#run(this.#page.settings)),
    // The address stays what it is: it says how to repeat the run, not which one it was.
    join: ({ job }) => this.#run({ ...this.#page.settings, job }),
    set: ({ name, value }) => this.#set(name, value),
    settings: () => this.#toggleSettings(),
    dismiss: () => (this.#page.error = ''),
    'reset-mistakes': () => this.#forgive(),
    'job-start': () => this.#conductor.command({ command: 'start' }),
    'job-pause': () => this.#conductor.command({ command: 'pause' }),
    'job-resume': () => this.#conductor.command({ command: 'resume' }),
    'job-cancel': () => this.#conductor.command({ command: 'cancel' }),
    'job-speed': ({ factor }) => this.#conductor.command({ command: 'speed', factor }),
    'add-lane': ({ transport }) => transport && this.#setLanes([...this.#page.settings.lanes, { transport, own: {} }]),
    'remove-lane': ({ index }) => this.#removeLane(index),
    lanes: ({ lanes }) => this.#setLanes(lanes),
    'lane-set': ({ n, name, value }) => this.#setLane(n, name, value),
    'lane-reset': ({ n }) => this.#tuneLane(n, {}),
    scenarios: () => this.#toggleScenarios(),
    'scenarios-load': () => this.#page.player.load(),
    'scenarios-search': ({ query }) => (this.#page.player.query = query),
    scenario: ({ name }) => this.#choose(name),
    play: () => this.#play(),
    'join-run': () => this.#joinRun(),
    'end-run': () => this.#page.player.stop(),
    'leave-scenario': () => this.#leave(),
    clients: () => this.#toggleClients(),
    microscope: () => this.#toggleMicroscope(),
    look: ({ key }) => this.#look(key),
    'look-step': ({ by }) => this.#wire.step(by),
    'try-typed': async ({ part, bytes, told }) => told(await tryTyped(part, bytes)),
    'remove-client': ({ job, client }) => this.#page.pool.remove(job, client),
    faults: ({ scope }) => this.#openFaults(scope),
    throw: ({ choice }) => this.#page.faults.throwIt(choice),
    'clear-fault': ({ id }) => this.#page.faults.clear(id),
    'clear-faults': () => this.#page.faults.clearAll(),
    'clients-max': ({ max }) => this.#page.pool.limit(max),
    connect: ({ n }) => this.#connect(n),
    disconnect: ({ n }) => this.#stage.find(n)?.frame.tell({ type: 'disconnect', cause: 'hand' }),
    'lane-pause': ({ n }) => this.#command(n, 'pause'),
    'lane-resume': ({ n }) => this.#command(n, 'resume'),
    'lane-cancel': ({ n }) => this.#command(n, 'cancel'),
    listener: ({ n, listening }) => this.#listener(n, listening),
    code: ({ n }) => this.#showCode(n),
  };

  /** What crosses now, or what had crossed in a saved record. */
  get #wire() {
    return this.#page.saved.shown ? this.#page.saved.wire : this.#page.wire;
  }

  /** The page's own lanes stand where its address had asked for a record instead. */
  #live() {
    const { settings, mistakes, bench } = this.#page;
    if (settings.record !== '') this.#adopt({ ...settings, record: '' }, mistakes);
    if (this.#stage.lanes.length > 0 || !bench) return;
    this.#stage.arrange(settings.lanes.map((one) => one.transport));
    this.#conductor.clear();
    this.#screen.build();
  }

  /** @param {import('../model/settings.js').Settings} settings */
  async #run(settings) {
    if (this.#page.mistakes.length > 0 || this.#conductor.busy) return;
    this.#page.unfinished = '';
    await this.#page.faults.clearMine();
    this.#page.watch.begin();
    await this.#conductor.play(settings);
  }

  async #toggleScenarios() {
    const { player } = this.#page;
    player.open = !player.open;
    this.#screen.build();
    if (!player.open) return;
    if (!player.list) await player.load();
    this.#screen.showScenarios();
  }

  /** @param {string} name  '' shows the list again */
  #choose(name) {
    const { player, settings } = this.#page;
    if (player.busy) return;
    if (player.onStage) this.#leave();
    player.chosen = name;
    this.#adopt({ ...settings, scenario: name, play: '', run: false }, this.#page.mistakes);
    this.#screen.showScenarios();
  }

  async #play() {
    const { player, settings } = this.#page;
    if (player.busy || player.chosen === '') return;
    await this.#page.faults.clearMine();
    this.#page.unfinished = '';
    this.#page.watch.begin();
    this.#adopt({ ...settings, scenario: player.chosen, play: '' }, this.#page.mistakes);
    await player.play(player.chosen);
  }

  async #joinRun() {
    this.#page.watch.begin();
    await this.#page.player.join(this.#page.settings.play);
  }

  /** Back to the page's own lanes, as they were. */
  #leave() {
    this.#page.player.leave();
    const { settings } = this.#page;
    this.#adopt({ ...settings, scenario: '', play: '', run: false }, this.#page.mistakes);
    this.#page.player.chosen = '';
    this.#conductor.silence('next-run');
    this.#stage.arrange(settings.lanes.map((one) => one.transport));
    this.#conductor.clear();
    this.#screen.build();
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #set(name, value) {
    if (name === 'lanes') return this.#setLanes(parseLanes(value, this.#page.switches).lanes);
    if (!(name in SPECS)) return this.#setAll(name, value);
    const key = /** @type {keyof typeof SPECS} */ (name);
    const { settings } = this.#page;
    const others = this.#page.mistakes.filter((one) => one.name !== name);
    if (!SPECS[key].fits(value)) return this.#typedWrong({ name, wanted: SPECS[key].wanted, found: value });
    this.#adopt({ ...settings, [name]: typed(name, value) }, others);
    // A field that was just left must not take the button with it that is being pressed.
    if (REBUILD.has(name)) this.#screen.build();
  }

  /**
   * A switch for all lanes that take it; '' leaves it as it is by default.
   * @param {string} name
   * @param {string} value
   */
  #setAll(name, value) {
    const { settings, switches } = this.#page;
    const param = switches.any(name);
    if (value !== '' && param && !switches.fitsSome(name, value)) return this.#typedWrong({ name, wanted: wanted(param), found: value });
    const { [name]: _, ...all } = settings.all;
    if (value !== '' && value !== param?.default) all[name] = value;
    this.#adopt({ ...settings, all }, this.#page.mistakes.filter((one) => one.name !== name));
  }

  /** @param {import('../model/settings.js').Mistake} mistake */
  #typedWrong(mistake) {
    this.#page.mistakes = [...this.#page.mistakes.filter((one) => one.name !== mistake.name), { ...mistake, typed: true }];
  }

  /** @param {import('../model/lane-list.js').LaneChoice[]} lanes */
  #setLanes(lanes) {
    const { settings } = this.#page;
    if (lanes.length < 1 || lanes.length > MOST_LANES) throw new RangeError(`${t('setting.lanes')}: ${SPECS.lanes.wanted}`);
    this.#adopt({ ...settings, lanes }, this.#page.mistakes);
    this.#stage.arrange(lanes.map((one) => one.transport));
    this.#conductor.rearrange(this.#page.settings);
    this.#screen.build();
  }

  /** @param {number} index */
  #removeLane(index) {
    this.#stage.remove(index);
    this.#setLanes(this.#page.settings.lanes.filter((_, i) => i !== index));
  }

  /**
   * @param {number} n
   * @param {string} name
   * @param {string} value
   */
  #setLane(n, name, value) {
    const { settings, switches } = this.#page;
    const lane = settings.lanes[n - 1];
    if (!lane) return;
    const where = `lanes: ${n}. ${lane.transport}, ${name}`;
    const mistake = value === '' ? null : checkSwitch(lane.transport, name, value, switches, where);
    if (mistake) return this.#typedWrong(mistake);
    this.#page.mistakes = this.#page.mistakes.filter((one) => one.name !== where);
    const { [name]: _, ...own } = lane.own;
    // What all lanes are set to is the default here; the server's own must be said against it.
    const standard = settings.all[name] ?? switches.find(lane.transport, name)?.default ?? '';
    if (value !== '' && value !== standard) own[name] = value;
    this.#tuneLane(n, own);
  }

  /**
   * @param {number} n
   * @param {Record<string, string>} own
   */
  #tuneLane(n, own) {
    const { settings } = this.#page;
    const lanes = settings.lanes.map((lane, index) => (index === n - 1 ? { ...lane, own } : lane));
    // The sheet is drawn anew, and with it goes what was typed wrong on it.
    this.#adopt({ ...settings, lanes }, this.#page.mistakes.filter((one) => !(one.typed && one.name.startsWith('lanes:'))));
    const lane = this.#stage.find(n);
    if (lane) this.#conductor.retune(lane, this.#page.settings);
    this.#screen.retuned();
  }

  #toggleClients() {
    this.#page.pool.toggle();
    this.#screen.build();
  }

  #toggleMicroscope() {
    const wire = this.#wire;
    const from = document.activeElement;
    wire.toggle();
    this.#screen.build();
    this.#screen.showMicroscope(from);
  }

  /** @param {string} key what is to be looked at */
  #look(key) {
    const wire = this.#wire;
    const opens = !wire.open;
    const from = document.activeElement;
    wire.listen();
    if (!wire.open) return;
    // Told before the lanes are known, it would be forgotten.
    wire.aim((this.#page.saved.shown ? this.#page.saved.places : this.#stage.lanes).map((one) => one.id));
    wire.key = key;
    if (!opens) return;
    this.#screen.build();
    this.#screen.showMicroscope(from);
  }

  /**
   * @param {import('../model/settings.js').Settings} settings
   * @param {import('../model/settings.js').Mistake[]} others mistakes that stay
   */
  #adopt(settings, others) {
    // Parsing one's own address again finds what no longer goes together.
    const query = formatSettings(settings);
    const again = parseSettings(query, this.#page.switches, this.#page.faults.faults);
    this.#page.settings = again.settings;
    // What was in the address and is not any more is no mistake any more; what was typed wrong stays until it is right.
    const stays = (/** @type {import('../model/settings.js').Mistake} */ one) =>
      one.typed || (one.name in SPECS && !SPECS[/** @type {keyof typeof SPECS} */ (one.name)].fits(one.found));
    this.#page.mistakes = [...others.filter((one) => !again.mistakes.some(({ name }) => name === one.name) && stays(one)), ...again.mistakes];
    history.replaceState(history.state, '', query || location.pathname);
    setLanguage(settings.lang);
    setTheme(settings.theme);
    setView(settings.view);
    this.#screen.repaint();
  }

  /**
   * Opens the panel, or closes it where nothing in particular is to be thrown at.
   * @param {string} [scope]
   */
  #openFaults(scope) {
    const { faults } = this.#page;
    faults.open = scope !== undefined || !faults.open;
    this.#screen.build();
    if (faults.open) this.#screen.showFaults(scope);
  }

  #forgive() {
    this.#page.mistakes = [];
    this.#adopt(this.#page.settings, []);
    this.#screen.build();
  }

  #toggleSettings() {
    this.#page.settingsOpen = !this.#page.settingsOpen;
    this.#screen.build();
  }

  /** @param {number} n */
  #connect(n) {
    const lane = this.#stage.find(n);
    if (lane) this.#conductor.open(lane, this.#page.settings);
  }

  /**
   * @param {number} n
   * @param {string} command
   */
  #command(n, command) {
    const lane = this.#stage.find(n);
    if (lane) this.#stage.command(lane, { command });
  }

  /**
   * @param {number} n
   * @param {boolean} listening
   */
  async #listener(n, listening) {
    const lane = this.#stage.find(n);
    if (!lane) return;
    try {
      await switchOrigin(lane.origin.id, listening);
      lane.origin.listening = listening;
    } finally {
      this.#screen.build();
    }
  }

  /** @param {number} n */
  async #showCode(n) {
    const lane = this.#stage.find(n);
    if (!lane) return;
    const { files } = await lane.frame.ask('source', { transport: lane.transport });
    this.#screen.showCode(files);
  }
}

/*
 * All views of the page together: builds them in the present language and hands each
 * its facts when something has changed.
 */
import { t } from '../i18n/index.js';
import { caveatsOf } from '../model/caveats.js';
import { ordinals } from '../model/ordinals.js';
import { differences, laneSettings } from '../model/lane-settings.js';
import { deviations } from '../model/settings.js';
import './clients-panel.js';
import './code-dialog.js';
import './comparison.js';
import { caveatWords } from './fault-words.js';
import './faults-panel.js';
import './job-strip.js';
import './lane-card.js';
import './ledger-panel.js';
import './lesson-panel.js';
import { switchChips } from './lane-words.js';
import './microscope-panel.js';
import './notices.js';
import './saved-panel.js';
import './scenarios-panel.js';
import './settings-panel.js';
import './timeline.js';
import './top-bar.js';

/** @typedef {import('./lane-card.js').LaneCard} LaneCard */

const OVER = new Set(['done', 'failed', 'cancelled', 'gone', 'none']);

export class Screen {
  #page;
  #stage;
  #conductor;
  /** By what stands in them: a lane's frame, or a saved lane's place. @type {Map<object, LaneCard>} */
  #cards = new Map();
  #bar = /** @type {import('./top-bar.js').TopBar} */ (find('wb-top-bar'));
  #notices = /** @type {import('./notices.js').Notices} */ (find('wb-notices'));
  #settings = /** @type {import('./settings-panel.js').SettingsPanel} */ (find('wb-settings'));
  #strip = /** @type {import('./job-strip.js').JobStrip} */ (find('wb-job-strip'));
  #lanes = find('#lanes');
  #savedLanes = find('#saved-lanes');
  #saved = /** @type {import('./saved-panel.js').SavedPanel} */ (find('wb-saved'));
  #ledger = /** @type {import('./ledger-panel.js').LedgerPanel} */ (find('wb-ledger'));
  #timeline = /** @type {import('./timeline.js').TimelineView} */ (find('wb-timeline'));
  #comparison = /** @type {import('./comparison.js').ComparisonView} */ (find('wb-comparison'));
  #clients = /** @type {import('./clients-panel.js').ClientsPanel} */ (find('wb-clients'));
  /** From where the microscope was opened. @type {Element|null} */
  #opener = null;
  #microscope = /** @type {import('./microscope-panel.js').MicroscopePanel} */ (find('wb-microscope'));
  #scenarios = /** @type {import('./scenarios-panel.js').ScenariosPanel} */ (find('wb-scenarios'));
  #lesson = /** @type {import('./lesson-panel.js').LessonPanel} */ (find('wb-lesson'));
  #faults = /** @type {import('./faults-panel.js').FaultsPanel} */ (find('wb-faults'));
  #code = /** @type {import('./code-dialog.js').CodeDialog} */ (find('wb-code-dialog'));
  #colophon = find('#colophon');

  /**
   * @param {import('../app.js').Page} page
   * @param {import('../bench/stage.js').Stage} stage
   * @param {import('../bench/conductor.js').Conductor} conductor
   */
  constructor(page, stage, conductor) {
    this.#page = page;
    this.#stage = stage;
    this.#conductor = conductor;
  }

  /** Builds all anew; whoever had the focus gets it back. */
  build() {
    const focus = focusKey();
    this.#buildAll();
    if (focus) /** @type {HTMLElement|null} */ (document.querySelector(focus))?.focus({ preventScroll: true });
  }

  #buildAll() {
    this.#bar.build(this.#barFacts());
    const { shown } = this.#page.saved;
    this.#saved.build(this.#page.saved);
    this.#settings.hidden = shown || !this.#page.settingsOpen;
    this.#settings.build(this.#page.settings, this.#locked(), this.#page.switches);
    this.#scenarios.hidden = shown || !this.#page.player.open;
    if (this.#page.player.open) this.#scenarios.build(this.#page.player);
    const { lessons, player, settings } = this.#page;
    this.#lesson.hidden = shown || !lessons.open;
    if (!this.#lesson.hidden) this.#lesson.build(lessons, player, settings.view === 'teacher');
    // Until a lesson is played there is nothing to see but the lesson.
    for (const part of [this.#strip, this.#timeline, this.#comparison]) part.hidden = !shown && lessons.open && !player.onStage;
    this.#clients.hidden = shown || !this.#page.pool.open;
    this.#clients.build();
    this.#faults.hidden = shown || !this.#page.faults.open;
    this.#faults.build(this.#page.faults, this.#laneNames(), this.#page.settings.fault);
    this.#microscope.hidden = !this.#wire.open;
    if (this.#wire.open) this.#microscope.build();
    else this.#microscope.clear();
    this.#strip.build(this.#stripFacts());
    this.#buildCards();
    this.#timeline.build();
    this.#ledger.hidden = this.#wire.scope === null;
    this.#ledger.build();
    this.#comparison.build();
    const { bench } = this.#page;
    this.#colophon.textContent = bench ? t('page.colophon', { version: bench.version, bench: bench.bench }) : '';
    this.update();
  }

  update() {
    const { saved } = this.#page;
    const run = this.shownRun;
    const now = this.serverNow();
    const still = saved.shown ? saved.still : run.settled;
    this.#saved.update(saved);
    this.#bar.update(this.#barFacts());
    this.#notices.update(this.#page.mistakes, this.#page.error, this.#page.away ? location.host : '', this.#page.unfinished);
    const inStrip = this.#strip.contains(document.activeElement);
    this.#strip.update(this.#stripFacts());
    if (inStrip && !this.#strip.contains(document.activeElement)) this.#bar.focusRun();
    for (const lane of this.#shownLanes) {
      const model = run.lanes.get(lane.id);
      if (!model) continue;
      this.#cards.get(lane.frame)?.update({
        lane: model, head: run.headOf(model), total: run.total, jobState: run.jobState, source: run.source, alive: lane.frame.alive,
        chips: this.#chipsOf(lane), now,
      });
    }
    this.#timeline.update(run, now, this.#shownFaults, { until: saved.replay?.to ?? NaN, still });
    this.#comparison.update(run, this.#chipsById(), still);
    if (this.#wire.scope) this.#ledger.update(this.#wire, run, this.#laneNames(), still);
    if (this.#page.player.open) this.#scenarios.update(this.#page.player);
    if (!this.#lesson.hidden) this.#lesson.update(this.#page.lessons, this.#page.player, this.#page.away);
    if (this.#page.pool.open) this.#clients.update(this.#page.pool, now);
    // The panel asks of a wire only what it has in common with that of a record.
    if (this.#wire.open) this.#microscope.update(/** @type {any} */ (this.#wire), this.#laneNames(), run.begins);
    if (this.#page.faults.open) this.#faults.update(this.#page.faults, this.#titles(), now);
  }

  /** The colours have changed. */
  repaint() {
    this.#timeline.repaint();
  }

  /** @param {string} [scope] what is to be struck */
  showFaults(scope) {
    this.#faults.show(scope);
  }

  /**
   * It was opened, and is gone to; or closed, and the focus is again where it was opened from: the timeline, a line of a
   * log, else its button.
   * @param {Element|null} from  what has the focus
   */
  showMicroscope(from) {
    if (this.#wire.open) {
      this.#opener = from;
      this.#microscope.show();
      return;
    }
    const opener = this.#opener;
    this.#opener = null;
    if (opener instanceof HTMLElement) opener.focus();
    // Nothing had the focus, or what had it is gone.
    if (document.activeElement !== opener || opener === document.body) this.#bar.focusMicroscope();
  }

  /** The panel was opened, or what it shows is another. */
  showScenarios() {
    this.#scenarios.update(this.#page.player);
    this.#scenarios.show();
  }

  /** A lesson was opened, or goes on. */
  showLesson() {
    this.update();
    this.#lesson.show();
  }

  /** A file with a record is to be chosen. */
  chooseRecord() {
    this.#saved.choose();
  }

  /** A record was opened. */
  showSaved() {
    this.#saved.show();
  }

  /** A record was closed. */
  focusOpen() {
    this.#bar.focusOpen();
  }

  /** The timeline as an SVG image; null before there is one. */
  timelineImage() {
    return this.#timeline.image();
  }

  /**
   * What stands above the numbers where they are written down.
   * @param {string} title
   */
  about(title) {
    const { record } = this.#page.saved;
    const chips = this.#chipsById();
    const lanes = this.#laneNames().map((one) => ({ ...one, chips: chips.get(one.id) ?? [] }));
    return { title, from: record ? t('markdown.from', { name: record.name }) : '', lanes, caveats: this.#caveatWords() };
  }

  /** The run that is shown: the live one, or that of a saved record as far as it is played back. */
  get shownRun() {
    return this.#page.saved.replay?.state.run ?? this.#conductor.run;
  }

  /** @returns {(import('../bench/stage.js').StageLane|import('../bench/saved.js').SavedPlace)[]} */
  get #shownLanes() {
    return this.#page.saved.shown ? this.#page.saved.places : this.#stage.lanes;
  }

  get #shownFaults() {
    return this.#page.saved.replay?.state.faults ?? this.#page.faults.faults;
  }

  /** @returns {import('../model/wire-look.js').WireLook} */
  get #wire() {
    return this.#page.saved.shown ? this.#page.saved.wire : this.#page.wire;
  }

  /** @param {{address: string, text: string}[]} files */
  showCode(files) {
    this.#code.show(files);
  }

  /** A lane was switched: its card says so, and who was at it stays there. */
  retuned() {
    const focus = focusKey();
    this.#buildCards();
    this.update();
    if (focus) /** @type {HTMLElement|null} */ (document.querySelector(focus))?.focus({ preventScroll: true });
  }

  #buildCards() {
    const { saved } = this.#page;
    // The live lanes stay where they are behind a saved record: a frame that leaves the document is gone.
    this.#lanes.hidden = saved.shown || (this.#page.lessons.open && !this.#page.player.onStage);
    this.#savedLanes.hidden = !saved.shown;
    /** @type {Set<object>} */
    const kept = new Set([...this.#stage.lanes, ...saved.places].map((lane) => lane.frame));
    for (const [frame, card] of this.#cards) {
      if (kept.has(frame)) continue;
      card.remove();
      this.#cards.delete(frame);
    }
    const lanes = this.#shownLanes;
    const numbers = ordinals(lanes.map((lane) => lane.transport));
    for (const [index, lane] of lanes.entries()) {
      let card = this.#cards.get(lane.frame);
      if (!card) {
        card = /** @type {LaneCard} */ (document.createElement('wb-lane-card'));
        // Moving a frame in the document would load it again: it stays where it is put.
        if (lane.frame.element) card.append(lane.frame.element);
        this.#cards.set(lane.frame, card);
      }
      Object.assign(card, { n: lane.n, name: lane.name, transport: lane.transport, ordinal: numbers[index], origin: lane.origin, saved: saved.shown, switches: this.#switchesOf(lane) });
      card.build();
    }
    const parent = saved.shown ? this.#savedLanes : this.#lanes;
    // A new one is put before the next that stands: those that stand are not moved.
    let next = null;
    for (const lane of [...lanes].reverse()) {
      const card = this.#cards.get(lane.frame) ?? null;
      if (card && card.parentNode !== parent) parent.insertBefore(card, next);
      next = card;
    }
  }

  #barFacts() {
    const { settings, mistakes, settingsOpen, bench, pool, faults, player } = this.#page;
    return {
      settings, settingsOpen, scenariosOpen: player.open, lessonsOpen: this.#page.lessons.open, playsScenario: player.onStage, clientsOpen: pool.open, microscopeOpen: this.#wire.open, saved: this.#page.saved.shown, holdsBytes: this.#page.saved.record?.holdsBytes ?? true, faultsOpen: faults.open, faultsActive: faults.faults.active.length, mistaken: mistakes.length > 0 || bench === null, sources: this.#sources(),
      jobState: this.#conductor.run.jobState, busy: this.#conductor.busy || player.busy, locked: this.#locked(),
    };
  }

  #stripFacts() {
    const { settings, bench, mistakes, player, saved } = this.#page;
    return {
      run: this.shownRun, saved: saved.shown, deviations: saved.shown ? [] : player.run ? [{ name: 'scenario', value: player.run.title }] : deviations(this.#conductor.settings ?? settings), joins: settings.job !== '',
      mistaken: mistakes.length > 0 || bench === null,
      caveats: this.#caveatWords(),
    };
  }

  #caveatWords() {
    const titles = this.#titles();
    return this.caveats().map((one) => caveatWords(one, (name) => this.#page.faults.faults.find(name), titles));
  }

  /** Every reason to distrust what is shown. */
  caveats() {
    const { bench, faults, watch, player, saved } = this.#page;
    if (saved.record) return this.#caveatsOfRecord(saved.record.caveats);
    return caveatsOf({
      run: this.#conductor.run, throws: faults.faults.list, mine: (id) => player.onStage || faults.isMine(id), lanes: this.#stage.lanes, differ: this.#differences(),
      bench: bench?.caveats ?? [], dropped: this.#conductor.records.dropped, page: watch.told,
    });
  }

  /**
   * What the record itself tells, and what is seen in it as far as it is played back.
   * @param {import('../model/caveats.js').Caveat[]} own
   */
  #caveatsOfRecord(own) {
    const lanes = this.#page.saved.places;
    return [...own, ...caveatsOf({
      run: this.shownRun, throws: this.#shownFaults.list, mine: () => true, lanes, differ: [], bench: [], dropped: 0, page: { hidden: 0, late: null },
    })];
  }

  /** What each lane is called on the page, by its id. */
  #titles() {
    return new Map(this.#laneNames().map(({ id, title }) => [id, title]));
  }

  #laneNames() {
    const lanes = this.#shownLanes;
    const numbers = ordinals(lanes.map((lane) => lane.transport));
    return lanes.map(({ id, n, name, transport }, index) => ({ id, n, transport, title: name || `${t(`transport.${transport}.short`)} ${numbers[index]}`.trim() }));
  }

  /** Lanes stay as they are while a run lasts. */
  #locked() {
    return this.#conductor.busy || this.#page.player.onStage || !OVER.has(this.#conductor.run.jobState);
  }

  /** What the bench can play; of what needs a folder only what the operator has opened one for. */
  #sources() {
    const { bench, settings } = this.#page;
    const closed = { hash: bench?.hash !== true, replay: bench?.replay !== true };
    const all = bench?.sources ?? ['synthetic', 'hash'];
    return all.filter((one) => one === settings.source || !closed[/** @type {'hash'} */ (one)]);
  }

  /** A comparison that is not like for like must say so. */
  #differences() {
    const lanes = this.#stage.lanes.map((lane) => ({
      transport: lane.transport, own: this.#conductor.settingsOf(lane, this.#page.settings),
    }));
    return differences(lanes, this.#page.switches);
  }

  /** @param {{n: number, transport: string}} lane */
  #switchesOf(lane) {
    const { settings, switches, player, saved } = this.#page;
    if (player.onStage || saved.shown) return { params: [], values: {}, own: {} };
    return {
      params: switches.of(lane.transport), values: laneSettings(settings, lane.n - 1, switches).values,
      own: settings.lanes[lane.n - 1]?.own ?? {},
    };
  }

  /** What each lane of the run is switched to, in words. */
  #chipsById() {
    return new Map(this.#shownLanes.map((lane) => [lane.id, this.#chipsOf(lane)]));
  }

  /** @param {import('../bench/stage.js').StageLane|import('../bench/saved.js').SavedPlace} lane */
  #chipsOf(lane) {
    return switchChips('own' in lane ? lane.own : this.#conductor.settingsOf(lane, this.#page.settings));
  }

  /** Now by the server's clock, as well as any lane knows it; of a saved record the instant that is shown. */
  serverNow() {
    if (this.#page.saved.shown) return this.#page.saved.time;
    const clock = [...this.#conductor.run.lanes.values()].find((lane) => lane.clock)?.clock;
    return performance.timeOrigin + performance.now() + (clock?.offset ?? 0);
  }
}

/** A selector that finds the focused control again after it was built anew. */
function focusKey() {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const name = focused.getAttribute('name');
  const action = focused.getAttribute('data-action');
  const lane = focused.closest('[data-lane]')?.getAttribute('data-lane');
  const within = lane ? `[data-lane="${lane}"] ` : '';
  if (name && focused instanceof HTMLInputElement && focused.type === 'radio') return `${within}[name="${name}"][value="${focused.value}"]`;
  if (name) return `${within}[name="${name}"]`;
  return action ? `${within}[data-action="${action}"]` : null;
}

/** @param {string} selector */
function find(selector) {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return /** @type {HTMLElement} */ (element);
}

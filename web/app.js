/*
 * The dashboard: reads the settings from the address, puts up the lanes, plays runs,
 * and lets the views draw what came of it. Views wish, this file grants.
 */
import { readBench, readTransports } from './bench/api.js';
import { Conductor } from './bench/conductor.js';
import { exposeConsole } from './bench/console.js';
import { FaultWatch } from './bench/fault-watch.js';
import { jobExists, unfinishedJob } from './bench/own-job.js';
import { PageWatch } from './bench/page-watch.js';
import { Player } from './bench/player.js';
import { PoolWatch } from './bench/pool-watch.js';
import { Saved } from './bench/saved.js';
import { Lessons } from './bench/lessons.js';
import { listenToServer } from './bench/server-record.js';
import { Stage } from './bench/stage.js';
import { setTheme, setView, watchSystemTheme } from './bench/theme.js';
import { WireWatch } from './bench/wire-watch.js';
import { Wishes } from './bench/wishes.js';
import { setLanguage, t } from './i18n/index.js';
import { parseSettings } from './model/settings.js';
import { Switches } from './model/switches.js';
import { Screen } from './views/screen.js';

/** While something moves, waits and delays are redrawn although nothing arrives. */
const TICK_MS = 200;
/** Numbers that change more often than this nobody can read. */
const DRAW_MS = 90;
/** However slow the machine is, it is drawn this often. */
const SLOW_MS = 1000;

const stage = new Stage((lines) => {
  lines.forEach((obs) => conductor.fold(obs));
  player.see(lines);
}, joinLate);
const conductor = new Conductor(stage, () => changed());
const player = new Player(stage, conductor, (rebuilt) => {
  const over = lessons.follow();
  if (rebuilt || over) screen.build();
  else changed();
});
const lessons = new Lessons(player, teaches);
const faults = new FaultWatch(stage, () => changed());

const page = {
  ...parseSettings(location.search),
  error: '',
  /** The bench's own stream is broken: it does not answer at present. */
  away: false,
  /** A job that this tab made before it was loaded again and that still goes on. */
  unfinished: '',
  settingsOpen: false,
  /** What lanes can be switched to; the server says so below. */
  switches: new Switches(null),
  pool: new PoolWatch(() => changed()),
  wire: new WireWatch(() => changed()),
  player,
  faults,
  lessons,
  saved: new Saved((rebuilt) => (rebuilt ? screen.build() : changed()), () => faults.faults.kinds),
  watch: new PageWatch(() => conductor.run.job !== null && !conductor.run.settled),
  /** @type {import('./bench/api.js').Bench|null} */
  bench: null,
};
/** @typedef {typeof page} Page */

setTheme(page.settings.theme);
setView(page.settings.view);
setLanguage(page.settings.lang);

let drawing = false;
let drawnAt = 0;
/** How long the last draw took until it stood there, laid out and painted. */
let cost = 0;
/**
 * Draws soon, once, however much has changed. A hidden page draws nothing and loses
 * nothing: observations are folded as they come, whether somebody looks or not.
 */
function changed() {
  if (drawing) return;
  drawing = true;
  // A third of the time at most is drawing: the rest is for what arrives, and for whoever clicks.
  const early = Math.max(0, drawnAt + Math.max(DRAW_MS, Math.min(3 * cost, SLOW_MS)) - performance.now());
  setTimeout(() => requestAnimationFrame((began) => {
    drawing = false;
    drawnAt = performance.now();
    screen.update();
    setTimeout(() => (cost = performance.now() - began));
  }), early);
}

const screen = new Screen(page, stage, conductor);
const wishes = new Wishes(page, stage, conductor, screen, changed);

document.addEventListener('wb-wish', (event) => {
  void wishes.grant(/** @type {CustomEvent} */ (event).detail);
});
document.addEventListener('keydown', (event) => {
  // By the key's place, for with Alt a Mac types another letter.
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.code !== 'KeyM') return;
  event.preventDefault();
  void wishes.grant({ action: 'microscope' });
});
watchSystemTheme(() => {
  setTheme(page.settings.theme);
  screen.repaint();
});

try {
  const [bench, transports] = await Promise.all([readBench(), readTransports()]);
  page.bench = bench;
  page.switches = conductor.switches = new Switches(transports);
  // A bench that cannot throw anything is a bench all the same.
  await page.faults.load().catch(() => null);
  // Read again, now that it is known what lanes can be switched to and what can be thrown.
  Object.assign(page, parseSettings(location.search, page.switches, page.faults.faults));
  page.faults.open = page.settings.fault !== '';
  stage.lend(bench.origins);
  player.chosen = page.settings.scenario;
  player.open = page.settings.scenario !== '' || page.settings.play !== '';
  // Whoever comes to play a scenario needs none of the page's own lanes.
  if (!playsAtOnce() && page.settings.record === '') stage.arrange(page.settings.lanes.map((one) => one.transport));
  conductor.clear();
} catch (error) {
  page.error = String(error instanceof Error ? error.message : error);
}
listenToServer((obs) => {
  page.faults.fold(obs);
  conductor.fold(obs);
  player.hear(obs);
}, benchAnswers);
screen.build();
exposeConsole(page, stage, conductor, screen);
setInterval(() => {
  const atWork = page.faults.open && page.faults.faults.active.length > 0;
  if (atWork || (!conductor.run.settled && conductor.run.job !== null)) changed();
}, TICK_MS);
if (page.bench && page.settings.lesson !== '') void wishes.grant({ action: 'lesson', name: page.settings.lesson });
if (page.bench && (player.open || page.lessons.open)) void wishes.grant({ action: 'scenarios-load' });
if (page.bench && page.settings.record !== '') void wishes.grant({ action: 'open-run', run: page.settings.record });
if (page.bench && playsAtOnce()) void wishes.grant(page.settings.play ? { action: 'join-run' } : { action: 'play' });
else if (page.bench) await lookForJob().catch(() => null);
if (page.settings.run && page.settings.record === '' && page.settings.scenario === '' && page.settings.play === '' && page.unfinished === '' && page.mistakes.length === 0) void wishes.grant({ action: 'run' });

/** @returns {boolean} whether a class looks at it */
function teaches() {
  return page.settings.view === 'teacher';
}

/** Whether the address asks for a scenario to be played. */
function playsAtOnce() {
  const { scenario, play, run } = page.settings;
  return play !== '' || (scenario !== '' && run);
}

/** Which job the page could join: the address names one, or a run was cut short by a reload. */
async function lookForJob() {
  const { job } = page.settings;
  if (job === '') page.unfinished = await unfinishedJob();
  else if (!(await jobExists(job))) page.error = t('notice.no-job', { job });
  changed();
}

/** @param {boolean} answers whether the bench is there; once it is back, it may be a new one without the job */
function benchAnswers(answers) {
  const back = answers && page.away;
  page.away = !answers;
  // What cannot be asked now is asked when the stream is open again.
  if (back) Promise.allSettled([conductor.recheck(), page.faults.load(true)]).finally(changed);
  changed();
}

/**
 * A lane whose frame came alive after the run had begun joins it.
 * @param {import('./bench/stage.js').StageLane} lane
 */
function joinLate(lane) {
  if (player.phase !== 'ended') conductor.join(lane);
  changed();
}

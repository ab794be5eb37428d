// What axe finds on each page, in both schemes: no serious fault, contrast included. What axe cannot see (the keyboard's ways) the
// other stories go.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { resize } from './support/dashboard.js';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const scenarios = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
const THEMES = ['light', 'dark'];
const PANELS = ['settings', 'clients', 'faults', 'microscope', 'scenarios'];
const DOCS = ['/docs/', '/docs/topics/choosing', '/docs/topics/folklore', '/docs/reference/browsers', '/docs/reference/api', '/docs/scenarios/204-stop', '/docs/nowhere'];
/** What is meant to be so. @type {{rule: string, in: string, because: string}[]} */
const MEANT = [
  { rule: 'label-content-name-mismatch', in: '.dump-bytes', because: 'bytes are named by what they mean: nobody says hexadecimal digits to a machine, or wants to hear them' },
];
const start = () => startServer(['--lanes', '6', '--scenario-dir', scenarios]);

story('axe finds no serious fault on the dashboard: idle, with all its panels, and after a run', { start, timeout: 240_000 }, async ({ open }) => {
  const dashboard = await open({ lang: 'en', count: 6, interval: '50ms' });
  const { page } = dashboard;
  await until('all lanes to be alive', async () => (await dashboard.living()) === 3);
  await holds(page, 'idle');
  for (const name of PANELS) await press(page, `[data-action="${name}"]`);
  await until('the list of scenarios', () => page.evaluate(() => document.querySelectorAll('.scenario-row').length > 20));
  await holds(page, 'all panels');
  await press(page, '[data-action="run"]');
  await dashboard.untilSeen('the run to be over', ({ lanes }) => lanes.every(({ state }) => state === 'ended'));
  for (const name of ['scenarios', 'settings']) await press(page, `[data-action="${name}"]`);
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
  await holds(page, 'after a run, with bytes in the microscope');
});

story('axe finds no serious fault in the lessons: the list, the bets, what was measured, the knobs, and the teacher\'s view', { start, timeout: 240_000 }, async ({ open }) => {
  const { page } = await open({ lang: 'zh' });
  await press(page, '[data-action="lessons"]');
  await holds(page, 'the list');
  await press(page, '[data-lesson="talking-back"]');
  await press(page, '[name="bet-ws"]');
  await holds(page, 'bets');
  await press(page, '[data-action="lesson-run"]');
  await until('what was measured', () => page.evaluate(() => document.querySelectorAll('.bet-told').length === 4), { limit: 60_000 });
  await holds(page, 'the reveal');
  await press(page, '[data-action="lesson-explore"]');
  await holds(page, 'the knobs');
  await press(page, '[data-action="teacher"]');
  await holds(page, 'the teacher\'s view');
});

story('axe finds no serious fault in the docs', { timeout: 240_000 }, async ({ browser, server }) => {
  const page = await browser.newPage();
  await resize(page, { width: 1280, height: 900 });
  for (const path of DOCS) {
    await page.goto(new URL(path, server.bench).href, { waitUntil: 'load' });
    await holds(page, path);
  }
});

story('axe finds no serious fault in a class: the wall, and a learner\'s page, from joining to the reveal', { start: () => startServer(['--class']), timeout: 240_000 }, async ({ browser, server }) => {
  const teacher = await browser.newPage();
  await teacher.goto(server.class.teacher, { waitUntil: 'load' });
  const learner = await browser.newPage();
  await resize(learner, { width: 390, height: 844 });
  await learner.goto(server.class.join, { waitUntil: 'load' });
  await until('the form', () => learner.evaluate(() => document.querySelector('[name="name"]') !== null));
  await holds(learner, 'joining');
  await learner.type('[name="name"]', 'Ada');
  await learner.keyboard.press('Enter');
  for (const phase of ['lobby', 'bet', 'run', 'reveal']) {
    await until(`${phase} on the wall`, () => teacher.evaluate(() => document.querySelectorAll('.class-tile').length === 1));
    await holds(teacher, `the wall, ${phase}`);
    await holds(learner, `a learner, ${phase}`);
    if (phase !== 'reveal') await press(teacher, '[data-action="next"]');
  }
});

/** In both schemes. */
async function holds(page, where) {
  await page.bringToFront();
  for (const theme of THEMES) {
    await page.evaluate((one) => (document.documentElement.dataset.theme = one), theme);
    // Colours that fade to others have no contrast of their own. What goes on for ever cannot be finished.
    await page.evaluate(() => document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).forEach((one) => one.finish()));
    const found = await faults(page);
    assert.deepEqual(found, [], `${where}, ${theme}`);
  }
}

/** What is serious or worse: the rule, where, and what to do. */
async function faults(page) {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(`${axe}; undefined`);
  return page.evaluate(async (meant) => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes
      .filter(({ target }) => !meant.some((one) => one.rule === id && document.querySelector(target[0])?.matches(one.in)))
      .slice(0, 5).map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
  }, MEANT);
}

async function press(page, selector) {
  await until(`${selector} to be there`, () => page.evaluate((one) => document.querySelector(one)?.disabled === false, selector));
  await page.evaluate((one) => document.querySelector(one).click(), selector);
}

// Lessons on the page: each is bet on, run to its end with the page's own lanes, and told; what is told is what the server's report
// of that run says, in both languages. The teacher's view goes by keys, one answer after the other.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { LESSONS } from '../../../web/lessons/index.js';
import { factsOf, filled, measured } from '../../../web/model/lesson-facts.js';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const scenarios = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
const start = () => startServer(['--lanes', '12', '--scenario-dir', scenarios]);
const LONG = 90_000;
const CHINESE = /[\u3400-\u9fff]/;

for (const [index, lesson] of LESSONS.entries()) {
  story(`${lesson.name} is bet on, run and told as it was measured, in both languages`, { start, timeout: 240_000 }, async ({ browser, open, server, t }) => {
    // One browser begins in English and the other in Chinese, lesson by lesson the other way round.
    const first = (index % 2 === 0) === (browser.name === 'chromium') ? 'en' : 'zh';
    const { page, snapshot } = await open({ lang: first, lesson: lesson.name });
    await until('the bets', () => page.evaluate((count) => document.querySelectorAll('.bet').length === count, lesson.bets.length));
    assert.equal(await page.evaluate(() => document.getElementById('lanes').hidden), true, 'nothing else to look at yet');
    // Bets that have been right before are right here, too, where this browser does as others do.
    for (const { bet, usual } of lesson.bets) await press(page, `[name="bet-${bet}"][value="${usual[0]}"]`);
    await press(page, '[data-action="lesson-run"]');
    await told(page, lesson.bets.length);
    const facts = factsOf((await server.ask('/api/runs/r1')).report);
    assert.equal(facts.problem, '');
    await holds(page, lesson, facts, first);
    await press(page, '[data-action="language"]');
    await holds(page, lesson, facts, first === 'en' ? 'zh' : 'en');
    await sameAsLanes(lesson, facts, (await snapshot()).lanes);
    const right = lesson.bets.filter((bet) => measured(bet, facts) === bet.usual[0]).length;
    t.diagnostic(`${lesson.name} in ${browser.name}: ${lesson.bets.map((bet) => `${bet.bet} ${measured(bet, facts)}`).join(', ')}`);
    assert.match(await text(page, '.lesson-score'), new RegExp(`\\b${right}\\b|${lesson.bets.length}`));
    await press(page, '[data-action="lesson-explore"]');
    await until('the knobs', () => page.evaluate((count) => document.querySelectorAll('.knob').length === count, lesson.knobs.length));
  });
}

story('a knob is turned, and what came out otherwise is told; the next lesson follows', { start, timeout: 240_000 }, async ({ open, server }) => {
  const { page } = await open({ lang: 'en', lesson: 'who-comes-back' });
  await press(page, '[data-action="lesson-run"]');
  await told(page, 5);
  assert.match(await text(page, '.lesson-score'), /No bets/);
  await press(page, '[data-action="lesson-explore"]');
  await press(page, '[name="knob-ws"][value="2"]');
  await press(page, '[data-action="lesson-run"]');
  await until('what has changed', () => page.evaluate(() => Boolean(document.querySelector('.lesson-changes'))), { limit: LONG });
  const { report } = await server.ask('/api/runs/r2');
  const ws = report.reports[0].lanes.find(({ name }) => name === 'ws').measures;
  assert.deepEqual([ws.missed, ws.repeated], [0, 0], 'a script that says where it stands misses nothing');
  assert.match(await text(page, '.lesson-changes'), /ws.*does not come back.*→.*comes back/s);
  await press(page, '[name="lesson-after"]');
  await until('the next lesson', async () => new URL(page.url()).searchParams.get('lesson') === LESSONS[1].name);
  assert.equal(await page.evaluate(() => document.querySelectorAll('.bet-told, .knob').length), 0);
});

story('a teacher goes on by keys: the run, each answer, the knobs, the next lesson, and back', { start, timeout: 240_000 }, async ({ open }) => {
  const { page } = await open({ lang: 'en' });
  await page.focus('[data-action="lessons"]');
  await page.keyboard.press('Enter');
  await until('the list', () => page.evaluate((count) => document.querySelectorAll('.lesson-row').length === count, LESSONS.length));
  await press(page, '[data-lesson="resume-or-restart"]');
  await press(page, '[data-action="teacher"]');
  assert.deepEqual(['lesson', 'view'].map((name) => new URL(page.url()).searchParams.get(name)), ['resume-or-restart', 'teacher']);
  const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('.lesson-question')).fontSize));
  assert.ok(await size() >= 22, `big type: ${await size()} px`);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('PageDown');
  await until('the run to be over', () => page.evaluate(() => Boolean(document.querySelector('[name="lesson-next"]'))), { limit: LONG });
  for (let count = 0; count < 4; count += 1) {
    assert.equal(await page.evaluate(() => document.querySelectorAll('.bet-told').length), count, 'answers are told one by one');
    await page.keyboard.press(count % 2 ? 'ArrowRight' : 'PageDown');
    await until('the next answer', () => page.evaluate((wanted) => document.querySelectorAll('.bet-told').length === wanted, count + 1));
  }
  await page.keyboard.press('PageDown');
  await until('the knobs', () => page.evaluate(() => document.querySelectorAll('.knob').length > 0));
  await page.keyboard.press('PageDown');
  await until('the next lesson', async () => new URL(page.url()).searchParams.get('lesson') === 'chat-answers-by-post');
  await page.keyboard.press('PageUp');
  await until('the lesson before', async () => new URL(page.url()).searchParams.get('lesson') === 'resume-or-restart');
  await press(page, '[data-action="lessons-close"]');
  await until('the page\'s own lanes', () => page.evaluate(() => !document.getElementById('lanes').hidden && document.querySelectorAll('wb-lane-card').length === 3));
});

const few = () => startServer(['--lanes', '5', '--scenario-dir', scenarios]);
story('a lesson that is not there, a run that is refused and one that is ended early are told, and there is a way on', { start: few, timeout: 240_000 }, async ({ open }) => {
  const { page } = await open({ lang: 'en', lesson: 'who-comes-bakc' });
  assert.match(await text(page, '.lesson-problem'), /no lesson “who-comes-bakc”/);
  assert.equal(await page.evaluate(() => document.querySelectorAll('.lesson-row').length), LESSONS.length);
  await press(page, '[data-lesson="who-comes-back"]');
  await press(page, '[name="bet-ws"][value="gone"]');
  await press(page, '[data-action="lesson-run"]');
  await until('the refusal', async () => /start with more --lanes/.test(await text(page, '.lesson-problem')), { limit: LONG });
  assert.equal(await page.evaluate(() => document.querySelector('[name="bet-ws"][value="gone"]').checked), true, 'the bet stands');
  await press(page, 'wb-lesson [data-action="lesson"]');
  await press(page, '[data-lesson="talking-back"]');
  await press(page, '[data-action="lesson-run"]');
  await until('the run to play', async () => /Playing/.test(await text(page, '.lesson-status')), { limit: LONG, every: 20 });
  await press(page, 'wb-lesson [data-action="end-run"]');
  await until('what is wrong', async () => /did not come to its end/.test(await text(page, '.lesson-problem')), { limit: LONG });
  await press(page, '[data-action="lesson-run"]');
  await told(page, 4);
});

/** What the page tells of each bet is what the report says, in words of this language alone. */
async function holds(page, lesson, facts, language) {
  const shown = await until(`the words in ${language}`, async () => {
    const now = await page.evaluate(() => ({ lang: document.documentElement.lang, title: document.querySelector('.lesson-title').textContent, bets: [...document.querySelectorAll('.bet')].map((bet) => ({
      bet: bet.dataset.bet, right: bet.dataset.right, measured: bet.querySelector('[data-measured]')?.dataset.answer ?? null,
      asks: bet.querySelector('legend').textContent, because: bet.querySelector('.bet-because')?.textContent ?? '', unusual: Boolean(bet.querySelector('.bet-unusual')),
      sources: [...bet.querySelectorAll('.bet-sources a')].map(({ href }) => href),
    })), all: document.querySelector('wb-lesson').innerText }));
    return now.lang.startsWith(language) && now;
  });
  assert.equal(shown.title, lesson.title[language]);
  for (const [place, bet] of lesson.bets.entries()) {
    const found = measured(bet, facts);
    const usual = bet.usual.includes(found);
    const reason = usual ? bet.answers.find(({ answer }) => answer === found).because : bet.otherwise;
    const now = shown.bets[place];
    assert.deepEqual({ ...now, asks: now.asks.endsWith(bet.asks[language]) }, {
      bet: bet.bet, right: found === null ? 'null' : String(found === bet.usual[0]), measured: found, asks: true,
      because: filled(reason?.[language] ?? '', bet, facts), unusual: !usual, sources: bet.sources.map(({ url }) => url),
    }, `${lesson.name}, ${bet.bet}`);
  }
  if (language === 'en') assert.doesNotMatch(shown.all, CHINESE);
  else assert.ok(shown.bets.every(({ asks, because }) => CHINESE.test(asks) && (because === '' || CHINESE.test(because))));
}

/** What the page's own lanes counted is what the report counts, where a lane's state at the end can say it. */
async function sameAsLanes(lesson, facts, lanes) {
  for (const { id, missed, repeated } of lanes) {
    const name = id.replace(/^r\d+-/, '');
    const [only, more] = facts.lanes.get(name) ?? [];
    if (!only || more || only.ended !== true) continue;
    assert.deepEqual([missed, repeated], [only.missed, only.repeated], `${lesson.name}, ${name}`);
  }
}

const text = (page, selector) => page.evaluate((one) => document.querySelector(one)?.textContent ?? '', selector);

const told = (page, count) => until('what was measured', () => page.evaluate((wanted) => document.querySelectorAll('.bet-told').length === wanted, count), {
  limit: LONG, seen: () => page.evaluate(() => `${document.querySelector('.lesson-status')?.textContent} ${document.querySelector('.lesson-problem')?.textContent}`),
});

async function press(page, selector) {
  await until(`${selector} to be there`, () => page.evaluate((one) => {
    const element = document.querySelector(one);
    return Boolean(element) && !element.hidden && !element.disabled && element.getAttribute('aria-disabled') !== 'true';
  }, selector));
  await page.evaluate((one) => document.querySelector(one).click(), selector);
}

story('the browser\'s way back goes from a lesson to the list and to the bench, and forward again; while it runs there is one way on', { start, timeout: 240_000 }, async ({ open }) => {
  const { page } = await open({ lang: 'en' });
  const seen = () => page.evaluate(() => document.querySelector('wb-lesson')?.hidden !== false ? 'bench'
    : document.querySelector('.lesson-title')?.textContent ?? (document.querySelector('.lesson-list') ? 'list' : ''));
  await press(page, '[data-action="lessons"]');
  await until('the list', async () => await seen() === 'list');
  await press(page, '[data-lesson="talking-back"]');
  const title = LESSONS.find(({ name }) => name === 'talking-back').title.en;
  await until('the lesson', async () => await seen() === title);
  const way = (by) => page.evaluate((to) => history.go(to), by);
  for (const [by, wanted] of [[-1, 'list'], [-1, 'bench'], [2, title]]) {
    await way(by);
    await until(`${wanted} at ${by}`, async () => await seen() === wanted);
  }
  const chosen = LESSONS.find(({ name }) => name === 'talking-back').bets[0];
  await press(page, `[name="bet-${chosen.bet}"][value="${chosen.answers[1].answer}"]`);
  await page.reload({ waitUntil: 'load' });
  await until('the bet to be there again', () => page.evaluate((name) => document.querySelector(`[name="bet-${name}"]:checked`)?.value, chosen.bet));
  await page.focus('[data-action="lesson-run"]');
  await page.keyboard.press('Enter');
  const held = () => page.evaluate(() => [...document.querySelectorAll('.lesson-head [aria-disabled="true"]')].length);
  await until('the ways out to be closed', async () => await held() === 3);
  await told(page, 4);
  assert.equal(await held(), 0);
  assert.equal(await page.evaluate(() => document.activeElement?.className), 'lesson-told', 'the keyboard is where something is new');
  await page.focus('[data-action="lesson-explore"]');
  await page.keyboard.press('Enter');
  await until('the knobs', () => page.evaluate(() => document.querySelectorAll('.knob').length > 0));
  const at = await page.evaluate(() => [document.activeElement?.className, document.querySelector('.knob').getBoundingClientRect().top < innerHeight]);
  assert.deepEqual(at, ['lesson-told', true], 'and the knobs are under the eyes');
});

/*
 * What came of a played scenario: reasons to distrust it, then each expectation with what was expected and what was
 * observed, and the report in its forms.
 */
import { t } from '../i18n/index.js';
import { h } from './dom.js';

/** @typedef {import('../model/scenarios.js').Judged} Judged */
/** @typedef {import('../model/scenarios.js').Verdict} Verdict */

const FORMS = ['html', 'markdown', 'decision', 'json', 'junit'];
/** More that are met than this are folded away. */
const SHOWN = 12;

/**
 * @param {Judged} judged
 * @param {string} run
 */
export function verdictsOf({ verdicts, caveats, unjudged }, run) {
  const met = verdicts.filter((one) => one.met === 'met');
  const others = verdicts.filter((one) => one.met !== 'met');
  return h('div', { class: 'verdicts' },
    ...(caveats.length > 0 ? [h('h4', {}, t('verdict.caveats')), h('ul', { class: 'chips' }, ...caveats.map(({ text, remedy }) => h('li', { class: 'chip' }, text, remedy ? h('span', { class: 'chip-fix' }, ` ${remedy}`) : null)))] : []),
    h('h4', { class: 'verdicts-sum', 'data-mood': mood(verdicts) }, unjudged ? `${t('verdict.none')}: ${unjudged}` : sum(verdicts)),
    ...(others.length > 0 ? [h('ul', { class: 'verdict-list' }, ...others.map(row))] : []),
    ...(met.length > 0 ? [h('details', { open: met.length <= SHOWN }, h('summary', {}, t('verdict.met-list', { count: met.length })),
      h('ul', { class: 'verdict-list' }, ...met.map(row)))] : []),
    h('p', { class: 'verdict-forms' }, t('verdict.report'), ' ', ...FORMS.map((form) => h('a', {
      href: `/api/runs/${encodeURIComponent(run)}/report?format=${form}`, target: '_blank', rel: 'noopener',
    }, form))));
}

/** @param {Verdict[]} verdicts */
function mood(verdicts) {
  if (verdicts.some((one) => one.met === 'missed')) return 'bad';
  return verdicts.some((one) => one.met === 'met') ? 'good' : '';
}

/** @param {Verdict[]} verdicts */
function sum(verdicts) {
  const count = (/** @type {Verdict['met']} */ met) => verdicts.filter((one) => one.met === met).length;
  const [missed, left] = [count('missed'), count('not-judged')];
  const all = verdicts.length - left;
  const first = all === 0 ? t('verdict.none') : missed === 0 ? t('verdict.all-met', { all }) : t('verdict.some-missed', { missed, all });
  return left === 0 || all === 0 ? first : `${first} · ${t('verdict.not-judged-count', { count: left })}`;
}

/** @param {Verdict} one */
function row({ met, lane, measure, expected, observed, because }) {
  return h('li', { class: 'verdict', 'data-met': met },
    h('span', { class: 'verdict-sign' }, h('span', { 'aria-hidden': 'true' }, { met: '✓', missed: '✗', 'not-judged': '–' }[met]), ' ', t(`verdict.${met}`)),
    h('span', { class: 'verdict-what' }, h('b', {}, lane || t('verdict.run')), ' ', h('code', {}, measure)),
    h('span', {}, h('small', {}, t('verdict.expected')), ' ', expected || '–'),
    h('span', {}, h('small', {}, t('verdict.observed')), ' ', observed || '–'),
    because ? h('p', { class: 'verdict-because' }, because) : null);
}

/*
 * The reveal: for each bet what was chosen, what this device measured, and what the class did. On the learner's page.
 */
import { outcomeOf } from '../class/outcome.js';
import { inOwn } from '../class/shell.js';
import { t } from '../i18n/index.js';
import { formatMs } from '../model/format.js';
import { h } from './dom.js';

/** @typedef {import('../class/api.js').Bet} Bet */

/**
 * @param {Bet[]} bets
 * @param {Record<string, string>} own
 * @param {import('../class/api.js').LaneTold[]} told
 * @param {import('../class/api.js').Learners} learners
 */
export function revealOf(bets, own, told, learners) {
  const struck = told.some((one) => one.lost > 0);
  return bets.map((bet) => {
    const lane = told.find((one) => one.transport === bet.lane);
    const outcome = lane ? outcomeOf(lane) : 'untouched';
    const chosen = bet.answers.find((one) => one.answer === own[bet.bet]);
    // What is no answer cannot be held against what was measured; nor can it where nothing was thrown.
    const judged = chosen !== undefined && lane !== undefined && (struck || outcome !== 'untouched') && bet.answers.some((one) => one.answer === outcome);
    const right = judged && chosen?.answer === outcome;
    return h('section', { class: 'panel class-revealed', 'data-transport': bet.lane ?? undefined, 'data-bet': bet.bet, 'data-right': judged ? String(right) : undefined },
      h('h2', {}, inOwn(bet.asks)),
      h('dl', {},
        row(t('class.your-bet'), chosen ? inOwn(chosen.says) : t('class.no-bet')),
        row(t('class.your-device'), lane ? outcomeText(lane) : t('class.not-yet')),
        row(t('class.the-class'), sumText(learners.sums?.[bet.lane ?? '']))),
      judged && h('p', { class: 'class-verdict' }, t(right ? 'class.right' : 'class.wrong')));
  });
}

/** @param {string} term @param {string} text */
function row(term, text) {
  return h('div', {}, h('dt', {}, term), h('dd', {}, text));
}

/** @param {import('../class/api.js').LaneTold} lane */
function outcomeText(lane) {
  return t(`class.outcome-${outcomeOf(lane)}`, { missed: lane.missed, wait: formatMs(lane['back-after'] ?? 0) });
}

/**
 * The class's lanes of one transport, in a line.
 * @param {import('../class/api.js').Sum|undefined} sum
 */
export function sumText(sum) {
  if (!sum || sum.lanes === 0) return t('class.not-yet');
  if (sum.lost === 0) return t('class.back-none');
  const parts = [t('class.back-of', { back: sum.back, lost: sum.lost })];
  if (sum.back > 0) parts.push(t('class.longest', { wait: formatMs(sum.slowest) }));
  parts.push(t('class.missed-sum', { count: sum.missed }));
  return parts.join(' · ');
}

/*
 * The bets of the class as bars, one a answer; at the reveal the answer that most of the lanes gave is marked.
 */
import { mostly } from '../class/outcome.js';
import { inOwn } from '../class/shell.js';
import { t } from '../i18n/index.js';
import { h } from './dom.js';

/**
 * @param {HTMLElement} where
 * @param {import('../class/api.js').Bet[]} bets
 * @param {Record<string, Record<string, number>>} made
 * @param {Record<string, import('../class/api.js').Sum>} sums  empty before the reveal
 */
export function betBars(where, bets, made, sums) {
  const struck = Object.values(sums).some(({ lost }) => lost > 0);
  where.replaceChildren(...bets.map((bet) => {
    const counts = made[bet.bet] ?? {};
    const most = Math.max(1, ...Object.values(counts));
    const measured = bet.lane ? mostly(sums[bet.lane], struck) : '';
    const rows = bet.answers.map(({ answer, says }) => {
      const count = counts[answer] ?? 0;
      const fill = h('i', {});
      // The policy allows no style in markup; script may set it.
      fill.style.inlineSize = `${(100 * count) / most}%`;
      return h('li', { class: 'class-bar', 'data-measured': answer === measured ? 'true' : undefined },
        h('span', { class: 'class-bar-says' }, inOwn(says), answer === measured && h('em', {}, ` ✓ ${t('class.measured')}`)),
        h('span', { class: 'class-bar-track', 'aria-hidden': 'true' }, fill), h('b', {}, String(count)));
    });
    return h('section', { class: 'panel class-bars', 'data-transport': bet.lane ?? undefined, 'data-bet': bet.bet }, h('h3', {}, inOwn(bet.asks)), h('ul', {}, ...rows));
  }));
}

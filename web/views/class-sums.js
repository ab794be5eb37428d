/*
 * The class's lanes summed by transport, in big type: how many are there, how many came back, what is missing.
 */
import { LANES } from '../class/outcome.js';
import { t } from '../i18n/index.js';
import { formatMs } from '../model/format.js';
import { h } from './dom.js';

/**
 * @param {HTMLElement} where
 * @param {Record<string, import('../class/api.js').Sum>} sums
 */
export function sumCards(where, sums) {
  where.replaceChildren(...LANES.map((transport) => {
    const sum = sums[transport];
    const struck = sum && sum.lost > 0;
    const big = !sum ? '–' : struck ? `${sum.back} / ${sum.lost}` : `${sum.there} / ${sum.lanes}`;
    const words = !sum ? t('class.not-yet') : struck ? t('class.back-of', { back: sum.back, lost: sum.lost }) : t('class.there-of', { there: sum.there, lanes: sum.lanes });
    const more = sum ? [sum.back > 0 ? t('class.longest', { wait: formatMs(sum.slowest) }) : '', t('class.missed-sum', { count: sum.missed })] : [];
    return h('div', { class: 'panel class-sum', 'data-transport': transport, 'data-mood': struck ? (sum.back === sum.lost ? 'good' : 'bad') : undefined },
      h('h3', {}, t(`class.lane-${transport}`)), h('b', { 'aria-hidden': 'true' }, big),
      h('p', {}, words), h('p', { class: 'panel-note' }, more.filter(Boolean).join(' · ')));
  }));
}

/*
 * XHR polling: ask, read, wait, ask again. What an answer holds and what becomes of a
 * failure is the same for long polling: asking.js. Here is only the rhythm.
 */
import { ms } from '../model/duration.js';
import { AskingClient } from './asking.js';
import { postCommand } from './post-command.js';

/** @type {import('./link.js').Transport} */
export const polling = {
  name: 'polling',
  modules: ['transports/polling.js', 'transports/asking.js'],
  talk: postCommand,
  open(link) {
    const { values } = link.settings;
    const interval = ms(values.poll);
    return new AskingClient(link, {
      transport: 'polling',
      more: () => ({}),
      // An answer that takes longer must not let requests pile up: there are six slots to an origin.
      patience: values['poll-timeout'] ? ms(values['poll-timeout']) : Math.max(5000, 4 * interval),
      overlap: { most: Number(values.overlap), every: interval },
      pause: () => interval,
      again: interval,
    });
  },
};

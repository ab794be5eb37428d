/*
 * Long polling: ask, and let the server hold the request until it has news; read, ask
 * again at once. No event falls between two requests, for the cursor says what is had.
 */
import { ms } from '../model/duration.js';
import { AskingClient } from './asking.js';
import { postCommand } from './post-command.js';

/** How long past its wait an answer may be under way. */
const SLACK = 10_000;
const AFTER_FAILURE = 1000;
/** The shortest a request can be held. */
const SHORTEST = '100ms';
/** Before asking again a server that does not hold its requests. */
const UNHELD = 250;

/** @type {import('./link.js').Transport} */
export const longPolling = {
  name: 'long-polling',
  modules: ['transports/long-polling.js', 'transports/asking.js'],
  talk: postCommand,
  open(link) {
    const held = ms(link.settings.values.wait);
    return new AskingClient(link, {
      transport: 'long-polling',
      // A held request says nothing, not even that the server is there. The first one after a failure is
      // held as shortly as can be, so that one knows.
      more: (up) => /** @type {Record<string, string>} */ (up ? {} : { wait: SHORTEST }),
      patience: held + SLACK,
      pause: (news, took) => (news || took >= held / 2 ? 0 : UNHELD),
      again: AFTER_FAILURE,
    });
  },
};

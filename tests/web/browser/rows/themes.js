// All rows, in the order of the page.
import { answers, lastIds } from './answers.js';
import { comingBack, hints } from './coming-back.js';
import { connecting } from './connecting.js';
import { limits } from './limits.js';
import { redirects } from './redirects.js';
import { closes } from './websocket-closes.js';
import { handshakes } from './websocket-handshakes.js';

export const themes = [comingBack, hints, answers, lastIds, redirects, connecting, limits, closes, handshakes];

/*
 * All lessons, in the order in which they are taught.
 */
import { binaryOverText } from './binary-over-text.js';
import { bufferingProxy } from './buffering-proxy.js';
import { chatAnswersByPost } from './chat-answers-by-post.js';
import { halfOpen } from './half-open.js';
import { resumeOrRestart } from './resume-or-restart.js';
import { sevenTabs } from './seven-tabs.js';
import { talkingBack } from './talking-back.js';
import { theHerd } from './the-herd.js';
import { whatAPollCosts } from './what-a-poll-costs.js';
import { whoComesBack } from './who-comes-back.js';

/** @type {import('./types.js').Lesson[]} */
export const LESSONS = [
  whoComesBack, bufferingProxy, sevenTabs, halfOpen, whatAPollCosts,
  talkingBack, binaryOverText, theHerd, resumeOrRestart, chatAnswersByPost,
];

// All rows, in the order of the page.
import { connecting } from './connecting.js';
import { limits } from './limits.js';

export const themes = [connecting, limits];

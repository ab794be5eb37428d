/*
 * The lesson that the teacher's page brings along: one fault for all, and a bet on each lane. Its answers are the outcomes of
 * outcome.js, so that what was bet can be held against what was measured.
 */

/** @type {import('./api.js').Answer[]} */
const ANSWERS = [
  { answer: 'all', says: { en: 'It comes back by itself and misses nothing', zh: '自己会回来，一条也不缺' } },
  { answer: 'holes', says: { en: 'It comes back by itself, with events missing', zh: '自己会回来，但缺了事件' } },
  { answer: 'gone', says: { en: 'It stays away', zh: '不会回来' } },
];

/** Between two polls there may be nothing to cut. @type {import('./api.js').Answer[]} */
const POLLED = [...ANSWERS, { answer: 'untouched', says: { en: 'It notices nothing', zh: '毫无察觉' } }];

/** @type {import('./api.js').Lesson} */
export const WHO_COMES_BACK = {
  lesson: 'who-comes-back',
  title: { en: 'Who comes back?', zh: '谁会自己回来？' },
  question: {
    en: 'Three lanes read the same feed on your device. Then all connections of the class are cut at one instant. What does each lane do by itself?',
    zh: '你的设备上有三条通道读同一个数据流。随后，全班所有连接在同一瞬间被切断。每条通道自己会怎么做？',
  },
  bets: [
    { bet: 'sse', lane: 'sse', asks: { en: 'Server-Sent Events (EventSource)', zh: 'Server-Sent Events（EventSource）' }, answers: ANSWERS },
    { bet: 'websocket', lane: 'websocket', asks: { en: 'WebSocket, as the browser has it', zh: 'WebSocket（浏览器原样）' }, answers: ANSWERS },
    { bet: 'polling', lane: 'polling', asks: { en: 'Polling every 500 ms', zh: '每 500 毫秒轮询一次' }, answers: POLLED },
  ],
};

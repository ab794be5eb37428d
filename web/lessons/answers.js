/*
 * Answers that more than one lesson offers: whether a reader that was cut off is there again, and with what.
 */

/** @typedef {import('./types.js').Answer} Answer */
/** @typedef {import('./types.js').Text} Text */

/**
 * @param {{back?: Text, holes?: Text, gone?: Text}} because  the reason of each that is usual
 * @returns {Answer[]}
 */
export const comesBack = ({ back, holes, gone }) => [
  {
    answer: 'back', when: { ended: true, missed: 0, repeated: 0 }, because: back,
    says: { en: 'It comes back, and in the end it has every event once.', zh: '会回来，最后所有事件都齐了，也不重复。' },
  },
  {
    answer: 'holes', when: { ended: true, missed: { min: 1 } }, because: holes,
    says: { en: 'It comes back, but what was sent meanwhile is lost.', zh: '会回来，但离开期间的事件丢了。' },
  },
  {
    answer: 'again', when: { ended: true, missed: 0, repeated: { min: 1 } },
    says: { en: 'It comes back, and is told again what it had.', zh: '会回来，但已有的内容又收到一遍。' },
  },
  {
    // Who never was open had nothing to come back to: of that nothing is told.
    answer: 'gone', when: { ended: false, opens: { min: 1 } }, because: gone,
    says: { en: 'It does not come back.', zh: '不会回来。' },
  },
];

/**
 * Whether a reader has the first event soon after it was made, or only with the end of the response.
 * @param {{soon?: Text, end?: Text}} because
 * @returns {Answer[]}
 */
export const firstEvent = ({ soon, end }) => [
  {
    answer: 'soon', when: { 'first-delay': { max: 1200 }, errors: 0 }, because: soon,
    says: { en: 'Soon after it was made.', zh: '产生后不久。' },
  },
  {
    answer: 'end', when: { 'first-delay': { min: 1500 }, errors: 0 }, because: end,
    says: { en: 'Together with all the others, when the job is over; no error tells of it.', zh: '等任务结束，和其他事件一起到；没有任何错误提示。' },
  },
  {
    answer: 'never', when: { events: 0 },
    says: { en: 'Never: it gets an error and no event.', zh: '永远不到：只有错误，没有事件。' },
  },
];

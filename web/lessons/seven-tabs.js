/*
 * One stream more than a browser makes connections to an origin.
 */
import { SOURCES } from './sources.js';

/** @type {import('./types.js').Lesson} */
export const sevenTabs = {
  name: 'seven-tabs',
  title: { en: 'Seven tabs', zh: '七个标签页' },
  question: { en: 'Seven streams to one origin, over HTTP/1.1. What becomes of the seventh?', zh: '七个流连到同一个源，走 HTTP/1.1。第七个会怎样？' },
  scene: {
    en: 'Seven lanes of this page read the same job from one origin by server-sent events, as seven tabs of one site would. A poller and a WebSocket go to that origin, too; one more poller goes to another. The job takes four seconds. Lanes of one page and tabs of one site draw on the same connections of the browser.',
    zh: '本页的七个通道用服务器发送事件从同一个源读同一个任务，就像同一网站的七个标签页。一个轮询和一个 WebSocket 也连到那个源，另一个轮询连到别的源。任务历时四秒。同一页的通道和同一网站的标签页共用浏览器的那些连接。',
  },
  scenario: 'seven-tabs',
  native: null,
  bets: [
    {
      bet: 'open', lanes: ['tab'],
      asks: { en: 'How many of the seven streams tell the news while the job runs?', zh: '任务运行期间，七个流中有几个在实时报告？' },
      answers: [
        { answer: 'all', says: { en: 'All seven.', zh: '七个都在报告。' }, when: { delay: { max: 1000 } }, readers: { min: 7, max: 7 } },
        {
          answer: 'six', says: { en: 'Six.', zh: '六个。' }, when: { delay: { max: 1000 } }, readers: { min: 6, max: 6 },
          because: {
            en: 'Over HTTP/1.1 this browser makes six connections to an origin, and a stream holds its own until it ends. The standard names no number; six is the browsers’ custom. Over HTTP/2 all streams share one connection; this server speaks HTTP/1.1 alone.',
            zh: '走 HTTP/1.1 时，这个浏览器对一个源最多建六个连接，而流占着自己的连接直到结束。标准没有规定数目，六是浏览器的惯例。走 HTTP/2 时所有流共用一个连接；本服务器只讲 HTTP/1.1。',
          },
        },
        { answer: 'fewer', says: { en: 'Five or fewer.', zh: '五个或更少。' }, when: { delay: { max: 1000 } }, readers: { min: 0, max: 5 } },
      ],
      usual: ['six'],
      otherwise: {
        en: 'In browsers it is usually six. Delays of this run: {delay}. On a busy machine a stream may be late for other reasons.',
        zh: '浏览器里通常是六个。这一次的延迟：{delay}。机器繁忙时，流也可能因为别的原因迟到。',
      },
      sources: [SOURCES.concurrency, SOURCES.authoring],
    },
    {
      bet: 'told', lanes: ['tab'],
      asks: { en: 'What is a stream told that finds no connection free?', zh: '没有空闲连接的流会得到什么消息？' },
      answers: [
        {
          answer: 'nothing', says: { en: 'Nothing: it waits, and has everything in the end.', zh: '什么也没有：它一直等，最后一个事件也不缺。' }, when: { errors: 0, missed: 0, ended: true },
          because: {
            en: 'The request waits inside the browser: {errors} error events, readyState CONNECTING. When the first streams end, the seventh asks, and the log still has all {events} events for it.',
            zh: '请求在浏览器内部排队：{errors} 个 error 事件，readyState 一直是 CONNECTING。前面的流一结束，第七个就发出请求，日志里 {events} 个事件都还在。',
          },
        },
        { answer: 'error', says: { en: 'An error event.', zh: '一个 error 事件。' }, when: { errors: { min: 1 } }, readers: { min: 1, max: 100 } },
      ],
      usual: ['nothing'],
      otherwise: {
        en: 'Usually nothing at all. In this run there were {errors} errors, and {missed} events were missed.',
        zh: '通常什么消息也没有。这一次有 {errors} 个错误，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.eventSource],
    },
    {
      bet: 'poll', lanes: ['poll'],
      asks: { en: 'A poller of the same origin, every 200 ms:', zh: '连到同一个源、每 200 ms 问一次的轮询：' },
      answers: answered({ waits: {
        en: 'It starves, too: {requests} requests in four seconds, where the poller of another origin made {elsewhere.requests}. Six open streams stop every other request to that origin: images, forms, the next page.',
        zh: '它也饿着：四秒里只有 {requests} 个请求，而连到别的源的轮询有 {elsewhere.requests} 个。六个打开的流会挡住发往该源的一切请求：图片、表单、下一个页面。',
      } }),
      usual: ['waits'],
      otherwise: {
        en: 'It usually has to wait for a connection. Here it made {requests} requests, the one of another origin {elsewhere.requests}.',
        zh: '它通常得等连接。这一次它发了 {requests} 个请求，连到别的源的发了 {elsewhere.requests} 个。',
      },
      sources: [SOURCES.concurrency],
    },
    {
      bet: 'ws', lanes: ['ws'],
      asks: { en: 'A WebSocket to the same origin:', zh: '连到同一个源的 WebSocket：' },
      answers: [
        {
          answer: 'live', says: { en: 'It opens and is live.', zh: '能打开，而且是实时的。' }, when: { delay: { max: 1000 } },
          because: {
            en: 'Browsers count WebSockets in a pool of their own, with room for some hundreds: {events} events, delays of {delay}.',
            zh: '浏览器把 WebSocket 放在另一个连接池里计数，容得下几百个：收到 {events} 个事件，延迟 {delay}。',
          },
        },
        { answer: 'waits', says: { en: 'It waits, like the seventh stream.', zh: '和第七个流一样等着。' }, when: { delay: { min: 1001 } } },
      ],
      usual: ['live'],
      otherwise: {
        en: 'It usually opens at once. Delays of this run: {delay}.',
        zh: '它通常立即打开。这一次的延迟：{delay}。',
      },
      sources: [SOURCES.webSocket],
    },
    {
      bet: 'elsewhere', lanes: ['elsewhere'],
      asks: { en: 'A poller of another origin:', zh: '连到别的源的轮询：' },
      answers: answered({ answers: {
        en: 'The limit is one of each origin: {requests} requests, while the poller beside the streams made {poll.requests}.',
        zh: '限额按源计算：它发了 {requests} 个请求，而与那些流同源的轮询只发了 {poll.requests} 个。',
      } }),
      usual: ['answers'],
      otherwise: {
        en: 'It is usually not held up. Here it made {requests} requests, the one beside the streams {poll.requests}.',
        zh: '它通常不受影响。这一次它发了 {requests} 个请求，与那些流同源的发了 {poll.requests} 个。',
      },
      sources: [SOURCES.concurrency],
    },
  ],
  knobs: [
    {
      knob: 'tabs', says: { en: 'Streams', zh: '流的个数' },
      values: [
        { says: { en: '7', zh: '7' }, set: [] },
        { says: { en: '6', zh: '6' }, set: ['lane.tab.count=6'] },
        { says: { en: '5', zh: '5' }, set: ['lane.tab.count=5'] },
      ],
      look: {
        en: 'With six, none of them waits, but the poller still starves. With five there is a connection left for it.',
        zh: '六个时流都不用等，轮询却依然饿着；五个时才给它剩下一个连接。',
      },
    },
    {
      knob: 'origin', says: { en: 'The streams are read from', zh: '流来自' },
      values: [
        { says: { en: 'the poller’s origin', zh: '与轮询相同的源' }, set: [] },
        { says: { en: 'an origin of their own', zh: '另外一个源' }, set: ['lane.tab.origin=3'] },
      ],
      look: {
        en: 'A host name of its own for streams leaves the page’s six connections to the page.',
        zh: '给流单独一个主机名，页面自己的六个连接就留给页面。',
      },
    },
  ],
  next: 'half-open',
};

/**
 * Whether a poller gets its answers while the job runs.
 * @param {{answers?: import('./types.js').Text, waits?: import('./types.js').Text}} because
 * @returns {import('./types.js').Answer[]}
 */
function answered({ answers, waits }) {
  return [
    { answer: 'answers', says: { en: 'It gets its answers all the time.', zh: '一直能得到应答。' }, when: { requests: { min: 8 } }, because: answers },
    { answer: 'waits', says: { en: 'It waits until a stream ends.', zh: '要等到有流结束。' }, when: { requests: { max: 7 } }, because: waits },
  ];
}

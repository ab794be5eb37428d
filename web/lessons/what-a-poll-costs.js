/*
 * Fresh or cheap: the same feed asked for every 200 ms, every second and every 3 s, and pushed.
 */
import { SOURCES } from './sources.js';

/** @typedef {import('./types.js').Text} Text */
/** @typedef {import('./types.js').Answer} Answer */

/** @type {import('./types.js').Lesson} */
export const whatAPollCosts = {
  name: 'what-a-poll-costs',
  title: { en: 'What a poll costs', zh: '一次轮询的代价' },
  question: { en: 'Is polling fresh, or is it cheap?', zh: '轮询是新鲜，还是便宜？' },
  scene: {
    en: 'Sixty events in six seconds and the end of the job, read by pollers of three intervals, by one without keep-alive, by a long poller, an EventSource and a WebSocket. Bytes are counted at the socket, heads and all.',
    zh: '六秒六十个事件，再加任务的结束，由三种间隔的轮询、一个不保持连接的轮询、一个长轮询、一个 EventSource 和一个 WebSocket 来读。字节数在套接字处统计，包括所有报头。',
  },
  scenario: 'interval-sweep',
  native: null,
  bets: [
    {
      bet: 'fresh', lanes: ['every-3s'],
      asks: { en: 'Asked every 3 s: how old is the oldest news when it arrives?', zh: '每 3 s 问一次：最旧的消息到达时有多旧？' },
      answers: [
        { answer: 'live', says: { en: 'As fresh as a stream.', zh: '和流一样新鲜。' }, when: { delay: { max: 500 } } },
        { answer: 'half', says: { en: 'About half an interval: one and a half seconds.', zh: '大约半个间隔：一秒半。' }, when: { delay: { max: 1900 } }, spread: { delay: { min: 501 } } },
        {
          answer: 'whole', says: { en: 'About a whole interval: three seconds.', zh: '大约整个间隔：三秒。' }, when: {}, spread: { delay: { min: 1901 } },
          because: {
            en: 'News waits for the next question: at worst one interval, on average half of it. Here from {delay}; the EventSource had {sse.delay}.',
            zh: '消息要等下一次提问：最坏一个间隔，平均半个。这里是 {delay}；EventSource 是 {sse.delay}。',
          },
        },
      ],
      usual: ['whole'],
      otherwise: {
        en: 'At worst it is usually about one interval. Delays of this run: {delay}.',
        zh: '最坏时通常约为一个间隔。这一次的延迟：{delay}。',
      },
      sources: [SOURCES.persistence],
    },
    {
      bet: 'often', lanes: ['every-200ms'],
      asks: { en: 'Asked every 200 ms: how many bytes come down, against the EventSource?', zh: '每 200 ms 问一次：与 EventSource 相比，下行字节是多是少？' },
      answers: againstSse({ more: {
        en: 'Every answer has a head of its own: {requests} of them, {bytes-down} down and {bytes-up} up. The EventSource: one head, {sse.bytes-down} down and {sse.bytes-up} up.',
        zh: '每个应答都有自己的报头：{requests} 个，下行 {bytes-down}，上行 {bytes-up}。EventSource 只有一个报头：下行 {sse.bytes-down}，上行 {sse.bytes-up}。',
      } }),
      usual: ['more'],
      otherwise: {
        en: 'Usually more. Here {bytes-down}, against {sse.bytes-down} of the EventSource.',
        zh: '通常更多。这一次是 {bytes-down}，EventSource 是 {sse.bytes-down}。',
      },
      sources: [SOURCES.persistence],
    },
    {
      bet: 'rarely', lanes: ['every-3s'],
      asks: { en: 'Asked every 3 s: how many bytes come down, against the EventSource?', zh: '每 3 s 问一次：与 EventSource 相比，下行字节是多是少？' },
      answers: againstSse({ fewer: {
        en: 'Many events share one head, and an event in the body of an answer has no framing of its own: {bytes-down}, against {sse.bytes-down}. An event stream repeats type, id and the size of a chunk for each event.',
        zh: '许多事件共用一个报头，而且应答体里的事件没有各自的成帧开销：{bytes-down}，而 EventSource 是 {sse.bytes-down}。事件流要为每个事件重复 type、id 和分块长度。',
      } }),
      usual: ['fewer'],
      otherwise: {
        en: 'Usually fewer. Here {bytes-down}, against {sse.bytes-down} of the EventSource.',
        zh: '通常更少。这一次是 {bytes-down}，EventSource 是 {sse.bytes-down}。',
      },
      sources: [SOURCES.chunks, SOURCES.parsing],
    },
    {
      bet: 'long', lanes: ['long'],
      asks: { en: 'A long poll, answered as soon as there is news: how many requests for 61 events?', zh: '一有消息就得到应答的长轮询：61 个事件要多少个请求？' },
      answers: [
        { answer: 'one', says: { en: 'One.', zh: '一个。' }, when: { requests: 1 } },
        { answer: 'some', says: { en: 'About one a second.', zh: '大约每秒一个。' }, when: { requests: { min: 2, max: 20 } } },
        {
          answer: 'each', says: { en: 'About one for each event.', zh: '几乎每个事件一个。' }, when: { requests: { min: 30 } },
          because: {
            en: 'It is as fresh as a stream ({delay}), and pays two heads for each event: {requests} requests, {bytes-up} up and {bytes-down} down, the dearest of all.',
            zh: '它和流一样新鲜（{delay}），但每个事件要付一来一回两个报头：{requests} 个请求，上行 {bytes-up}，下行 {bytes-down}，是所有方式里最贵的。',
          },
        },
      ],
      usual: ['each'],
      otherwise: {
        en: 'Usually one for each event that comes alone. Here there were {requests}.',
        zh: '通常每个单独到来的事件一个。这一次有 {requests} 个。',
      },
      sources: [SOURCES.persistence],
    },
    {
      bet: 'connections', lanes: ['every-1s'],
      asks: { en: 'Asked every second: how many TCP connections?', zh: '每秒问一次：用了多少个 TCP 连接？' },
      answers: [
        {
          answer: 'few', says: { en: 'One or two: they are kept.', zh: '一两个：连接会保持。' }, when: { connections: { max: 2 } },
          because: {
            en: 'HTTP/1.1 connections persist unless one side says otherwise: {requests} requests on {connections}. The reader without keep-alive needed {no-keep-alive.connections}.',
            zh: '除非有一方另有说明，HTTP/1.1 的连接会保持：{requests} 个请求用了 {connections} 个连接。不保持连接的读者用了 {no-keep-alive.connections} 个。',
          },
        },
        { answer: 'each', says: { en: 'One for each request.', zh: '每个请求一个。' }, when: { connections: { min: 4 } } },
      ],
      usual: ['few'],
      otherwise: {
        en: 'Usually one. Here there were {connections} for {requests} requests.',
        zh: '通常只有一个。这一次 {requests} 个请求用了 {connections} 个连接。',
      },
      sources: [SOURCES.persistence],
    },
  ],
  knobs: [
    {
      knob: 'interval', says: { en: 'There is news every', zh: '消息的间隔' },
      values: [
        { says: { en: '100 ms', zh: '100 ms' }, set: [] },
        { says: { en: '1 s', zh: '1 s' }, set: ['feed.interval=1s', 'feed.count=8'] },
      ],
      look: {
        en: 'A poll costs the same whether there is news or not; a stream costs nothing while nothing happens. Compare the bytes for each event.',
        zh: '有没有消息，轮询的代价都一样；没有动静时，流什么也不花。比较每个事件的字节数。',
      },
    },
    {
      knob: 'poll', says: { en: 'The second poller asks every', zh: '第二个轮询的间隔' },
      values: [
        { says: { en: '1 s', zh: '1 s' }, set: [] },
        { says: { en: '100 ms', zh: '100 ms' }, set: ['lane.every-1s.poll=100ms'] },
        { says: { en: '6 s', zh: '6 s' }, set: ['lane.every-1s.poll=6s'] },
      ],
      look: {
        en: 'Delay and bytes go opposite ways. An idle connection is not kept for ever: look whether the slow one needs more than one.',
        zh: '延迟和字节数此消彼长。空闲的连接也不会永远保持：看看问得慢的那个是不是需要不止一个连接。',
      },
    },
  ],
  next: 'talking-back',
};

/** @param {{fewer?: Text, more?: Text}} because @returns {Answer[]} */
function againstSse({ fewer, more }) {
  return [
    { answer: 'fewer', says: { en: 'Fewer.', zh: '更少。' }, when: { 'bytes-down': { below: 'sse' } }, because: fewer },
    { answer: 'more', says: { en: 'More.', zh: '更多。' }, when: { 'bytes-down': { above: 'sse' } }, because: more },
  ];
}

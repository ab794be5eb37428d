/*
 * Fifty commands from each reader: what it costs to say something.
 */
import { SOURCES } from './sources.js';

/** @type {import('./types.js').Lesson} */
export const talkingBack = {
  name: 'talking-back',
  title: { en: 'Talking back', zh: '回话' },
  question: { en: 'A reader has something to say. What does it cost?', zh: '读者也有话要说。代价是多少？' },
  scene: {
    en: 'Each of four readers tells the job fifty times how fast to go, as its transport lets it: a WebSocket in its own connection, the others by POST. One EventSource stands in a page of another origin. Each command is an event that all of them get.',
    zh: '四个读者各对任务说五十次要跑多快，走法由各自的传输方式决定：WebSocket 用自己的连接，其余的用 POST。其中一个 EventSource 的页面来自另一个源。每条命令都是一个事件，大家都会收到。',
  },
  scenario: 'upstream-commands',
  native: null,
  bets: [
    {
      bet: 'sse', lanes: ['sse'],
      asks: { en: 'The EventSource: how many requests for its fifty commands and its stream?', zh: 'EventSource：五十条命令加上它的流，共多少个请求？' },
      answers: requests({ each: {
        en: 'An EventSource can only read. Each command is a request of its own beside the stream: {requests} requests on {connections} connections, {bytes-up} up.',
        zh: 'EventSource 只能读。每条命令都是流之外的一个独立请求：{requests} 个请求、{connections} 个连接，上行 {bytes-up}。',
      } }),
      usual: ['each'],
      otherwise: {
        en: 'Usually one for each command, and one for the stream. Here there were {requests}.',
        zh: '通常每条命令一个，流一个。这一次有 {requests} 个。',
      },
      sources: [SOURCES.eventSource, SOURCES.post],
    },
    {
      bet: 'ws', lanes: ['ws'],
      asks: { en: 'The WebSocket, for the same:', zh: 'WebSocket，做同样的事：' },
      answers: requests({ one: {
        en: 'It was opened by one request; from then on a command is a frame: {requests} request, {connections} connection, {bytes-up} up for all fifty.',
        zh: '它用一个请求打开；此后一条命令就是一帧：{requests} 个请求、{connections} 个连接，五十条命令上行共 {bytes-up}。',
      } }),
      usual: ['one'],
      otherwise: {
        en: 'Usually one. Here there were {requests}.',
        zh: '通常只有一个。这一次有 {requests} 个。',
      },
      sources: [SOURCES.frames, SOURCES.masks],
    },
    {
      bet: 'bytes', lanes: ['ws'],
      asks: { en: 'How many bytes does the WebSocket send up, against the EventSource?', zh: '与 EventSource 相比，WebSocket 上行多少字节？' },
      answers: [
        {
          answer: 'half', says: { en: 'Less than half.', zh: '不到一半。' }, when: { 'bytes-up': { below: 'sse', times: 0.5 } },
          because: {
            en: 'A frame up has a header of 6 bytes, 4 of them the mask; a POST has a whole head, which a browser makes some hundreds of bytes long: {bytes-up} against {sse.bytes-up}.',
            zh: '上行的帧有 6 字节帧头，其中 4 字节是掩码；POST 带着完整的报头，浏览器会写上几百字节：{bytes-up} 对 {sse.bytes-up}。',
          },
        },
        { answer: 'alike', says: { en: 'About as many.', zh: '差不多。' }, when: { 'bytes-up': { above: 'sse', times: 0.5 }, 'bytes-per-event': { min: 0 } } },
      ],
      usual: ['half'],
      otherwise: {
        en: 'Usually much less. Here {bytes-up} against {sse.bytes-up}.',
        zh: '通常少得多。这一次是 {bytes-up} 对 {sse.bytes-up}。',
      },
      sources: [SOURCES.frames, SOURCES.masks],
    },
    {
      bet: 'other-page', lanes: ['sse-other-page'],
      asks: { en: 'The EventSource in a page of another origin: how many bytes come down to it, against the first one?', zh: '页面来自另一个源的 EventSource：与第一个相比，下行多少字节？' },
      answers: [
        { answer: 'same', says: { en: 'About as many.', zh: '差不多。' }, when: { 'bytes-down': { below: 'sse', times: 1.2 } } },
        {
          answer: 'more', says: { en: 'A good deal more.', zh: '多出不少。' }, when: { 'bytes-down': { above: 'sse', times: 1.2 } },
          because: {
            en: 'Each answer must say which origin may read it and what of it, in heads that begin with Access-Control: {bytes-down} against {sse.bytes-down}. And because it is a POST of JSON, the browser asks for leave first (preflight); it remembers the answer for some seconds, and those bytes are not in these numbers.',
            zh: '每个应答都要用 Access-Control 开头的报头说明哪个源可以读、能读哪些：{bytes-down} 对 {sse.bytes-down}。又因为 POST 的是 JSON，浏览器会先征求许可（预检），并把答复记住几秒；这些字节不在上面的数字里。',
          },
        },
      ],
      usual: ['more'],
      otherwise: {
        en: 'In browsers usually more. Here {bytes-down} against {sse.bytes-down}: a client that is no browser is asked for no leave.',
        zh: '在浏览器里通常更多。这一次是 {bytes-down} 对 {sse.bytes-down}：不是浏览器的客户端，不受这种许可约束。',
      },
      sources: [SOURCES.preflight],
    },
  ],
  knobs: [
    {
      knob: 'page', says: { en: 'The second EventSource stands in a page of', zh: '第二个 EventSource 的页面来自' },
      values: [
        { says: { en: 'another origin', zh: '另一个源' }, set: [] },
        { says: { en: 'the origin it reads', zh: '它所读的源' }, set: ['lane.sse-other-page.page=same'] },
      ],
      look: { en: 'The permissions go, and with them the difference between the two.', zh: '许可不再需要，两者之间的差别也随之消失。' },
    },
    {
      knob: 'encoding', says: { en: 'The WebSocket writes in', zh: 'WebSocket 的编码' },
      values: [
        { says: { en: 'JSON', zh: 'JSON' }, set: [] },
        { says: { en: 'CBOR', zh: 'CBOR' }, set: ['lane.ws.encoding=cbor'] },
      ],
      look: { en: 'What an encoding saves beside what a head costs.', zh: '编码省下的，与报头花掉的，两相比较。' },
    },
  ],
  next: 'binary-over-text',
};

/** @param {{one?: import('./types.js').Text, each?: import('./types.js').Text}} because @returns {import('./types.js').Answer[]} */
function requests({ one, each }) {
  return [
    { answer: 'one', says: { en: 'One.', zh: '一个。' }, when: { requests: 1 }, because: one },
    { answer: 'two', says: { en: 'Two: one to read, one to speak.', zh: '两个：一个读，一个说。' }, when: { requests: 2 } },
    { answer: 'each', says: { en: 'Fifty-one or more.', zh: '五十一个或更多。' }, when: { requests: { min: 51 } }, because: each },
  ];
}

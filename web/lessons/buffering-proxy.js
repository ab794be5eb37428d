/*
 * Somebody on the way holds answers back until they are whole. The fault does what such a proxy does, so that a page can play it.
 */
import { firstEvent } from './answers.js';
import { SOURCES } from './sources.js';

/** @type {import('./types.js').Lesson} */
export const bufferingProxy = {
  name: 'buffering-proxy',
  title: { en: 'The buffering proxy', zh: '缓冲代理' },
  question: { en: 'A proxy collects each answer until it is whole. When do events arrive?', zh: '代理把每个应答攒齐了才放行。事件什么时候到？' },
  scene: {
    en: 'Six events, one every 500 ms. On the way stands a proxy that means well: it keeps each answer until its end and then passes it on in one piece. It opens the way to an answer that says “X-Accel-Buffering: no”, as nginx does. One reader has a second proxy on its way that heeds nothing.',
    zh: '六个事件，每 500 ms 一个。途中有个好心的代理：它把每个应答留到结尾，再一次放行。应答若写明“X-Accel-Buffering: no”，它就放开，nginx 正是如此。其中一个读者的途中还有第二个代理，什么都不理会。',
  },
  scenario: 'held-back',
  native: {
    says: {
      en: 'A page cannot start nginx. The same question with a real nginx in front, where it is installed:',
      zh: '页面无法启动 nginx。如果已安装 nginx，可以在真实的 nginx 后面提同样的问题：',
    },
    scenario: 'buffering-proxy', command: 'wirebench play scenarios/buffering-proxy.toml',
  },
  bets: [
    {
      bet: 'held', lanes: ['held'],
      asks: { en: 'An event stream that asks for nothing: when does its first event arrive?', zh: '什么要求也没提的事件流：第一个事件什么时候到？' },
      answers: firstEvent({ end: {
        en: 'An event stream is one answer without a known length, and its end is the end of the job. So the first event was {first-delay} old when it came. With {errors} errors: nothing but the delay tells of it.',
        zh: '事件流是一个长度未知的应答，任务结束才是它的结尾。所以第一个事件到达时已经过了 {first-delay}。错误 {errors} 个：除了延迟，没有任何迹象。',
      } }),
      usual: ['end'],
      otherwise: {
        en: 'It is usually held back until the end. Here the first event took {first-delay}.',
        zh: '它通常会被扣到结尾。这一次第一个事件用了 {first-delay}。',
      },
      sources: [SOURCES.nginxBuffering, SOURCES.authoring],
    },
    {
      bet: 'asked', lanes: ['asked'],
      asks: { en: 'An event stream whose head says “X-Accel-Buffering: no”:', zh: '响应头写了“X-Accel-Buffering: no”的事件流：' },
      answers: firstEvent({ soon: {
        en: 'This proxy heeds the header and passes each piece on at once: {first-delay}. The header is a custom of nginx, not a standard.',
        zh: '这个代理理会这个头，每一块都立即放行：{first-delay}。这个头是 nginx 的惯例，不是标准。',
      } }),
      usual: ['soon'],
      otherwise: {
        en: 'The header usually opens the way. Here the first event took {first-delay}.',
        zh: '这个头通常能让代理放行。这一次第一个事件用了 {first-delay}。',
      },
      sources: [SOURCES.nginxBuffering],
    },
    {
      bet: 'unheeded', lanes: ['unheeded'],
      asks: { en: 'The same, with a second proxy on its way that does not know the header:', zh: '同样的流，但途中第二个代理不认识这个头：' },
      answers: firstEvent({ end: {
        en: 'The one that holds back longest decides: {first-delay}. A server cannot know who stands on the way, so a page that must be sure has to watch its delays.',
        zh: '扣得最久的那个说了算：{first-delay}。服务器不可能知道途中有谁；页面若要心中有数，只能盯着延迟。',
      } }),
      usual: ['end'],
      otherwise: {
        en: 'It is usually held back until the end. Here the first event took {first-delay}.',
        zh: '它通常会被扣到结尾。这一次第一个事件用了 {first-delay}。',
      },
      sources: [SOURCES.nginxBuffering],
    },
    {
      bet: 'poll', lanes: ['poll'],
      asks: { en: 'A poller that asks every 250 ms:', zh: '每 250 ms 问一次的轮询：' },
      answers: firstEvent({ soon: {
        en: 'Each answer of a poll is whole in itself, so there is nothing to wait for. {requests} requests were its price.',
        zh: '轮询的每个应答本身就是完整的，没有什么可等。代价是 {requests} 个请求。',
      } }),
      usual: ['soon'],
      otherwise: {
        en: 'A poll is usually not held back. Here the first event took {first-delay}.',
        zh: '轮询通常不会被扣住。这一次第一个事件用了 {first-delay}。',
      },
      sources: [SOURCES.chunks],
    },
    {
      bet: 'ws', lanes: ['ws'],
      asks: { en: 'A WebSocket:', zh: '换成 WebSocket：' },
      answers: firstEvent({ soon: {
        en: 'What follows the status 101 is no answer of HTTP any more, so there is none to collect: {first-delay}. But a proxy must let the upgrade through in the first place.',
        zh: '状态 101 之后的内容不再是 HTTP 应答，也就没有什么可攒：{first-delay}。不过前提是代理肯让这次升级通过。',
      } }),
      usual: ['soon'],
      otherwise: {
        en: 'A WebSocket is usually not held back. Here the first event took {first-delay}.',
        zh: 'WebSocket 通常不会被扣住。这一次第一个事件用了 {first-delay}。',
      },
      sources: [SOURCES.upgrade],
    },
  ],
  knobs: [
    {
      knob: 'unbuffered', says: { en: 'The first stream asks not to be held back', zh: '第一个流要求不被扣住' },
      values: [
        { says: { en: 'no', zh: '否' }, set: [] },
        { says: { en: 'yes', zh: '是' }, set: ['lane.held.unbuffered=on'] },
      ],
      look: { en: 'One header of the response, and the heap is a stream again.', zh: '只差响应里的一个头，一堆又变回一条流。' },
    },
    {
      knob: 'interval', says: { en: 'The events come every', zh: '事件的间隔' },
      values: [
        { says: { en: '500 ms', zh: '500 ms' }, set: [] },
        { says: { en: '1 s', zh: '1 s' }, set: ['feed.interval=1s'] },
      ],
      look: {
        en: 'The longer the job takes, the later its first event: what is held back waits for the end, whenever that is.',
        zh: '任务越长，第一个事件到得越晚：被扣住的要等到结尾，无论那是什么时候。',
      },
    },
  ],
  next: 'seven-tabs',
};

/*
 * Nothing passes for three seconds, and nobody is told: who notices?
 */
import { SOURCES } from './sources.js';

/** @type {import('./types.js').Lesson} */
export const halfOpen = {
  name: 'half-open',
  title: { en: 'The half-open line', zh: '半开的线路' },
  question: { en: 'For three seconds nothing passes, and nobody is told. Who notices?', zh: '三秒钟什么也过不去，也没有人被告知。谁会察觉？' },
  scene: {
    en: 'A job tells its progress every 100 ms. After the tenth event the line falls silent: no FIN, no RST, as when a laptop leaves its network or a router forgets a connection. After three seconds it is whole again. For two of the readers the server itself watches whether what it sends is acknowledged, and gives them up after a second.',
    zh: '一个任务每 100 ms 报告一次进度。第十个事件之后线路沉默了：没有 FIN，没有 RST，就像笔记本离开了网络，或路由器忘了这个连接。三秒之后恢复。对其中两个读者，服务器自己盯着发出的内容有没有被确认，一秒没有就放弃它们。',
  },
  scenario: 'half-open',
  native: {
    says: {
      en: 'A true black hole needs a right of the system (CAP_NET_ADMIN); without it a stall takes its place, and a caveat says so. In simulated time it needs none:',
      zh: '真正的黑洞需要系统权限（CAP_NET_ADMIN）；没有权限时以停滞代替，并有提示说明。在模拟时间里则不需要：',
    },
    scenario: 'half-open', command: 'wirebench play scenarios/half-open.toml',
  },
  bets: [
    {
      bet: 'streams', lanes: ['sse', 'ws'],
      asks: { en: 'EventSource and WebSocket: what are their pages told?', zh: 'EventSource 和 WebSocket：页面会得到什么消息？' },
      answers: [
        {
          answer: 'nothing', says: { en: 'Nothing. They look open all the time.', zh: '什么也没有，看上去一直连着。' }, when: { errors: 0, opens: 1, requests: 1 },
          because: {
            en: 'Neither has a time-out of its own, and TCP tells nobody who is only listening: {errors} errors, {requests} request each. A page that wants to know must miss a heartbeat that it can see.',
            zh: '二者自身都没有超时，而 TCP 也不会告知只听不说的一方：{errors} 个错误，各 {requests} 个请求。页面要想知道，就得能看见心跳，并发现心跳没来。',
          },
        },
        { answer: 'told', says: { en: 'An error or a close, and they connect again.', zh: '收到 error 或 close，然后重连。' }, when: { requests: { min: 2 } }, readers: { min: 1, max: 2 } },
      ],
      usual: ['nothing'],
      otherwise: {
        en: 'Usually neither notices anything. Here there were {errors} errors and {requests} requests.',
        zh: '通常二者都毫无察觉。这一次有 {errors} 个错误、{requests} 个请求。',
      },
      sources: [SOURCES.halfOpen, SOURCES.eventSource],
    },
    {
      bet: 'late', lanes: ['sse', 'ws'],
      asks: { en: 'What becomes of the events of those three seconds, on the same two?', zh: '对这两者来说，那三秒里的事件怎样了？' },
      answers: [
        {
          answer: 'late', says: { en: 'They come late, when the line is whole again.', zh: '线路恢复后迟到。' }, when: { missed: 0 }, spread: { delay: { min: 1500 } },
          because: {
            en: 'They waited on the sender’s side, where a kernel keeps what is not acknowledged and sends it again. Delays of this run: {delay}. Had the silence lasted for many minutes, the kernel would have given up.',
            zh: '它们留在发送方那边：没有得到确认的，内核会保留并重发。这一次的延迟：{delay}。倘若沉默持续许多分钟，内核就会放弃。',
          },
        },
        { answer: 'lost', says: { en: 'They are lost.', zh: '丢了。' }, when: { missed: { min: 1 } }, readers: { min: 1, max: 2 } },
        { answer: 'on-time', says: { en: 'They come as if nothing had been.', zh: '像什么都没发生一样准时到达。' }, when: { missed: 0, delay: { max: 1000 } } },
      ],
      usual: ['late'],
      otherwise: {
        en: 'Usually they come late, and all of them. Here {missed} were missed, and the delays were {delay}.',
        zh: '通常是迟到，但一个不少。这一次遗漏 {missed} 个，延迟 {delay}。',
      },
      sources: [SOURCES.halfOpen],
    },
    {
      bet: 'poll', lanes: ['poll'],
      asks: { en: 'A poller whose requests may take a second at most:', zh: '每个请求最多等一秒的轮询：' },
      answers: [
        {
          answer: 'notices', says: { en: 'It notices, and asks again until it is answered.', zh: '会察觉，并反复再问，直到有应答。' }, when: { errors: { min: 1 }, missed: 0 },
          because: {
            en: 'A request has a time-out where a script gives it one: {errors} of them were given up, {connections} connections in all, and the next answer brought everything.',
            zh: '脚本给了请求超时，请求就有超时：放弃了 {errors} 个，前后共 {connections} 个连接，下一个应答带回了全部事件。',
          },
        },
        { answer: 'waits', says: { en: 'It notices nothing either.', zh: '同样毫无察觉。' }, when: { errors: 0 } },
      ],
      usual: ['notices'],
      otherwise: {
        en: 'Usually its time-out tells it. Here there were {errors} errors, and {missed} events were missed.',
        zh: '通常超时会告诉它。这一次有 {errors} 个错误，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.halfOpen],
    },
    {
      bet: 'server', lanes: ['sse-dead-after', 'ws-dead-after'],
      asks: { en: 'The two readers that the server watches:', zh: '服务器盯着的那两个读者：' },
      answers: [
        {
          answer: 'given-up', says: { en: 'The server gives them up; they hear of it when the line is whole, and connect again.', zh: '服务器放弃它们；线路恢复后它们才得知，然后重连。' }, when: { requests: { min: 2 }, missed: 0 },
          because: {
            en: 'Whoever sends can see that nothing is acknowledged. So the server freed their places in time, and they came back {wait} after they had heard of it, and missed {missed}.',
            zh: '发送的一方看得到没有任何确认。所以服务器及时腾出了它们的位置；它们得知之后 {wait} 回来，遗漏 {missed} 个。',
          },
        },
        {
          answer: 'kept', says: { en: 'The server keeps them, as it keeps the others.', zh: '服务器照样留着它们。' }, when: { requests: 1, missed: 0 },
          because: {
            en: 'Here only a stall stood in for the black hole: the kernel went on acknowledging, so the server had no sign that anybody was gone. That is what a proxy on the way does, too: it acknowledges for others.',
            zh: '这里只有停滞代替黑洞：内核照常确认，服务器看不出有人不在了。途中的代理也是如此：它替别人确认。',
          },
        },
      ],
      usual: ['given-up', 'kept'],
      otherwise: {
        en: 'Usually both are given up, or, where there is no black hole, both are kept. Here they made {requests} requests and missed {missed} events.',
        zh: '通常二者都被放弃；没有真正的黑洞时则都被留着。这一次它们发了 {requests} 个请求，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.halfOpen],
    },
  ],
  knobs: [
    {
      knob: 'time-out', says: { en: 'The poller’s requests may take', zh: '轮询的请求最多等' },
      values: [
        { says: { en: '1 s', zh: '1 s' }, set: [] },
        { says: { en: '5 s', zh: '5 s' }, set: ['lane.poll.poll-timeout=5s'] },
      ],
      look: {
        en: 'With more patience than the silence lasts, a poller notices nothing either.',
        zh: '如果它的耐心比沉默更长，轮询也毫无察觉。',
      },
    },
    {
      knob: 'dead-after', says: { en: 'The server watches the first EventSource and WebSocket, too', zh: '服务器也盯着前面的 EventSource 和 WebSocket' },
      values: [
        { says: { en: 'no', zh: '否' }, set: [] },
        { says: { en: 'yes', zh: '是' }, set: ['lane.sse.dead-after=1s', 'lane.sse.heartbeat=250ms', 'lane.ws.dead-after=1s', 'lane.ws.heartbeat=250ms'] },
      ],
      look: {
        en: 'Both are cut now. The EventSource comes back by itself; the WebSocket, which nobody opens again, is gone.',
        zh: '现在两者都被切断。EventSource 自己回来；没有人重新打开的 WebSocket 就此消失。',
      },
    },
  ],
  next: 'what-a-poll-costs',
};

/*
 * Nine readers of one server that is away for a moment: do they come back together, or one by one?
 */
import { SOURCES } from './sources.js';

/** @typedef {import('./types.js').Text} Text */

/** @type {import('./types.js').Lesson} */
export const theHerd = {
  name: 'the-herd',
  title: { en: 'The herd', zh: '惊群' },
  question: { en: 'A server restarts, and all its readers want to come back. All at once?', zh: '服务器重启，所有读者都想回来。会一拥而上吗？' },
  scene: {
    en: 'Nine readers have the same news when the server goes away for a second and a half. Three WebSockets come back after exactly 2 s each time; four wait a time drawn at random, from a range that doubles with every refusal. An EventSource was told to wait 2 s, and a poller asks every second. With ten thousand readers a heap like that is an avalanche.',
    zh: '九个读者都读到同样的位置，这时服务器离开一秒半。三个 WebSocket 每次恰好等 2 s 再回来；四个随机取等待时间，每被拒绝一次范围就翻倍。一个 EventSource 被告知等 2 s，一个轮询每秒问一次。如果有一万个读者，这样的一拥而上就是雪崩。',
  },
  scenario: 'small-herd',
  native: {
    says: {
      en: 'A browser opens too few connections for a real herd. A thousand readers, played natively in simulated time:',
      zh: '浏览器能开的连接太少，成不了真正的群。一千个读者，由原生客户端在模拟时间里播放：',
    },
    scenario: 'thundering-herd', command: 'wirebench play scenarios/thundering-herd.toml',
  },
  bets: [
    {
      bet: 'fixed', lanes: ['fixed'],
      asks: { en: 'The three that wait 2 s each: how far apart do they come?', zh: '各等 2 s 的三个：回来的时间相差多少？' },
      answers: apart({ together: {
        en: 'All were cut at the same instant and all wait the same time, so the server sees them in one heap: waits of {wait}. Whatever made it fall may do so again.',
        zh: '同一瞬间被切断，又都等同样的时间，服务器就看到它们一拥而上：等待 {wait}。压垮过它的，可能再次压垮它。',
      } }),
      usual: ['together'],
      otherwise: {
        en: 'Usually all within moments. Waits of this run: {wait}. On a busy machine timers are late, each by its own amount.',
        zh: '通常前后只差片刻。这一次的等待：{wait}。机器繁忙时，定时器会各自迟到。',
      },
      sources: [SOURCES.backOff],
    },
    {
      bet: 'back-off', lanes: ['back-off'],
      asks: { en: 'The four with a random, doubling wait:', zh: '随机等待、逐次翻倍的四个：' },
      answers: apart({
        apart: {
          en: 'Each drew its own wait, and was refused at other moments than the rest: waits of {wait}. RFC 6455 asks for the random delay just so that a restart is not followed by a herd.',
          zh: '各自抽到各自的等待，被拒绝的时刻也各不相同：等待 {wait}。RFC 6455 要求随机延迟，正是为了重启之后没有惊群。',
        },
        together: {
          en: 'The script drew a wait for each of them, but this browser held them back: after a lost connection it lets WebSockets to an address through only later, by a pace of its own. Waits of {wait}: a herd again, made by the browser.',
          zh: '脚本为每个都抽了等待时间，但这个浏览器自己又压住了它们：连接丢失之后，它按自己的节奏才放 WebSocket 去那个地址。等待 {wait}：又成了一群，是浏览器造成的。',
        },
      }),
      usual: ['apart', 'together'],
      otherwise: {
        en: 'Usually they come apart (Chromium), or the browser itself makes a heap of them (Firefox). Waits of this run: {wait}.',
        zh: '通常它们先后错开（Chromium），或被浏览器自己攒成一群（Firefox）。这一次的等待：{wait}。',
      },
      sources: [SOURCES.backOff],
    },
    {
      bet: 'sse', lanes: ['sse'],
      asks: { en: 'The EventSource that was told “retry: 2000”:', zh: '收到过“retry: 2000”的 EventSource：' },
      answers: [
        { answer: 'at-once', says: { en: 'It comes back at once, and is refused until the server is there.', zh: '立即重连，被拒绝多次，直到服务器回来。' }, when: { attempts: { min: 3 }, ended: true } },
        {
          answer: 'as-told', says: { en: 'It comes back when 2 s are over, as everyone does who was told so.', zh: '满 2 s 才回来，所有收到同样数字的都如此。' }, when: { attempts: 2, ended: true, wait: { min: 1500 } },
          because: {
            en: 'The retry field is one number, and the browser keeps to it: {wait}. A server that sends all its readers the same number summons a herd; one that draws a number for each does not.',
            zh: 'retry 字段只是一个数字，浏览器照办：{wait}。给所有读者发同一个数字，就是召来一群；给每个读者各抽一个数字，就不会。',
          },
        },
        { answer: 'gone', says: { en: 'It stays away.', zh: '不再回来。' }, when: { ended: false, opens: { min: 1 } } },
      ],
      usual: ['as-told'],
      otherwise: {
        en: 'Usually after about 2 s. Here after {wait}, at attempt {attempts}.',
        zh: '通常在大约 2 s 之后。这一次是 {wait}，第 {attempts} 次尝试。',
      },
      sources: [SOURCES.interpreting, SOURCES.reconnecting],
    },
    {
      bet: 'poll', lanes: ['poll'],
      asks: { en: 'The poller:', zh: '那个轮询：' },
      answers: [
        {
          answer: 'in-turn', says: { en: 'Some requests fail; then it goes on in its turn and has everything.', zh: '有请求失败；之后按自己的节拍继续，什么也不缺。' }, when: { errors: { min: 1 }, missed: 0 },
          because: {
            en: 'A poller has nothing to reconnect. {errors} requests failed, the next one in turn got through, and {missed} events were missed. Pollers that began at different moments stay spread.',
            zh: '轮询没有什么可重连。失败 {errors} 个请求，轮到下一个就通了，遗漏 {missed} 个事件。起步时刻不同的轮询，始终是错开的。',
          },
        },
        { answer: 'unaware', says: { en: 'It does not even notice.', zh: '根本没察觉。' }, when: { errors: 0 } },
        { answer: 'loss', says: { en: 'It loses what happened meanwhile.', zh: '丢了离开期间的事件。' }, when: { errors: { min: 1 }, missed: { min: 1 } } },
      ],
      usual: ['in-turn'],
      otherwise: {
        en: 'Usually a request or two fail and nothing is lost. Here {errors} failed, and {missed} events were missed.',
        zh: '通常失败一两个请求，什么也不丢。这一次失败 {errors} 个，遗漏 {missed} 个事件。',
      },
      sources: [SOURCES.persistence],
    },
  ],
  knobs: [
    {
      knob: 'again', says: { en: 'The four wait', zh: '那四个的等待' },
      values: [
        { says: { en: 'a random time', zh: '随机' }, set: [] },
        { says: { en: '2 s each', zh: '各 2 s' }, set: ['lane.back-off.again=2s'] },
      ],
      look: { en: 'Without chance seven WebSockets come in one heap.', zh: '没有随机，七个 WebSocket 就一拥而上。' },
    },
    {
      knob: 'retry', says: { en: 'The EventSource is told to wait', zh: 'EventSource 被告知等待' },
      values: [
        { says: { en: '2 s', zh: '2 s' }, set: [] },
        { says: { en: '5 s', zh: '5 s' }, set: ['lane.sse.retry=5s'] },
      ],
      look: { en: 'The server decides when its readers come: a handle to hold a herd off with.', zh: '读者何时回来由服务器决定：这就是挡住惊群的把手。' },
    },
  ],
  next: 'resume-or-restart',
};

/**
 * Whether readers that were cut at one instant come back within a third of a second of each other.
 * @param {{together?: Text, apart?: Text}} because
 * @returns {import('./types.js').Answer[]}
 */
function apart({ together, apart }) {
  return [
    { answer: 'together', says: { en: 'Together: within a third of a second.', zh: '一起：相差不到三分之一秒。' }, when: { ended: true }, spread: { wait: { max: 333 } }, because: together },
    { answer: 'apart', says: { en: 'One by one, further apart than that.', zh: '先后错开，相差更多。' }, when: { ended: true }, spread: { wait: { min: 333.001 } }, because: apart },
    { answer: 'gone', says: { en: 'Not all of them come back.', zh: '并非都会回来。' }, when: { ended: false, opens: { min: 1 } }, readers: { min: 1, max: 100 } },
  ];
}

/*
 * What a right value looks like, in the reader's language. The models say it in English, for they know no language;
 * what is made of values and names alone stays as it is.
 */
import { currentLanguage } from './index.js';

/** @type {[RegExp, string][]} */
const ZH = [
  [/^a whole number, (\S+) to (\S+)$/, '整数，$1 到 $2'],
  [/^a number, (\S+) to (\S+)$/, '数字，$1 到 $2'],
  [/^a duration with its unit, (\S+) to ([^,]+), or off$/, '带单位的时长，$1 到 $2，或 off'],
  [/^a duration with its unit, (\S+) to (\S+)$/, '带单位的时长，$1 到 $2'],
  [/^a path below the served folder$/, '已开放目录下的路径'],
  [/^the name of a job$/, '任务的名称'],
  [/^a text$/, '文本'],
  [/^one value$/, '一个值'],
  [/^one value, or (\d+): one a lane$/, '一个值，或 $1 个：每个通道一个'],
  [/^name=value, with ; between$/, 'name=value，以 ; 分隔'],
  [/^(\S+) once$/, '$1 只出现一次'],
  [/^a switch that (\S+) takes: (.*)$/, '$1 可用的开关：$2'],
  [/^1 to (\d+) of (.*), with commas; switches of a lane in brackets: (.*)$/, '$2 中的 1 到 $1 个，以逗号分隔；通道的开关写在括号里：$3'],
  [/^a fault, and in brackets what it is set to: (.*)$/, '一种故障，其参数写在括号里：$1'],
];

/** @param {string} text */
export function wantedText(text) {
  if (currentLanguage() !== 'zh') return text;
  const found = ZH.find(([pattern]) => pattern.test(text));
  return found ? text.replace(found[0], found[1]) : text;
}

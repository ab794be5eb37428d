// No string is left in the other language: English has no Chinese sign in it, and Chinese has Latin words only where they are names that
// standards, programs and this page write so in every language.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { en } from '../../../web/i18n/en.js';
import { zh } from '../../../web/i18n/zh.js';
import { LESSONS } from '../../../web/lessons/index.js';
import { NAMES } from './names.js';

/** Words of the glossary that mean nothing else in these texts. */
const ONE_MEANING = ['cursor', 'heartbeat', 'scenario', 'lane', 'bench', 'expectation', 'job', 'fault', 'transport'];

const CHINESE = /[\u3400-\u9fff]/;

/** The Latin words of a text that are no names; what is filled in, quoted as code or an address is none. @param {string} text */
const foreign = (text) => (text.replace(/\{[^}]*\}/g, '').match(/[A-Za-z][A-Za-z-]+/g) ?? []).filter((word) => !NAMES.has(word));

/**
 * Each text in it, in both languages.
 * @param {any} value
 * @param {string} at
 * @returns {{at: string, en: string, zh: string}[]}
 */
function textsOf(value, at) {
  if (!value || typeof value !== 'object') return [];
  if (typeof value.en === 'string') return [{ at, en: value.en, zh: value.zh }];
  return Object.entries(value).flatMap(([name, one]) => textsOf(one, `${at}.${one?.name ?? name}`));
}

/** What the built-in scenarios say of themselves, a line a text. */
const SCENARIOS = new URL('../../../scenarios/', import.meta.url);
const scenarios = readdirSync(SCENARIOS).filter((file) => file.endsWith('.toml')).flatMap((file) => {
  const source = readFileSync(new URL(file, SCENARIOS), 'utf8');
  const [english, chinese = ''] = source.split(/^\[zh\]$/m).map((part) => part.split(/^\[/m)[0]);
  const skips = source.split(/^\[\[skip\]\]$/m).slice(1);
  const line = (/** @type {string} */ part, /** @type {string} */ key) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(part)?.[1] ?? '';
  return [
    ...['title', 'question', 'teaches'].map((key) => ({ at: `scenarios/${file} ${key}`, en: line(english, key), zh: line(chinese, key) })),
    // What only programs skip, no page shows.
    ...skips.filter((skip) => /^on = .*"page"/m.test(skip)).map((skip) => ({ at: `scenarios/${file} skip`, en: line(skip, 'because'), zh: line(skip, 'zh') })),
  ];
});

const all = [...Object.keys(en).map((at) => ({ at, en: en[at], zh: zh[at] })), ...textsOf(LESSONS, 'lessons'), ...scenarios];

test('there is something to read', () => assert.ok(all.length > 900, String(all.length)));

test('each scenario says in Chinese what it says in English', () => {
  assert.ok(scenarios.length > 100, String(scenarios.length));
  assert.deepEqual(scenarios.filter((one) => !one.en || !CHINESE.test(one.zh)).map(({ at }) => at), []);
});

test('English has no Chinese sign, but for the name of that language', () => {
  assert.deepEqual(all.filter((one) => CHINESE.test(one.en)).map(({ at }) => at), ['class.language']);
});

test('Chinese has Latin words only where they are names', () => {
  const left = all.map(({ at, zh: text }) => ({ at, words: foreign(text) })).filter(({ words }) => words.length > 0);
  assert.deepEqual(left, [], 'say it in Chinese, or, if it is a name, put it into tests/web/unit/names.js');
});

test('each name is used', () => {
  const used = new Set(all.flatMap(({ zh: text }) => text.match(/[A-Za-z][A-Za-z-]+/g) ?? []));
  assert.deepEqual([...NAMES].filter((name) => !used.has(name)), []);
});

test('words of the glossary are said in Chinese as its Chinese form has them', () => {
  const glossary = readFileSync(new URL('../../../docs/glossary.zh.md', import.meta.url), 'utf8');
  const rows = new Map([...glossary.matchAll(/^\| ([a-z -]+) \| ([^|]+) \|/gm)].map(([, word, chinese]) => [word, chinese.trim()]));
  const apart = ONE_MEANING.flatMap((word) => all
    .filter((one) => new RegExp(`\\b${word}s?\\b`, 'i').test(one.en.replace(/\{[^}]*\}/g, '')) && !one.zh.includes(rows.get(word) ?? '?'))
    .map(({ at, zh: text }) => `${word}, ${rows.get(word)}: ${at}: ${text}`));
  assert.deepEqual(apart, []);
});

/*
 * Words in the reader's language. A key that a language lacks would show as the key,
 * and a test holds that there is none.
 */
import { en } from './en.js';
import { zh } from './zh.js';

/** @type {Record<string, Record<string, string>>} */
const DICTIONARIES = { en, zh };
/** @type {'en'|'zh'} */
let language = 'en';

/** @param {'auto'|'en'|'zh'} wanted */
export function setLanguage(wanted) {
  language = wanted === 'auto' ? preferred() : wanted;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = t('page.title');
}

export function currentLanguage() {
  return language;
}

/**
 * The text of a key; {name} in it is replaced by a value.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  const text = DICTIONARIES[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * Whether the present language has words for this key.
 * @param {string} key
 */
export function has(key) {
  return key in DICTIONARIES[language];
}

function preferred() {
  return navigator.languages.some((one) => one.toLowerCase().startsWith('zh')) ? 'zh' : 'en';
}

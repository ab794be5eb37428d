// Both languages say everything, and the comparison has words for each of its cells.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { en } from '../../../web/i18n/en.js';
import { zh } from '../../../web/i18n/zh.js';
import { COLUMNS, comparisonRow } from '../../../web/model/comparison.js';
import { SPECS } from '../../../web/model/settings.js';
import { TRANSPORTS } from '../../../web/transports/index.js';

const web = new URL('../../../web/', import.meta.url);

test('English and Chinese have the same keys', () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
});

test('a text has the same blanks to fill in both languages', () => {
  const blanks = (/** @type {string} */ text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(en)) assert.deepEqual(blanks(zh[key]), blanks(en[key]), key);
});

test('each key written out in the code has words', () => {
  for (const folder of ['views/', 'bench/', 'lane/']) {
    for (const file of readdirSync(new URL(folder, web))) {
      const text = readFileSync(new URL(folder + file, web), 'utf8');
      for (const [, key] of text.matchAll(/\bt\('([\w.-]+)'/g)) assert.ok(key in en, `${folder}${file}: ${key}`);
    }
  }
});

test('each setting and each transport has a name', () => {
  for (const name of Object.keys(SPECS).filter((one) => !['run', 'lang', 'theme'].includes(one))) assert.ok(`setting.${name}` in en, name);
  for (const { name } of TRANSPORTS) for (const key of [`transport.${name}`, `transport.${name}.short`, `what.${name}`]) assert.ok(key in en, key);
});

test('each cell says what is true, and why where the article is not', () => {
  for (const { name } of TRANSPORTS) {
    for (const { column, verdict } of comparisonRow(name, null)) {
      const key = `table.${name}.${column}`;
      assert.ok(`${key}.truth` in en, key);
      const errs = verdict === 'wrong' || verdict === 'imprecise';
      assert.equal(`${key}.article` in en && `${key}.why` in en, errs, key);
    }
  }
  for (const column of COLUMNS) assert.ok(`table.${column}` in en, column);
});

// The page's functions keep to their ceiling of 60 lines; the checker is also shown to notice one that does not.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import ts from 'typescript';

const ceiling = 60;
const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Every script of the page and of its tests, by its path in the project.
 * @param {string} folder
 * @returns {string[]}
 */
function scripts(folder) {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : scripts(path);
    return /\.m?js$/.test(entry.name) ? [path] : [];
  });
}

/**
 * The functions of `text` that are longer than the ceiling, each as a complaint.
 * @param {string} name
 * @param {string} text
 */
function tooLong(name, text) {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const lineOf = (/** @type {number} */ at) => file.getLineAndCharacterOfPosition(at).line + 1;
  /** @type {string[]} */
  const found = [];
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const [from, to] = [lineOf(node.getStart(file)), lineOf(node.end)];
      if (to - from + 1 > ceiling) {
        found.push(`${name}:${from}: ${node.name?.getText(file) ?? 'a function'} has ${to - from + 1} lines`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test('no function of the page or of its tests is longer than 60 lines', () => {
  const paths = [...scripts('web'), ...scripts('tests/web')];
  assert.ok(paths.length > 5, 'the scripts were not found');
  assert.deepEqual(paths.flatMap((path) => tooLong(path, readFileSync(`${root}${path}`, 'utf8'))), []);
});

test('a function of 61 lines is noticed and one of 60 is not, however it is written', () => {
  const body = (/** @type {number} */ lines) => `{\n${'step();\n'.repeat(lines - 2)}}`;
  for (const head of ['function named() ', 'const named = () => ', 'class Sample { named() ', 'const o = { async named() ']) {
    const tail = /[{]/.test(head) ? ' }' : '';
    assert.equal(tooLong('sample.js', head + body(61) + tail).length, 1, head);
    assert.equal(tooLong('sample.js', head + body(60) + tail).length, 0, head);
  }
});

// A poll's array is cut into raw elements, byte for byte as the server wrote them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { splitEvents } from '../../../web/proto/split-events.js';

test('elements come out exactly as they were written', () => {
  const elements = ['{"seq":1,"data":{"percent":4.0}}', '{"seq":2,"data":"a,b]}\\"{"}', '{"seq":3,"data":[1,[2]]}'];
  const text = `{"epoch":"k1","cursor":"k1.3","head":3,"ended":false,"more":false,"events":[${elements.join(',')}]}`;
  assert.deepEqual(splitEvents(text), elements);
});

test('an empty array has no elements', () => {
  assert.deepEqual(splitEvents('{"epoch":"k1","events":[]}'), []);
});

test('an answer without events has no elements', () => {
  assert.deepEqual(splitEvents('{"epoch":"k1","head":0}'), []);
  assert.deepEqual(splitEvents('{}'), []);
});

test('an array of the same name deeper down is passed over', () => {
  assert.deepEqual(splitEvents('{"more":{"events":[9]},"events":[{"seq":1}]}'), ['{"seq":1}']);
});

test('white space between elements belongs to none of them', () => {
  assert.deepEqual(splitEvents('{ "events" : [ {"seq":1} ,\n {"seq":2} ] , "x": 1 }'), ['{"seq":1}', '{"seq":2}']);
});

test('each element parses to what the whole would have given', () => {
  const text = '{"head":2,"events":[{"seq":1,"data":"é\\\\"},{"seq":2,"data":null}],"more":true}';
  assert.deepEqual(splitEvents(text).map((one) => JSON.parse(one)), JSON.parse(text).events);
});

test('a text that stops anywhere is refused or gives a prefix, and never hangs', () => {
  const text = '{"head":1,"events":[{"seq":1,"data":"x"}]}';
  for (let end = 0; end < text.length; end += 1) {
    try {
      assert.ok(splitEvents(text.slice(0, end)).length <= 1);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, String(error));
    }
  }
});

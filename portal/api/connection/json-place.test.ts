import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPlace } from './json-place.ts';

const place = (text: string) => {
  const found = jsonPlace(text);
  return found && `${found.line}:${found.column}`;
};

test('the place is where a person has to write something else', () => {
  expect(place('{"a": 1,}')).toBe('1:9');
  expect(place('{"a": 1\n "b": 2}')).toBe('2:2');
  expect(place("{'a': 1}")).toBe('1:2');
  expect(place('{"a": 1,5}')).toBe('1:9');
  expect(place('{"a": 61,2 }')).toBe('1:10');
  expect(place('{"a": "open}')).toBe('1:7');
  expect(place('{"a": 1')).toBe('1:8');
  expect(place('[1, 2] x')).toBe('1:8');
  expect(place('')).toBe('1:1');
  expect(place('{"a": [}')).toBe('1:8');
  expect(place('{"a": 01}')).toBe('1:8');
});

test('of a long line the part around the place is shown', () => {
  const text = `{"a": "${'x'.repeat(500)}" oops}`;
  expect(jsonPlace(text)?.text).toContain('oops}');
  expect(jsonPlace(text)?.text.length).toBeLessThanOrEqual(80);
});

test('it agrees with JSON.parse on what is JSON', () => {
  const characters = ['{', '}', '[', ']', ',', ':', '"a"', '1', '-', '0', ' ', 'null', '"', '\\', '\t', '\n', 'é'];
  const noise = fc.array(fc.constantFrom(...characters)).map((tokens) => tokens.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.json(), noise), (text) => {
      expect(jsonPlace(text) === undefined).toBe(isJson(text));
    }),
    { numRuns: 2000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

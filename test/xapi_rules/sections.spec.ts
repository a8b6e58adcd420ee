import { expect, it } from 'vitest';
import { sectionIn200 } from '../../src/xapi/sections.ts';

it.each([
  ['xAPI 1.0.3 Communication 1.5', 'xAPI 2.0.0 4.1.3'],
  ['xAPI 1.0.3 Communication 1.5.2', 'xAPI 2.0.0 4.1.3'],
  ['xAPI 1.0.3 Communication 2.1.2', 'xAPI 2.0.0 4.1.6.1'],
  ['xAPI 1.0.3 Communication 3.1', 'xAPI 2.0.0 4.1.4'],
  // The alternate syntax is of 1.0.3 alone; the others are of neither.
  ['xAPI 1.0.3 Communication 1.3', 'xAPI 1.0.3 Communication 1.3'],
  ['xAPI 2.0.0 4.1.4', 'xAPI 2.0.0 4.1.4'],
  ['RFC 9110 13.1', 'RFC 9110 13.1'],
])('%s is %s', (spec, expected) => {
  expect(sectionIn200(spec)).toBe(expected);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, parseExactJson } from '../../src/xapi/exact_json.ts';
import { refusalOf } from './refusal.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('parseExactJson', () => {
  it('reads many names with escapes, each of an object, in time', () => {
    const members = Array.from({ length: 200_000 }, (_, i) => `"\\/${i}":{}`);
    expect(Object.keys(parseExactJson(`{${members.join()}}`) as object)).toHaveLength(200_000);
  });

  it.each([
    ['', ''],
    ['{', ''],
    ['{"a":1,}', ''],
    ['[01]', ''],
    ['NaN', ''],
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1, "b" : {}, "a"\n\t:2}', '/a'],
    ['[{"x":[1,{"a":1,"\\u0061":2}]}]', '/0/x/1/a'],
    ['{"a/b~":{"":0,"":0}}', '/a~1b~0/'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['[0,9007199254740992]', '/1'],
    ['{"n":-9007199254740992}', '/n'],
    ['[9007199254740993.0]', '/0'],
    ['[90071992547409930e-1]', '/0'],
    ['[9007199254740993e0]', '/0'],
    ['[1e309]', '/0'],
    ['[-1e999]', '/0'],
    ['[1e-400]', '/0'],
    [`[0.${'0'.repeat(400)}1]`, '/0'],
    ['["\\ud800"]', '/0'],
    ['["\\uDFFF\\ud800"]', '/0'],
    ['["a\\\\","\\"\\udead"]', '/1'],
    ['{"\\udc00":1}', '/\udc00'],
    ['"\ud800"', ''],
    [nested(MAX_DEPTH + 1), '/0'.repeat(MAX_DEPTH)],
  ])('refuses %s', (text, property) => {
    const refusal = refusalOf(() => parseExactJson(text));
    expect(refusal.code).toBe('invalid_json');
    expect(refusal.property).toBe(property);
    expect(refusal.rule).toMatch(/^must/);
    expect(refusal.spec).toBeDefined();
  });

  it.each([
    '9007199254740991',
    '-9007199254740991',
    '1e300',
    '-0',
    '0.0e-999',
    '0.1234567890123456789',
    '5e-324',
    '"\\ud83d\\ude00"',
    '"\\\\ud800"',
    '["a\\"b","\\\\",{"\\"":1,"\\\\":2}]',
    '{"a":{"a":{"a":1}},"b":"a"}',
    '["a","a"]',
    '{"a":"x","b":"x"}',
    nested(MAX_DEPTH),
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it('keeps a member named __proto__ as a member like others', () => {
    const value = parseExactJson('{"__proto__":{"polluted":true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('finds a repeated name among very many', () => {
    const members = Array.from({ length: 50_000 }, (_, index) => `"m${index}":0`);
    expect(Object.keys(parseExactJson(`{${members.join()}}`) as object)).toHaveLength(50_000);
    expect(refusalOf(() => parseExactJson(`{${members.join()},"m77":1}`)).property).toBe('/m77');
  });

  it('throws the code that it is given', () => {
    expect(refusalOf(() => parseExactJson('{', 'invalid_parameter')).code).toBe('invalid_parameter');
  });

  it('reads whatever JSON.stringify writes, with and without white space', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(
          value,
          (_, part) => (typeof part === 'number' && Math.abs(part) > 2 ** 53 ? 0 : part),
          space,
        );
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        const cut = text.slice(0, at % text.length);
        let isJson = true;
        try {
          JSON.parse(cut);
        } catch {
          isJson = false;
        }
        fc.pre(!isJson);
        expect(refusalOf(() => parseExactJson(cut)).property).toBe('');
      }),
    );
  });

  it('finds any member that is named a second time', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 40 }), fc.nat(), (names, pick) => {
        const repeated = names[pick % names.length] as string;
        const text = `{${[...names, repeated].map((one) => `${JSON.stringify(one)}:"x"`).join()}}`;
        expect(refusalOf(() => parseExactJson(text)).rule).toBe('must not appear twice in one object');
      }),
    );
  });
});

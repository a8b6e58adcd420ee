import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEscapedName, parseJson } from '../../src/xapi/parse_json.ts';

/** A character as an escape that JSON has for it, or as it is where it can be. */
function written(char: string, way: number): string {
  const unit = `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  if (char.length > 1) return way % 2 === 0 ? char : Array.from({ length: 2 }, (_, i) => unitOf(char, i)).join('');
  if (way % 3 === 0) return unit;
  if (char === '/' && way % 3 === 1) return '\\/';
  return JSON.stringify(char).slice(1, -1);
}

function unitOf(char: string, i: number): string {
  return `\\u${char.charCodeAt(i).toString(16)}`;
}

/** JSON that says `value`, with escapes and spaces as `ways` draws them. */
function writer(ways: readonly number[]): (value: unknown) => string {
  let drawn = 0;
  const draw = () => ways[drawn++ % ways.length]!;
  const space = () => [' ', '', '\n', '', '\t', ''][draw() % 6]!;
  const text = (value: string) => `"${Array.from(value, (char) => written(char, draw())).join('')}"`;
  const json = (value: unknown): string => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${space()}${value.map((item) => json(item) + space()).join(`,${space()}`)}]`;
    const members = Object.entries(value).map(([name, member]) => {
      return `${space()}${text(name)}${space()}:${space()}${json(member)}${space()}`;
    });
    return `{${members.join(',')}${space()}}`;
  };
  return (value) => `${space()}${json(value)}${space()}`;
}

const name = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'b', '\\', '/', '"', 'u', '0', '6', '1', '\n', 'é', '💡', ':', ' '),
    maxLength: 4,
  }),
  fc.constantFrom('', '__proto__', '1', 'http://a.example.org/1', 'toString'),
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    name,
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.boolean(),
    fc.constant(null),
    tie('array'),
    tie('object'),
  ),
  array: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
}));

describe('parseJson', () => {
  it('reads what was written, with whatever escapes and spaces', () => {
    fc.assert(
      fc.property(anyValue, fc.array(fc.nat(99), { minLength: 1, maxLength: 40 }), (value, ways) => {
        // Twice: V8 goes by the names that it has met.
        for (const _ of [1, 2]) expect(parseJson(writer(ways)(value))).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['{"p":1,"\\\\":2}', '{"p":1,"\\u0061":2}', { p: 1, a: 2 }],
    ['{"p":1,"\\\\":2}', '{"p":1,"\\u0061":2,"\\\\":3}', { p: 1, a: 2, '\\': 3 }],
    ['{"\\\\":1}', '{"\\n":1}', { '\n': 1 }],
    ['{"x":1,"http:\\\\/\\\\/e.org":2}', '{"x":1,"http:\\/\\/e.org\\/a":2}', { x: 1, 'http://e.org/a': 2 }],
    ['[{"q":{"\\\\":2}}]', '[{"q":{"\\"":[{"\\u0062" : 1e2}]}}]', [{ q: { '"': [{ b: 100 }] } }]],
  ])('after %s reads %s', (before, text, value) => {
    for (let i = 0; i < 3; i++) {
      JSON.parse(before);
      expect(parseJson(text)).toEqual(value);
    }
  });

  it.each(['', '{', '{"a\\', '{"\\u0061":}', '{"\\u006":1}', '{"\\u0061":1}}', '["\\u0061":1]', '{"\\x":1}'])(
    'refuses what is no JSON: %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );
});

describe('hasEscapedName', () => {
  it.each([
    ['{"a":"\\n"}', false],
    ['["\\n","a:\\\\"]', false],
    ['{"a":"\\":","b":"\\\\"}', false],
    ['{"a\\"":1}', true],
    ['{"a":"\\n","b\\/" \n:1}', true],
    ['{"a":{"b":[{"\\\\":1}]}}', true],
    ['plain', false],
  ])('%s: %s', (text, is) => {
    expect(hasEscapedName(text)).toBe(is);
  });
});

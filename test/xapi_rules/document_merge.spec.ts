import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeDocuments } from '../../src/xapi/document_merge.ts';
import { refusalOf } from './refusal.ts';

const document = (contents: unknown, contentType = 'application/json') => ({
  contentType,
  bytes: new TextEncoder().encode(typeof contents === 'string' ? contents : JSON.stringify(contents)),
});
const merged = (existing: unknown, posted: unknown): unknown =>
  JSON.parse(new TextDecoder().decode(mergeDocuments(document(existing), document(posted))));

describe('mergeDocuments (Communication 2.2)', () => {
  it('replaces members of the top level as a whole, and keeps the others', () => {
    expect(merged({ x: 'foo', y: 'bar', z: { a: 1 } }, { x: 'bash', z: { b: 2 }, q: null })).toEqual({
      x: 'bash',
      y: 'bar',
      z: { b: 2 },
      q: null,
    });
  });

  it('keeps a member named __proto__', () => {
    expect(Object.keys(merged('{"__proto__":1}', '{"a":2}') as object)).toEqual(['__proto__', 'a']);
    expect(Object.keys(merged('{"a":2}', '{"__proto__":{"b":1}}') as object)).toEqual(['a', '__proto__']);
  });

  it('gives each member of the posted object, and each other member as it was', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.boolean()),
      fc.object({ values: [fc.string()] }),
    );
    const object = fc.dictionary(fc.string(), value);
    fc.assert(
      fc.property(object, object, (existing, posted) => {
        const expected = new Map([...Object.entries(existing), ...Object.entries(posted)]);
        const result = merged(existing, posted) as Record<string, unknown>;
        expect(Object.keys(result).sort()).toEqual([...expected.keys()].sort());
        for (const [name, value] of expected) expect(JSON.stringify(result[name])).toBe(JSON.stringify(value));
      }),
    );
  });

  it.each([
    ['another content type', document({}, 'text/plain'), 'Content-Type'],
    ['an array', document([]), ''],
    ['null', document('null'), ''],
    ['a string', document('"{}"'), ''],
    ['broken JSON', document('{'), ''],
    ['a number that would be rounded', document('{"n":9007199254740993}'), '/n'],
    ['a member twice', document('{"a":1,"a":2}'), '/a'],
    ['what is not UTF-8', { contentType: 'application/json', bytes: new Uint8Array([0x22, 0xff, 0x22]) }, ''],
  ])('refuses %s, on either side', (_, broken, property) => {
    const sound = document({ a: 1 }, 'application/json; charset=utf-8');
    expect(refusalOf(() => mergeDocuments(broken, sound))).toMatchObject({ code: 'invalid_body', property });
    expect(refusalOf(() => mergeDocuments(sound, broken))).toMatchObject({ code: 'invalid_body', property });
  });
});

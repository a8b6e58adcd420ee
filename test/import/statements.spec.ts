import { describe, expect, it } from 'vitest';
import { idFor, readStatement } from '../../scripts/import/statements.ts';

const piece = (text: string, position = 17) => ({ position, bytes: Buffer.from(text) });

describe('a statement of the file', () => {
  it('is posted with the bytes that it has', () => {
    const { position, bytes } = piece('{"id":"A","result":{"score":{"raw":1.0}}, "x":12345678901234567890}');
    expect(readStatement({ position, bytes }, 'head')).toEqual({ position, bytes, id: 'A' });
  });

  it('keeps an id that is none, for the store to refuse', () => {
    expect(readStatement(piece('{"id":null}'), 'head')).toEqual({ ...piece('{"id":null}'), id: null });
  });

  it('gets an id when it has none, and is otherwise not changed', () => {
    const text = '{ "verb":{"id":"http://example.org/v"},"n":1.0}';
    const id = idFor('head', 17, Buffer.from(text));
    expect(readStatement(piece(text), 'head')).toEqual({
      position: 17,
      id,
      bytes: Buffer.from(`{"id":"${id}", "verb":{"id":"http://example.org/v"},"n":1.0}`),
    });
    expect(JSON.parse((readStatement(piece('{ }'), 'head') as { bytes: Buffer }).bytes.toString())).toHaveProperty(
      'id',
    );
  });

  it.each([
    ['{"a":', /^not JSON: /],
    ['{"a":1},{"b":2}', /^not JSON: /],
    ['', /^not JSON: /],
    ['[{"a":1}]', /^not a JSON object$/],
    ['null', /^not a JSON object$/],
    ['"text"', /^not a JSON object$/],
  ])('that reads %s is not worth posting', (text, rule) => {
    expect(readStatement(piece(text), 'head')).toMatchObject({
      position: 17,
      code: 'invalid_json',
      rule: expect.stringMatching(rule),
    });
  });

  it('that is not UTF-8 is not worth posting', () => {
    const bytes = Buffer.from('{"a":"\xff"}', 'latin1');
    expect(readStatement({ position: 1, bytes }, 'head')).toMatchObject({ code: 'invalid_json', rule: 'not UTF-8' });
  });
});

describe('the id of a statement that has none', () => {
  const bytes = Buffer.from('{}');

  it('is a UUID of version 5, the same each time', () => {
    const id = idFor('head', 1, bytes);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idFor('head', 1, Buffer.from('{}'))).toBe(id);
  });

  it('is another one for another file, another place and another text', () => {
    const ids = [
      idFor('head', 1, bytes),
      idFor('dead', 1, bytes),
      idFor('head', 2, bytes),
      idFor('head', 1, Buffer.from('{"a":1}')),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});

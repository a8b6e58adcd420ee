import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitArray, splitLines } from '../../scripts/import/splitting.ts';

/** The text in chunks that end at the given bytes. */
async function* chunked(text: string, cuts: readonly number[] = []): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

const texts = async (pieces: AsyncIterable<{ position: number; bytes: Buffer }>) =>
  (await Array.fromAsync(pieces)).map(({ position, bytes }) => `${position} ${bytes}`);

const cuts = fc.array(fc.nat());
const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 3 });

describe('lines', () => {
  it('come out with their number, empty ones left out but counted', async () => {
    const text = '{"a":1}\n\n  \r\n{"b":2}\r\n{"c":3}';
    expect(await texts(splitLines(chunked(text)))).toEqual(['1 {"a":1}', '4 {"b":2}', '5 {"c":3}']);
  });

  it('come out whole however the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), cuts, async (written, at) => {
        const lines = written.map((line) => JSON.stringify(line));
        const expected = lines.map((line, index) => `${index + 1} ${line}`);
        expect(await texts(splitLines(chunked(lines.join('\n'), at)))).toEqual(expected);
        expect(await texts(splitLines(chunked(lines.map((line) => `${line}\r\n`).join(''), at)))).toEqual(expected);
      }),
    );
  });

  it('have an end', async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(2 ** 20, 'a');
    }
    await expect(texts(splitLines(endless()))).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('an array', () => {
  it('comes apart into its elements as they are written, however the text is cut', async () => {
    const element = fc.tuple(fc.json(), space, space);
    await fc.assert(
      fc.asyncProperty(fc.array(element), space, cuts, async (elements, around, at) => {
        const inner = elements.map(([json, before, after]) => before + json + after).join(',');
        const found = await texts(splitArray(chunked(`${around}[${inner}${around}]${around}`, at)));
        expect(found).toEqual(elements.map(([json], index) => `${index + 1} ${json}`));
      }),
    );
  });

  it('keeps numbers, duplicate members and escapes as they are', async () => {
    const elements = ['{"a":1.0,"a":1e2}', '"\\",]\\\\"', '[[],{"]":"["}]', '12345678901234567890'];
    const found = await texts(splitArray(chunked(`[${elements}]`)));
    expect(found).toEqual(elements.map((element, index) => `${index + 1} ${element}`));
  });

  it('gives an element that is not JSON as it is, and the ones after it', async () => {
    expect(await texts(splitArray(chunked('[{"a":1},{broken},,{"d":4},]')))).toEqual([
      '1 {"a":1}',
      '2 {broken}',
      '3 ',
      '4 {"d":4}',
      '5 ',
    ]);
  });

  it.each([
    ['', 'it is empty'],
    ['{}', 'something stands before its beginning'],
    ['[1] [2]', 'something stands after its end'],
    ['[1] x', 'something stands after its end'],
    ['[1,{"a":2}', 'it ends in the middle of element 2'],
    ['[1,"2]', 'it ends in the middle of element 2'],
    ['[{"a":1}},2]', 'a brace closes it at element 1'],
  ])('%s is refused: %s', async (text, why) => {
    await expect(texts(splitArray(chunked(text)))).rejects.toMatchObject({
      code: 'invalid_json',
      message: `The file is not one JSON array: ${why}`,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../scripts/import/batches.ts';
import type { Input } from '../../scripts/import/reading.ts';

function input(texts: readonly string[]): Input {
  async function* pieces() {
    for (const [index, text] of texts.entries()) yield { position: index + 1, bytes: Buffer.from(text) };
  }
  return { unit: 'line', head: 'head', size: null, pieces: pieces(), bytesRead: () => 0 };
}

async function shape(texts: readonly string[], settled: number, limit: number) {
  const batches = await Array.fromAsync(batchesOf(input(texts), settled, limit));
  expect(batches.map(({ number }) => number)).toEqual(batches.map((_, index) => index));
  return batches.map(({ last, statements, unreadable }) => ({
    last,
    statements: statements.map(({ position }) => position),
    unreadable: unreadable.map(({ position }) => position),
  }));
}

describe('batches', () => {
  it('hold as many lines as asked for, the last one the rest', async () => {
    expect(await shape(['{"id":1}', 'x', '{"id":3}', '{"id":4}', '{"id":5}'], 0, 2)).toEqual([
      { last: 2, statements: [1], unreadable: [2] },
      { last: 4, statements: [3, 4], unreadable: [] },
      { last: 5, statements: [5], unreadable: [] },
    ]);
  });

  it('begin after what is settled', async () => {
    expect(await shape(['{"id":1}', '{"id":2}', '{"id":3}'], 2, 50)).toEqual([
      { last: 3, statements: [3], unreadable: [] },
    ]);
    expect(await shape(['{"id":1}'], 1, 50)).toEqual([]);
  });

  it('hold no id twice, in whatever case', async () => {
    expect(await shape(['{"id":"a"}', '{"id":"b"}', '{"id":"A"}', '{"id":"b"}'], 0, 50)).toEqual([
      { last: 2, statements: [1, 2], unreadable: [] },
      { last: 4, statements: [3, 4], unreadable: [] },
    ]);
  });

  it('are cut at four mebibytes, and hold one statement that is larger by itself', async () => {
    const large = (id: number, mebibytes: number) => JSON.stringify({ id, text: 'x'.repeat(mebibytes * 2 ** 20) });
    expect(await shape([large(1, 5), large(2, 1), large(3, 1), large(4, 3)], 0, 50)).toEqual([
      { last: 1, statements: [1], unreadable: [] },
      { last: 3, statements: [2, 3], unreadable: [] },
      { last: 4, statements: [4], unreadable: [] },
    ]);
  });
});

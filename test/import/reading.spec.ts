import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInput } from '../../scripts/import/reading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-reading-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(content: Buffer | string, signal = new AbortController().signal) {
  const path = join(folder, crypto.randomUUID());
  writeFileSync(path, content);
  return openInput(path, signal);
}

const elements = Array.from({ length: 5000 }, (_, index) => JSON.stringify({ index, text: 'é'.repeat(index % 90) }));
const lines = elements.map((element) => `${element}\n`).join('');
const array = `\n [${elements.join(',\n')}]`;
const numbered = elements.map((element, index) => `${index + 1} ${element}`);

describe('a file of statements', () => {
  it.each([
    ['lines', Buffer.from(lines), 'line'],
    ['lines, gzipped', gzipSync(lines), 'line'],
    ['lines after a byte order mark', Buffer.from(`\uFEFF${lines}`), 'line'],
    [
      'lines in two gzip members',
      Buffer.concat([gzipSync(lines.slice(0, 70_000)), gzipSync(lines.slice(70_000))]),
      'line',
    ],
    ['an array', Buffer.from(array), 'element'],
    ['an array, gzipped', gzipSync(array), 'element'],
    ['an array after a byte order mark', Buffer.from(`\uFEFF${array}`), 'element'],
  ] as const)('is read as %s', async (_, content, unit) => {
    const input = await open(content);
    expect(input).toMatchObject({ unit, size: content.length });
    const read = (await Array.fromAsync(input.pieces)).map(({ position, bytes }) => `${position} ${bytes}`);
    expect(read).toEqual(numbered);
    expect(input.bytesRead()).toBe(content.length);
  });

  it('has the same head packed or not, and another one when its beginning is another', async () => {
    const [plain, packed, other] = await Promise.all([open(lines), open(gzipSync(lines)), open(` ${lines}`)]);
    expect(packed.head).toBe(plain.head);
    expect(other.head).not.toBe(plain.head);
  });

  it('is not read further than asked for', async () => {
    const input = await open(lines.repeat(20));
    await input.pieces.next();
    expect(input.bytesRead()).toBeLessThan(input.size! / 2);
    await input.pieces.return(undefined);
  });

  it('may be empty, or shorter than what tells its kind', async () => {
    for (const content of ['', '\n', '1']) {
      const input = await open(content);
      expect(input.unit).toBe('line');
      expect(await Array.fromAsync(input.pieces)).toHaveLength(content.trim().length);
    }
  });

  it('ends with an error when it is cut off', async () => {
    const input = await open(gzipSync(lines).subarray(0, -2000));
    await expect(Array.fromAsync(input.pieces)).rejects.toThrow('unexpected end of file');
  });

  it('ends with an error when it is to be read no further', async () => {
    const stop = new AbortController();
    const input = await open(lines.repeat(20), stop.signal);
    await input.pieces.next();
    stop.abort();
    await expect(Array.fromAsync(input.pieces)).rejects.toThrow('aborted');
  });

  it('must be there', async () => {
    await expect(openInput(join(folder, 'missing'), new AbortController().signal)).rejects.toThrow('ENOENT');
  });
});

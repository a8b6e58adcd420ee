import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readStoreFiles } from '../../src/main/paths.ts';
import { ReaderPool } from '../../src/main/reader_pool.ts';

it('a reader that cannot even start is told of, once, and not started again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-readers-'));
  const useless = Promise.withResolvers<Error>();
  const told: string[] = [];
  const pool = new ReaderPool(
    1,
    { ...readStoreFiles(folder), ledger: join(folder, 'missing.sqlite') },
    {
      onFailure: (message) => told.push(message),
      onDamage: () => told.push('damage'),
      onUseless: useless.resolve,
    },
  );
  const asked = expect(pool.ask({ kind: 'named-blobs' })).rejects.toMatchObject({ code: 'internal' });
  expect(await useless.promise).toMatchObject({ message: expect.stringContaining('missing.sqlite') });
  await asked;
  await pool.close();
  expect(told).toEqual([expect.stringContaining('missing.sqlite')]);
  rmSync(folder, { recursive: true });
});

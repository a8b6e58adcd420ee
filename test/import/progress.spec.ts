import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgressKeeper } from '../../scripts/import/state.ts';
import { createTracker } from '../../scripts/import/tracker.ts';

const NOTHING = { settled: 0, stored: 0, refused: 0 };

describe('the tracker', () => {
  it('counts the batches before the first one that is not done, whatever the order', () => {
    const orders = fc
      .nat({ max: 12 })
      .chain((length) => fc.shuffledSubarray([...Array(length).keys()], { minLength: length }));
    fc.assert(
      fc.property(orders, (order) => {
        const track = createTracker({ settled: 7, stored: 5, refused: 2 });
        const done = new Set<number>();
        for (const number of order) {
          done.add(number);
          let gap = 0;
          while (done.has(gap)) gap += 1;
          expect(track({ number, settled: 7 + (number + 1) * 10, stored: 8, refused: 1 })).toEqual({
            settled: 7 + gap * 10,
            stored: 5 + gap * 8,
            refused: 2 + gap,
          });
        }
      }),
    );
  });
});

describe('the progress of an import', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerline-progress-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const thisImport = { url: 'http://127.0.0.1:8080', size: 100, head: 'abc' };
  const some = { settled: 10, stored: 8, refused: 2 };
  const silent = () => expect.unreachable();
  const newPath = () => join(folder, `${crypto.randomUUID()}.import-state.json`);

  it('is found by a later run', () => {
    const path = newPath();
    expect(createProgressKeeper(path, thisImport, silent).save(some)).toBe(true);
    expect(createProgressKeeper(path, thisImport, silent).from).toEqual(some);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([{ url: 'http://127.0.0.1:8081' }, { size: 101 }, { size: null }, { head: 'abd' }])(
    'counts for nothing in another import, with %j',
    (other) => {
      const path = newPath();
      createProgressKeeper(path, thisImport, silent).save(some);
      expect(createProgressKeeper(path, { ...thisImport, ...other }, silent).from).toEqual(NOTHING);
    },
  );

  it('counts for nothing when it cannot be read', () => {
    const path = newPath();
    for (const content of ['', '{"settled":10}', JSON.stringify({ ...thisImport, ...some, settled: -1 })]) {
      writeFileSync(path, content);
      expect(createProgressKeeper(path, thisImport, silent).from).toEqual(NOTHING);
    }
  });

  it('is forgotten when the import is done', () => {
    const path = newPath();
    const keeper = createProgressKeeper(path, thisImport, silent);
    keeper.save(some);
    keeper.forget();
    expect(createProgressKeeper(path, thisImport, silent).from).toEqual(NOTHING);
    keeper.forget();
  });

  it('is not kept where nothing can be written, which is said once', () => {
    const complaints: string[] = [];
    const keeper = createProgressKeeper(join(folder, 'missing', 'state'), thisImport, (why) => complaints.push(why));
    expect(keeper.save(some)).toBe(false);
    expect(keeper.save(some)).toBe(false);
    expect(complaints).toEqual([expect.stringContaining('ENOENT')]);
  });
});

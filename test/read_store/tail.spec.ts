import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysText } from '../../projections/keys_text.ts';
import { lineOf, type NewTailRow } from '../../src/read_store/tail_lines.ts';
import { TailReader } from '../../src/read_store/tail_reader.ts';
import { segmentFile, TailWriter } from '../../src/read_store/tail_writer.ts';
import { eventOf } from '../projections/given.ts';

let folder: string;
let writer: TailWriter;
let reader: TailReader;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ledgerline-tail-')), 'tail');
  writer = new TailWriter(folder);
  reader = new TailReader(folder);
});

afterEach(() => {
  reader.close();
  writer.close();
  rmSync(join(folder, '..'), { recursive: true });
});

/** A row of some statements; `verb` makes it as long as need be. */
function aRow(firstRevision: number, statements = 1, verb = 'did'): NewTailRow {
  const keys = Array.from({ length: statements }, (_, i) => eventOf({ id: 'a', verb }, firstRevision + i).keys);
  const lastRevision = firstRevision + statements - 1;
  return { firstRevision, lastRevision, recorded: 1_000 + firstRevision, keys: keysText(keys) };
}

const revisions = (rows: Iterable<{ firstRevision: number }>) => Array.from(rows, (row) => row.firstRevision);

describe('the tail', () => {
  it('gives what was added, with its keys', () => {
    writer.add(4, [aRow(7, 3, 'naïvely 学ぶ'), aRow(12)]);
    const [first, second] = reader.after(-1);
    expect(first).toMatchObject({ segment: 4, firstRevision: 7, lastRevision: 9, recorded: 1_007 });
    expect(first!.keys).toEqual([7, 8, 9].map((i) => eventOf({ id: 'a', verb: 'naïvely 学ぶ' }, i).keys));
    expect(second).toMatchObject({ segment: 4, firstRevision: 12, lastRevision: 12 });
  });

  it('shows nobody what is staged, and nothing of what is taken back', () => {
    writer.stage(0, [aRow(0)]);
    expect(reader.after(-1)).toEqual([]);
    writer.rollback();
    writer.commit();
    expect(reader.after(-1)).toEqual([]);
    writer.stage(0, [aRow(0), aRow(2)]);
    writer.commit();
    expect(revisions(reader.after(-1))).toEqual([0, 2]);
  });

  it('gives again what the reader has not applied, and only that', () => {
    writer.add(0, [aRow(0)]);
    writer.add(0, [aRow(1), aRow(3)]);
    expect(revisions(reader.after(-1))).toEqual([0, 1, 3]);
    expect(revisions(reader.after(1))).toEqual([3]);
    writer.add(1, [aRow(4)]);
    expect(revisions(reader.after(1))).toEqual([3, 4]);
    expect(revisions(reader.after(4))).toEqual([]);
    writer.add(1, [aRow(5)]);
    expect(revisions(reader.after(4))).toEqual([5]);
  });

  it('gives again what it read before it failed', () => {
    writer.add(0, [aRow(0)]);
    expect(revisions(reader.after(-1))).toEqual([0]);
    writer.add(0, [aRow(1)]);
    writer.add(1, [aRow(2)]);
    renameSync(folder, `${folder}-gone`);
    expect(() => reader.after(0)).toThrow('is gone');
    renameSync(`${folder}-gone`, folder);
    expect(revisions(reader.after(0))).toEqual([1, 2]);
  });

  it('is read through its segments, whichever are gone', () => {
    const late = new TailReader(folder);
    writer.add(0, [aRow(0)]);
    expect(revisions(reader.after(-1))).toEqual([0]);
    for (const segment of [1, 2, 5, 6]) writer.add(segment, [aRow(segment)]);
    writer.drop(4);
    writer.add(6, [aRow(7)]);
    expect(revisions(reader.after(0))).toEqual([5, 6, 7]);
    expect(revisions(late.after(-1))).toEqual([5, 6, 7]);
    expect(revisions(late.segment(5))).toEqual([5]);
    late.close();
  });

  it('keeps the newest segment, so that readers go on from there', () => {
    writer.add(0, [aRow(0)]);
    expect(revisions(reader.after(-1))).toEqual([0]);
    writer.drop(0);
    writer.add(3, [aRow(1)]);
    writer.drop(2);
    expect(readdirSync(folder)).toEqual(['3']);
    expect(revisions(reader.after(0))).toEqual([1]);
  });

  it('leaves out a line that is not whole yet', () => {
    writer.add(0, [aRow(0)]);
    const line = Buffer.from(lineOf([aRow(1), aRow(2, 1, '学ぶ')]));
    appendFileSync(segmentFile(folder, 0), line.subarray(0, -2));
    expect(revisions(reader.after(-1))).toEqual([0]);
    appendFileSync(segmentFile(folder, 0), line.subarray(-2));
    expect(revisions(reader.after(0))).toEqual([1, 2]);
  });

  it('holds lines of any length', () => {
    for (let i = 0; i < 5; i++) writer.add(0, [aRow(10 * i, 1, 'x'.repeat(10 ** (i + 2)))]);
    expect(revisions(reader.after(-1))).toEqual([0, 10, 20, 30, 40]);
    expect(revisions(reader.segment(0))).toEqual([0, 10, 20, 30, 40]);
  });

  it('takes nothing of what was added in part when the disk was full', () => {
    const script = `
      const { TailWriter } = await import('./src/read_store/tail_writer.ts');
      const writer = new TailWriter(process.env.FOLDER);
      const row = (revision, length) => ({
        firstRevision: revision, lastRevision: revision, recorded: 1, keys: JSON.stringify(['x'.repeat(length)]),
      });
      writer.add(0, [row(0, 100)]);
      try {
        writer.add(0, [row(1, 100), row(2, 100_000)]);
      } catch (error) {
        console.log(error.code);
      }
      writer.add(0, [row(3, 100)]);
    `;
    const full = join(folder, 'full');
    mkdirSync(full);
    const command = `ulimit -f 4; exec ${process.execPath} --input-type=module -e "$SCRIPT"`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], {
      env: { ...process.env, SCRIPT: script, FOLDER: full },
      encoding: 'utf8',
    });
    expect(stdout.trim(), stderr).toBe('EFBIG');
    expect(readFileSync(segmentFile(full, 0), 'utf8')).toMatch(/^0 .*\n3 .*\n$/);
    const other = new TailReader(full);
    expect(revisions(other.after(-1))).toEqual([0, 3]);
    other.close();
  });
});

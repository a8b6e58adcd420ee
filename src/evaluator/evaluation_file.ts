import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { IntervalColumns } from '../compliance/interval_columns.ts';
import type { Evaluation } from './evaluation.ts';
import { Names } from './names.ts';

/** What an evaluator knows, up to a revision. */
export interface KeptEvaluation {
  readonly evaluation: Evaluation;
  readonly revision: number;
}

const MAGIC = 'ledgerline statuses 5\n';

const header = z.object({
  // Another release may judge otherwise: then everything is worked out anew.
  release: z.literal(packageFile.version),
  revision: z.int(),
  /** The pair of each block of rows, how many rows it has, and whether they are past ones. */
  blocks: z.array(z.tuple([z.int(), z.int(), z.boolean()])),
  gaps: z.array(z.object({ from: z.int(), to: z.int() })),
  persons: z.array(z.string()),
  pairs: z.array(z.string()),
  groups: z.array(z.string()),
  reasons: z.array(z.string()),
});

/** Writes all of it into a file of its own, which takes the place of the one before when it is whole. */
export function writeEvaluation(path: string, { evaluation, revision }: KeptEvaluation): void {
  const { columns, persons, pairs, groups, reasons, gaps } = evaluation;
  const text = JSON.stringify({
    release: packageFile.version,
    revision,
    blocks: columns.blocks.map(({ pair, length, isPast }): [number, number, boolean] => [pair, length, isPast]),
    gaps,
    persons: [...persons.texts],
    pairs: [...pairs.texts],
    groups: [...groups.texts],
    reasons: [...reasons.texts],
  } satisfies z.input<typeof header>);
  const bytes = Buffer.from(text);
  const file = openSync(`${path}.new`, 'w');
  try {
    writeAll(file, Buffer.from(`${MAGIC}${bytes.length}\n`));
    writeAll(file, bytes);
    writeAll(file, bytesOf(lastRows(columns, persons.texts.length)));
    for (const { bytes } of columns.blocks) writeAll(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

/** What a file keeps; undefined: there is none, it is of another release, or it is not whole. Then it is removed. */
export function readEvaluation(path: string): KeptEvaluation | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    return read(file);
  } catch {
    // It can be worked out anew at any time: what is wrong with it does not matter.
    rmSync(path, { force: true });
    return undefined;
  } finally {
    closeSync(file);
  }
}

const LONGEST_LENGTH = 20;

function read(file: number): KeptEvaluation {
  const start = readAll(file, MAGIC.length + LONGEST_LENGTH, 0).toString('latin1');
  const size = /^(\d+)\n/.exec(start.slice(MAGIC.length))?.[1];
  if (!start.startsWith(MAGIC) || size === undefined) throw new Error('no such file');
  let place = MAGIC.length + size.length + 1;
  const { revision, blocks, gaps, ...names } = header.parse(JSON.parse(readAll(file, Number(size), place).toString()));
  place += Number(size);
  const readNext = (bytes: Uint8Array) => {
    if (fill(file, bytes, place) < bytes.length) throw new Error('not whole');
    place += bytes.length;
  };
  const last = new Int32Array(names.persons.length);
  readNext(bytesOf(last));
  const columns = new IntervalColumns(last);
  for (const [pair, length, isPast] of blocks) {
    const block = columns.addBlock(pair, isPast);
    readNext(block.bytes);
    block.length = length;
    for (let at = 0; at < length; at++) block.note(at);
  }
  const evaluation: Evaluation = {
    columns,
    persons: new Names(names.persons),
    pairs: new Names(names.pairs),
    groups: new Names(names.groups),
    reasons: new Names(names.reasons),
    gaps,
  };
  return { evaluation, revision };
}

/** The place of the last row of each person. */
function lastRows({ last }: IntervalColumns, persons: number): Int32Array {
  const places = new Int32Array(persons).fill(-1);
  places.set(last);
  return places;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function readAll(file: number, length: number, place: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, fill(file, bytes, place));
}

/** @returns how many bytes there were */
function fill(file: number, bytes: Uint8Array, place: number): number {
  let at = 0;
  while (at < bytes.length) {
    const count = readSync(file, bytes, at, Math.min(bytes.length - at, 2 ** 26), place + at);
    if (count === 0) break;
    at += count;
  }
  return at;
}

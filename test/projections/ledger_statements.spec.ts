import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/ledger/ledger.ts';
import { SqliteLedger } from '../../src/ledger/sqlite.ts';
import { SqliteLedgerReader } from '../../src/ledger/sqlite_reader.ts';
import { inRows, rowsFrom, toStatementEvent } from '../../src/read_store/ledger_statements.ts';

let folder: string;
let ledger: SqliteLedger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-'));
  ledger = new SqliteLedger(join(folder, 'ledger.sqlite'));
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

function stored(name: string, more: object = {}): string {
  const statement = {
    id: crypto.randomUUID(),
    actor: { account: { homePage: 'https://lms.example.org', name } },
    verb: { id: 'https://example.org/did' },
    object: { id: 'https://example.org/thing' },
    ...more,
    stored: '2026-01-01T00:00:00.000000Z',
  };
  return JSON.stringify({ statement });
}

const event = (type: string, data: string, version = 1): NewEvent => ({
  id: crypto.randomUUID(),
  type,
  version,
  credential: 'key',
  data: Buffer.from(data),
});

async function append(recorded: number, ...events: NewEvent[]): Promise<void> {
  const { revision } = await ledger.head();
  await ledger.append(revision, recorded, events);
}

/** Both ways: together, and what was read one by one. */
function read() {
  const reader = SqliteLedgerReader.open(join(folder, 'ledger.sqlite'));
  try {
    const { revision } = reader.head();
    const events = reader.portion(0, revision + 1).filter(({ type }) => type === 'statement-stored');
    const oneByOne = () => inRows(events.map(toStatementEvent), 7);
    return { rows: [...rowsFrom(reader, 7, 0, revision)], oneByOne };
  } finally {
    reader.close();
  }
}

describe('the statements of some revisions', () => {
  it('are those of their events, whatever stands between them and in which letters they are written', async () => {
    await append(1, event('statement-stored', stored('Zoë “日本” \u0000 😀')), event('statement-stored', stored('b')));
    await append(2, event('agency-declared', '{"not":"a statement"}'), event('statement-stored', stored('c')));
    for (let i = 0; i < 5; i++) {
      await append(10 + i, ...Array.from({ length: 90 }, (_, j) => event('statement-stored', stored(`${i} ${j}`))));
    }
    const { rows, oneByOne } = read();
    expect(rows.flatMap(({ keys }) => keys)).toHaveLength(453);
    expect(rows.flatMap(({ firstRevision, keys }) => keys.map((_, i) => firstRevision + i))).toEqual(
      oneByOne().flatMap(({ firstRevision, keys }) => keys.map((_, i) => firstRevision + i)),
    );
    expect(rows.flatMap(({ keys }) => keys)).toEqual(oneByOne().flatMap(({ keys }) => keys));
    expect(rows.slice(0, 2)).toMatchObject([
      { segment: 7, firstRevision: 0, recorded: 1 },
      { segment: 7, firstRevision: 3, recorded: 2 },
    ]);
  });

  it('are read one by one where they are large', async () => {
    const large = { result: { response: 'x'.repeat(5 * 1024 * 1024) } };
    for (let i = 0; i < 3; i++) await append(1 + i, event('statement-stored', stored(`${i}`, large)));
    const { rows, oneByOne } = read();
    expect(rows).toHaveLength(3);
    expect(rows).toEqual(oneByOne());
  });

  it('are none where there are only other events', async () => {
    await append(1, event('agency-declared', '{}'));
    expect(read().rows).toEqual([]);
  });

  it('of a version that this release does not know are damaged', async () => {
    await append(1, event('statement-stored', stored('a')), event('statement-stored', stored('b'), 9));
    expect(read).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  it('that are no JSON are refused', async () => {
    await append(1, event('statement-stored', stored('a')), event('statement-stored', '{"statement":'));
    expect(read).toThrow(SyntaxError);
  });
});

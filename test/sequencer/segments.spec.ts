import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { encode } from '../../src/events/codec.ts';
import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import { closeRowFiles, openRowFiles } from '../../src/read_store/row_groups.ts';
import type { ClosedSegment } from '../../src/read_store/statement_file.ts';
import { AppliedState, type AppliedStateParts } from '../../src/sequencer/applied_state.ts';

const BLOCK = 65_536;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function rowFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-segments-'));
  const path = (name: string) => join(folder, name);
  const rows = openRowFiles({ identity: path('identity'), documents: path('documents'), learning: path('learning') });
  cleanups.push(() => {
    closeRowFiles(rows);
    rmSync(folder, { recursive: true });
  });
  return rows;
}

const statement = {
  id: '00000000-0000-4000-8000-000000000001',
  actor: { mbox: 'mailto:learner@example.org' },
  verb: { id: 'http://example.org/did' },
  object: { id: 'http://example.org/task' },
  authority: { mbox: 'mailto:platform@example.org' },
  version: '1.0.0',
  stored: '2024-01-01T00:00:00.000000Z',
  timestamp: '2024-01-01T00:00:00.000Z',
};

/** What follows the revision that is merged, in appends of some statements each; the segments that were closed. */
function closedBy(mergedRevision: number, appends: readonly number[], isMergerIdle = false, isLive = true) {
  const closed: ClosedSegment[] = [];
  const state = new AppliedState({
    tail: { add: () => {} },
    known: { open: () => {}, add: () => {} },
    rows: rowFiles(),
    mergedRevision,
    onSegment: (segment: ClosedSegment) => closed.push(segment),
    isMergerIdle: () => isMergerIdle,
  } as unknown as AppliedStateParts);
  if (isLive) state.goLive();
  const event = { id: 'e', type: 'statement-stored', recorded: 1, credential: 'c' };
  const encoded = encode('statement-stored', { statement } as never);
  let revision = mergedRevision;
  for (const length of appends) {
    state.applyRead(Array.from({ length }, () => ({ ...event, ...encoded, revision: ++revision }) as RecordedEvent));
  }
  return { closed, state };
}

it('a segment ends with the append that reaches the end of a block of the tables', () => {
  const { closed } = closedBy(BLOCK - 11, [4, 5, 3, 50]);
  expect(closed).toEqual([{ segment: 0, revision: BLOCK + 1, statements: 12 }]);
});

it('a segment that ends just where a block does has nothing of the next', () => {
  const { closed, state } = closedBy(BLOCK - 11, [10, 1, 1]);
  expect(closed).toEqual([{ segment: 0, revision: BLOCK - 1, statements: 10 }]);
  expect(state.inSegment).toBe(2);
});

it('is cut short only while it catches up, for whoever waits for it', () => {
  expect(closedBy(100, [8_192], true).closed).toEqual([]);
  expect(closedBy(100, [8_192], false, false).closed).toEqual([]);
  expect(closedBy(100, [8_191], true, false).closed).toEqual([]);
  expect(closedBy(100, [8_192], true, false).closed).toEqual([
    { segment: 0, revision: 8_292, statements: 8_192, from: 101 },
  ]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobFiles } from '../../src/blobs/blob_files.ts';
import { prepareStatements } from '../../src/commands/prepare_statements.ts';
import type { Scope } from '../../src/identity/scopes.ts';
import type { Ledger, RecordedEvent } from '../../src/ledger/ledger.ts';
import { SqliteCopy } from '../../src/ledger/sqlite_copy.ts';
import { openLocalReadStore } from '../../src/main/local_read_store.ts';
import { type StorePaths, storePaths } from '../../src/main/paths.ts';
import { ReadSession, type Snapshot } from '../../src/read_store/read_session.ts';
import type { ClosedSegment } from '../../src/read_store/statement_file.ts';
import type { Command, Outcome } from '../../src/sequencer/command.ts';
import { Gauges } from '../../src/sequencer/gauges.ts';
import { Sequencer } from '../../src/sequencer/sequencer.ts';
import type { SharedLedger } from '../../src/sequencer/sequencer_parts.ts';
import { SharedHead } from '../../src/sequencer/shared_head.ts';
import type { Credential } from '../../src/store.ts';
import { SentStatements } from '../../src/xapi/sent_statements.ts';
import type { Posted } from './statements.ts';

/** A credential that needs not be issued: the sequencer takes the HTTP side's word for it. */
export function aCredential(key: string, ...scopes: Scope[]): Credential {
  const authority = { objectType: 'Agent', account: { homePage: 'https://lrs.example.org', name: key } } as const;
  const since = { issued: 0, issuedAt: 0, revoked: null, revokedAt: null };
  return { key, secretHash: '', name: key, scopes, roles: [], authority, ...since };
}

/** What issues a credential. */
export const ISSUE = {
  kind: 'issue-credential',
  credential: 'operator',
  data: {
    key: 'k',
    secretHash: 'scrypt$',
    name: 'n',
    scopes: ['all'],
    authority: { objectType: 'Agent', account: { homePage: 'https://lrs.example.org', name: 'k' } },
  },
} as const satisfies Command;

/** The writing side of a store in this thread, on a ledger of the test's choice, with a reader. */
export interface LocalStore {
  readonly paths: StorePaths;
  readonly head: SharedHead;
  readonly sequencer: Sequencer;
  readonly gauges: Gauges;
  /** What the sequencer told of failures that no client caused. */
  readonly failures: readonly unknown[];
  /** Stores statements as a request with this credential does. */
  store(statements: readonly Posted[], credential: Credential): Promise<Outcome>;
  /** Answers as a reader thread does. */
  read<T>(answer: (snapshot: Snapshot) => T): T;
  /** Closes the open segment. */
  closeSegment(): void;
  /** Merges the oldest segment that is closed and not merged yet; false when there is none. */
  mergeNext(): boolean;
  /** The events as the store's own copy of the ledger has them. */
  events(): RecordedEvent[];
  close(): void;
}

/** @param shared given where other nodes append to the ledger, too */
export async function openLocalStore(ledger: Ledger, shared?: SharedLedger): Promise<LocalStore> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-local-'));
  const paths = { ...storePaths(folder), ledger: join(folder, 'copy.sqlite') };
  const copy = new SqliteCopy(paths.ledger);
  const blobs = new BlobFiles(paths.blobs);
  const closed: ClosedSegment[] = [];
  const readStore = openLocalReadStore(paths, { ledgerFile: paths.ledger, blobs, copy }, (segment) => {
    closed.push(segment);
  });
  const mergeNext = () => {
    const [next] = closed;
    if (next === undefined) return false;
    readStore.merge(next);
    closed.shift();
    return true;
  };
  const head = new SharedHead();
  const gauges = new Gauges();
  const failures: unknown[] = [];
  const sequencer = new Sequencer({
    ledger,
    applied: readStore.state,
    head,
    gauges,
    keepBlob: (bytes) => blobs.keepSync(bytes),
    onFailure: (error) => failures.push(error),
    ...(shared && { shared }),
  });
  await sequencer.catchUp(() => {});
  readStore.state.closeSegment();
  while (mergeNext());
  readStore.state.goLive();
  const session = new ReadSession(paths);
  return {
    paths,
    head,
    sequencer,
    gauges,
    failures,
    store(statements, credential) {
      const sent = new SentStatements(JSON.stringify(statements));
      const { command } = prepareStatements({
        values: sent.value as unknown[],
        batch: true,
        version: '1.0.3',
        credential,
        blobs: new Map(),
        members: (i) => sent.members(i),
      });
      return sequencer.submit(command);
    },
    read: (answer) => session.read(answer),
    closeSegment: () => readStore.state.closeSegment(),
    mergeNext,
    events: () => readStore.reader.portion(0, readStore.state.revision + 1),
    close() {
      session.close();
      readStore.close();
      copy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { join } from 'node:path';

/** Where the store keeps what. Below `read/` stands only what can be deleted: it is made anew from the ledger. */
export interface StorePaths extends ReadStoreFiles {
  readonly data: string;
  /** The file in which this node finds every event: the ledger's own, or a copy of one that is elsewhere. */
  readonly ledger: string;
  readonly lock: string;
  readonly control: string;
  /** Attachments and large documents: part of the truth, like the ledger. */
  readonly blobs: string;
  /** What the evaluator has worked out; stands below `read/`, too. */
  readonly statuses: string;
}

/** The files of a read store and their folder. */
export interface ReadStoreFiles {
  readonly readStore: string;
  readonly statements: string;
  readonly tail: string;
  readonly identity: string;
  readonly documents: string;
  readonly learning: string;
}

/** What keeps the events: a file of the data folder, the memory of the process, or a cluster. */
export type EngineKind = 'sqlite' | 'memory' | 'kurrentdb';

const LEDGER_FILES: Readonly<Record<EngineKind, string>> = {
  sqlite: 'ledger.sqlite',
  memory: join('read', 'copy.sqlite'),
  kurrentdb: 'replica.sqlite',
};

/** @param data the data folder */
export function storePaths(data: string, engine: EngineKind = 'sqlite'): StorePaths {
  return {
    data,
    ledger: join(data, LEDGER_FILES[engine]),
    lock: join(data, 'lock.sqlite'),
    control: join(data, 'control.json'),
    blobs: join(data, 'blobs'),
    statuses: join(data, 'read', 'statuses.bin'),
    ...readStoreFiles(join(data, 'read')),
  };
}

/** @param readStore the folder */
export function readStoreFiles(readStore: string): ReadStoreFiles {
  return {
    readStore,
    statements: join(readStore, 'statements.sqlite'),
    tail: join(readStore, 'tail.sqlite'),
    identity: join(readStore, 'identity.sqlite'),
    documents: join(readStore, 'documents.sqlite'),
    learning: join(readStore, 'learning.sqlite'),
  };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerlineError } from '../errors.ts';

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
  /** A folder. */
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

/**
 * A folder is a store's of its own or a node's of a cluster, for ever: whoever starts it as the other has forgotten a
 * setting. @throws `invalid_config`
 */
export function requireFolderOf(engine: EngineKind, data: string): void {
  const has = (kind: EngineKind) => existsSync(join(data, LEDGER_FILES[kind]));
  if (engine === 'sqlite' && has('kurrentdb') && !has('sqlite')) {
    const message = `The data folder ${data} is that of a cluster's node: LEDGERLINE_LEDGER must name the cluster, or LEDGERLINE_DATA another folder.`;
    throw new LedgerlineError('invalid_config', message);
  }
  if (engine === 'kurrentdb' && has('sqlite')) {
    const message = `The data folder ${data} holds a ledger of its own, which is not the cluster's: copy it with npm run ledger:copy, and name another folder by LEDGERLINE_DATA.`;
    throw new LedgerlineError('invalid_config', message);
  }
}

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
    tail: join(readStore, 'tail'),
    identity: join(readStore, 'identity.sqlite'),
    documents: join(readStore, 'documents.sqlite'),
    learning: join(readStore, 'learning.sqlite'),
  };
}

import type { Config } from '../config.ts';
import { isKurrentAddress, readKurrentAddress } from '../ledger/kurrentdb/address.ts';
import { KurrentLedger, type KurrentOptions } from '../ledger/kurrentdb/kurrent_ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { MemoryLedger } from '../ledger/memory.ts';
import { SqliteLedger } from '../ledger/sqlite.ts';
import { SqliteCopy } from '../ledger/sqlite_copy.ts';
import { deleteDatabase } from '../read_store/projection_file.ts';
import type { StorePaths } from './paths.ts';

/** What keeps the events, and how; it can be handed to another thread. */
export type Engine = { readonly kind: 'sqlite' } | { readonly kind: 'memory' } | ClusterEngine;

export interface ClusterEngine extends KurrentOptions {
  readonly kind: 'kurrentdb';
  /** How long a request waits to be stored before it is refused, in milliseconds. */
  readonly patienceMilliseconds: number;
  /** How far the clocks of nodes may be apart, in milliseconds. */
  readonly clocksApartMilliseconds: number;
  /** How long ago a ready node has last had everything, at most; milliseconds. */
  readonly mostLagMilliseconds: number;
}

type LedgerConfig = Pick<Config, 'ledger' | 'ledgerTimeout' | 'maxWait' | 'maxAppend' | 'maxLag' | 'clockTolerance'>;

/** The engine that the configuration names. @throws `invalid_config` */
export function engineOf(config: LedgerConfig): Engine {
  const { ledger } = config;
  if (!isKurrentAddress(ledger)) return { kind: ledger as 'sqlite' | 'memory' };
  return {
    kind: 'kurrentdb',
    ...readKurrentAddress(ledger),
    timeoutMilliseconds: config.ledgerTimeout,
    mostAppendBytes: config.maxAppend,
    patienceMilliseconds: config.maxWait,
    clocksApartMilliseconds: config.clockTolerance,
    mostLagMilliseconds: config.maxLag * 1_000,
  };
}

export interface OpenLedger {
  readonly ledger: Ledger;
  /** Keeps this node's file of events in step when it is a copy; undefined when the ledger itself is the file. */
  readonly copy: SqliteCopy | undefined;
}

/**
 * Opens an engine: the one place that knows them all.
 * @param onNotice told what whoever runs the store should know
 * @throws `damaged`
 */
export function openLedger(
  engine: Engine,
  { ledger: file }: StorePaths,
  onNotice: (message: string) => void,
): OpenLedger {
  switch (engine.kind) {
    case 'sqlite':
      return { ledger: new SqliteLedger(file, { onNotice }), copy: undefined };
    case 'memory':
      deleteDatabase(file);
      return { ledger: new MemoryLedger(), copy: new SqliteCopy(file) };
    case 'kurrentdb':
      return { ledger: new KurrentLedger(engine), copy: new SqliteCopy(file, { synchronous: 'NORMAL' }) };
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { readKurrentAddress } from '../../src/ledger/kurrentdb/address.ts';
import { KurrentLedger, type KurrentOptions } from '../../src/ledger/kurrentdb/kurrent_ledger.ts';
import type { NewEvent, RecordedEvent } from '../../src/ledger/ledger.ts';
import { answer } from '../../src/queries/answers.ts';
import { formatMicros } from '../../src/xapi/instant.ts';
import { type LocalStore, openLocalStore } from '../support/local_store.ts';
import { idsOf, type Posted } from '../support/statements.ts';

type Limits = Partial<Pick<KurrentOptions, 'timeoutMilliseconds' | 'mostAppendBytes'>>;

const open: (() => unknown)[] = [];

/** Closes, newest first, what a test has opened here; for `afterEach`. */
export async function closeLedgers(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

export function optionsOf(address: string, limits: Limits = {}): KurrentOptions {
  return { ...readKurrentAddress(address), timeoutMilliseconds: 5_000, mostAppendBytes: 2 ** 20, ...limits };
}

export function ledgerAt(address: string, limits?: Limits): KurrentLedger {
  const ledger = new KurrentLedger(optionsOf(address, limits));
  open.push(() => ledger.close());
  return ledger;
}

/** A node in this thread, without HTTP: its sequencer and its read store, on the ledger at an address. */
export interface LocalNode extends LocalStore {
  readonly ledger: KurrentLedger;
}

/** @param limits `patience`: how long a command waits for its outcome, in milliseconds */
export async function nodeAt(address: string, limits: Limits & { patience?: number } = {}): Promise<LocalNode> {
  const ledger = ledgerAt(address, limits);
  const nothing = async () => {};
  const shared = { patience: limits.patience ?? 60_000, lateness: 0, publish: nothing, fetch: nothing };
  const store = await openLocalStore(ledger, shared);
  open.push(() => store.close());
  return { ...store, ledger };
}

/** An event that no read store knows, of that many bytes. */
export function anEvent(length = 10): NewEvent {
  const data = new Uint8Array(length).fill(0x61);
  return { id: crypto.randomUUID(), type: 'tested', version: 1, credential: 'tester', data };
}

/** Everything in the ledger at an address, by a client of its own. */
export async function eventsAt(address: string): Promise<RecordedEvent[]> {
  return (await Array.fromAsync(ledgerAt(address).read(0))).flat();
}

export function statementsOf({ read }: LocalNode): Posted[] {
  const query = { relatedAgents: false, relatedActivities: false, ascending: true, limit: 1_000 };
  const show = { format: 'exact', acceptLanguage: undefined, attachments: false } as const;
  const { body } = read((snapshot) => answer(snapshot, { kind: 'statements', query, show })) as { body: Uint8Array };
  return JSON.parse(Buffer.from(body).toString('utf8'));
}

/**
 * That these statements and no others are in the ledger, once, in this order; and that the node has them with the same
 * bytes and times, in its copy and in its answers.
 */
export async function expectStored(node: LocalNode, address: string, ...statements: Posted[]): Promise<void> {
  const events = (await eventsAt(address)).map((event) => ({ ...event, data: Buffer.from(event.data).toString() }));
  expect(events.map(({ data }) => JSON.parse(data).statement.id)).toEqual(idsOf(statements));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(node.events().map((event) => ({ ...event, data: Buffer.from(event.data).toString() }))).toEqual(events);
  const answered = statementsOf(node);
  expect(idsOf(answered)).toEqual(idsOf(statements));
  expect(answered.map(({ stored }) => stored)).toEqual(events.map(({ recorded }) => formatMicros(recorded)));
}

/** Resolves when it is so. @throws when it is not so for very long */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 45_000; !(await isSo()); await wait(10)) {
    if (Date.now() > end) throw new Error(`never came to be: ${what}`);
  }
}

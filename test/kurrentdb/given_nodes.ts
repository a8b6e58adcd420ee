import { join } from 'node:path';
import { expect } from 'vitest';
import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import { storePaths } from '../../src/main/paths.ts';
import { type Asking, allStatements } from '../support/client.ts';
import { eventsOf } from '../support/ledger_events.ts';
import { digestsOf } from '../support/replayed.ts';
import { anIdentified, idsOf, type Posted, STATEMENTS } from '../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../support/store.ts';
import { eventsAt, until } from './given_ledger.ts';

const open: TestStore[] = [];

/** Stops every node that a test has started; for `afterEach`, before the servers are closed. */
export async function closeNodes(): Promise<void> {
  await Promise.all(open.splice(0).map((node) => node.close()));
}

/** Starts a node on the ledger at an address: a whole store with a data folder of its own. */
export async function startNode(
  address: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestStore> {
  const node = await startTestStore({ LEDGERLINE_LEDGER: address, ...environment });
  open.push(node);
  return node;
}

/** Resolves when a node has everything that is in the ledger now. */
export async function caughtUp(...nodes: readonly TestStore[]): Promise<void> {
  await Promise.all(nodes.map((node) => until(() => node.running.store.caughtUp(2_000).then(...BOTH), 'caught up')));
}

const BOTH = [() => true, () => false] as const;

/** Sends a statement again and again until it is taken. */
export function postUntilTaken(node: Asking, statement: Posted = anIdentified()): Promise<void> {
  return until(async () => (await node.ask(STATEMENTS, { body: statement })).status === 200, 'taken');
}

/** The ids of a node's statements, in the order in which they were stored. */
export async function storedIds(node: Asking): Promise<string[]> {
  return idsOf(await allStatements(node, { ascending: true, limit: 500 }));
}

/** That a request was refused for now, with the time after which to send it again. */
export function expectRefusedForNow({ status, headers, text }: Answered): void {
  expect(status, text).toBe(503);
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

/**
 * That nodes hold the same as the ledger at the address, event by event; that they answer the same; and that their
 * tables are the same. Returns the ids of the statements in their order.
 */
export async function expectSameEverywhere(address: string, ...nodes: readonly TestStore[]): Promise<string[]> {
  await caughtUp(...nodes);
  const events = (await eventsAt(address)).map(comparable);
  const ids = await storedIds(nodes[0]!);
  const digests = [];
  for (const node of nodes) {
    expect(eventsOf(join(node.data, 'replica.sqlite')).map(comparable)).toEqual(events);
    expect(await storedIds(node)).toEqual(ids);
    await node.running.store.merge();
    digests.push(digestsOf(storePaths(node.data, 'kurrentdb')));
  }
  for (const digest of digests) expect(digest).toEqual(digests[0]);
  const inLedger = events.filter(({ type }) => type === 'statement-stored');
  expect(inLedger.map(({ data }) => JSON.parse(data).statement.id)).toEqual(ids);
  return ids;
}

function comparable(event: RecordedEvent) {
  return { ...event, data: Buffer.from(event.data).toString('utf8') };
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KurrentDouble } from '../support/kurrentdb_double/double.ts';
import { aCredential } from '../support/local_store.ts';
import { anIdentified } from '../support/statements.ts';
import { closeAll, double } from './given_double.ts';
import { closeLedgers, expectStored, type LocalNode, nodeAt, statementsOf, until } from './given_ledger.ts';

const credential = aCredential('tester', 'all');

let server: KurrentDouble;
let node: LocalNode;
beforeEach(async () => {
  server = await double();
  node = await nodeAt(server.address);
});
afterEach(async () => {
  await closeLedgers();
  await closeAll();
});

/** Stores a statement whose append is answered after what is done meanwhile. */
async function meanwhile(doing: () => void): Promise<void> {
  const [before, ours, after] = [anIdentified(), anIdentified(), anIdentified()];
  await node.store([before], credential);
  const answered = Promise.withResolvers<void>();
  server.faults.push({ answeredAfter: () => answered.promise });
  const stored = node.store([ours], credential);
  await until(() => server.events('ledgerline').length === 2, 'the append has come');
  doing();
  answered.resolve();
  await stored;
  await node.store([after], credential);
  await expectStored(node, server.address, before, ours, after);
  node.closeSegment();
  while (node.mergeNext());
  await expectStored(node, server.address, before, ours, after);
}

describe('while an append is under way', () => {
  it('nobody sees what it appends', async () => {
    await meanwhile(() => {
      expect(statementsOf(node)).toHaveLength(1);
      expect(node.events()).toHaveLength(1);
    });
  });

  it('the segment may be closed, and merged', async () => {
    await meanwhile(() => {
      node.closeSegment();
      expect(node.mergeNext()).toBe(true);
      expect(statementsOf(node)).toHaveLength(1);
    });
  });

  it('a segment before may be merged', async () => {
    await node.store([], credential);
    node.closeSegment();
    await meanwhile(() => {
      expect(node.mergeNext()).toBe(true);
    });
  });
});

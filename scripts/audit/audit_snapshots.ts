import { z } from 'zod';
import { LedgerlineError } from '../../src/errors.ts';
import { askPatiently, noticesOf } from '../import/patience.ts';
import { progressBar } from '../progress.ts';
import { createStoreClient, type StoreAnswer } from '../store_client.ts';
import type { AuditOptions } from './options.ts';
import { linesOf, verdict } from './verdict.ts';

/** A minute of waiting in which the store answers nothing is enough to give up. */
const PATIENCE_MS = 60_000;
/** Everybody's statuses of a day long past are worked out anew, without a byte meanwhile. */
const SILENCE_MS = 1_800_000;

const listed = z.object({ snapshots: z.array(z.object({ snapshot: z.string() })) });

/**
 * Has the store check its snapshots as the options say: what is found on standard output, notices on standard error.
 * @returns the exit code: 0 all are the same, 1 one differs or cannot be read
 * @throws LedgerlineError when the store cannot be asked, or has no such snapshot
 */
export async function auditSnapshots({ snapshot: named, json, ...options }: AuditOptions): Promise<number> {
  const client = createStoreClient({ ...options, connections: 1, silenceMs: SILENCE_MS });
  const { signal } = new AbortController();
  const patience = { limitMs: PATIENCE_MS, signal, notify: noticesOf((line) => console.error(line)) };
  const get = async (path: string) =>
    contentOf(await askPatiently(() => client.ask({ method: 'GET', path: `/api/snapshots${path}` }), patience));
  const bar = progressBar('Checking', 'snapshots');
  const counts = { same: 0, differs: 0, unreadable: 0 };
  try {
    const all = named.length > 0 ? named : listed.parse(await get('')).snapshots.map(({ snapshot }) => snapshot);
    for (const [i, snapshot] of all.entries()) {
      bar.update(i, all.length);
      const found = verdict.parse(await get(`/${encodeURIComponent(snapshot)}/check`));
      counts[found.result]++;
      for (const line of json ? [JSON.stringify(found)] : linesOf(found)) console.log(line);
    }
  } finally {
    bar.stop();
    client.close();
  }
  if (!json) console.log(`${counts.same} same, ${counts.differs} differ, ${counts.unreadable} unreadable`);
  return counts.differs + counts.unreadable > 0 ? 1 : 0;
}

/** @throws LedgerlineError `unauthenticated`, `not_found`, `unavailable` */
function contentOf({ status, content, error }: StoreAnswer): unknown {
  if (status === 200) return content;
  if (status === 401) throw new LedgerlineError('unauthenticated', `Key or secret is wrong (${error.message})`);
  if (status === 403 || status === 404) {
    throw new LedgerlineError(status === 403 ? 'forbidden' : 'not_found', error.message);
  }
  throw new LedgerlineError('unavailable', `the store answers ${status}: ${error.message}`);
}

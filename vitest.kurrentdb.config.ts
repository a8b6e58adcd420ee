import { defineConfig } from 'vitest/config';
import { SHARED } from './vitest.shared.ts';

/** What concerns the ledger on a cluster: also against the server that KURRENTDB_URL names, or one in Docker. */
export default defineConfig({
  test: { ...SHARED, include: ['test/contract/ledger.spec.ts', 'test/kurrentdb/*.spec.ts'] },
});

import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SqliteLedger } from '../../src/ledger/sqlite.ts';

/** Started by itself, with few files to open: appends while there are hardly any left, and prints what came of it. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-exhausted-'));
  const notices: string[] = [];
  const ledger = new SqliteLedger(join(folder, 'ledger.sqlite'), { onNotice: (message) => notices.push(message) });
  const event = { id: 'x', type: 't', version: 1, credential: 'c', data: new Uint8Array(100_000) };
  // The files of the log are open from here on.
  await ledger.append(-1, 1, [event]);
  const opened: number[] = [];
  try {
    for (;;) opened.push(openSync('/dev/null', 'r'));
  } catch {
    // As many as there are.
  }
  for (let revision = 0; revision < 400; revision++) {
    await ledger.append(revision, revision + 2, [event]);
    await wait(1);
  }
  for (const file of opened) closeSync(file);
  const head = await ledger.head();
  await ledger.close();
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ head, notices }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

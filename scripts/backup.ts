import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../src/config.ts';
import { LedgerlineError } from '../src/errors.ts';
import { formatMicros } from '../src/xapi/instant.ts';
import { type CheckedCopy, checkCopy } from './backup/check_copy.ts';
import { copyLedger, sync } from './backup/copy_ledger.ts';
import { existingStore, runCommand } from './operator.ts';
import { progressBar } from './progress.ts';

const HELP = `Usage: npm run backup -- FILE

Copies the embedded ledger of the store in LEDGERLINE_DATA to FILE, as it is at one moment; the store may run and take
statements meanwhile. The copy is made as FILE.partial, replayed event by event beside the ledger, and named FILE when it
is good. A FILE that exists is never overwritten.

To restore, put FILE as ledger.sqlite into a new data folder, beside the blobs: see docs/guide/operate.md.
`;

async function backup(args: string[], config: () => Config): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [file, ...rest] = positionals;
  if (file === undefined) throw new LedgerlineError('invalid_parameter', 'FILE is missing');
  if (rest.length > 0) throw new LedgerlineError('invalid_parameter', `${rest.join(' ')} is too much`);
  const { ledger } = existingStore(config());
  if (!existsSync(ledger)) throw new LedgerlineError('invalid_config', 'The ledger in memory cannot be backed up.');
  summarize(file, await makeBackup(ledger, resolve(file)));
  return 0;
}

async function makeBackup(ledger: string, file: string): Promise<CheckedCopy> {
  refuseExisting(file);
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  try {
    const copying = progressBar('Copying', 'bytes');
    await copyLedger(ledger, partial, copying.update).finally(copying.stop);
    const checking = progressBar('Checking', 'events');
    const checked = await checkCopy(partial, ledger, checking.update).finally(checking.stop);
    refuseExisting(file);
    renameSync(partial, file);
    sync(dirname(file));
    return checked;
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(partial + suffix, { force: true });
    throw error;
  }
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw new LedgerlineError('invalid_parameter', `${file} exists already, and a backup overwrites nothing`);
}

function summarize(file: string, { head, sha256 }: CheckedCopy): void {
  const until = head.revision < 0 ? '' : `, recorded until ${formatMicros(head.recorded)}`;
  console.log(`${file}: ${head.revision + 1} events, head revision ${head.revision}${until}
bytes   ${statSync(file).size}
sha256  ${sha256} (of the events' data)`);
}

await runCommand('backup', backup);

import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../src/config.ts';
import { LedgerlineError } from '../src/errors.ts';
import type { StorePaths } from '../src/main/paths.ts';
import { formatMicros } from '../src/xapi/instant.ts';
import { type CheckedCopy, checkCopy } from './backup/check_copy.ts';
import { type CopiedBlobs, copyBlobs } from './backup/copy_blobs.ts';
import { copyLedger, sync } from './backup/copy_ledger.ts';
import { existingStore, runCommand } from './operator.ts';
import { progressBar } from './progress.ts';

const HELP = `Usage: npm run backup -- FILE

Copies the ledger of the store in LEDGERLINE_DATA to FILE (of a cluster's node: its copy of it), as it is at one moment; the
store may run and take statements meanwhile. The copy is made as FILE.partial, replayed event by event beside the ledger, and named FILE when it
is good. The blobs that its events name (attachments and large documents) are copied into the folder FILE.blobs, if there
are any. What exists is never overwritten.

To restore, put FILE as ledger.sqlite, and FILE.blobs as blobs, into a new data folder: see docs/guide/operate.md.
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
  const paths = existingStore(config());
  if (!existsSync(paths.ledger))
    throw new LedgerlineError('invalid_config', 'The ledger in memory cannot be backed up.');
  summarize(file, await makeBackup(paths, resolve(file)));
  return 0;
}

interface Backup extends CheckedCopy {
  readonly copied: CopiedBlobs;
}

async function makeBackup({ ledger, blobs }: StorePaths, file: string): Promise<Backup> {
  refuseExisting(file);
  const partial = `${file}.partial`;
  const clear = () => {
    for (const path of [partial, blobsOf(partial)]) rmSync(path, { recursive: true, force: true });
  };
  clear();
  try {
    const copying = progressBar('Copying', 'MB');
    await copyLedger(ledger, partial, copying.update).finally(copying.stop);
    const checking = progressBar('Checking', 'events');
    const checked = await checkCopy(partial, ledger, checking.update).finally(checking.stop);
    const gathering = progressBar('Copying', 'blobs');
    const copied = await copyBlobs(blobs, blobsOf(partial), checked.blobs, gathering.update).finally(gathering.stop);
    refuseExisting(file);
    if (copied.count > 0) renameSync(blobsOf(partial), blobsOf(file));
    renameSync(partial, file);
    sync(dirname(file));
    return { ...checked, copied };
  } finally {
    clear();
  }
}

function blobsOf(file: string): string {
  return `${file}.blobs`;
}

function refuseExisting(file: string): void {
  const existing = [file, blobsOf(file)].find((path) => existsSync(path));
  if (existing === undefined) return;
  throw new LedgerlineError('invalid_parameter', `${existing} exists already, and a backup overwrites nothing`);
}

function summarize(file: string, { head, sha256, copied }: Backup): void {
  const until = head.revision < 0 ? '' : `, recorded until ${formatMicros(head.recorded)}`;
  console.log(`${file}: ${head.revision + 1} events, head revision ${head.revision}${until}
bytes   ${statSync(file).size}
sha256  ${sha256} (of the events' data)`);
  if (copied.count > 0) console.log(`${blobsOf(file)}: ${copied.count} blobs\nbytes   ${copied.bytes}`);
}

await runCommand('backup', backup);

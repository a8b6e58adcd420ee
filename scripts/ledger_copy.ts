import { parseArgs } from 'node:util';
import type { Config } from '../src/config.ts';
import { LedgerlineError } from '../src/errors.ts';
import { copyBlobsOf, copyEvents, type OnProgress, verifyEvents } from './ledger_copy/copy.ts';
import { openEnd } from './ledger_copy/ends.ts';
import { runCommand } from './operator.ts';
import { progressBar } from './progress.ts';

const HELP = `Usage: npm run ledger:copy -- FROM TO

Copies a ledger, event by event and with its blobs, from an embedded store to a cluster or back. FROM and TO are each the
data folder of a store that does not run, or the address of a cluster: esdb://[user:password@]host:port[?tls=…&stream=…].
TO is empty, or what an earlier copy has left: then it goes on from there. At the end all events of both are read and
compared, byte for byte. In a data folder the ledger stands as ledger.sqlite.partial until then.

Stop every node that writes to FROM before: what is appended while it is copied stays behind. Nothing of FROM is changed.
Afterwards start the store with LEDGERLINE_DATA or LEDGERLINE_LEDGER as TO says; its read store is made anew.

Exit code: 0 when TO holds the same as FROM, 1 when it could not be copied, 2 for wrong arguments.
`;

async function copy(args: string[], config: () => Config): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [source, target, ...rest] = positionals;
  if (source === undefined || target === undefined || rest.length > 0) {
    throw new LedgerlineError('invalid_parameter', 'FROM and TO are needed, and nothing else');
  }
  const { ledgerTimeout: timeoutMilliseconds, maxAppend: mostAppendBytes } = config();
  const limits = { timeoutMilliseconds, mostAppendBytes };
  process.once('SIGINT', () => {
    console.error('ledger:copy: stopped. The same command goes on from here.');
    process.exit(130);
  });
  const from = openEnd(source, false, limits);
  try {
    const to = openEnd(target, true, limits);
    try {
      const blobs = await watched('Looking for blobs', (onProgress) =>
        from.head().then(({ revision }) => copyBlobsOf(from, to, revision, onProgress)),
      );
      const { first, last } = await watched('Copying', (onProgress) => copyEvents(from, to, onProgress));
      await watched('Verifying', (onProgress) => verifyEvents(from, to, last, onProgress));
      to.finish();
      console.log(
        `${to.name} holds the ${last + 1} events of ${from.name}, each of them the same: ${last + 1 - first} were copied now.`,
      );
      if (blobs.named > 0) console.log(`Of the ${blobs.named} blobs that they name, ${blobs.copied} were copied now.`);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
  return 0;
}

async function watched<T>(title: string, work: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const bar = progressBar(title, 'events');
  return work(bar.update).finally(bar.stop);
}

await runCommand('ledger:copy', copy);

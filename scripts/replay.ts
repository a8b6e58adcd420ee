import { existsSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Config } from '../src/config.ts';
import { LedgerlineError } from '../src/errors.ts';
import type { StorePaths } from '../src/main/paths.ts';
import { existingStore, reachStore, runCommand } from './operator.ts';
import { compareWithRebuilt, type ProjectionVerdict } from './replay/compare.ts';

const HELP = `Usage: npm run replay

Rebuilds the read store of the store in LEDGERLINE_DATA from its ledger, beside the live one, by the code that runs live
and up to the revision that the live tables hold. Then it compares the two by a digest per projection, and says for each
whether they are equal. The store may run meanwhile. Where they differ, the live read store is made anew: by the server
when one is running, else at its next start.

Exit code: 0 when all are equal, 1 when one differs.
`;

async function replay(args: string[], config: () => Config): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const paths = existingStore(config());
  if (!existsSync(paths.ledger)) throw new LedgerlineError('invalid_config', 'The ledger in memory is not replayed.');
  await mergeTail(paths);
  const { revision, verdicts } = await compareWithRebuilt(paths);
  const width = Math.max(...verdicts.map(({ projection }) => projection.length));
  for (const verdict of verdicts) console.log(`${verdict.projection.padEnd(width)}  ${describe(verdict)}`);
  if (verdicts.every(isEqual)) {
    console.log(`equal, up to revision ${revision}`);
    return 0;
  }
  console.log('DIFFERENT');
  await replaceReadStore(paths);
  return 1;
}

/** Only what the tables hold is compared: a running server writes the newest statements into them first. */
async function mergeTail(paths: StorePaths): Promise<void> {
  await reachStore(paths, {
    running: async (door) => void (await door.post('/merge', {})),
    stopped: async () => {},
  });
}

function isEqual({ live, rebuilt }: ProjectionVerdict): boolean {
  return live !== undefined && live === rebuilt;
}

function describe(verdict: ProjectionVerdict): string {
  const { live, rebuilt } = verdict;
  if (isEqual(verdict)) return `equal ${live}`;
  if (live === undefined) return 'DIFFERENT: the live file is missing, damaged or of another version';
  return `DIFFERENT: live ${live}, rebuilt ${rebuilt}`;
}

async function replaceReadStore(paths: StorePaths): Promise<void> {
  await reachStore(paths, {
    async running(door) {
      console.log('The running server makes its read store anew; until then its answers are 503 …');
      const { revision } = (await door.post('/rebuild', {})) as { revision: number };
      console.log(`Done: the read store holds everything up to revision ${revision}.`);
    },
    async stopped() {
      rmSync(paths.readStore, { recursive: true, force: true });
      console.log('The read store is deleted; the next start makes it anew.');
    },
  });
}

await runCommand('replay', replay);

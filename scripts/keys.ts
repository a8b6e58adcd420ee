import type { Config } from '../src/config.ts';
import {
  type IssuedCredential,
  issueCredential,
  type NewCredential,
  revokeCredential,
  type ShownCredential,
  shownCredentials,
} from '../src/main/credentials.ts';
import { engineOf } from '../src/main/engines.ts';
import { openStore } from '../src/main/open_store.ts';
import type { Store } from '../src/store.ts';
import { formatMicros } from '../src/xapi/instant.ts';
import { HELP, readCommand } from './keys/options.ts';
import { type Door, existingStore, reachStore, runCommand } from './operator.ts';
import { progressBar } from './progress.ts';

/** The commands on credentials, whichever way the store is reached. */
interface Keys {
  list(): Promise<ShownCredential[]>;
  issue(asked: NewCredential): Promise<IssuedCredential>;
  revoke(key: string): Promise<void>;
}

async function keys(args: string[], config: () => Config): Promise<number> {
  const command = readCommand(args);
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      break;
    case 'list':
      await withKeys(config(), async (store) => printTable(await store.list()));
      break;
    case 'issue':
      await withKeys(config(), async (store) => printIssued(await store.issue(command.asked), command.asked));
      break;
    case 'revoke':
      await withKeys(config(), (store) => revoke(store, command.key));
  }
  return 0;
}

function withKeys(config: Config, use: (keys: Keys) => Promise<void>): Promise<void> {
  const paths = existingStore(config);
  return reachStore(paths, {
    running: (door) => use(throughDoor(door)),
    async stopped() {
      const bar = progressBar('Rebuilding the read store', 'events');
      const store = await openStore({
        engine: engineOf(config),
        data: paths.data,
        readers: 1,
        queueLimit: 1,
        onProgress: (revision, head) => bar.update(revision + 1, head + 1),
        onFailure: (message) => console.error(message),
        onNotice: (message) => console.error(message),
        onFatal: (error) => {
          throw error;
        },
      });
      bar.stop();
      try {
        await use(direct(store, config.publicUrl));
      } finally {
        await store.close();
      }
    },
  });
}

async function revoke(store: Keys, key: string): Promise<void> {
  const inForce = (await store.list()).filter(({ revoked }) => revoked === null);
  await store.revoke(key);
  console.log(`${key} is revoked: no request gets in with it any more.`);
  const all = inForce.filter(({ scopes, roles }) => scopes.includes('all') || roles.includes('administrator'));
  if (all.length !== 1 || all[0]!.key !== key) return;
  console.log(
    'It was the last that may do everything; `npm run keys -- issue --name NAME --scopes all` makes another.',
  );
}

function throughDoor(door: Door): Keys {
  return {
    list: () => door.get('/credentials') as Promise<ShownCredential[]>,
    issue: (asked) => door.post('/credentials', asked) as Promise<IssuedCredential>,
    revoke: async (key) => {
      await door.post('/credentials/revoke', { key });
    },
  };
}

function direct(store: Store, homePage: string | undefined): Keys {
  return {
    list: async () => shownCredentials(store),
    issue: (asked) => issueCredential(store, { ...asked, homePage }),
    revoke: (key) => revokeCredential(store, key),
  };
}

function printIssued({ key, secret }: IssuedCredential, { name, scopes = [], roles = [] }: NewCredential): void {
  const rights = [
    ...(scopes.length > 0 ? [`the scopes ${scopes.join(', ')}`] : []),
    ...(roles.length > 0 ? [`the roles ${roles.join(', ')}`] : []),
  ];
  console.log(`Issued for ${name}, with ${rights.join(' and ')}; the secret is shown this once:
  key     ${key}
  secret  ${secret}`);
}

function printTable(credentials: readonly ShownCredential[]): void {
  const rows = credentials.map(({ key, name, scopes, roles, issued, issuedAt, revoked, revokedAt }) => [
    key,
    name,
    moment(issued, issuedAt),
    revoked === null ? '' : moment(revoked, revokedAt!),
    scopes.join(','),
    roles.join(','),
  ]);
  const table = [['KEY', 'NAME', 'ISSUED', 'REVOKED', 'SCOPES', 'ROLES'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  for (const row of table) console.log(line(row).trimEnd());
}

/** As an auditor asks for it: `2026-01-31T08:30:00Z, revision 7`. */
function moment(revision: number, recorded: number): string {
  return `${formatMicros(recorded).slice(0, -8)}Z, revision ${revision}`;
}

await runCommand('keys', keys);

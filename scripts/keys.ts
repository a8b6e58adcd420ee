import { parseArgs } from 'node:util';
import type { Config } from '../src/config.ts';
import { LedgerlineError } from '../src/errors.ts';
import { SCOPES } from '../src/identity/scopes.ts';
import {
  credentialRequest,
  type IssuedCredential,
  issueCredential,
  type NewCredential,
  readRequest,
  revokeCredential,
  type ShownCredential,
  shownCredentials,
} from '../src/main/credentials.ts';
import { openStore } from '../src/main/open_store.ts';
import type { Store } from '../src/store.ts';
import { type Door, existingStore, reachStore, runCommand } from './operator.ts';
import { progressBar } from './progress.ts';

const scopeLines = Object.entries(SCOPES).map(([scope, meaning]) => `  ${scope.padEnd(24)} ${meaning}`);

const HELP = `Usage: npm run keys -- issue --name NAME --scopes SCOPE,SCOPE… [--key KEY --secret SECRET]
       npm run keys -- list
       npm run keys -- revoke KEY

Issues, lists and revokes the credentials of the store in LEDGERLINE_DATA: through its server when one is running, else
in its files. A new secret is shown once; the store keeps only a hash of it. Whoever has a command line read by others
leaves --key and --secret out: they are generated then.

Scopes:
${scopeLines.join('\n')}
`;

/** The commands on credentials, whichever way the store is reached. */
interface Keys {
  list(): Promise<ShownCredential[]>;
  issue(asked: NewCredential): Promise<IssuedCredential>;
  revoke(key: string): Promise<void>;
}

async function keys(args: string[], config: () => Config): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string' },
      key: { type: 'string' },
      secret: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { help, ...options } = values;
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [command, ...rest] = positionals;
  if (command !== 'issue' && Object.keys(options).length > 0) throw wrong('the options belong to issue');
  if (rest.length > (command === 'revoke' ? 1 : 0)) throw wrong(`${rest.join(' ')} is too much`);
  switch (command) {
    case 'list':
      await withKeys(config(), async (store) => printTable(await store.list()));
      return 0;
    case 'issue': {
      const asked = readIssue(options);
      await withKeys(config(), async (store) => printIssued(await store.issue(asked), asked));
      return 0;
    }
    case 'revoke': {
      const [key] = rest;
      if (key === undefined) throw wrong('KEY is missing');
      await withKeys(config(), (store) => store.revoke(key));
      console.log(`${key} is revoked: no request gets in with it any more.`);
      return 0;
    }
    default:
      throw wrong(command === undefined ? 'issue, list or revoke is missing' : `there is no command ${command}`);
  }
}

function readIssue({ scopes, ...given }: Readonly<Record<string, string | undefined>>): NewCredential {
  if (given.name === undefined) throw wrong('--name is missing');
  if (scopes === undefined) throw wrong('--scopes is missing');
  if ((given.key === undefined) !== (given.secret === undefined)) throw wrong('--key and --secret go together');
  const asked = { ...given, scopes: scopes.split(',').map((scope) => scope.trim()) };
  try {
    return readRequest(credentialRequest, asked);
  } catch (error) {
    throw wrong(`--${(error as LedgerlineError).message}`);
  }
}

function wrong(what: string): LedgerlineError {
  return new LedgerlineError('invalid_parameter', what);
}

function withKeys(config: Config, use: (keys: Keys) => Promise<void>): Promise<void> {
  const paths = existingStore(config);
  return reachStore(paths, {
    running: (door) => use(throughDoor(door)),
    async stopped() {
      const bar = progressBar('Rebuilding the read store', 'events');
      const store = await openStore({
        engine: 'sqlite',
        data: paths.data,
        readers: 1,
        queueLimit: 1,
        onProgress: (revision, head) => bar.update(revision + 1, head + 1),
        onFailure: (message) => console.error(message),
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

function printIssued({ key, secret }: IssuedCredential, { name, scopes }: NewCredential): void {
  console.log(`Issued for ${name}, with the scopes ${scopes.join(', ')}; the secret is shown this once:
  key     ${key}
  secret  ${secret}`);
}

function printTable(credentials: readonly ShownCredential[]): void {
  const rows = credentials.map(({ key, name, scopes, issued, revoked }) => [
    key,
    name,
    `revision ${issued}`,
    revoked === null ? '' : `revision ${revoked}`,
    scopes.join(','),
  ]);
  const table = [['KEY', 'NAME', 'ISSUED', 'REVOKED', 'SCOPES'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
}

await runCommand('keys', keys);

import { parseArgs } from 'node:util';
import { LedgerlineError } from '../../src/errors.ts';
import { ROLE_FORMS, ROLES, type RoleName } from '../../src/identity/roles.ts';
import { SCOPES } from '../../src/identity/scopes.ts';
import { credentialRequest, type NewCredential, readRequest } from '../../src/main/credentials.ts';

const roleLines = Object.entries(ROLES).map(
  ([role, meaning]) => `  ${ROLE_FORMS[role as RoleName].padEnd(24)} ${meaning}`,
);
const scopeLines = Object.entries(SCOPES).map(([scope, meaning]) => `  ${scope.padEnd(24)} ${meaning}`);

export const HELP = `Usage: npm run keys -- issue --name NAME [--scopes SCOPE,SCOPE…] [--roles ROLE,ROLE…] [--key KEY --secret SECRET]
       npm run keys -- list
       npm run keys -- revoke KEY

Issues, lists and revokes the credentials of the store in LEDGERLINE_DATA: through its server when one is running, else
in its files. A new secret is shown once; the store keeps only a hash of it. Whoever has a command line read by others
leaves --key and --secret out: they are generated then. A credential has at least one scope or role.

Scopes, for /xapi; all is an administrator at /api, all/read an auditor, statements/write a platform:
${scopeLines.join('\n')}

Roles, for /api:
${roleLines.join('\n')}
`;

/** What a command line asks for. */
export type KeysCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | { readonly kind: 'issue'; readonly asked: NewCredential }
  | { readonly kind: 'revoke'; readonly key: string };

/**
 * Reads a command line.
 * @param args the arguments after the script's name
 * @throws `invalid_parameter` that says what is wrong; and what `parseArgs` throws
 */
export function readCommand(args: string[]): KeysCommand {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string' },
      roles: { type: 'string' },
      key: { type: 'string' },
      secret: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { help, ...options } = values;
  if (help) return { kind: 'help' };
  const [command, ...rest] = positionals;
  if (command !== 'issue' && Object.keys(options).length > 0) throw wrong('the options belong to issue');
  if (rest.length > (command === 'revoke' ? 1 : 0)) throw wrong(`${rest.join(' ')} is too much`);
  switch (command) {
    case 'list':
      return { kind: 'list' };
    case 'issue':
      return { kind: 'issue', asked: readIssue(options) };
    case 'revoke': {
      const [key] = rest;
      if (key === undefined) throw wrong('KEY is missing');
      return { kind: 'revoke', key };
    }
    default:
      throw wrong(command === undefined ? 'issue, list or revoke is missing' : `there is no command ${command}`);
  }
}

function readIssue({ scopes, roles, ...given }: Readonly<Record<string, string | undefined>>): NewCredential {
  if (given.name === undefined) throw wrong('--name is missing');
  if (scopes === undefined && roles === undefined) throw wrong('--scopes or --roles is missing');
  if ((given.key === undefined) !== (given.secret === undefined)) throw wrong('--key and --secret go together');
  const asked = {
    ...given,
    ...(scopes === undefined ? {} : { scopes: listed(scopes) }),
    ...(roles === undefined ? {} : { roles: listed(roles) }),
  };
  try {
    return readRequest(credentialRequest, asked);
  } catch (error) {
    throw wrong(`--${(error as LedgerlineError).message}`);
  }
}

function listed(written: string): string[] {
  return written.split(',').map((item) => item.trim());
}

function wrong(what: string): LedgerlineError {
  return new LedgerlineError('invalid_parameter', what);
}

import { resolve } from 'node:path';
import { LedgerlineError } from '../../src/errors.ts';
import { newKey } from '../../src/identity/secrets.ts';
import { storePaths } from '../../src/main/paths.ts';
import { agentKey } from '../../src/xapi/identifiers.ts';
import type { Actor } from '../../src/xapi/statement.ts';
import { reachStore } from '../operator.ts';
import type { DemoStore } from './own_store.ts';
import type { Ask } from './send.ts';

export interface Credential {
  readonly key: string;
  readonly secret: string;
}

/**
 * A credential with these rights and no others; without the store's data folder nobody can issue one, and the store's
 * own has to do.
 * @throws LedgerlineError `data_in_use` when the store of the folder does not answer
 */
export async function credentialFor(
  { data, key, secret, isOwn }: DemoStore,
  asked: { readonly name: string; readonly roles?: readonly string[]; readonly scopes?: readonly string[] },
): Promise<Credential> {
  if (data === undefined) return { key, secret };
  return reachStore(storePaths(resolve(data)), {
    running: async (door) => {
      const name = asked.name.replace(/:.*/, '');
      // Who only reads what was made up may be known to all; another key no other run has taken.
      const isKnown = isOwn && asked.roles !== undefined;
      const credential = isKnown
        ? { key: name, secret: 'demo' }
        : { key: `${name}-${newKey().slice(0, 6)}`, secret: newKey() };
      await door.post('/credentials', { ...asked, ...credential });
      return credential;
    },
    stopped: async () => {
      throw new LedgerlineError('invalid_parameter', `No store runs on ${data}, which --data names.`);
    },
  });
}

/** Under which authority (see `agentKey`) the store keeps what a credential states: it is tried with a statement. */
export async function authorityOf(ask: Ask): Promise<string> {
  const headers = { 'x-experience-api-version': '1.0.3' };
  const id = crypto.randomUUID();
  const statement = {
    actor: { mbox: 'mailto:demo@example.org' },
    verb: { id: 'http://adlnet.gov/expapi/verbs/initialized' },
    object: { id: 'https://lms.example.org/demo' },
  };
  const path = `/xapi/statements?statementId=${id}`;
  const stored = await ask({ method: 'PUT', path, headers, body: Buffer.from(JSON.stringify(statement)) });
  if (stored.status !== 204)
    throw new LedgerlineError('unavailable', `The store answers ${stored.status}: ${stored.error.message}`);
  const { content } = await ask({ method: 'GET', path, headers });
  return agentKey((content as { authority: Actor }).authority)!;
}

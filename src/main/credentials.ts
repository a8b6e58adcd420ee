import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { text } from '../config_values.ts';
import { LedgerlineError } from '../errors.ts';
import { parseGrant, ROLE_FORMS, type RoleName } from '../identity/roles.ts';
import { isScope, SCOPES, type Scope } from '../identity/scopes.ts';
import { hashSecret, newKey, newSecret, verifySecret } from '../identity/secrets.ts';
import { nearestName } from '../nearest_name.ts';
import type { Credential, Store } from '../store.ts';

/**
 * The home page of the accounts that are authorities, where the configuration gives no public address. It never changes
 * with host or port.
 */
const HOME_PAGE = 'https://ledgerline.example/credentials';

const scope = z.custom<Scope>((given) => typeof given === 'string' && isScope(given), {
  error: ({ input }) => {
    const nearest = nearestName(String(input), Object.keys(SCOPES));
    const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return `there is no scope ${input}${meant} (the scopes are ${Object.keys(SCOPES).join(', ')})`;
  },
});

const role = z.string().refine((given) => parseGrant(given) !== undefined, {
  error: ({ input }) => {
    const nearest = nearestName(String(input).split(':')[0]!, Object.keys(ROLE_FORMS));
    const meant = nearest === undefined ? '' : `; did you mean ${ROLE_FORMS[nearest as RoleName]}?`;
    return `there is no role ${input}${meant} (the roles are ${Object.values(ROLE_FORMS).join(', ')})`;
  },
});

/** What an operator may ask of a new credential. Without a key or secret, one is generated. */
export const credentialRequest = z
  .strictObject({
    name: text(256),
    scopes: z.array(scope).optional(),
    roles: z.array(role).optional(),
    key: text(256)
      .regex(/^[^:]*$/, 'a key has no colon')
      .optional(),
    secret: text(256).optional(),
  })
  .refine(({ scopes = [], roles = [] }) => scopes.length + roles.length > 0, {
    path: ['scopes'],
    error: 'at least one scope or role is needed',
  });

/** Which credential an operator means. */
export const credentialKey = z.strictObject({ key: z.string().min(1) });

/** Reads what an operator asks. @throws `invalid_body` that names the property and what is wrong with it */
export function readRequest<Request>(schema: z.ZodType<Request>, value: unknown): Request {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  const property = String(path[0] ?? '');
  throw new LedgerlineError('invalid_body', property === '' ? message : `${property}: ${message}`, { property });
}

export type NewCredential = Readonly<z.output<typeof credentialRequest>> & {
  /** The home page of the authority's account; by default one that is the same for every store. */
  readonly homePage?: string | undefined;
};

/** What an operator is shown of a credential: all but the secret's hash. */
export type ShownCredential = Omit<Credential, 'secretHash'>;

/** All credentials as they may be shown, in the order in which they were issued. */
export function shownCredentials(store: Store): ShownCredential[] {
  const shown = store.credentials().map(({ secretHash: _, ...rest }) => rest);
  return shown.sort((one, other) => one.issued - other.issued);
}

export interface IssuedCredential {
  readonly key: string;
  /** Shown once: the store keeps only its hash. */
  readonly secret: string;
}

/** Who acts when an operator does. */
export const OPERATOR = 'operator';

/** Issues a credential, as an event. @throws `conflict` when the key was ever given */
export async function issueCredential(store: Store, asked: NewCredential): Promise<IssuedCredential> {
  const key = asked.key ?? newKey();
  const secret = asked.secret ?? newSecret();
  const { name, scopes = [], roles = [], homePage = HOME_PAGE } = asked;
  const authority = { objectType: 'Agent' as const, account: { homePage, name: key } };
  const secretHash = await hashSecret(secret);
  const data = { key, secretHash, name, scopes, ...(roles.length > 0 ? { roles } : {}), authority };
  await store.submit({ kind: 'issue-credential', credential: OPERATOR, data });
  return { key, secret };
}

/** Revokes a credential, as an event; nothing happens when it is revoked already. @throws `not_found` */
export async function revokeCredential(store: Store, key: string): Promise<void> {
  await store.submit({ kind: 'revoke-credential', credential: OPERATOR, data: { key } });
}

/**
 * Sees to it that somebody can use the store: issues the configured credential when it is not there yet, or on the very
 * first start one that is generated. Undefined: there was nothing to do.
 */
export async function ensureFirstCredential(
  store: Store,
  configured: {
    readonly key: string | undefined;
    readonly secret: string | undefined;
    readonly homePage: string | undefined;
    /** The ledger is a cluster's, which may be lost at the moment: it is waited for. */
    readonly isShared: boolean;
  },
): Promise<IssuedCredential | undefined> {
  const { key, secret, homePage, isShared } = configured;
  const isConfigured = key !== undefined && secret !== undefined;
  const known: Credential | undefined = key === undefined ? store.credentials()[0] : store.credential(key);
  if (known !== undefined) {
    if (key !== undefined && secret !== undefined) await refuseOtherSecret(known, secret);
    return undefined;
  }
  try {
    return await issueCredential(store, {
      name: 'first',
      scopes: ['all'],
      homePage,
      ...(isConfigured && { key, secret }),
    });
  } catch (error) {
    if (!(error instanceof LedgerlineError) || !isConfigured) throw error;
    // With `conflict` another node that starts on the same ledger was faster.
    const isLost = isShared && error.code === 'unavailable';
    if (isLost) await wait(1_000);
    else if (error.code !== 'conflict') throw error;
    return ensureFirstCredential(store, configured);
  }
}

/**
 * A configured credential that the ledger already has must be the same one: else its owner would wonder why it is
 * refused.
 */
async function refuseOtherSecret({ key, revoked, secretHash }: Credential, secret: string): Promise<void> {
  if (revoked !== null) {
    throw new LedgerlineError(
      'invalid_config',
      `The credential LEDGERLINE_KEY=${key} was revoked: choose another key.`,
    );
  }
  if (await verifySecret(secret, secretHash)) return;
  const message = `The credential LEDGERLINE_KEY=${key} has another secret than LEDGERLINE_SECRET: set that one, or choose another key.`;
  throw new LedgerlineError('invalid_config', message);
}

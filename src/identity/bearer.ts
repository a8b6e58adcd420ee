import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { secureAddress } from '../config_values.ts';
import { LedgerlineError } from '../errors.ts';
import type { Identity } from './identity.ts';
import { type Grant, parseGrant } from './roles.ts';

/** The issuer whose tokens are taken, and what is read from them. */
export interface TrustedIssuer {
  /** As its tokens name it: an https address, or an http one on this machine. */
  readonly issuer: string;
  readonly audience: string;
  /** Of signatures: asymmetric ones. */
  readonly algorithms: readonly string[];
  /** The claim whose values `roles` maps; a dot goes into an object. */
  readonly rolesClaim: string;
  readonly roles: ReadonlyMap<string, readonly Grant[]>;
  /** The claim that is the person's id and makes the caller a learner. */
  readonly personClaim?: string | undefined;
  /** Whether a verified e-mail address is a proof of an account. */
  readonly provesEmail: boolean;
}

/** The caller that a token names. Rejects with `unauthenticated`, or `unavailable` while the issuer gives no keys. */
export type BearerVerifier = (token: string) => Promise<Identity>;

/** Seconds that the clocks of issuer and store may differ. */
const TOLERANCE = 30;
const TIMEOUT = 5_000;
/** Milliseconds from an answer of the issuer to the next question about a key that it did not have. */
const COOLDOWN = 30_000;
/** Milliseconds from a failure of the issuer to the next question. */
const RETRY = 5_000;
/** Milliseconds after which the issuer is asked again where its keys are. */
const DISCOVERED = 3_600_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: secureAddress() });

/**
 * Verifies JWT access tokens (RFC 9068) by the keys that the issuer publishes (OpenID Connect Discovery 1.0, 4). Keys
 * are kept; an unknown one is looked for at the issuer, at most once in a cooldown.
 * @param log is told why a token was refused; its sender is not
 * @param clock milliseconds since 1970 UTC
 */
export function bearerVerifier(
  trusted: TrustedIssuer,
  log: Pick<Logger, 'debug' | 'warn'>,
  { clock = Date.now, cooldown = COOLDOWN, retry = RETRY } = {},
): BearerVerifier {
  const keyOf = issuerKeys(trusted.issuer, log, { clock, cooldown, retry });
  return async (token) => {
    let payload: JWTPayload;
    try {
      const verified = await jwtVerify(token, keyOf, {
        issuer: trusted.issuer,
        audience: trusted.audience,
        algorithms: [...trusted.algorithms],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: TOLERANCE,
        currentDate: new Date(clock()),
      });
      payload = verified.payload;
      // Whoever presents such a token would have to prove that it is theirs (RFC 7800, RFC 9449 7.2).
      if (payload.cnf !== undefined) throw new Error('the token is bound to a key');
    } catch (error) {
      if (error instanceof LedgerlineError) throw error;
      log.debug({ reason: (error as Error).message }, 'a token was refused');
      throw new LedgerlineError('unauthenticated', 'The token is not valid here.', { property: 'Authorization' });
    }
    return identityOfClaims(payload, trusted);
  };
}

/** Who a token's claims name, and what the configuration makes of them. */
function identityOfClaims(payload: JWTPayload, trusted: TrustedIssuer): Identity {
  const { roles, rolesClaim, personClaim, provesEmail } = trusted;
  const grants = textsOf(claim(payload, rolesClaim)).flatMap((value) => roles.get(value) ?? []);
  const person = personClaim === undefined ? undefined : claim(payload, personClaim);
  const learner = typeof person === 'string' ? parseGrant(`learner:${person}`) : undefined;
  const { email, email_verified: verified } = payload;
  return {
    key: `oidc:${trusted.issuer}|${payload.sub}`,
    grants: learner === undefined ? grants : [...grants, learner],
    scopes: [],
    ...(provesEmail && verified === true && typeof email === 'string' ? { verifiedEmail: email } : {}),
  };
}

/** A claim by its name, in which a dot goes into an object where no claim has the whole name. */
function claim(from: unknown, name: string): unknown {
  if (typeof from !== 'object' || from === null) return undefined;
  if (Object.hasOwn(from, name)) return (from as Record<string, unknown>)[name];
  const dot = name.indexOf('.');
  const outer = name.slice(0, dot);
  if (dot < 0 || !Object.hasOwn(from, outer)) return undefined;
  return claim((from as Record<string, unknown>)[outer], name.slice(dot + 1));
}

/** The values of a claim that is a list, or a text with spaces between (as `scope` is, RFC 6749 3.3). */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((part) => part !== '');
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}

interface Timing {
  readonly clock: () => number;
  readonly cooldown: number;
  readonly retry: number;
}

/** What only a token can be to blame for. */
const TOKENS_FAULT = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/** Finds the key of a token. What fails at the issuer, and not in the token, is thrown as `unavailable`. */
function issuerKeys(issuer: string, log: Pick<Logger, 'warn'>, { clock, cooldown, retry }: Timing): JWTVerifyGetKey {
  let failedAt = Number.NEGATIVE_INFINITY;
  let discovered: { readonly keyOf: Promise<JWTVerifyGetKey>; readonly at: number } | undefined;
  const hasJustFailed = () => clock() < failedAt + retry;

  /** Asks the issuer, but not soon after a failure: not every request shall wait for one that is down. */
  async function ask(address: string, init: RequestInit): Promise<Response> {
    if (hasJustFailed()) throw new Error('the issuer has just failed');
    const response = await fetch(address, init);
    if (response.status !== 200) throw new Error(`${address} answered ${response.status}`);
    return response;
  }

  async function discover(): Promise<JWTVerifyGetKey> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await ask(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    const told = discovery.parse(await response.json());
    if (told.issuer !== issuer) throw new Error(`${address} is of another issuer: ${told.issuer}`);
    return createRemoteJWKSet(new URL(told.jwks_uri), {
      cooldownDuration: cooldown,
      timeoutDuration: TIMEOUT,
      [customFetch]: ask,
    });
  }

  return async (header, token) => {
    if (discovered === undefined || clock() > discovered.at + DISCOVERED) {
      discovered = { keyOf: discover(), at: clock() };
    }
    const { keyOf } = discovered;
    try {
      return await (await keyOf)(header, token);
    } catch (error) {
      if (TOKENS_FAULT.some((kind) => error instanceof kind)) throw error;
      if (!hasJustFailed()) {
        failedAt = clock();
        log.warn({ issuer, reason: reasonOf(error) }, 'the issuer of tokens gives no keys');
      }
      // A failed discovery is tried again; keys that were found stay while the issuer is down.
      await keyOf.catch(() => {
        if (discovered?.keyOf === keyOf) discovered = undefined;
      });
      throw new LedgerlineError('unavailable', 'Tokens cannot be verified now.', {
        retryAfterSeconds: Math.ceil(retry / 1000),
      });
    }
  };
}

/** Why something failed; `fetch` tells it in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

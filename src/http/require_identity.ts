import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { authenticate } from '../identity/authenticate.ts';
import type { BearerVerifier } from '../identity/bearer.ts';
import { type Identity, identityOfCredential } from '../identity/identity.ts';
import { rememberingVerifier } from '../identity/remembering_verifier.ts';
import type { Store } from '../store.ts';

/** How many verified secrets are remembered. */
export const REMEMBERED = 10_000;

/** How a client is asked for a credential (RFC 7617 2). */
export const BASIC_CHALLENGE = 'Basic realm="Ledgerline", charset="UTF-8"';

declare module 'express-serve-static-core' {
  interface Locals {
    /** Who asks: set by `requireIdentity`. */
    identity: Identity;
    /** The ways in that a refusal names (RFC 9110 11.6.1), where there is another than `BASIC_CHALLENGE`. */
    challenge?: string;
    /** The least revision that is to be in the answer: set by `awaitRevision`. */
    minRevision?: number;
  }
}

/**
 * Lets a request on only with a valid credential, or with a token of the trusted issuer (RFC 6750 2.1). A refusal names
 * the ways in that there are. @param bearer undefined: no tokens are taken
 */
export function requireIdentity(store: Store, bearer: BearerVerifier | undefined): RequestHandler {
  const verify = rememberingVerifier(REMEMBERED);
  const find = (key: string) => store.credential(key);
  return async (request: Request, response: Response, next: NextFunction) => {
    const { authorization } = request.headers;
    const token = bearer && bearerToken(authorization);
    if (bearer) response.locals.challenge = `${BASIC_CHALLENGE}, Bearer realm="Ledgerline"`;
    response.locals.identity =
      bearer && token !== undefined
        ? await bearer(token)
        : identityOfCredential(await authenticate(authorization, find, verify, 'RFC 7617'));
    next();
  };
}

/** The token of an Authorization header; undefined when it is of another scheme. */
function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header)?.[1];
}

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { authenticate } from '../identity/authenticate.ts';
import type { BearerVerifier } from '../identity/bearer.ts';
import { type Identity, identityOfCredential } from '../identity/identity.ts';
import { rememberingVerifier } from '../identity/remembering_verifier.ts';
import type { Credential, Store } from '../store.ts';
import { readVersionHeader, VERSION_HEADER, type XapiVersion } from '../xapi/version.ts';

/** How many verified secrets are remembered. */
const REMEMBERED = 10_000;

/** How a client is asked for a credential (RFC 7617 2). */
export const BASIC_CHALLENGE = 'Basic realm="Ledgerline", charset="UTF-8"';

declare module 'express-serve-static-core' {
  interface Locals {
    /** Who asks at `/xapi`: set by `requireCredential`. */
    credential: Credential;
    /** Who asks at `/api`: set by `requireIdentity`. */
    identity: Identity;
    /** The ways in that a refusal names (RFC 9110 11.6.1), where there is another than `BASIC_CHALLENGE`. */
    challenge?: string;
    /** The least revision that is to be in the answer: set by `awaitRevision`. */
    minRevision?: number;
    /** By which version's rules: set by `negotiateVersion`. */
    version: XapiVersion;
  }
}

/** Lets a request on only with a valid credential. */
export function requireCredential(store: Store): RequestHandler {
  const verify = rememberingVerifier(REMEMBERED);
  return async (request: Request, response: Response, next: NextFunction) => {
    const find = (key: string) => store.credential(key);
    response.locals.credential = await authenticate(request.headers.authorization, find, verify);
    next();
  };
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
        : identityOfCredential(await authenticate(authorization, find, verify));
    next();
  };
}

/** The token of an Authorization header; undefined when it is of another scheme. */
function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header)?.[1];
}

/**
 * The version headers (xAPI 1.0.3 Communication 3.3): every response names a version, the one that the request asks
 * for; a request that asks for none, or for an unknown one, is refused under the configured version.
 */
export function nameVersion(fallback: XapiVersion): RequestHandler {
  return (request, response, next) => {
    const asked = request.get(VERSION_HEADER);
    response.setHeader(VERSION_HEADER, asked !== undefined && isKnown(asked, fallback) ? asked : fallback);
    next();
  };
}

/** Refuses a request that names no version, or an unknown one. */
export function negotiateVersion(fallback: XapiVersion): RequestHandler {
  return (request, response, next) => {
    response.locals.version = readVersionHeader(request.get(VERSION_HEADER), fallback);
    next();
  };
}

function isKnown(version: string, fallback: XapiVersion): boolean {
  try {
    readVersionHeader(version, fallback);
    return true;
  } catch {
    return false;
  }
}

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { authenticate } from '../identity/authenticate.ts';
import { rememberingVerifier } from '../identity/remembering_verifier.ts';
import type { Credential, Store } from '../store.ts';
import { readVersionHeader, VERSION_HEADER, type XapiVersion } from '../xapi/version.ts';

/** How many verified secrets are remembered. */
const REMEMBERED = 10_000;

declare module 'express-serve-static-core' {
  interface Locals {
    /** Who asks: set by `requireCredential`. */
    credential: Credential;
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

import cors from 'cors';
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { Config } from '../config.ts';
import { LedgerlineError } from '../errors.ts';
import { bearerVerifier, type TrustedIssuer } from '../identity/bearer.ts';
import { cannotAnswer, type Store } from '../store.ts';
import { apiRouter } from './api.ts';
import { errorResponse } from './error_response.ts';
import { nameVersion } from './exchange.ts';
import { readQuery } from './form_text.ts';
import { healthRouter } from './health.ts';
import { inTurn } from './in_turn.ts';
import { metricsRouter } from './metrics.ts';
import { securityHeaders } from './security_headers.ts';
import { xapiRouter } from './xapi.ts';

/** The headers of an answer that a page of another origin may read. */
const EXPOSED = [
  'ETag',
  'Last-Modified',
  'Content-Length',
  'Retry-After',
  'X-Request-Id',
  'X-Experience-API-Version',
  'X-Experience-API-Consistent-Through',
];

/**
 * The whole HTTP surface of a store: `/xapi`, `/api`, `/health`, `/ready` and `/metrics`.
 * @param isOpen while it is not, everything but the last three is refused with `unavailable`
 */
export function createApp(store: Store, blobs: BlobStore, config: Config, log: Logger, isOpen: () => boolean): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', readQuery);
  app.set('case sensitive routing', true);
  app.set('strict routing', false);
  app.set('trust proxy', config.trustedProxies.length > 0 ? [...config.trustedProxies] : false);

  const crossOrigin = cors({
    origin: config.corsOrigins === '*' ? '*' : [...config.corsOrigins],
    methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: 86_400,
  });
  const whenOpen: RequestHandler = (_request, _response, next) => {
    if (isOpen()) return next();
    // Also who asks is not known yet: no credential may be refused.
    throw cannotAnswer(store.notReady ?? 'starting');
  };
  app.use(inTurn(noteRequest(log), securityHeaders()));
  const xapi = xapiRouter(store, blobs, config, `${publicPath(config)}/xapi`);
  // The version comes first: a preflight is answered by the next handler, and every answer names one.
  app.use('/xapi', inTurn(nameVersion(config.xapiVersion), crossOrigin, whenOpen, xapi));
  app.use(crossOrigin, healthRouter(store, isOpen), metricsRouter(store), whenOpen);
  const issuer = trustedIssuer(config);
  app.use(
    '/api',
    apiRouter(
      store,
      blobs,
      config,
      issuer && bearerVerifier(issuer, log),
      (request) => `${publicAddress(request, config)}/api`,
    ),
  );
  app.use((request) => {
    throw new LedgerlineError('not_found', `There is nothing at ${request.path}.`);
  });
  app.use(errorResponse(log));
  return app;
}

/** Gives the request its id, which its answer and its line in the log name. */
function noteRequest(log: Logger): RequestHandler {
  return (request, response, next) => {
    const id = crypto.randomUUID();
    response.setHeader('X-Request-Id', id);
    // An answer is of its moment, and of one person's records: a browser that kept it would show a document as it was
    // before.
    response.setHeader('Cache-Control', 'no-store');
    const started = performance.now();
    response.on('finish', () => {
      // Whoever watches over the store asks again and again, also while it is not ready.
      const level = response.statusCode >= 500 && request.path !== '/ready' ? 'warn' : 'debug';
      if (!log.isLevelEnabled(level)) return;
      const milliseconds = Math.round((performance.now() - started) * 10) / 10;
      log[level](
        { id, method: request.method, url: request.originalUrl, status: response.statusCode, milliseconds },
        'request',
      );
    });
    next();
  };
}

/** The path under which clients see the store's root, without a slash at its end. */
function publicPath({ publicUrl }: Config): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
}

/** The address under which clients see the store's root, without a slash at its end. */
function publicAddress(request: Request, config: Config): string {
  return config.publicUrl ?? `${request.protocol}://${request.host}`;
}

/** The issuer of tokens that the configuration names. */
function trustedIssuer(config: Config): TrustedIssuer | undefined {
  const { oidcIssuer, oidcAudience } = config;
  if (oidcIssuer === undefined || oidcAudience === undefined) return undefined;
  return {
    issuer: oidcIssuer,
    audience: oidcAudience,
    algorithms: config.oidcAlgorithms,
    rolesClaim: config.oidcRolesClaim,
    roles: config.oidcRoles ?? new Map(),
    personClaim: config.oidcPersonClaim,
    provesEmail: config.claimProofs.includes('oidc-email'),
  };
}

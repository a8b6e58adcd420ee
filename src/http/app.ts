import type { IncomingMessage, RequestListener } from 'node:http';
import express, { type Request } from 'express';
import type { Logger } from 'pino';
import type { BlobStore } from '../blobs/blob_store.ts';
import type { Config } from '../config.ts';
import { LedgerlineError } from '../errors.ts';
import { bearerVerifier, type TrustedIssuer } from '../identity/bearer.ts';
import { cannotAnswer, type Store } from '../store.ts';
import { apiRouter } from './api.ts';
import { crossOriginHandler } from './cross_origin.ts';
import { errorResponse, nothingAt } from './error_response.ts';
import { readQuery } from './form_text.ts';
import type { HeadedListener } from './headed_response.ts';
import { healthRouter } from './health.ts';
import { metricsRouter } from './metrics.ts';
import { DATA_HEADERS, PAGE_HEADERS } from './security_headers.ts';
import { nameVersion } from './version_header.ts';
import { xapiServer } from './xapi.ts';

/** What every part of the surface does for its requests. */
interface Surface {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly config: Config;
  readonly log: Logger;
  readonly isOpen: () => boolean;
  /** @throws `unavailable` while the store is not open */
  readonly requireOpen: () => void;
  readonly refuse: ReturnType<typeof errorResponse>;
}

/**
 * The whole HTTP surface of a store: `/xapi`, `/api`, `/health`, `/ready` and `/metrics`.
 * @param isOpen while it is not, everything but the last three is refused with `unavailable`
 */
export function createApp(
  store: Store,
  blobs: BlobStore,
  config: Config,
  log: Logger,
  isOpen: () => boolean,
): HeadedListener {
  const surface: Surface = {
    store,
    blobs,
    config,
    log,
    isOpen,
    requireOpen() {
      // Also who asks is not known yet: no credential may be refused.
      if (!isOpen()) throw cannotAnswer(store.notReady ?? 'starting');
    },
    refuse: errorResponse(log),
  };
  const note = noteRequest(log);
  const context = { store, blobs, config, base: `${publicPath(config)}/xapi` };
  const xapi = xapiServer(context, surface.requireOpen, surface.refuse);
  const rest = expressApp(surface);
  return (request, response) => {
    note(request, response);
    if (!namesOneHost(request)) {
      response.addCommon(DATA_HEADERS);
      nameVersion(request, response, config.xapiVersion);
      response.shouldKeepAlive = false;
      surface.refuse(HOST_REFUSAL, request, response, () => response.destroy());
      return;
    }
    request.url = originForm(request.url!);
    if (/^\/xapi(?=[/?]|$)/.test(request.url)) xapi(request, response);
    else {
      // Express puts its own way of writing a head in the place of this one.
      response.addCommon(PAGE_HEADERS);
      response.fileCommon();
      rest(request, response);
    }
  };
}

/** Serves everything but `/xapi`. */
function expressApp({ store, blobs, config, log, isOpen, requireOpen, refuse }: Surface): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', readQuery);
  app.set('case sensitive routing', true);
  app.set('strict routing', false);
  app.set('trust proxy', config.trustedProxies.length > 0 ? [...config.trustedProxies] : false);
  app.use(crossOriginHandler(config.corsOrigins), healthRouter(store, isOpen), metricsRouter(store));
  app.use((_request, _response, next) => {
    requireOpen();
    next();
  });
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
    throw nothingAt(request.path);
  });
  app.use(refuse);
  return app;
}

const HOST_REFUSAL = new LedgerlineError('invalid_header', 'A request of HTTP/1.1 names its host, once.', {
  property: 'Host',
  spec: 'RFC 9112 3.2',
});

function namesOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

/** The target of a request without the host, which a proxy may name in it (RFC 9112 3.2.2). */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(/^https?:\/\/[^/?]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** Gives the request its id, which its answer and its line in the log name; only a verbose log has a line for each. */
function noteRequest(log: Logger): HeadedListener {
  return (request, response) => {
    const id = crypto.randomUUID();
    response.setCommon('X-Request-Id', id);
    // An answer is of its moment, and of one person's records: a browser that kept it would show a document as it was
    // before.
    response.setCommon('Cache-Control', 'no-store');
    if (!log.isLevelEnabled('debug')) return;
    const started = performance.now();
    const { method, url } = request;
    response.on('finish', () => {
      const milliseconds = Math.round((performance.now() - started) * 10) / 10;
      log.debug({ id, method, url, status: response.statusCode, milliseconds }, 'request');
    });
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

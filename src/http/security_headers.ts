import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Helmet's headers. They are the same for every answer, so helmet is asked for them once, not with each request. */
export function securityHeaders(): RequestHandler {
  const headers = new Map<string, string>();
  const recorder = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader() {} };
  const askHelmet = helmet({
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    // The store may be reached by plain HTTP on a trusted network; TLS is the proxy's.
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
  });
  askHelmet({} as never, recorder as never, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

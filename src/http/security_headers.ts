import type { ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

type Headers = readonly (readonly [name: string, value: string])[];

/** Helmet's headers. They are the same for every answer, so helmet is asked for them once, not with each request. */
function helmetHeaders(options: HelmetOptions): Headers {
  const headers = new Map<string, string>();
  const recorder = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader() {} };
  helmet(options)({} as never, recorder as never, (error?: unknown) => {
    if (error !== undefined) throw error;
  });
  return [...headers];
}

const EVERYWHERE = {
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  // The store may be reached by plain HTTP on a trusted network; TLS is the proxy's.
  strictTransportSecurity: false,
} as const satisfies HelmetOptions;

/** For what may be a page. */
export const PAGE_HEADERS: Headers = helmetHeaders({
  ...EVERYWHERE,
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
});

/** For data, which no browser is to show as a page: a document may be HTML, and is what a client has stored. */
export const DATA_HEADERS: Headers = helmetHeaders({
  ...EVERYWHERE,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
  },
  xFrameOptions: { action: 'deny' },
  // These are about pages.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

export function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}

import helmet, { type HelmetOptions } from 'helmet';
import { type FixedHeaders, recordedHeaders } from './fixed_headers.ts';

const EVERYWHERE = {
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  // The store may be reached by plain HTTP on a trusted network; TLS is the proxy's.
  strictTransportSecurity: false,
} as const satisfies HelmetOptions;

/** For what may be a page. */
export const PAGE_HEADERS: FixedHeaders = recordedHeaders(
  helmet({
    ...EVERYWHERE,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  }),
);

/** For data, which no browser is to show as a page: a document may be HTML, and is what a client has stored. */
export const DATA_HEADERS: FixedHeaders = recordedHeaders(
  helmet({
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
  }),
);

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { type Configuration, type JWKS, Provider } from 'oidc-provider';

/** The audience of the tokens that are meant for the store. */
export const AUDIENCE = 'https://lrs.example.org/';

type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'ES512' | 'EdDSA' | 'HS256';

export interface TokenAsked {
  /** The client's id, which is the token's subject. */
  readonly client?: string;
  readonly audience?: string;
  readonly algorithm?: Algorithm;
  /** Claims besides those that every token has. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Under which name of the issuer, where it is not its own: the keys are the same. */
  readonly issuer?: string;
}

/** An OpenID Connect issuer that runs, for the tests' tokens. */
export interface TestIssuer {
  readonly issuer: string;
  /** How often its documents were asked for, by path. */
  readonly asked: ReadonlyMap<string, number>;
  /** An access token by the client credentials grant. */
  token(asked?: TokenAsked): Promise<string>;
  /** Signs with new keys from now on; the old ones are gone. */
  rotate(): Promise<void>;
  /** Answers 500 to everything, or works again. */
  fail(failing: boolean): void;
  close(): Promise<void>;
}

const SECRET = 'the secret of every client of the tests';

/** Keys for all algorithms of the default configuration, and for some that it does not have. */
async function newKeys(): Promise<JWKS> {
  const keys: JWK[] = [];
  for (const algorithm of ['RS256', 'ES256', 'ES512', 'EdDSA']) {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    keys.push({ ...(await exportJWK(privateKey)), use: 'sig', kid: crypto.randomUUID() });
  }
  return { keys: keys as JWKS['keys'] };
}

/** Starts an issuer on any free port of this machine. */
export async function startIssuer(): Promise<TestIssuer> {
  const asked = new Map<string, number>();
  let failing = false;
  let keys = await newKeys();
  let wanted: TokenAsked = {};
  const providers = new Map<string, Provider>();

  function providerOf(issuer: string): Provider {
    let provider = providers.get(issuer);
    if (provider === undefined) {
      provider = new Provider(
        issuer,
        configuration(keys, () => wanted),
      );
      providers.set(issuer, provider);
    }
    return provider;
  }

  const server = createServer((request, response) => {
    const path = request.url!.split('?')[0]!;
    asked.set(path, (asked.get(path) ?? 0) + 1);
    if (failing) response.writeHead(500).end();
    else providerOf(wanted.issuer ?? own).callback()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer: own,
    asked,
    async token(what = {}) {
      wanted = what;
      try {
        const response = await fetch(`${own}/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${what.client ?? 'hr'}:${encodeURIComponent(SECRET)}`)}` },
          body: new URLSearchParams({ grant_type: 'client_credentials', resource: what.audience ?? AUDIENCE }),
        });
        const { access_token: token } = (await response.json()) as { access_token?: string };
        if (token === undefined) throw new Error(`no token: ${response.status}`);
        return token;
      } finally {
        wanted = {};
      }
    },
    async rotate() {
      keys = await newKeys();
      providers.clear();
    },
    fail(now) {
      failing = now;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Clients that get JWT access tokens for any resource, with the claims and the algorithm that are wanted just now. */
function configuration(jwks: JWKS, wanted: () => TokenAsked): Configuration {
  return {
    jwks,
    clients: ['hr', 'learner'].map((id) => ({
      client_id: id,
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: signature(wanted().algorithm ?? 'ES256') },
        }),
      },
    },
    extraTokenClaims: () => wanted().claims ?? {},
  };
}

function signature(alg: Algorithm) {
  return alg === 'HS256' ? { alg, key: Buffer.from(SECRET) } : { alg };
}

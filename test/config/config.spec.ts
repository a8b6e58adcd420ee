import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeConfig, loadConfig } from '../../src/config.ts';
import { LedgerlineError } from '../../src/errors.ts';

type Environment = Record<string, string | undefined>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerline-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: unknown): string {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function problems(env: Environment): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (!(error instanceof LedgerlineError) || error.code !== 'invalid_config') throw error;
    return error.message.split('\n- ').slice(1);
  }
  return [];
}

describe('the defaults', () => {
  it('are used for everything that is not set', () => {
    const { readers, ...config } = loadConfig({ PATH: '/bin', HOME: undefined });
    expect(readers).toBeGreaterThanOrEqual(1);
    expect(config).toEqual({
      host: '127.0.0.1',
      port: 8080,
      data: './data',
      ledger: 'sqlite',
      ledgerTimeout: 5_000,
      maxWait: 10_000,
      maxAppend: 1024 * 1024,
      maxLag: 30,
      clockTolerance: 1_000,
      xapiVersion: '1.0.3',
      trustedProxies: [],
      maxBody: 16 * 1024 * 1024,
      maxAttachments: 256 * 1024 * 1024,
      supersededBlobs: 'keep',
      queueLimit: 20_000,
      logLevel: 'info',
      corsOrigins: '*',
      oidcAlgorithms: ['RS256', 'ES256', 'PS256', 'EdDSA'],
      oidcRolesClaim: 'roles',
      claimProofs: [],
    });
  });

  it('stand for a variable with an empty value', () => {
    expect(loadConfig({ LEDGERLINE_PORT: '', LEDGERLINE_KEY: '', LEDGERLINE_SECRET: '' })).toEqual(loadConfig({}));
  });
});

describe('a value from the environment', () => {
  it.each([
    ['LEDGERLINE_HOST', '::', 'host', '::'],
    ['LEDGERLINE_PORT', '0', 'port', 0],
    ['LEDGERLINE_LEDGER', 'memory', 'ledger', 'memory'],
    ['LEDGERLINE_SUPERSEDED_BLOBS', 'drop', 'supersededBlobs', 'drop'],
    ['LEDGERLINE_XAPI_VERSION', '2.0.0', 'xapiVersion', '2.0.0'],
    ['LEDGERLINE_PUBLIC_URL', 'https://lrs.example.org/prefix/', 'publicUrl', 'https://lrs.example.org/prefix'],
    ['LEDGERLINE_PUBLIC_URL', 'http://lrs.example.org', 'publicUrl', 'http://lrs.example.org'],
    [
      'LEDGERLINE_TRUSTED_PROXIES',
      'loopback, 10.0.0.0/8,fd00::/8',
      'trustedProxies',
      ['loopback', '10.0.0.0/8', 'fd00::/8'],
    ],
    ['LEDGERLINE_MAX_BODY', '2048', 'maxBody', 2048],
    ['LEDGERLINE_MAX_BODY', '10MiB', 'maxBody', 10 * 1024 * 1024],
    ['LEDGERLINE_MAX_BODY', '10 MB', 'maxBody', 10_000_000],
    ['LEDGERLINE_MAX_ATTACHMENTS', '1GiB', 'maxAttachments', 2 ** 30],
    ['LEDGERLINE_QUEUE_LIMIT', '1', 'queueLimit', 1],
    ['LEDGERLINE_READERS', '3', 'readers', 3],
    ['LEDGERLINE_LOG_LEVEL', 'debug', 'logLevel', 'debug'],
    ['LEDGERLINE_CORS_ORIGINS', 'none', 'corsOrigins', []],
    [
      'LEDGERLINE_CORS_ORIGINS',
      'https://a.example,http://b.example:81',
      'corsOrigins',
      ['https://a.example', 'http://b.example:81'],
    ],
  ] as const)('%s=%s is read', (name, written, field, read) => {
    expect(loadConfig({ [name]: written })[field]).toEqual(read);
  });

  it.each([
    ['LEDGERLINE_PORT', '65536'],
    ['LEDGERLINE_PORT', '-1'],
    ['LEDGERLINE_PORT', '80.5'],
    ['LEDGERLINE_PORT', '0x50'],
    ['LEDGERLINE_PORT', ' '],
    ['LEDGERLINE_LEDGER', 'postgres'],
    ['LEDGERLINE_XAPI_VERSION', '1.0.2'],
    ['LEDGERLINE_PUBLIC_URL', 'lrs.example.org'],
    ['LEDGERLINE_PUBLIC_URL', 'ftp://lrs.example.org'],
    ['LEDGERLINE_PUBLIC_URL', 'https://lrs.example.org/?a=b'],
    ['LEDGERLINE_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['LEDGERLINE_TRUSTED_PROXIES', 'loopback,'],
    ['LEDGERLINE_TRUSTED_PROXIES', 'proxy.example.org'],
    ['LEDGERLINE_MAX_BODY', '10 parsecs'],
    ['LEDGERLINE_MAX_BODY', '10KB'],
    ['LEDGERLINE_MAX_BODY', '1023'],
    ['LEDGERLINE_MAX_BODY', '1GiB'],
    ['LEDGERLINE_QUEUE_LIMIT', '0'],
    ['LEDGERLINE_READERS', '0'],
    ['LEDGERLINE_LOG_LEVEL', 'loud'],
    ['LEDGERLINE_CORS_ORIGINS', 'https://a.example/'],
    ['LEDGERLINE_CORS_ORIGINS', '*,https://a.example'],
  ])('%s=%s is refused once, with name, value, rule and default', (name, written) => {
    const [problem, ...others] = problems({ [name]: written });
    expect(others).toEqual([]);
    expect(problem).toContain(`${name} is ${JSON.stringify(written)}; it must be `);
    expect(problem).toMatch(/; default: \S+/);
  });
});

describe('an error', () => {
  it('lists everything that is wrong', () => {
    const found = problems({ LEDGERLINE_PORT: 'http', LEDGERLINE_READERS: 'all', LEDGERLINE_HOST: 'ok' });
    expect(found.map((problem) => problem.split(' ')[0])).toEqual(['LEDGERLINE_PORT', 'LEDGERLINE_READERS']);
  });

  it('takes the address of a cluster, and hides the password in one that is wrong', () => {
    const address = 'esdb://admin:changeit@node.example.org:2113';
    expect(loadConfig({ LEDGERLINE_LEDGER: address }).ledger).toBe(address);
  });

  it.each([
    ['stream=a/b', 'letters, digits'],
    ['strem=abc', 'not strem'],
    ['tls=maybe', 'tls is true or false'],
    ['tlsCAFile=/there/is/none', 'tlsCAFile is the path of a file'],
    ['stream=a&stream=b', 'stream stands in it once'],
    ['tls=false', 'over TLS alone'],
    ['keepAliveInterval=abc', 'keepAliveInterval is a whole number'],
  ])('refuses an address with %s, and does not show its password', (query, rule) => {
    const [problem] = problems({ LEDGERLINE_LEDGER: `esdb://admin:changeit@node.example.org:2113?${query}` });
    expect(problem).toContain(rule);
    expect(problem).not.toContain('changeit');
  });

  it.each([
    ['LEDGERLINE_PROT', 'LEDGERLINE_PORT'],
    ['LEDGERLINE_LOGLEVEL', 'LEDGERLINE_LOG_LEVEL'],
    ['LEDGERLINE_TRUSTED_PROXY', 'LEDGERLINE_TRUSTED_PROXIES'],
  ])('suggests for %s the name %s', (written, meant) => {
    expect(problems({ [written]: 'x' })).toEqual([`${written} is no setting; did you mean ${meant}?`]);
  });

  it('suggests nothing for a name that is near to none', () => {
    expect(problems({ LEDGERLINE_FLUX_CAPACITOR_JIGAWATTS: '1.21' })).toEqual([
      'LEDGERLINE_FLUX_CAPACITOR_JIGAWATTS is no setting',
    ]);
  });

  it('never shows a secret, nor the value of an unknown name', () => {
    const secret = `pass\u0007word`;
    const all = problems({ LEDGERLINE_KEY: 'me', LEDGERLINE_SECRET: secret, LEDGERLINE_SECRETE: 'hunter2' }).join('\n');
    expect(all).toContain('LEDGERLINE_SECRET is (not shown); it must be');
    expect(all).not.toMatch(/pass|word|hunter2/);
  });
});

describe('the first credential', () => {
  it('is a key and a secret', () => {
    expect(loadConfig({ LEDGERLINE_KEY: 'me', LEDGERLINE_SECRET: 'pass:word' })).toMatchObject({
      key: 'me',
      secret: 'pass:word',
    });
  });

  it.each([
    ['LEDGERLINE_KEY', 'LEDGERLINE_SECRET'],
    ['LEDGERLINE_SECRET', 'LEDGERLINE_KEY'],
  ])('is refused when %s comes alone', (given, missing) => {
    expect(problems({ [given]: 'me' })).toEqual([`${given} is set and ${missing} is not: set both or neither`]);
  });

  it('has no colon in its key, which Basic authentication could not send', () => {
    expect(problems({ LEDGERLINE_KEY: 'm:e', LEDGERLINE_SECRET: 'password' })).toHaveLength(1);
  });
});

describe('the issuer of tokens', () => {
  const issuer = {
    LEDGERLINE_OIDC_ISSUER: 'https://id.example.org/realms/un/',
    LEDGERLINE_OIDC_AUDIENCE: 'https://lrs.example.org',
  };

  it('is kept as it is written, with all that is about its tokens', () => {
    const { readers: _, ...config } = loadConfig({
      ...issuer,
      LEDGERLINE_OIDC_ALGORITHMS: 'ES384, Ed25519',
      LEDGERLINE_OIDC_ROLES_CLAIM: 'realm_access.roles',
      LEDGERLINE_OIDC_ROLES: '{"hr":["agency-editor:unhq","policy-editor:*"],"ops":"administrator"}',
      LEDGERLINE_OIDC_PERSON_CLAIM: 'person',
      LEDGERLINE_CLAIM_PROOFS: 'oidc-email',
    });
    expect(config).toMatchObject({
      oidcIssuer: 'https://id.example.org/realms/un/',
      oidcAudience: 'https://lrs.example.org',
      oidcAlgorithms: ['ES384', 'Ed25519'],
      oidcRolesClaim: 'realm_access.roles',
      oidcPersonClaim: 'person',
      claimProofs: ['oidc-email'],
    });
    expect([...config.oidcRoles!]).toEqual([
      [
        'hr',
        [
          { role: 'agency-editor', agency: 'unhq' },
          { role: 'policy-editor', agency: null },
        ],
      ],
      ['ops', [{ role: 'administrator' }]],
    ]);
  });

  it('may stand in the file, the roles as an object', () => {
    const path = file({
      oidc_issuer: 'http://localhost:8081',
      oidc_audience: 'lrs',
      oidc_algorithms: ['ES256'],
      oidc_roles: { auditors: 'auditor' },
    });
    const config = loadConfig({ LEDGERLINE_CONFIG: path });
    expect(config).toMatchObject({ oidcIssuer: 'http://localhost:8081', oidcAlgorithms: ['ES256'] });
    expect(config.oidcRoles).toEqual(new Map([['auditors', [{ role: 'auditor' }]]]));
  });

  it.each([
    ['LEDGERLINE_OIDC_ISSUER', 'http://id.example.org'],
    ['LEDGERLINE_OIDC_ISSUER', 'https://id.example.org/?realm=un'],
    ['LEDGERLINE_OIDC_ISSUER', 'https://id.example.org/#un'],
    ['LEDGERLINE_OIDC_ISSUER', 'id.example.org'],
    ['LEDGERLINE_OIDC_ISSUER', 'http://localhost.example.org'],
    ['LEDGERLINE_OIDC_ALGORITHMS', 'none'],
    ['LEDGERLINE_OIDC_ALGORITHMS', 'RS256,none', "a token without a signature is nobody's word"],
    ['LEDGERLINE_OIDC_ALGORITHMS', 'ES256,HS256', 'whoever knows a shared secret could make tokens'],
    ['LEDGERLINE_OIDC_ALGORITHMS', 'RS1', 'there is no algorithm RS1'],
    ['LEDGERLINE_OIDC_ROLES', '{"hr": agency}', 'it is not JSON'],
    ['LEDGERLINE_OIDC_ROLES', '["hr"]'],
    ['LEDGERLINE_OIDC_ROLES', '{"hr": 1}'],
    ['LEDGERLINE_OIDC_ROLES', '{"hr": ["auditor", "agency-editor"]}', 'there is no role agency-editor'],
    ['LEDGERLINE_CLAIM_PROOFS', 'oidc-phone'],
  ])('%s=%s is refused, and it is said why', (name, written, reason = '') => {
    const [problem, ...others] = problems({ ...issuer, [name]: written });
    expect(others).toEqual([]);
    expect(problem).toContain(
      `${name} is ${JSON.stringify(written)}${reason === '' ? '' : `: ${reason}`}; it must be `,
    );
  });

  it.each([
    ['LEDGERLINE_OIDC_ISSUER', 'LEDGERLINE_OIDC_AUDIENCE'],
    ['LEDGERLINE_OIDC_AUDIENCE', 'LEDGERLINE_OIDC_ISSUER'],
  ] as const)('is refused when %s comes alone', (given, missing) => {
    expect(problems({ [given]: issuer[given] })).toEqual([
      `${given} is set and ${missing} is not: set both or neither`,
    ]);
  });

  it('is needed by all that is about its tokens', () => {
    expect(problems({ LEDGERLINE_OIDC_ROLES: '{}', LEDGERLINE_CLAIM_PROOFS: 'oidc-email' })).toEqual([
      'LEDGERLINE_OIDC_ROLES is set and LEDGERLINE_OIDC_ISSUER is not: it is about its tokens',
      'LEDGERLINE_CLAIM_PROOFS is set and LEDGERLINE_OIDC_ISSUER is not: it is about its tokens',
    ]);
    expect(problems({ LEDGERLINE_CLAIM_PROOFS: 'none' })).toEqual([]);
  });
});

describe('the file', () => {
  it('gives values of JSON types, and the environment wins', () => {
    const path = file({ port: 9000, max_body: '1MiB', trusted_proxies: ['loopback'], log_level: 'warn' });
    expect(loadConfig({ LEDGERLINE_CONFIG: path, LEDGERLINE_LOG_LEVEL: 'error' })).toMatchObject({
      port: 9000,
      maxBody: 1024 * 1024,
      trustedProxies: ['loopback'],
      logLevel: 'error',
      config: path,
    });
  });

  it('may hold the secret while the environment holds the key', () => {
    const env = { LEDGERLINE_CONFIG: file({ secret: 'password' }), LEDGERLINE_KEY: 'me' };
    expect(loadConfig(env)).toMatchObject({ key: 'me', secret: 'password' });
  });

  it('is named in the error about a value or name in it', () => {
    const path = file({ port: true, reader: 2 });
    expect(problems({ LEDGERLINE_CONFIG: path })).toEqual([
      `"reader" in ${path} is no setting; did you mean readers?`,
      `"port" in ${path} is true; it must be a whole number from 0 to 65535; default: 8080`,
    ]);
  });

  it.each([
    ['is not JSON', '{"secret": "hunter2", port: 1}', 'is not JSON'],
    ['is an array', '[]', 'does not hold a JSON object'],
    ['names another file', '{"config": "other.json"}', 'must not name another file'],
  ])('is refused when it %s', (_, content, reason) => {
    const found = problems({ LEDGERLINE_CONFIG: file(content) });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
    expect(found[0]).not.toContain('hunter2');
  });

  it('is refused when it is missing', () => {
    expect(problems({ LEDGERLINE_CONFIG: join(folder, 'missing.json') })[0]).toContain('ENOENT');
  });
});

describe('the help', () => {
  it('has every name, default and rule that an error has', () => {
    const help = describeConfig();
    const wrong = { LEDGERLINE_PORT: 'x', LEDGERLINE_MAX_BODY: 'x', LEDGERLINE_CORS_ORIGINS: 'x' };
    for (const problem of problems(wrong)) {
      const [, name, rule, byDefault] = /^(\S+) is "x"; it must be (.*); default: (.*)$/.exec(problem) ?? [];
      expect(help).toMatch(new RegExp(`^ *${name} +${RegExp.escape(byDefault!)} `, 'm'));
      expect(help).toContain(`Value: ${rule}.`);
    }
    expect(help.match(/^ *LEDGERLINE_[A-Z_]+ /gm)).toHaveLength(29);
  });
});

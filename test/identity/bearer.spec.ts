import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LedgerlineError } from '../../src/errors.ts';
import { type BearerVerifier, bearerVerifier, type TrustedIssuer } from '../../src/identity/bearer.ts';
import type { Grant } from '../../src/identity/roles.ts';
import { AUDIENCE, startIssuer, type TestIssuer, type TokenAsked } from '../support/issuer.ts';

let issuer: TestIssuer;
let trusted: TrustedIssuer;
let verify: BearerVerifier;
/** The reasons that the verifier has logged, at whatever level. */
let logged: string[];
let now: number;

const HR: Grant = { role: 'agency-editor', agency: 'unhq' };
const log = { debug: noted, warn: noted };

function noted({ reason }: { reason: string }): void {
  logged.push(reason);
}

function verifier(changes: Partial<TrustedIssuer> = {}): BearerVerifier {
  return bearerVerifier({ ...trusted, ...changes }, log, { clock: () => now, cooldown: 0 });
}

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  logged = [];
  now = Date.now();
  trusted = {
    issuer: issuer.issuer,
    audience: AUDIENCE,
    algorithms: ['RS256', 'ES256', 'PS256', 'EdDSA'],
    rolesClaim: 'roles',
    roles: new Map<string, readonly Grant[]>([
      ['hr-unhq', [HR]],
      ['policy', [{ role: 'policy-editor', agency: null }, { role: 'auditor' }]],
    ]),
    provesEmail: false,
  };
  verify = verifier();
});

/** Expects the refusal of a token: the caller learns nothing of the reason, which is logged. */
async function refused(token: string, reason: RegExp, by = verify): Promise<void> {
  const error = await by(token).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LedgerlineError);
  expect((error as LedgerlineError).code).toBe('unauthenticated');
  expect((error as LedgerlineError).message).toBe('The token is not valid here.');
  expect((error as LedgerlineError).details).toEqual({ property: 'Authorization' });
  expect(logged.join()).toMatch(reason);
}

async function unavailable(asked: Promise<unknown>): Promise<void> {
  await expect(asked).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 5 } });
}

describe('a token of the issuer', () => {
  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'] as const)('signed by %s names its subject', async (algorithm) => {
    const token = await issuer.token({ algorithm });
    expect(await verify(token)).toEqual({ key: `oidc:${issuer.issuer}|hr`, grants: [], scopes: [] });
  });

  it('is verified without asking again', async () => {
    const before = issuer.asked.get('/.well-known/openid-configuration') ?? 0;
    const tokens = await Promise.all([issuer.token(), issuer.token()]);
    await Promise.all([...tokens, ...tokens].map(verify));
    await verify(await issuer.token());
    expect(issuer.asked.get('/.well-known/openid-configuration')).toBe(before + 1);
  });
});

describe('refused is a token', () => {
  it('for another audience', async () => {
    await refused(await issuer.token({ audience: 'https://other.example.org/' }), /"aud"/);
  });

  it('of another issuer with the same keys', async () => {
    await refused(await issuer.token({ issuer: `${issuer.issuer}/other` }), /"iss"/);
  });

  it('of another issuer with other keys', async () => {
    const other = await startIssuer();
    try {
      await refused(await other.token(), /no applicable key/);
    } finally {
      await other.close();
    }
  });

  it('that has expired, but for the clocks to differ a little', async () => {
    const token = await issuer.token();
    now += 620_000;
    expect(await verify(token)).toMatchObject({ grants: [] });
    now += 20_000;
    await refused(token, /"exp"/);
  });

  it('that is not valid yet, but for the clocks to differ a little', async () => {
    const seconds = Math.floor(now / 1000);
    expect(await verify(await issuer.token({ claims: { nbf: seconds + 20 } }))).toMatchObject({ grants: [] });
    await refused(await issuer.token({ claims: { nbf: seconds + 60 } }), /"nbf"/);
  });

  it.each(['ES512', 'HS256'] as const)('signed by %s, which the configuration does not name', async (algorithm) => {
    await refused(await issuer.token({ algorithm }), /"alg"/);
  });

  it('that names no signature', async () => {
    const [, payload] = (await issuer.token()).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    await refused(`${header}.${payload}.`, /"alg"/);
  });

  it('whose claims or signature were changed', async () => {
    const [header, payload, signature] = (await issuer.token()).split('.') as [string, string, string];
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), roles: ['hr-unhq'] };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    await refused(`${header}.${forged}.${signature}`, /signature/);
    await refused(
      `${header}.${payload}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
      /signature/,
    );
  });

  it('that is bound to a key of its owner', async () => {
    await refused(await issuer.token({ claims: { cnf: { jkt: 'x' } } }), /bound to a key/);
  });

  it.each(['', 'x', 'a.b.c', 'e30.e30.e30'])('that is none: %j', async (token) => {
    await refused(token, /./);
  });

  it('and nothing that is logged is the token', async () => {
    const token = await issuer.token({ audience: 'https://other.example.org/' });
    await refused(token, /"aud"/);
    for (const part of token.split('.')) expect(logged.join()).not.toContain(part);
  });
});

describe('the issuer', () => {
  it('may change its keys: the new ones are fetched, the old ones count no more', async () => {
    const old = await issuer.token();
    await verify(old);
    await issuer.rotate();
    expect(await verify(await issuer.token())).toMatchObject({ key: `oidc:${issuer.issuer}|hr` });
    await refused(old, /no applicable key/);
  });

  it('is not asked for unknown keys again and again', async () => {
    const patient = bearerVerifier(trusted, log);
    await patient(await issuer.token());
    const other = await startIssuer();
    const before = issuer.asked.get('/jwks');
    for (let token = 0; token < 5; token += 1) await refused(await other.token(), /no applicable key/, patient);
    expect(issuer.asked.get('/jwks')).toBe(before);
    await other.close();
  });

  it('may fail: 503 until it answers again, and it is not asked by every request', async () => {
    const token = await issuer.token();
    const asked = () => issuer.asked.get('/.well-known/openid-configuration') ?? 0;
    const before = asked();
    issuer.fail(true);
    await Promise.all([unavailable(verify(token)), unavailable(verify(token))]);
    await unavailable(verify(token));
    expect(asked()).toBe(before + 1);
    expect(logged).toHaveLength(1);
    issuer.fail(false);
    await unavailable(verify(token));
    now += 5_001;
    expect(await verify(token)).toMatchObject({ key: `oidc:${issuer.issuer}|hr` });
  });

  it('may fail once its keys are known: they are good for its tokens, and others have to wait', async () => {
    const token = await issuer.token();
    await verify(token);
    const other = await startIssuer();
    issuer.fail(true);
    await unavailable(verify(await other.token()));
    expect(await verify(token)).toMatchObject({ key: `oidc:${issuer.issuer}|hr` });
    issuer.fail(false);
    await other.close();
  });

  it('may be gone', async () => {
    const other = await startIssuer();
    const token = await other.token();
    await other.close();
    await unavailable(verifier({ issuer: other.issuer })(token));
    expect(logged.join()).toContain('ECONNREFUSED');
  });

  it('has to be the one that its documents name', async () => {
    await unavailable(verifier({ issuer: `${issuer.issuer}/` })(await issuer.token()));
    expect(logged.join()).toContain('is of another issuer');
  });
});

describe('the roles', () => {
  const of = async (claims: TokenAsked['claims'], changes: Partial<TrustedIssuer> = {}) =>
    (await verifier(changes)(await issuer.token({ claims: claims! }))).grants;

  it('are those that the configuration gives to the values of a claim', async () => {
    expect(await of({ roles: ['hr-unhq', 'unknown', 7] })).toEqual([HR]);
    expect(await of({ roles: 'policy hr-unhq' })).toEqual([
      { role: 'policy-editor', agency: null },
      { role: 'auditor' },
      HR,
    ]);
    expect(await of({ roles: { 'hr-unhq': true } })).toEqual([]);
    expect(await of({ groups: ['hr-unhq'] })).toEqual([]);
  });

  it('may stand deeper in the token, or under a name with dots', async () => {
    const deep = { rolesClaim: 'realm_access.roles' };
    expect(await of({ realm_access: { roles: ['hr-unhq'] } }, deep)).toEqual([HR]);
    expect(await of({ realm_access: 'roles' }, deep)).toEqual([]);
    const named = { rolesClaim: 'https://lrs.example.org/roles' };
    expect(await of({ 'https://lrs.example.org/roles': ['hr-unhq'] }, named)).toEqual([HR]);
  });

  it('are not believed by the words of the token', async () => {
    expect(await of({ roles: ['administrator', 'agency-editor:unhq', '__proto__', 'constructor'] })).toEqual([]);
    expect(await of({ roles: ['hr-unhq'] }, { roles: new Map() })).toEqual([]);
    expect(await of({}, { rolesClaim: 'constructor.name' })).toEqual([]);
  });

  it('make a learner of whom the configured claim names', async () => {
    const person = { personClaim: 'staff.id' };
    const learner = { role: 'learner', person: 'p-1' };
    expect(await of({ staff: { id: 'p-1' } }, person)).toEqual([learner]);
    expect(await of({ staff: { id: 'p-1' }, roles: 'hr-unhq' }, person)).toEqual([HR, learner]);
    expect(await of({ staff: { id: 'p-1' } })).toEqual([]);
    for (const id of ['', 'p 1', '*', ['p-1'], null]) expect(await of({ staff: { id } }, person)).toEqual([]);
  });
});

describe('the e-mail address', () => {
  const of = async (claims: Record<string, unknown>, provesEmail = true) =>
    (await verifier({ provesEmail })(await issuer.token({ claims }))).verifiedEmail;
  const email = 'learner-1@example.org';

  it('counts when the issuer has verified it and the configuration takes it for a proof', async () => {
    expect(await of({ email, email_verified: true })).toBe(email);
    expect(await of({ email, email_verified: true }, false)).toBeUndefined();
    expect(await of({ email })).toBeUndefined();
    expect(await of({ email, email_verified: false })).toBeUndefined();
    expect(await of({ email, email_verified: 'true' })).toBeUndefined();
    expect(await of({ email_verified: true })).toBeUndefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCredential } from '../../src/main/credentials.ts';
import { historyPath } from '../support/history.ts';
import { AUDIENCE, startIssuer, type TestIssuer } from '../support/issuer.ts';
import { aStatement, STATEMENTS } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

const HISTORY = historyPath('mailto:learner-1@example.org');
const BASIC = 'Basic realm="Ledgerline", charset="UTF-8"';

let issuer: TestIssuer;
let store: TestStore;
let withoutIssuer: TestStore;
beforeAll(async () => {
  issuer = await startIssuer();
  store = await startTestStore({
    LEDGERLINE_OIDC_ISSUER: issuer.issuer,
    LEDGERLINE_OIDC_AUDIENCE: AUDIENCE,
    LEDGERLINE_OIDC_ROLES: '{"auditors": "auditor", "platforms": ["platform"]}',
    LEDGERLINE_OIDC_PERSON_CLAIM: 'person',
  });
  withoutIssuer = await startTestStore();
});
afterAll(async () => {
  await Promise.all([store.close(), withoutIssuer.close(), issuer.close()]);
});

const bearer = async (claims: Record<string, unknown> = {}, scheme = 'Bearer') => ({
  headers: { authorization: `${scheme} ${await issuer.token({ claims })}` },
});

describe('a token', () => {
  it('lets in by the roles that its claims give', async () => {
    expect((await store.ask(HISTORY, await bearer({ roles: ['auditors'] }))).status).toBe(200);
    expect((await store.ask(HISTORY, await bearer({ roles: ['auditors'] }, 'bearer'))).status).toBe(200);
    for (const claims of [{}, { roles: 'platforms' }, { roles: 'auditor' }]) {
      const { status, json } = await store.ask(HISTORY, await bearer(claims));
      expect([status, json.error.code]).toEqual([403, 'forbidden']);
    }
  });

  it('that is wrong is refused, without a reason', async () => {
    const expected = [401, 'unauthenticated', 'The token is not valid here.', undefined];
    const token = await issuer.token({ audience: 'https://other.example.org/', claims: { roles: 'auditors' } });
    for (const wrong of [token, `${token}x`, 'x']) {
      const { status, json, headers } = await store.ask(HISTORY, { headers: { authorization: `Bearer ${wrong}` } });
      expect([status, json.error.code, json.error.message, json.error.rule]).toEqual(expected);
      expect(headers.get('www-authenticate')).toBe(`${BASIC}, Bearer realm="Ledgerline"`);
    }
  });

  it('cannot be verified while the issuer fails: 503 with the time of a retry', async () => {
    await store.restart();
    issuer.fail(true);
    const asked = { headers: { authorization: 'Bearer e30.e30.e30' } };
    expect((await store.ask(HISTORY, asked)).status, 'that is none').toBe(401);
    issuer.fail(false);
    const token = await bearer({ roles: ['auditors'] });
    issuer.fail(true);
    const { status, json, headers } = await store.ask(HISTORY, token);
    expect([status, json.error.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    expect((await store.ask(HISTORY)).status, 'by credential').toBe(200);
    issuer.fail(false);
    await store.restart();
    expect((await store.ask(HISTORY, token)).status).toBe(200);
  });

  it('is nothing at /xapi, nor where no issuer is configured', async () => {
    const token = await bearer({ roles: ['auditors'] });
    for (const refused of [
      await store.ask(STATEMENTS, token),
      await store.ask(STATEMENTS, { ...token, body: aStatement() }),
      await withoutIssuer.ask(HISTORY, token),
    ]) {
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe(BASIC);
    }
  });
});

describe('without a credential', () => {
  it('both ways in are named', async () => {
    for (const authorization of [null, 'Basic x', 'Bearer', 'Bearer a b', 'Digest x', `Basic ${btoa('nobody:x')}`]) {
      const { status, headers } = await store.ask(HISTORY, { headers: { authorization } });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe(`${BASIC}, Bearer realm="Ledgerline"`);
    }
  });
});

describe('a credential with roles', () => {
  it.each([
    [['auditor'], 200],
    [['administrator'], 200],
    [['policy-editor:*'], 403],
    [['platform'], 403],
  ])('%j: %i at /api, and nothing at /xapi', async (roles, expected) => {
    const { key, secret } = await issueCredential(store.running.store, { name: 'roles', roles });
    const headers = { authorization: `Basic ${btoa(`${key}:${secret}`)}` };
    expect((await store.ask(HISTORY, { headers })).status).toBe(expected);
    expect((await store.ask(STATEMENTS, { headers })).status).toBe(403);
    await store.restart();
    expect((await store.ask(HISTORY, { headers })).status).toBe(expected);
  });
});

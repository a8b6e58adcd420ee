import { afterAll, beforeAll, expect, it } from 'vitest';
import { headOf } from '../support/history.ts';
import { AUDIENCE, startIssuer, type TestIssuer } from '../support/issuer.ts';
import { type Answered, startTestStore, type TestStore } from '../support/store.ts';

let issuer: TestIssuer;
let store: TestStore;
beforeAll(async () => {
  issuer = await startIssuer();
  store = await startTestStore({
    LEDGERLINE_OIDC_ISSUER: issuer.issuer,
    LEDGERLINE_OIDC_AUDIENCE: AUDIENCE,
    LEDGERLINE_OIDC_PERSON_CLAIM: 'person',
    LEDGERLINE_CLAIM_PROOFS: 'oidc-email',
  });
});
afterAll(async () => {
  await Promise.all([store.close(), issuer.close()]);
});

/** The learner claims the address `claimed`; the token vouches for the address `verified`. */
async function claim(person: string, claimed: string, verified: string, key?: string): Promise<Answered> {
  const token = await issuer.token({ claims: { person, email: verified, email_verified: true } });
  const headers = { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) };
  return store.ask('/api/claims', { body: { account: `mailto:${claimed}`, person }, headers });
}

const OWN = 'own@example.org';

it('a claim on the address that the token vouches for is confirmed at once, however often it is sent', async () => {
  const first = await claim('P-1', OWN, OWN, 'k');
  expect([first.status, first.json.status]).toEqual([200, 'confirmed']);
  const { links } = (await store.ask('/api/people/P-1')).json;
  expect(links).toEqual([{ account: expect.any(String), person: 'P-1', link: first.json.revision }]);
  const head = await headOf(store);
  for (const key of ['k', undefined]) {
    const again = await claim('P-1', OWN, OWN, key);
    expect([again.status, again.text]).toEqual([200, first.text]);
  }
  expect(await headOf(store)).toBe(head);
  expect((await store.ask('/api/claims')).json.claims).toEqual([]);
});

it('a claim on another address waits; on an own one there is nothing to wait for', async () => {
  const pending = await claim('P-1', 'another@example.org', OWN);
  expect([pending.status, pending.json.status]).toEqual([200, 'pending']);
  const { claims } = (await store.ask('/api/claims')).json;
  expect(claims).toMatchObject([{ claim: pending.json.revision, person: 'P-1' }]);
  const body = { basis: 'Seen in person.' };
  const confirmed = await store.ask(`/api/claims/${pending.json.revision}/confirm`, { body });
  const own = await claim('P-1', 'another@example.org', OWN);
  expect(own.json).toEqual({ revision: confirmed.json.revision, status: 'confirmed' });
});

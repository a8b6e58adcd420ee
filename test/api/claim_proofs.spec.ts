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
  const written = `mailto:${OWN}`;
  expect(links).toEqual([{ account: expect.any(String), written, person: 'P-1', link: first.json.revision }]);
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

it('a claim that the token vouches for is refused when the account is somebody else’s, and nothing is recorded', async () => {
  const theirs = 'theirs@example.org';
  await store.ask('/api/links', { body: { account: `mailto:${theirs}`, person: 'P-2' } });
  const head = await headOf(store);
  const refused = await claim('P-1', theirs, theirs, 'refused');
  expect([refused.status, refused.json.error.property, refused.text.includes('P-2')]).toEqual([409, '/account', false]);
  expect([await headOf(store), (await store.ask('/api/claims')).json.claims]).toEqual([head, []]);
});

it('a claim that waits is confirmed when a token vouches for the address after all', async () => {
  const late = 'late@example.org';
  const pending = await claim('P-1', late, OWN, 'late');
  expect(pending.json.status).toBe('pending');
  expect((await store.ask('/api/claims')).json.claims).toMatchObject([{ written: `mailto:${late}` }]);
  expect((await claim('P-1', late, late, 'late')).text, 'a retry of the first').toBe(pending.text);
  expect((await claim('P-1', late, late)).json.status).toBe('confirmed');
  expect((await store.ask('/api/claims')).json.claims).toEqual([]);
});

it('a claim cannot say of itself that a token vouched for it', async () => {
  const token = await issuer.token({ claims: { person: 'P-1' } });
  const { status, json } = await store.ask('/api/claims', {
    body: { account: 'mailto:x@example.org', person: 'P-1', proof: { kind: 'oidc-email', value: 'x@example.org' } },
    headers: { authorization: `Bearer ${token}` },
  });
  expect([status, json.error.property]).toEqual([400, '/proof/kind']);
});

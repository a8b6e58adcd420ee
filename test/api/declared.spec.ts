import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCredential } from '../../src/main/credentials.ts';
import type { Posted } from '../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../support/store.ts';
import { assigned, COURSE, PATH, REQUIREMENT, WAIVER } from './role_cases.ts';

let store: TestStore;
const authorizations = new Map<string, string>();
beforeAll(async () => {
  store = await startTestStore();
  for (const role of ['auditor', 'agency-reader:agency-a', 'agency-editor:agency-a', 'learner:P-1', 'learner:P-2']) {
    const { key, secret } = await issueCredential(store.running.store, { name: role, roles: [role] });
    authorizations.set(role, `Basic ${btoa(`${key}:${secret}`)}`);
  }
  for (const agency of ['agency-a', 'agency-b']) await put(`/agencies/${agency}`, { name: agency });
  await put('/courses/safety', COURSE);
  await put('/requirements/for-all', REQUIREMENT);
  await store.ask('/api/roster', { body: assigned('P-1', 'P-3') });
  const elsewhere = { agency: 'agency-b', name: 'assigned', value: true, from: '2020-01-01' };
  await store.ask('/api/people/P-2/facts', { body: { facts: [elsewhere] } });
  await put('/waivers/both', { ...WAIVER, persons: ['P-1', 'P-2'] });
  await put('/waivers/elsewhere', { ...WAIVER, persons: ['P-2'], to: '2024-12-31' });
  await put('/waivers/group', { ...WAIVER, group: { fact: 'category', equals: 'intern' } });
  await put('/paths/own', { ...PATH, person: 'P-1' });
  await put('/paths/common', PATH);
});
afterAll(() => store.close());

async function put(path: string, body: object): Promise<void> {
  const { status, text } = await store.ask(`/api${path}`, { method: 'PUT', body });
  if (status !== 200) throw new Error(`${path}: ${text}`);
}

const as = (role: string, path: string, asked: { method?: string; body?: unknown } = {}): Promise<Answered> =>
  store.ask(`/api${path}`, { ...asked, headers: { authorization: authorizations.get(role)! } });

describe('waivers', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['auditor', { both: ['P-1', 'P-2'], elsewhere: ['P-2'], group: undefined }],
    ['agency-reader:agency-a', { both: ['P-1'], group: undefined }],
    ['learner:P-1', { both: ['P-1'], group: undefined }],
    ['learner:P-2', { both: ['P-2'], elsewhere: ['P-2'], group: undefined }],
  ])('are shown to %s with those persons that they may know of', async (role, shown) => {
    const { json } = await as(role, '/waivers');
    expect(Object.fromEntries(json.waivers.map((one: Posted) => [one.waiver, one.persons]))).toEqual(shown);
    expect((await as(role, '/waivers/elsewhere')).status).toBe('elsewhere' in shown ? 200 : 404);
    const { json: named } = await as(role, '/waivers?person=P-2');
    expect(named.waivers.map((one: Posted) => one.waiver)).toEqual(
      Object.keys(shown).filter((name) => (shown[name] as string[] | undefined)?.includes('P-2')),
    );
  });

  it('stand as they do on the day, and are as they were known', async () => {
    const statusOf = async (query: string) => (await store.ask(`/api/waivers/elsewhere?${query}`)).json.status;
    expect(await statusOf('asOf=2023-12-31')).toBe('not-yet');
    expect(await statusOf('asOf=2024-12-31')).toBe('applies');
    expect(await statusOf('asOf=2025-01-01')).toBe('ended');
    const { headers, json } = await store.ask('/api/waivers/elsewhere');
    expect(headers.get('etag')).toBe(`"${json.revision}"`);
    expect((await store.ask(`/api/waivers/elsewhere?knownAt=${json.revision - 1}`)).status).toBe(404);
  });

  it('of others’ people are not changed by an agency’s editor', async () => {
    const body = { ...WAIVER, agency: 'agency-a', persons: ['P-1', 'P-2'] };
    const role = 'agency-editor:agency-a';
    expect((await as(role, '/waivers/mixed', { method: 'PUT', body })).status).toBe(404);
    const own = { ...body, persons: ['P-1', 'P-3'] };
    expect((await as(role, '/waivers/mixed', { method: 'PUT', body: own })).status).toBe(200);
    // Granted by another before, it names somebody who is not theirs.
    expect((await as(role, '/waivers/both', { method: 'PUT', body: own })).status).toBe(403);
    expect((await as(role, '/waivers/both/withdraw', { body: { reason: 'r' } })).status).toBe(404);
    expect((await as(role, '/waivers/mixed/withdraw', { body: { reason: 'r' } })).status).toBe(200);
    expect((await as(role, '/waivers/mixed')).json).toMatchObject({ status: 'withdrawn', withdrawn: { reason: 'r' } });
    expect((await as(role, '/waivers/mixed', { method: 'PUT', body: own })).status).toBe(409);
  });

  it.each<[string, object]>([
    ['/group', { group: { fact: 'category', equals: 'intern' } }],
    ['/to', { to: '2023-12-31' }],
    ['/persons', { persons: ['P-1', 'P-1'] }],
    ['/requirements', { requirements: ['for-all', 'for-all'] }],
    ['/requirements/0', { requirements: ['none'] }],
    ['/stopsClock', { stopsClock: false }],
  ])('are refused at %s', async (property, wrong) => {
    const body = { ...WAIVER, persons: ['P-1'], ...wrong };
    const { status, json } = await store.ask('/api/waivers/wrong', { method: 'PUT', body });
    expect([status, json.error.property]).toEqual([400, property]);
  });
});

describe('learning paths', () => {
  it('of a learner are shown to whom the learner is, and changed by them alone', async () => {
    const idsFor = async (role: string) => (await as(role, '/paths')).json.paths.map((one: Posted) => one.path);
    expect(await idsFor('learner:P-1')).toEqual(['common', 'own']);
    expect(await idsFor('agency-reader:agency-a')).toEqual(['common', 'own']);
    expect(await idsFor('learner:P-2')).toEqual(['common']);
    const change = (role: string, body: object) => as(role, '/paths/own', { method: 'PUT', body });
    expect((await change('learner:P-2', { ...PATH, person: 'P-1' })).status).toBe(403);
    const taken = await change('learner:P-2', { ...PATH, person: 'P-2' });
    expect([taken.status, taken.text.includes('P-1')]).toEqual([409, false]);
    expect((await change('learner:P-1', { ...PATH, title: 'Mine', person: 'P-1' })).status).toBe(200);
    expect((await as('learner:P-1', '/paths/own')).json).toMatchObject({ title: 'Mine', version: 2 });
  });
});

describe('requirements', () => {
  it('have terms, of which those of the day are in force; each with its days', async () => {
    await put('/requirements/two', { ...REQUIREMENT, agency: 'agency-a' });
    await put('/requirements/two', { ...REQUIREMENT, agency: 'agency-a', from: '2023-02-01', title: 'Safety 2' });
    const titles = async (query: string) =>
      (await store.ask(`/api/requirements?${query}`)).json.requirements
        .filter((one: Posted) => one.requirement === 'two')
        .map((one: Posted) => one.title);
    expect(await titles('asOf=2020-12-31')).toEqual([]);
    expect(await titles('asOf=2023-01-31&agency=agency-a')).toEqual(['Safety']);
    expect(await titles('asOf=2023-02-01')).toEqual(['Safety 2']);
    expect(await titles('asOf=2023-02-01&agency=agency-b')).toEqual([]);

    const { headers, json } = await store.ask('/api/requirements/two');
    expect(headers.get('etag')).toBe(`"${json.revision}"`);
    expect(json.declarations.map((one: Posted) => [one.version, one.inForce])).toEqual([
      [1, { from: '2021-01-01', to: '2023-01-31' }],
      [2, { from: '2023-02-01', to: null }],
    ]);

    const withdrawal = { from: '2023-02-01', reason: 'Not yet.' };
    const stale = { body: withdrawal, headers: { 'if-match': `"${json.revision - 1}"` } };
    expect((await store.ask('/api/requirements/two/withdraw', stale)).status).toBe(412);
    const { revision } = (await store.ask('/api/requirements/two/withdraw', { body: withdrawal })).json;
    expect(await titles('asOf=2023-02-01')).toEqual(['Safety']);
    expect(await titles(`asOf=2023-02-01&knownAt=${revision - 1}`)).toEqual(['Safety 2']);
    const none = { body: { ...withdrawal, from: '2022-02-01' } };
    expect((await store.ask('/api/requirements/two/withdraw', none)).status).toBe(404);
  });

  it.each<[string, object]>([
    ['/to', { to: '2020-12-31' }],
    ['/bridge', { bridge: 3661 }],
    ['/absence/effect', { absence: { when: { fact: 'absence', equals: 'leave' }, effect: 'none' } }],
    ['/requirement', { requirement: 'for-all' }],
    ['/satisfiedBy/course', { satisfiedBy: { course: 'none' } }],
  ])('are refused at %s', async (property, wrong) => {
    const asked = { method: 'PUT', body: { ...REQUIREMENT, ...wrong } };
    const { status, json } = await store.ask('/api/requirements/wrong', asked);
    expect([status, json.error.property]).toEqual([400, property]);
  });
});

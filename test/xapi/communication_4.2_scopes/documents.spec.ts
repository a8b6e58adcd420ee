import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../../src/identity/scopes.ts';
import { type Asking, withScopes } from '../../support/client.ts';
import {
  ACTIVITY_PROFILE,
  AGENT_PROFILE,
  DOCUMENT_RESOURCES,
  documentsOf,
  NEW,
  STATE,
} from '../../support/documents.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

/** Who may read and write which documents. */
const GRANTS: readonly (readonly [Scope[], reads: readonly string[], writes: readonly string[]])[] = [
  [['state'], ['state'], ['state']],
  [['profile'], ['profile'], ['profile']],
  [
    ['state', 'profile'],
    ['state', 'profile'],
    ['state', 'profile'],
  ],
  [['all/read'], ['state', 'profile'], []],
  [['all/read', 'state'], ['state', 'profile'], ['state']],
  [['all'], ['state', 'profile'], ['state', 'profile']],
  [['statements/write', 'statements/read', 'define'], [], []],
];

describe('Communication 4.2 documents by scope', () => {
  it.each(GRANTS)('%j', async (scopes, reads, writes) => {
    const asking = await withScopes(store, ...scopes);
    for (const resource of [STATE, ACTIVITY_PROFILE, AGENT_PROFILE]) {
      const kind = resource === STATE ? 'state' : 'profile';
      const owned = documentsOf(store, resource);
      await owned.create('x', { a: 1 });
      const documents = documentsOf(asking, resource, owned.context);
      const [read, write] = [reads.includes(kind), writes.includes(kind)];
      const statuses = [
        (await documents.get('x')).status,
        (await documents.list()).status,
        (await documents.post('x', { b: 1 })).status,
        (await documents.put('x', {}, { 'if-match': '*' })).status,
        (await documents.create('new', {})).status,
        (await documents.remove('x')).status,
      ];
      const expected = [read ? 200 : 403, read ? 200 : 403, ...Array(4).fill(write ? 204 : 403)];
      expect([resource.name, ...statuses]).toEqual([resource.name, ...expected]);
      expect((await owned.get('x')).status).toBe(write ? 404 : 200);
    }
  });

  it('403 tells which scope is missing', async () => {
    const reader = await withScopes(store, 'all/read');
    const { json } = await documentsOf(reader, STATE).create('x', {});
    expect(json.error).toMatchObject({ code: 'forbidden', rule: expect.stringContaining('all/read') });
    expect(json.error.message).toContain('state');
  });
});

describe('Communication 4.2 a credential that reads its own statements has to do with its own documents only', () => {
  const own = (asking: Asking) => DOCUMENT_RESOURCES.map((resource) => documentsOf(asking, resource));

  it('it neither sees nor changes what others wrote', async () => {
    const confined = await withScopes(store, 'statements/read/mine', 'state', 'profile');
    for (const resource of DOCUMENT_RESOURCES) {
      const theirs = documentsOf(store, resource);
      await theirs.create('theirs', { a: 1 });
      const mine = documentsOf(confined, resource, theirs.context);
      expect((await mine.create('mine', 'm')).status).toBe(204);
      expect((await mine.get('mine')).text).toBe('m');
      expect((await mine.get('theirs')).status).toBe(404);
      expect((await mine.list()).json).toEqual(['mine']);
      for (const refused of [
        await mine.put('theirs', '{}', { 'if-match': '*' }),
        await mine.post('theirs', { b: 1 }),
        await mine.remove('theirs'),
      ]) {
        expect([refused.status, refused.json.error.code]).toEqual([403, 'forbidden']);
      }
      expect((await theirs.get('theirs')).json).toEqual({ a: 1 });
      expect((await theirs.list()).json).toEqual(['mine', 'theirs']);
    }
  });

  it('a deletion of a whole state leaves what others wrote, also after a rebuild', async () => {
    const confined = await withScopes(store, 'statements/read/mine', 'state');
    const theirs = documentsOf(store, STATE);
    await theirs.create('theirs', '1');
    const mine = documentsOf(confined, STATE, theirs.context);
    await mine.create('mine', '1');
    expect((await mine.remove(undefined)).status).toBe(204);
    expect((await theirs.list()).json).toEqual(['theirs']);
    await store.restart();
    expect((await theirs.list()).json).toEqual(['theirs']);
  });

  it('who may read every statement is not confined', async () => {
    const reader = await withScopes(store, 'statements/read', 'statements/read/mine', 'state', 'profile');
    for (const [i, resource] of DOCUMENT_RESOURCES.entries()) {
      const theirs = own(store)[i]!;
      await theirs.create('theirs', { a: 1 });
      const documents = documentsOf(reader, resource, theirs.context);
      expect((await documents.get('theirs')).status).toBe(200);
      expect((await documents.post('theirs', { b: 1 }, {})).status).toBe(204);
      expect((await documents.put('theirs', {}, NEW)).status).toBe(412);
    }
  });

  it('what another writes over belongs to that one', async () => {
    const confined = await withScopes(store, 'statements/read/mine', 'state');
    const mine = documentsOf(confined, STATE);
    await mine.create('x', { a: 1 });
    await documentsOf(store, STATE, mine.context).post('x', { b: 1 });
    expect((await mine.get('x')).status).toBe(404);
  });
});

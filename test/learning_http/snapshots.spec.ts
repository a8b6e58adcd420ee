import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCredential } from '../../src/main/credentials.ts';
import { type Asking, withHeaders } from '../support/client.ts';
import type { Posted } from '../support/statements.ts';
import { KEY, startTestStore, type TestStore } from '../support/store.ts';
import {
  aCourse,
  command,
  courseBody,
  hire,
  PASSED,
  type Person,
  pass,
  question,
  type Stored,
  voidStatement,
} from './given.ts';

const AS_OF = '2024-03-31';
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

let store: TestStore;
let passed: Person;
let late: Person;
let evidence: Stored;
beforeAll(async () => {
  store = await startTestStore({ LEDGERLINE_SUPERSEDED_BLOBS: 'drop' });
  for (const agency of ['agency-a', 'agency-b']) await command(store, 'PUT', `/agencies/${agency}`, { name: agency });
  const authorities = [`account:https://ledgerline.example/credentials|${KEY}`];
  await command(store, 'PUT', '/platforms/campus', { name: 'Campus', authorities });
  const completion = [{ platforms: ['campus'], verbs: [PASSED], activities: [aCourse('safety').id] }];
  await command(store, 'PUT', '/courses/safety', courseBody('Safety', { completion }));
  await command(store, 'PUT', '/requirements/safety', requirement());
  [passed, late] = [await hire(store, 'agency-a'), await hire(store, 'agency-a')];
  await hire(store, 'agency-b');
  evidence = await pass(store, passed, 'safety', '2024-01-10T10:00:00Z');
});
afterAll(() => store.close());

function requirement(changes: object = {}) {
  const appliesTo = { fact: 'assigned', equals: true };
  return { title: 'Safety', from: '2020-01-01', appliesTo, satisfiedBy: { course: 'safety' }, ...changes };
}

async function withRoles(...roles: string[]): Promise<Asking> {
  const { key, secret } = await issueCredential(store.running.store, { name: 'a test', roles });
  return withHeaders(store, { authorization: `Basic ${btoa(`${key}:${secret}`)}` });
}

const freeze = (snapshot: string, changes: object = {}) =>
  command(store, 'POST', '/agencies/agency-a/snapshots', { snapshot, asOf: AS_OF, ...changes });
const contentOf = (snapshot: string, format = 'ndjson') =>
  store.ask(`/api/snapshots/${snapshot}/content?format=${format}`);
const check = (snapshot: string) => question(store, `/snapshots/${snapshot}/check`);
const fileOf = ({ digest }: Posted) => join(store.data, 'blobs', digest.slice(0, 2), digest);
const overdue = () => ['agency-a', late.person, 'safety', 'overdue', '2020-01-01'];

/** What is listed now of the people of the snapshots. */
async function listed(): Promise<Record<string, string>> {
  const { statuses } = await question(store, '/agencies/agency-a/compliance/list', { asOf: AS_OF });
  return Object.fromEntries(statuses.map(({ person, status }: Posted) => [person, status]));
}

describe('a snapshot of an agency', () => {
  it('holds the status of each of its people, and its digest is that of its content', async () => {
    const frozen = await freeze('first', { title: 'First quarter' });
    expect(frozen).toMatchObject({ agency: 'agency-a', asOf: AS_OF, form: 1, title: 'First quarter' });
    expect(frozen.revision).toBe(frozen.knownAt + 1);
    expect(await question(store, '/snapshots/first')).toEqual(frozen);

    const { text, bytes } = await contentOf('first');
    expect([sha256(bytes), bytes.length]).toEqual([frozen.digest, frozen.length]);
    const lines = text.trimEnd().split('\n');
    const compliant = ['agency-a', passed.person, 'safety', 'compliant', null];
    expect(lines).toEqual([compliant, overdue()].map((line) => JSON.stringify(line)).sort());
    const table = (await contentOf('first', 'csv')).text;
    expect(table).toMatch(/^\ufeffagency,person,requirement,status,day\r\n/);
    expect(table).toContain(`${overdue().join(',')}\r\n`);
    const { json } = await contentOf('first', 'json');
    expect(json).toMatchObject(frozen);
    expect(json.statuses).toContainEqual({
      agency: 'agency-a',
      person: passed.person,
      requirement: 'safety',
      status: 'compliant',
      day: null,
    });
  });

  it('is frozen once: the same again is the same, another one is refused', async () => {
    const frozen = await freeze('once');
    expect(await freeze('once')).toEqual(frozen);
    expect(await freeze('once', { asOf: undefined })).toEqual(frozen);
    expect(await freeze('once', { knownAt: frozen.knownAt })).toEqual(frozen);
    const others = [{ asOf: '2024-04-30' }, { knownAt: frozen.knownAt - 1 }, { title: 'Another' }];
    for (const other of others) {
      const body = { snapshot: 'once', asOf: AS_OF, ...other };
      const { status, json } = await store.ask('/api/agencies/agency-a/snapshots', { body });
      expect([status, json.error.code]).toEqual([409, 'conflict']);
    }
    const { status } = await store.ask('/api/snapshots', { body: { snapshot: 'once', asOf: AS_OF } });
    expect(status).toBe(409);
  });

  it('is answered once for an idempotency key', async () => {
    const asked = { body: { snapshot: 'keyed' }, headers: { 'idempotency-key': 'freeze-it' } };
    const [one, again] = [0, 1].map(() => store.ask('/api/agencies/agency-a/snapshots', asked));
    expect((await one!).status).toBe(200);
    expect((await again!).json.revision).toBe((await one!).json.revision);
  });

  it('may be of what was known at a revision, or at an instant', async () => {
    const known = await freeze('before', { knownAt: evidence.revision - 1 });
    expect(known.knownAt).toBe(evidence.revision - 1);
    expect((await contentOf('before')).text).toContain(
      JSON.stringify(['agency-a', passed.person, 'safety', 'overdue']).slice(0, -1),
    );
    const instant = await freeze('instant', { knownAt: '2020-01-01T00:00:00Z' }).catch((error: Error) => error.message);
    expect(instant).toContain('There is no agency agency-a.');
  });

  it('stays as it was frozen, and checks, whatever becomes known later of that day', async () => {
    await freeze('stays');
    const before = (await contentOf('stays')).text;
    await pass(store, late, 'safety', '2024-02-01T10:00:00Z');
    expect((await listed())[late.person]).toBe('compliant');
    await voidStatement(store, evidence);
    expect((await listed())[passed.person]).toBe('overdue');
    await command(store, 'PUT', '/requirements/safety', requirement({ recurrence: { every: 'P1M' } }));
    expect((await listed())[late.person]).toBe('overdue');

    expect((await contentOf('stays')).text).toBe(before);
    expect(await check('stays')).toMatchObject({
      result: 'same',
      content: 'as-frozen',
      recomputed: sha256(before),
      differing: 0,
      persons: 0,
      differences: [],
    });
  });

  it('differs when its content was changed by hand, and says in whom', async () => {
    const frozen = await freeze('changed', { knownAt: evidence.revision });
    const content = readFileSync(fileOf(frozen));
    try {
      writeFileSync(fileOf(frozen), content.toString().replace('"overdue","2020-01-01"', '"compliant",null'));
      expect(await check('changed')).toMatchObject({
        result: 'differs',
        content: 'damaged',
        recomputed: frozen.digest,
        differing: 1,
        persons: 1,
        requirements: ['safety'],
        differences: [
          {
            agency: 'agency-a',
            person: late.person,
            requirement: 'safety',
            frozen: { status: 'compliant', day: null },
            recomputed: { status: 'overdue', day: '2020-01-01' },
          },
        ],
      });
      expect((await contentOf('changed')).status).toBe(404);
      writeFileSync(fileOf(frozen), 'no content at all');
      expect(await check('changed')).toMatchObject({ result: 'unreadable', content: 'damaged', differing: 0 });
      rmSync(fileOf(frozen));
      expect(await check('changed')).toMatchObject({
        result: 'unreadable',
        content: 'missing',
        recomputed: frozen.digest,
      });
      expect((await contentOf('changed')).status).toBe(404);
    } finally {
      writeFileSync(fileOf(frozen), content);
    }
    expect((await check('changed')).result).toBe('same');
  });

  it('is there after a start that drops superseded contents', async () => {
    const frozen = await freeze('restarted', { asOf: '2023-12-31' });
    await store.restart();
    expect(sha256((await contentOf('restarted')).bytes)).toBe(frozen.digest);
    expect((await check('restarted')).result).toBe('same');
  });
});

describe('a snapshot', () => {
  it('of all agencies holds everybody', async () => {
    const frozen = await command(store, 'POST', '/snapshots', { snapshot: 'all', asOf: AS_OF });
    expect(frozen.agency).toBeNull();
    const agencies = (await contentOf('all', 'json')).json.statuses.map(({ agency }: Posted) => agency);
    expect(agencies).toEqual(['agency-a', 'agency-a', 'agency-b']);
    expect((await check('all')).result).toBe('same');
  });

  it('is shown to those who may read of its people', async () => {
    const [auditor, reader, elsewhere] = [
      await withRoles('auditor'),
      await withRoles('agency-reader:agency-a'),
      await withRoles('agency-reader:agency-b'),
    ];
    await freeze('seen');
    const names = async (asking: Asking) =>
      (await question(asking, '/snapshots')).snapshots.map(({ snapshot }: Posted) => snapshot);
    expect(await names(auditor)).toEqual(expect.arrayContaining(['all', 'seen']));
    expect(await names(reader)).toContain('seen');
    expect(await names(reader)).not.toContain('all');
    expect(await names(elsewhere)).toEqual([]);
    for (const path of ['', '/content', '/check']) {
      expect((await reader.ask(`/api/snapshots/seen${path}`)).status).toBe(200);
      expect((await elsewhere.ask(`/api/snapshots/seen${path}`)).status).toBe(404);
      expect((await reader.ask(`/api/snapshots/all${path}`)).status).toBe(404);
    }
  });
});

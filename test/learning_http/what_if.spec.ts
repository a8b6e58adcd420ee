import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCredential } from '../../src/main/credentials.ts';
import { type Asking, withHeaders } from '../support/client.ts';
import { headOf } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import { KEY, startTestStore, type TestStore } from '../support/store.ts';
import { aCourse, command, courseBody, decisionBody, hire, PASSED, type Person, pass, question } from './given.ts';

const ASKED = { asOf: '2024-03-31' };

let store: TestStore;
let passed: Person;
let open: Person;
let elsewhere: Person;
beforeAll(async () => {
  store = await startTestStore();
  for (const agency of ['agency-a', 'agency-b']) await command(store, 'PUT', `/agencies/${agency}`, { name: agency });
  const authorities = [`account:https://ledgerline.example/credentials|${KEY}`];
  await command(store, 'PUT', '/platforms/campus', { name: 'Campus', authorities });
  for (const course of ['safety', 'first-aid']) {
    const completion = [{ platforms: ['campus'], verbs: [PASSED], activities: [aCourse(course).id] }];
    await command(store, 'PUT', `/courses/${course}`, courseBody(course, { completion }));
  }
  await command(store, 'PUT', '/ladders/grade', { ranks: ['P1', 'P2'] });
  await command(store, 'PUT', '/requirements/safety', requirement('safety'));
  passed = await hire(store, 'agency-a');
  open = await hire(store, 'agency-a');
  elsewhere = await hire(store, 'agency-b');
  await pass(store, passed, 'safety', '2024-01-10T10:00:00Z');
});
afterAll(() => store.close());

function requirement(course: string, changes: object = {}) {
  const appliesTo = { fact: 'assigned', equals: true };
  return { title: course, from: '2020-01-01', appliesTo, satisfiedBy: { course }, ...changes };
}

const waiver = (changes: object = {}) => ({
  requirements: ['safety'],
  persons: [open.person],
  from: '2024-01-01',
  to: '2024-06-30',
  reason: 'Leave.',
  grantedBy: 'Board',
  ...changes,
});

async function withRoles(...roles: string[]): Promise<Asking> {
  const { key, secret } = await issueCredential(store.running.store, { name: 'a test', roles });
  return withHeaders(store, { authorization: `Basic ${btoa(`${key}:${secret}`)}` });
}

const OF_A = '/agencies/agency-a/compliance/what-if';
const OF_ALL = '/compliance/what-if';

/** What a draft would change; nothing is recorded of it. */
async function whatIf(draft: object, path = OF_A, asking: Asking = store): Promise<Posted> {
  const head = await headOf(store);
  const answer = await command(asking, 'POST', path, { ...ASKED, ...draft });
  expect(await headOf(store)).toBe(head);
  return answer;
}

const statusOf = async ({ person }: Person) =>
  (await question(store, `/learners/${person}/compliance`, ASKED)).agencies[0].statuses.map(
    ({ requirement, status }: Posted) => `${requirement} ${status}`,
  );

describe('a draft of a requirement', () => {
  const drafted = () => ({
    requirement: 'first-aid',
    ...requirement('first-aid', { timeToComply: { within: 'P5Y' } }),
  });

  it('says whose status it would change, from when on, and how many seats its course would need', async () => {
    const answer = await whatIf({ requirements: [drafted()] });
    expect(answer).toMatchObject({ agency: 'agency-a', asOf: ASKED.asOf, persons: 2, statuses: 2 });
    expect(answer.knownAt).toBe(await headOf(store));
    const by = (person: Person) => answer.changes.find((change: Posted) => change.person === person.person);
    expect(by(open)).toEqual({
      person: open.person,
      agency: 'agency-a',
      requirement: 'first-aid',
      from: ASKED.asOf,
      before: null,
      after: { status: 'due', until: null, by: '2025-01-01', since: null, missing: ['first-aid'] },
    });
    expect(answer.seats).toEqual([
      { course: 'first-aid', now: 0, drafted: 2 },
      { course: 'safety', now: 1, drafted: 1 },
    ]);
  });

  it('is of all agencies, where that is asked', async () => {
    const answer = await whatIf({ requirements: [drafted()] }, OF_ALL);
    expect(answer).toMatchObject({ agency: null, persons: 3 });
    expect(answer.changes.map(({ person }: Posted) => person)).toContain(elsewhere.person);
  });

  it('that is declared then changes what it said', async () => {
    const terms = { ...requirement('first-aid', { agency: 'agency-b' }) };
    const { changes } = await whatIf({ requirements: [{ requirement: 'of-b', ...terms }] }, OF_ALL);
    expect(changes).toMatchObject([{ person: elsewhere.person, after: { status: 'overdue', since: '2020-01-01' } }]);
    await command(store, 'PUT', '/requirements/of-b', terms);
    expect(await statusOf(elsewhere)).toContain('of-b overdue');
    const again = await whatIf({ requirements: [{ requirement: 'of-b', ...terms }] }, OF_ALL);
    expect(again).toMatchObject({ persons: 0, statuses: 0, changes: [] });
  });
});

describe('a draft', () => {
  it('of a decision on equivalence says whom it would bring in order', async () => {
    await pass(store, open, 'first-aid', '2024-02-01T10:00:00Z');
    const { changes, seats } = await whatIf({
      equivalences: [{ decision: 'first-aid-for-safety', ...decisionBody('first-aid', 'safety') }],
    });
    expect(changes).toMatchObject([
      { person: open.person, before: { status: 'overdue', missing: ['safety'] }, after: { status: 'compliant' } },
    ]);
    expect(seats).toEqual([{ course: 'safety', now: 1, drafted: 0 }]);
  });

  it('of a waiver may name a requirement of the same draft', async () => {
    const drafted = { requirement: 'drafted', ...requirement('first-aid', { from: '2024-07-01' }) };
    const { changes } = await whatIf({
      requirements: [drafted],
      waivers: [{ waiver: 'leave', ...waiver({ requirements: ['safety', 'drafted'] }) }],
    });
    const of = (requirement: string) =>
      changes.filter((change: Posted) => change.requirement === requirement && change.person === open.person);
    expect(of('safety')).toMatchObject([
      { from: ASKED.asOf, before: { status: 'overdue' }, after: { status: 'waived', until: '2024-06-30' } },
    ]);
    expect(of('drafted')).toMatchObject([{ from: '2024-07-01', before: null, after: { status: 'compliant' } }]);
  });

  it.each<[string, object, string, number?]>([
    ['nothing', {}, ''],
    [
      'an unknown course',
      { requirements: [{ requirement: 'x', ...requirement('none') }] },
      '/requirements/0/satisfiedBy/course',
    ],
    [
      'an unknown rank',
      {
        requirements: [
          { requirement: 'x', ...requirement('safety') },
          { requirement: 'y', ...requirement('safety', { appliesTo: { fact: 'grade', ladder: 'grade', min: 'D1' } }) },
        ],
      },
      '/requirements/1/appliesTo/min',
    ],
    [
      'an unknown agency',
      { requirements: [{ requirement: 'x', ...requirement('safety', { agency: 'none' }) }] },
      '/requirements/0/agency',
    ],
    [
      'an unknown source',
      { equivalences: [{ decision: 'x', ...decisionBody('none', 'safety') }] },
      '/equivalences/0/sources/0/course',
    ],
    ['an unknown requirement', { waivers: [{ waiver: 'x', ...waiverOf('none') }] }, '/waivers/0/requirements/0'],
    ['no id', { requirements: [requirement('safety')] }, '/requirements/0/requirement'],
    ['one thing twice', { waivers: [0, 1].map(() => ({ waiver: 'x', ...waiverOf('safety') })) }, '/waivers'],
  ])('of %s is refused, with its place', async (_, draft, property) => {
    const { status, json } = await store.ask(`/api${OF_A}`, { body: draft });
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_body', property]);
  });

  it('of what was withdrawn is refused as declaring it would be', async () => {
    await command(store, 'PUT', '/waivers/withdrawn', waiver({ from: '2020-01-01', to: '2020-01-31' }));
    await command(store, 'POST', '/waivers/withdrawn/withdraw', { reason: 'By mistake.' });
    const body = { waivers: [{ waiver: 'withdrawn', ...waiver() }] };
    const { status, json } = await store.ask(`/api${OF_A}`, { body });
    expect([status, json.error.property]).toEqual([409, '/waivers/0']);
  });
});

describe('who may not read of the people', () => {
  it('is told numbers and seats, and not of whom', async () => {
    const draft = { requirements: [{ requirement: 'numbers', ...requirement('first-aid', { agency: 'agency-a' }) }] };
    const [editor, editorOfAll] = [await withRoles('policy-editor:agency-a'), await withRoles('policy-editor:*')];
    const { changes, ...numbers } = await whatIf(draft);
    expect(changes).toHaveLength(numbers.persons);
    expect(await whatIf(draft, OF_A, editor)).toEqual(numbers);
    expect(await whatIf(draft, OF_A, editorOfAll)).toEqual(numbers);
    expect(await whatIf(draft, OF_ALL, editorOfAll)).not.toHaveProperty('changes');
    expect(await whatIf(draft, OF_A, await withRoles('agency-reader:agency-a'))).toHaveProperty('changes');
    expect(await whatIf(draft, OF_ALL, await withRoles('auditor'))).toHaveProperty('changes');
    for (const role of ['policy-editor:agency-b', 'agency-editor:agency-b']) {
      const asking = await withRoles(role);
      expect((await asking.ask(`/api${OF_A}`, { body: draft })).status).toBe(403);
    }
  });
});

describe('a preview', () => {
  it.each([
    ['/requirements/previewed', () => requirement('first-aid', { agency: 'agency-a' }), 'requirements', 'requirement'],
    ['/waivers/previewed', () => waiver(), 'waivers', 'waiver'],
    ['/equivalences/previewed', () => decisionBody('first-aid', 'safety'), 'equivalences', 'decision'],
  ])('of PUT %s is what the draft says, and records nothing', async (path, body, list, id) => {
    const today = { asOf: undefined };
    const where = 'agency' in body() ? OF_A : OF_ALL;
    const drafted = await whatIf({ ...today, [list]: [{ [id]: 'previewed', ...body() }] }, where);
    const head = await headOf(store);
    const previewed = await command(store, 'PUT', `${path}?preview=true`, body());
    expect(previewed).toEqual(drafted);
    expect(await headOf(store)).toBe(head);
    expect((await store.ask(`/api${path}`)).status).toBe(404);
  });

  it('is refused as the declaration would be', async () => {
    const put = (body: object, headers = {}) =>
      store.ask('/api/requirements/safety?preview=true', { method: 'PUT', body, headers });
    const unknown = await put(requirement('none'));
    expect([unknown.status, unknown.json.error.property]).toEqual([400, '/satisfiedBy/course']);
    expect((await put(requirement('safety'), { 'if-match': '"0"' })).status).toBe(412);
    const editor = await withRoles('policy-editor:agency-a');
    const asked = { method: 'PUT', body: requirement('safety', { agency: 'agency-a' }) };
    expect((await editor.ask('/api/requirements/safety?preview=true', asked)).status).toBe(403);
  });
});

function waiverOf(requirement: string) {
  return { requirements: [requirement], persons: ['P-1'], from: '2024-01-01', reason: 'Leave.', grantedBy: 'Board' };
}

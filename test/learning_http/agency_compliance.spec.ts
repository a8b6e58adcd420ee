import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asking, Query } from '../support/client.ts';
import { headOf } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import {
  aPerson,
  assign,
  command,
  link,
  type Programme,
  pass,
  question,
  startProgramme,
  voidStatement,
} from './given.ts';

/** People of one agency of their own; the requirements of the example policy hold for them, and one of theirs. */
const AGENCY = 'agency-x';
const BASE = `/agencies/${AGENCY}/compliance`;
const ONE = { requirement: 'own-safety' };

let programme: Programme;
let reader: Asking;
let auditor: Asking;
let people: readonly { person: string; actor: Posted }[];
let passed: { id: string; revision: number };

beforeAll(async () => {
  programme = await startProgramme();
  const { store } = programme;
  auditor = store;
  await command(store, 'PUT', `/agencies/${AGENCY}`, { name: 'Agency X', zone: 'Asia/Tokyo' });
  await declare({ timeToComply: { within: 'P6M' } });
  people = Array.from({ length: 5 }, aPerson).sort((a, b) => (a.person < b.person ? -1 : 1));
  for (const [i, { person, actor }] of people.entries()) {
    await assign(store, person, AGENCY, '2023-01-01');
    const facts = [
      { agency: AGENCY, name: 'dutyStation', value: i < 3 ? 'vienna' : 'nairobi', from: '2023-01-01' },
      { agency: AGENCY, name: 'grade', value: 'P3', from: '2023-01-01', to: '2023-09-30' },
    ];
    await command(store, 'POST', `/people/${person}/facts`, { facts });
    await link(store, person, `account:${actor.account.homePage}|${actor.account.name}`);
  }
  reader = await programme.reader(AGENCY);
  passed = await pass(programme.inspira, people[0]!, 'LMS-3395', '2023-03-09T16:00:00Z');
  await pass(programme.inspira, people[3]!, 'LMS-3395', '2023-08-01T09:00:00Z');
}, 60_000);
afterAll(() => programme.store.close());

function declare(more: object) {
  const body = {
    title: 'Own',
    agency: AGENCY,
    from: '2020-01-01',
    appliesTo: { all: [] },
    satisfiedBy: { course: 'bsafe' },
  };
  return command(programme.store, 'PUT', '/requirements/own-safety', {
    ...body,
    recurrence: { every: 'P1Y' },
    ...more,
  });
}

const ask = (path: string, query: Query = {}, asking = reader) => question(asking, `${BASE}${path}`, query);
const statusesOf = async (query: Query) => (await ask('/list', { ...ONE, ...query })).statuses as Posted[];

describe("an agency's compliance", () => {
  it('counts everybody who is in the agency on the day, by requirement and by groups', async () => {
    const { asOf, knownAt, requirements } = await ask('', { ...ONE, asOf: '2023-08-15', by: 'dutyStation' });
    expect({ asOf, knownAt }).toEqual({ asOf: '2023-08-15', knownAt: await headOf(auditor) });
    expect(requirements).toHaveLength(1);
    expect(requirements[0]).toMatchObject({
      requirement: 'own-safety',
      counts: { 'not-required': 0, undetermined: 0, compliant: 2, waived: 0, due: 0, overdue: 3 },
      rate: 0.4,
      groups: expect.arrayContaining([
        expect.objectContaining({ value: 'vienna', rate: 1 / 3 }),
        expect.objectContaining({ value: 'nairobi', rate: 0.5 }),
      ]),
    });
    expect((await ask('', { asOf: '2022-12-31', ...ONE })).requirements[0]).toMatchObject({ rate: null });
    const byGrade = (await ask('', { ...ONE, asOf: '2023-10-01', by: 'grade' })).requirements[0].groups;
    expect(byGrade).toMatchObject([{ value: null, counts: { overdue: 3 } }]);
  });

  it("counts days in the agency's zone", async () => {
    // 16:00 in UTC is the next day in Tokyo.
    expect((await statusesOf({ asOf: '2023-03-09' })).map(({ status }) => status)).not.toContain('compliant');
    expect(await statusesOf({ asOf: '2023-03-10', status: 'compliant' })).toMatchObject([
      { person: people[0]!.person, until: '2024-03-10', because: 'recurrence', evidence: passed.revision },
    ]);
  });

  it('lists who is due, overdue, or ends within so many days', async () => {
    expect(await statusesOf({ asOf: '2023-06-01', status: 'due', within: '29' })).toEqual([]);
    expect(await statusesOf({ asOf: '2023-06-01', status: 'due', within: '30' })).toHaveLength(4);
    expect(await statusesOf({ asOf: '2023-07-02', status: 'overdue' })).toMatchObject(
      people
        .slice(1)
        .map(({ person }) => ({ person, since: '2023-07-02', missing: ['bsafe'], dutyStation: expect.any(String) })),
    );
    const ending = await statusesOf({ asOf: '2024-02-20', status: 'compliant', within: '30' });
    expect(ending.map(({ person }) => person)).toEqual([people[0]!.person]);
    expect(await statusesOf({ asOf: '2023-07-02', status: 'overdue', dutyStation: 'nairobi' })).toHaveLength(2);
  });

  it('tells who will be due: the future is a day like others', async () => {
    expect((await statusesOf({ asOf: '2031-04-01' })).map(({ status }) => status)).toEqual(Array(5).fill('overdue'));
  });

  it('gives pages that belong together, whatever is recorded meanwhile', async () => {
    const query = { ...ONE, asOf: '2023-08-15', limit: '2' };
    const pages: Posted[] = [await ask('/list', query)];
    await assign(programme.store, aPerson().person, AGENCY, '2023-01-01');
    for (let next = pages[0]!.next; next !== null; next = pages.at(-1)!.next) {
      pages.push(await ask('/list', { ...query, cursor: next }));
    }
    expect(pages.map(({ statuses }) => statuses.length)).toEqual([2, 2, 1]);
    expect(new Set(pages.map(({ knownAt }) => knownAt)).size).toBe(1);
    const whole = await ask('/list', { ...ONE, asOf: '2023-08-15', knownAt: `${pages[0]!.knownAt}` });
    expect(pages.flatMap(({ statuses }) => statuses)).toEqual(whole.statuses);
    expect((await ask('/list', { ...ONE, asOf: '2023-08-15' })).statuses).toHaveLength(6);
    const other = [{ asOf: '2023-08-16' }, { knownAt: '3' }, { requirement: 'bsafe' }, { status: 'due' }];
    for (const one of other) {
      const params = new URLSearchParams({ ...query, ...one, cursor: pages[0]!.next });
      const refused = await reader.ask(`/api${BASE}/list?${params}`);
      expect([refused.status, refused.json.error?.property], JSON.stringify(one)).toEqual([400, 'cursor']);
    }
  });

  it('has no requirement in its trend that was declared later, and none on days without terms', async () => {
    const before = await headOf(auditor);
    const range = { from: '2023-08-01', to: '2023-08-03', knownAt: `${before}` };
    const trends = await ask('/trend', range);
    const body = { title: 'Later', agency: AGENCY, from: '2023-08-02', appliesTo: { fact: 'grade', equals: 'D9' } };
    await command(programme.store, 'PUT', '/requirements/later', { ...body, satisfiedBy: { course: 'bsafe' } });
    expect(await ask('/trend', range)).toEqual(trends);
    const later = (await ask('/trend', { ...range, requirement: 'later', knownAt: `${before + 1}` })).trends;
    expect(later.map(({ days }: Posted) => days.map(({ day }: Posted) => day))).toEqual([['2023-08-02', '2023-08-03']]);
  });

  it('has the counts of each day in its trend', async () => {
    const { trends } = await ask('/trend', { ...ONE, from: '2023-03-08', to: '2023-08-02' });
    expect(trends[0].days).toHaveLength(148);
    for (const day of ['2023-03-08', '2023-03-10', '2023-07-01', '2023-07-02', '2023-08-02']) {
      const { counts, rate } = (await ask('', { ...ONE, asOf: day })).requirements[0];
      expect(trends[0].days.find((one: Posted) => one.day === day)).toEqual({ day, counts, rate });
    }
  });

  it('is answered as CSV and as lines, too', async () => {
    const csv = await reader.ask(`/api${BASE}/list?asOf=2023-08-15&requirement=own-safety&format=csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(7);
    const lines = await reader.ask(`/api${BASE}?asOf=2023-08-15&requirement=own-safety&format=ndjson`);
    expect(JSON.parse(lines.text)).toMatchObject({ requirement: 'own-safety', compliant: 2, overdue: 4 });
  });

  it('is for its readers and for auditors; of all agencies for auditors alone', async () => {
    const other = await programme.reader('agency-a');
    expect((await other.ask(`/api${BASE}`)).status).toBe(403);
    expect((await reader.ask('/api/compliance')).status).toBe(403);
    const all = await question(auditor, '/compliance', { asOf: '2023-08-15', ...ONE });
    expect(all.requirements).toMatchObject([{ agency: AGENCY, counts: { overdue: 4 } }]);
    const unknown = await auditor.ask('/api/agencies/agency-none/compliance');
    expect(unknown.status).toBe(400);
    expect(unknown.json).toMatchObject({ error: { property: 'agency' } });
    const misspelt = await reader.ask(`/api${BASE}/list?requirement=own-safty`);
    expect([misspelt.status, misspelt.json.error.property]).toEqual([400, 'requirement']);
  });
});

describe('what was known', () => {
  it('is another answer than what is known, and the difference names the event', async () => {
    const before = await headOf(auditor);
    const voiding = await voidStatement(programme.inspira, passed);
    const compliant = { asOf: '2023-03-10', status: 'compliant' };
    expect(await statusesOf(compliant)).toEqual([]);
    expect(await statusesOf({ ...compliant, knownAt: `${before}` })).toHaveLength(1);
    const { changes } = await ask('/diff', {
      ...ONE,
      asOf: '2023-03-10',
      knownAt: `${before}`,
      toKnownAt: `${voiding.revision}`,
    });
    expect(changes).toMatchObject([
      {
        person: people[0]!.person,
        before: { status: 'compliant' },
        after: { status: 'due' },
        causes: [{ kind: 'event', revision: voiding.revision }],
      },
    ]);
  });

  it('is exact between two declarations that followed one another', async () => {
    const overdue = async (knownAt: number) =>
      (await statusesOf({ asOf: '2023-06-01', status: 'overdue', knownAt: `${knownAt}` })).length;
    const { revision: first } = await declare({ timeToComply: { within: 'P1M' } });
    const { revision: second } = await declare({ timeToComply: { within: 'P1Y' } });
    expect([await overdue(first - 1), await overdue(first), await overdue(second)]).toEqual([0, 6, 0]);
  });

  it('has a merge from its revision on, until it is undone', async () => {
    const [one, other] = [people[1]!.person, people[2]!.person];
    const { revision: merge } = await command(programme.store, 'POST', '/merges', { persons: [other, one] });
    const persons = async (knownAt: number) =>
      (await statusesOf({ asOf: '2023-08-15', knownAt: `${knownAt}` })).map(({ person }) => person);
    expect(await persons(merge - 1)).toContain(other);
    expect(await persons(merge)).not.toContain(other);
    const { revision: undone } = await command(programme.store, 'POST', `/merges/${merge}/undo`, { reason: 'two' });
    expect(await persons(undone)).toEqual(await persons(merge - 1));
    expect(await persons(merge)).not.toContain(other);
  });

  it('gives a waiver to whom it names alone', async () => {
    const { person } = people[4]!;
    const body = {
      requirements: ['own-safety'],
      agency: AGENCY,
      persons: [person],
      from: '2023-01-01',
      reason: 'r',
      grantedBy: 'g',
    };
    const { revision } = await command(programme.store, 'PUT', '/waivers/waiver-x', body);
    const waived = async (knownAt: number) =>
      (await statusesOf({ asOf: '2023-08-15', status: 'waived', knownAt: `${knownAt}` })).map((one) => [
        one.person,
        one.waiver,
      ]);
    expect(await waived(revision)).toEqual([[person, 'waiver-x']]);
    expect(await waived(revision - 1)).toEqual([]);
    const withdrawn = await command(programme.store, 'POST', '/waivers/waiver-x/withdraw', { reason: 'mistake' });
    expect(await waived(withdrawn.revision)).toEqual([]);
  });
});

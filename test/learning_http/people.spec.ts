import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asking } from '../support/client.ts';
import { headOf, historyIds } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import {
  aPerson,
  assign,
  certificatesOf,
  command,
  countsFor,
  hire,
  link,
  type Programme,
  pass,
  question,
  startProgramme,
} from './given.ts';

let programme: Programme;
beforeAll(async () => {
  programme = await startProgramme();
});
afterAll(() => programme.store.close());

const factsOf = async (person: string, query: object = {}) => {
  const { facts } = await question(programme.store, `/people/${person}`, { ...query });
  return Object.fromEntries(facts.map(({ name, value }: Posted): [string, unknown] => [name, value]));
};

const record = (person: string, name: string, value: unknown, from: string, to?: string) =>
  command(programme.editor, 'POST', `/people/${person}/facts`, {
    facts: [{ agency: 'secretariat', name, value, from, ...(to === undefined ? {} : { to }) }],
  });

describe('facts', () => {
  it('a later fact wins on the days that it covers; as known before, the earlier one did', async () => {
    const { person } = await hire(programme.editor);
    await record(person, 'grade', 'P4', '2020-01-01');
    const { revision } = await record(person, 'grade', 'P3', '2020-01-01', '2020-12-31');
    const grades = async (knownAt?: number) =>
      Promise.all(
        ['2019-12-31', '2020-12-31', '2021-01-01'].map(
          async (asOf) => (await factsOf(person, { asOf, ...(knownAt === undefined ? {} : { knownAt }) })).grade,
        ),
      );
    expect(await grades()).toEqual([undefined, 'P3', 'P4']);
    expect(await grades(revision - 1)).toEqual([undefined, 'P4', 'P4']);
    await record(person, 'grade', null, '2021-01-01', '2021-01-31');
    expect(await grades()).toEqual([undefined, 'P3', undefined]);
  });

  it('decide whose people somebody is on the day that is asked about', async () => {
    const { editor } = programme;
    const { person } = aPerson();
    await assign(editor, person, 'agency-a', '2020-01-01', '2020-12-31');
    const reader = await programme.reader('agency-a');
    const statuses = ['2020-12-31', '2021-01-01'].map(
      async (asOf) => (await reader.ask(`/api/people/${person}?asOf=${asOf}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 404]);
  });
});

describe('If-Match on the facts of a person', () => {
  const ask = (asking: Asking, person: string, agency: string, revision?: number) =>
    asking.ask(`/api/people/${person}/facts`, {
      body: { facts: [{ agency, name: 'assigned', value: true, from: '2020-01-01' }] },
      ...(revision === undefined ? {} : { headers: { 'if-match': `"${revision}"` } }),
    });

  it('is never met by who may not see the person today, whatever it says; without it a new one is assigned', async () => {
    const { person } = aPerson();
    const last = (await assign(programme.editor, person, 'agency-b', '2020-01-01')).revision;
    const elsewhere = await programme.editorOf('agency-a');
    const refused = [last, last - 1].map((revision) => ask(elsewhere, person, 'agency-a', revision));
    const unknown = ask(elsewhere, aPerson().person, 'agency-a', last);
    const answers = await Promise.all([...refused, unknown]);
    expect(answers.map(({ status }) => status)).toEqual([412, 412, 412]);
    const told = answers.map(({ json }) => ({ ...json.error, id: 'drawn for each' }));
    expect(told).toEqual([told[0], told[0], told[0]]);
    expect((await ask(elsewhere, person, 'agency-a')).status).toBe(200);
  });

  it('is met by the ETag of a person whom one may see, and a retry is let on when that has ended', async () => {
    const { person } = aPerson();
    const editor = await programme.editorOf('agency-a');
    const last = (await assign(editor, person, 'agency-a', '2020-01-01')).revision;
    const leave = () =>
      editor.ask(`/api/people/${person}/facts`, {
        body: { facts: [{ agency: 'agency-a', name: 'assigned', value: false, from: '2021-01-01' }] },
        headers: { 'if-match': `"${last}"`, 'idempotency-key': person },
      });
    const left = await leave();
    expect(left.status).toBe(200);
    const again = await leave();
    expect([again.status, again.text]).toEqual([200, left.text]);
  });
});

describe('accounts', () => {
  it('a mailbox and its SHA-1 are one account', async () => {
    const { inspira, editor, store } = programme;
    const { person } = await hire(editor);
    const mbox = `mailto:${person.toLowerCase()}@example.org`;
    const sha1sum = hash('sha1', mbox);
    await link(editor, person, mbox);
    const first = await pass(inspira, { actor: { mbox_sha1sum: sha1sum } }, 'LMS-1796', '2023-01-10T10:00:00Z');
    const second = await pass(inspira, { actor: { mbox } }, 'LMS-2375', '2023-01-11T10:00:00Z');
    expect(await countsFor(store, person)).toEqual(['ethics', 'gender']);
    for (const learner of [person, mbox, `sha1sum:${sha1sum}`]) {
      expect(await historyIds(store, learner), learner).toEqual([second.id, first.id]);
      expect((await certificatesOf(store, learner)).persons).toEqual([person]);
    }
    const { person: other } = await hire(editor);
    const body = { account: `sha1sum:${sha1sum}`, person: other };
    const { status, json } = await store.ask('/api/links', { body });
    expect([status, json.error.code, json.error.message.includes(person)]).toEqual([409, 'conflict', true]);
  });

  it('a claim counts for nothing while it is pending or refused, and links once it is confirmed', async () => {
    const { publicSite, editor, store } = programme;
    const { person } = await hire(editor);
    const learner = await programme.learner(person);
    const [mine, notMine] = ['one', 'two'].map((name) => `mailto:${name}-${person.toLowerCase()}@example.org`);
    await pass(publicSite, { actor: { mbox: mine } }, 'LMS-1796', '2023-01-10T10:00:00Z');
    await pass(publicSite, { actor: { mbox: notMine } }, 'LMS-2375', '2023-01-10T10:00:00Z');
    const claim = (account: string | undefined) => command(learner, 'POST', '/claims', { account, person });
    const [one, two] = [await claim(mine), await claim(notMine)];
    const open = async () => {
      const { claims } = await question(learner, '/claims');
      return claims.map((found: Posted) => found.claim);
    };
    expect([one.status, two.status, await open()]).toEqual(['pending', 'pending', [one.revision, two.revision]]);
    expect(await countsFor(learner, person)).toEqual([]);

    const confirmed = await command(editor, 'POST', `/claims/${one.revision}/confirm`, { basis: 'Seen in person.' });
    await command(editor, 'POST', `/claims/${two.revision}/refuse`, { reason: 'Of somebody else.' });
    expect(await countsFor(learner, person)).toEqual(['ethics']);
    expect(await open()).toEqual([]);
    const { links } = await question(learner, `/people/${person}`);
    expect(links.map((found: Posted) => found.link)).toContain(confirmed.revision);
    expect(await countsFor(store, person, { knownAt: confirmed.revision - 1 })).toEqual([]);
    const again = await editor.ask(`/api/claims/${two.revision}/confirm`, { body: { basis: 'After all.' } });
    expect([again.status, again.json.error.code]).toEqual([409, 'conflict']);
  });
});

describe('two persons who are one', () => {
  it('answer by both ids with what both have, until that is undone', async () => {
    const { inspira, publicSite, editor, store } = programme;
    const [one, other] = [await hire(editor), await hire(editor, 'agency-a')];
    await record(one.person, 'grade', 'P3', '2020-01-01');
    await record(other.person, 'grade', 'P4', '2020-01-01');
    const here = await pass(inspira, one, 'LMS-1796', '2023-01-10T10:00:00Z');
    const there = await pass(publicSite, other, 'LMS-2375', '2023-01-11T10:00:00Z');
    const views = async (knownAt?: number) =>
      Promise.all(
        [one.person, other.person].map(async (person) => ({
          persons: (await certificatesOf(store, person, { knownAt })).persons.length,
          counts: await countsFor(store, person, { knownAt }),
          history: await historyIds(store, person, { knownAt }),
          grade: (await factsOf(person, knownAt === undefined ? {} : { knownAt })).grade,
        })),
      );
    const apart = [
      { persons: 1, counts: ['ethics'], history: [here.id], grade: 'P3' },
      { persons: 1, counts: ['gender'], history: [there.id], grade: 'P4' },
    ];
    expect(await views()).toEqual(apart);
    const before = await headOf(store);
    const persons = [one.person, other.person];
    const { revision: merge } = await command(editor, 'POST', '/merges', { persons, reason: 'One index number.' });
    const both = { persons: 2, counts: ['ethics', 'gender'], history: [there.id, here.id], grade: 'P4' };
    expect(await views()).toEqual([both, both]);
    const { facts } = await question(store, `/people/${one.person}`);
    expect(facts.find(({ name }: Posted) => name === 'grade').person, 'keeps the original id').toBe(other.person);

    await record(one.person, 'grade', 'P5', '2020-01-01');
    expect((await factsOf(other.person)).grade, 'the later of the facts that contradict').toBe('P5');
    await command(editor, 'POST', `/merges/${merge}/undo`, { reason: 'They are two.' });
    expect(await views()).toEqual([{ ...apart[0], grade: 'P5' }, apart[1]]);
    expect(await views(merge)).toEqual([both, both]);
    expect(await views(before)).toEqual(apart);
  });
});

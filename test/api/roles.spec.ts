import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCredential } from '../../src/main/credentials.ts';
import { headOf } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../support/store.ts';
import {
  ASKERS,
  ASKING,
  type Asker,
  assigned,
  CASES,
  type Case,
  COURSE,
  DECISION,
  freeAccount,
  fresh,
  PATH,
  READ_OF_PERSON,
  REQUIREMENT,
  submitted,
  type Things,
  WAIVER,
} from './role_cases.ts';

let store: TestStore;
const authorizations = new Map<Asker, string | null>();
beforeAll(async () => {
  store = await startTestStore();
  for (const asker of ASKERS) {
    const asking = ASKING[asker];
    if (asking === null) {
      authorizations.set(asker, null);
      continue;
    }
    const { key, secret } = await issueCredential(store.running.store, { name: asker, ...asking });
    authorizations.set(asker, `Basic ${btoa(`${key}:${secret}`)}`);
  }
  for (const agency of ['agency-a', 'agency-b']) await make('PUT', `/agencies/${agency}`, { name: agency });
  await make('PUT', '/platforms/campus', { name: 'Campus', authorities: [] });
  for (const course of ['first-aid', 'safety']) await make('PUT', `/courses/${course}`, COURSE);
  for (const [decision, agency] of [['for-all'], ['revoked-for-all'], ['revoked-of-a', 'agency-a']]) {
    await make('PUT', `/equivalences/${decision}`, { ...DECISION, ...(agency === undefined ? {} : { agency }) });
  }
  await make('PUT', '/ladders/level', { ranks: ['P1', 'P2'] });
  for (const [requirement, agency] of [['for-all'], ['withdrawn-for-all'], ['withdrawn-of-a', 'agency-a']]) {
    await make('PUT', `/requirements/${requirement}`, {
      ...REQUIREMENT,
      ...(agency === undefined ? {} : { agency }),
    });
  }
  await make('POST', '/roster', assigned('P-1'));
  const elsewhere = { agency: 'agency-b', name: 'assigned', value: true, from: '2020-01-01' };
  await make('POST', '/people/P-2/facts', { facts: [elsewhere] });
  await make('POST', '/links', { account: THERE.account, person: THERE.person });
});
afterAll(() => store.close());

/** Makes something as an administrator, and gives the revision that names it. @throws when it is refused */
async function make(method: string, where: string, body: unknown): Promise<number> {
  const { status, text, json } = await store.ask(`/api${where}`, { method, body });
  if (status !== 200) throw new Error(`${where}: ${status} ${text}`);
  return json.revision;
}

const THERE: Things = {
  person: 'P-1',
  account: 'mailto:learner-1@example.org',
  async pair() {
    const pair = [fresh('A'), fresh('A')] as const;
    await make('POST', '/roster', assigned(...pair));
    return pair;
  },
  link: () => make('POST', '/links', { account: freeAccount(), person: 'P-1' }),
  claim: () => make('POST', '/claims', { account: freeAccount(), person: 'P-1' }),
  merge: async () => make('POST', '/merges', { persons: await THERE.pair() }),
  certificate: () => make('POST', '/learners/P-1/certificates', submitted()),
  async course() {
    const course = fresh('course');
    await make('PUT', `/courses/${course}`, COURSE);
    return course;
  },
  async decision() {
    const decision = fresh('decision');
    await make('PUT', `/equivalences/${decision}`, { ...DECISION, agency: 'agency-b' });
    return decision;
  },
  async waiver() {
    const waiver = fresh('waiver');
    await make('PUT', `/waivers/${waiver}`, { ...WAIVER, agency: 'agency-a', persons: ['P-1'] });
    return waiver;
  },
  async path() {
    const own = fresh('path');
    await make('PUT', `/paths/${own}`, { ...PATH, person: 'P-1' });
    return own;
  },
  async snapshot() {
    const snapshot = fresh('snapshot');
    await make('POST', '/agencies/agency-a/snapshots', { snapshot });
    return snapshot;
  },
};

/** @param revision of which the thing that is asked for is not the event */
function notThere(revision: number): Things {
  const nothing = () => Promise.resolve(revision);
  return {
    person: 'P-0',
    account: 'mailto:nobody@example.org',
    pair: () => Promise.resolve(['P-0', 'P-00']),
    link: nothing,
    claim: nothing,
    merge: nothing,
    certificate: nothing,
    course: THERE.course,
    decision: THERE.decision,
    waiver: () => Promise.resolve('no-waiver'),
    path: () => Promise.resolve('no-path'),
    snapshot: () => Promise.resolve('no-snapshot'),
  };
}
const NOT_THERE = [notThere(999_999), notThere(1)];

async function answerTo({ operation, ask }: Case, asker: Asker, things: Things): Promise<Answered> {
  const { path, body } = await ask(things);
  const method = operation.slice(0, operation.indexOf(' ')).toUpperCase();
  const before = await headOf(store);
  const answer = await store.ask(`/api${path}`, {
    method,
    body,
    headers: { authorization: authorizations.get(asker) ?? null },
  });
  if (answer.status !== 200) expect(await headOf(store), 'what is refused is not recorded').toBe(before);
  return answer;
}

/** All that a client is told, but for the id of the request and the time. */
function told({ status, headers, text }: Answered) {
  const id = headers.get('x-request-id')!;
  const rest = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status, headers: rest, body: text.replaceAll(id, 'ID') };
}

it('has each operation of the contract', async () => {
  const { paths } = (await store.ask('/api/openapi.json')).json;
  const operations = Object.entries<Posted>(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect([...new Set(CASES.map(({ operation }) => operation))].sort()).toEqual(operations.sort());
});

describe.each(CASES.map((one) => [`${one.operation}${one.about ? ` (${one.about})` : ''}`, one] as const))(
  '%s',
  (_name, one) => {
    it('serves whom it should', async () => {
      const statuses: Record<string, number> = {};
      for (const asker of ASKERS) statuses[asker] = (await answerTo(one, asker, THERE)).status;
      expect(statuses).toEqual(one.expected);
    });

    it('tells those whom it refuses nothing', async () => {
      for (const asker of ASKERS.filter((name) => one.expected[name] !== 200)) {
        const refused = told(await answerTo(one, asker, THERE));
        for (const things of NOT_THERE) {
          expect(told(await answerTo(one, asker, things)), asker).toEqual(refused);
        }
      }
    });
  },
);

it('the contract names the roles that are served', async () => {
  const { paths } = (await store.ask('/api/openapi.json')).json;
  for (const { operation, expected: statuses } of CASES) {
    const [method, where] = operation.split(' ') as [string, string];
    const served = ASKERS.filter((asker) => statuses[asker] === 200).flatMap((asker) => {
      const asking = ASKING[asker];
      return asking !== null && 'roles' in asking ? asking.roles[0]!.replace(/:.*/, '') : [];
    });
    expect(paths[where][method]['x-roles'], operation).toEqual(expect.arrayContaining(served));
  }
});

it('claims are shown only to those who may know of the person', async () => {
  const claim = await THERE.claim();
  for (const asker of ASKERS) {
    const { status, json } = await store.ask('/api/claims', {
      headers: { authorization: authorizations.get(asker) ?? null },
    });
    if (status !== 200) continue;
    const sees = json.claims.some((one: Posted) => one.claim === claim);
    expect([asker, sees]).toEqual([asker, READ_OF_PERSON[asker] === 200]);
  }
});

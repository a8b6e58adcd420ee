import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Asking,
  allStatements,
  getStatements,
  type Query,
  withHeaders,
  withScopes,
} from '../../support/client.ts';
import { aStatement, idsOf, type Posted, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';
import { type Filters, naiveQuery, voidedIn } from './naive_query.ts';
import { ACTIVITIES, AGENTS, GROUPS, type Planned, population, REGISTRATIONS, seeded, VERBS } from './population.ts';

const random = seeded(11);
const among = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;

let store: TestStore;
/** As the store has them, in the order of being stored, the voided ones too. */
let statements: Posted[];
let authorities: Posted[];
beforeAll(async () => {
  store = await startTestStore();
  const credentials: Asking[] = [store, await withScopes(store, 'all')];
  const rest = population(7, 320);
  while (rest.length > 0) await postBatch(among(credentials), nextBatch(rest));
  statements = await everything();
  authorities = [...new Set(statements.map(({ authority }) => JSON.stringify(authority)))].map((text) =>
    JSON.parse(text),
  );
});
afterAll(() => store.close());

/** The next few that were planned under one version. */
function nextBatch(rest: Planned[]): Planned[] {
  const size = 1 + Math.floor(random() * 12);
  const other = rest.findIndex(({ version }) => version !== rest[0]!.version);
  return rest.splice(0, Math.min(size, other === -1 ? rest.length : other));
}

async function postBatch(asking: Asking, batch: readonly Planned[]): Promise<void> {
  const versioned = withHeaders(asking, { 'x-experience-api-version': batch[0]!.version });
  const posted = await versioned.ask(STATEMENTS, { body: batch.map(({ statement }) => statement) });
  expect(posted.status, posted.text).toBe(200);
  planned.push(...batch.map(({ statement }) => statement.id));
}

const planned: string[] = [];

/** In the order of being stored: the voided ones are in no list. */
async function everything(): Promise<Posted[]> {
  const listed = new Map((await allStatements(store)).map((statement) => [statement.id, statement]));
  const voided = async (id: string) => (await getStatements(store, { voidedStatementId: id })).json;
  return Promise.all(planned.map((id) => listed.get(id) ?? voided(id)));
}

async function expectFound(filters: Filters, limit?: number): Promise<number> {
  const expected = idsOf(naiveQuery(statements, filters));
  const found = idsOf(await allStatements(store, { ...filters, limit } as Query));
  expect(found, JSON.stringify(filters)).toEqual(expected);
  return expected.length;
}

const agents = () => [...AGENTS, ...GROUPS, ...authorities];

describe('XAPI-00164 a query finds what each filter says', () => {
  it('XAPI-00159, XAPI-00166 nothing asked: all but the voided, in either order', async () => {
    expect(await expectFound({})).toBe(statements.length - voidedIn(statements).size);
    expect(voidedIn(statements).size).toBeGreaterThan(5);
    await expectFound({ ascending: true });
    await expectFound({ related_agents: true, related_activities: true });
  });

  it('XAPI-00181, XAPI-00176 agent, and related_agents', async () => {
    for (const agent of agents()) {
      const [strictly, broadly] = [await expectFound({ agent }), await expectFound({ agent, related_agents: true })];
      expect(broadly).toBeGreaterThan(strictly);
      expect(await expectFound({ agent, related_agents: false })).toBe(strictly);
      // What an agent calls itself, and whether as agent or group, is no part of its identity.
      expect(await expectFound({ agent: { ...agent, name: 'Somebody', objectType: 'Group' } })).toBe(strictly);
    }
    expect(await expectFound({ agent: { mbox: 'mailto:nobody@example.org' }, related_agents: true })).toBe(0);
  });

  it('XAPI-00180 verb, to the letter', async () => {
    for (const verb of VERBS) expect(await expectFound({ verb })).toBeGreaterThan(0);
    expect(await expectFound({ verb: `${VERBS[0]}#` })).toBe(0);
  });

  it('XAPI-00179, XAPI-00177 activity, and related_activities', async () => {
    for (const activity of ACTIVITIES) {
      expect(await expectFound({ activity, related_activities: true })).toBeGreaterThan(
        await expectFound({ activity }),
      );
    }
    expect(await expectFound({ activity: 'https://example.org/activities/', related_activities: true })).toBe(0);
  });

  it('XAPI-00178 registration, in either case', async () => {
    for (const registration of REGISTRATIONS) {
      expect(await expectFound({ registration })).toBe(await expectFound({ registration: registration.toUpperCase() }));
    }
  });

  it('XAPI-00175, XAPI-00174 since without its instant, until with it, to the microsecond', async () => {
    const instants = [...new Set(statements.map(({ stored }) => stored as string))];
    for (const instant of [instants[0]!, among(instants), among(instants), instants.at(-1)!]) {
      expect(await expectFound({ since: instant })).toBe(statementsAfter(instant));
      await expectFound({ until: instant, ascending: true });
      await expectFound({ since: among(instants), until: instant });
      const { since, until } = { since: shifted(instant, -1), until: shifted(instant, -1) };
      await expectFound({ since });
      await expectFound({ until });
      expect(idsOf(await allStatements(store, { since, until: instant }))).toEqual(
        idsOf(naiveQuery(statements, { since, until: instant })),
      );
    }
    expect(await expectFound({ since: instants.at(-1)!, until: instants[0]! })).toBe(0);
  });

  it.each([
    ['without fraction', (instant: string) => instant.replace(/\.\d+Z/, 'Z')],
    ['in milliseconds', (instant: string) => instant.replace(/(\.\d{3})\d*Z/, '$1Z')],
    ['in nanoseconds', (instant: string) => instant.replace(/Z$/, '000Z')],
    ['in another zone', (instant: string) => inZone(instant)],
  ])('XAPI-00175, XAPI-00174 with an instant written %s', async (_, written) => {
    for (const { stored } of [among(statements), among(statements), among(statements)]) {
      const text = written(stored);
      const found = (query: Query) => allStatements(store, query).then(idsOf);
      const micros = microsOf(text);
      const expected = naiveQuery(statements, {}).filter((one) => microsOf(one.stored) > micros);
      expect(await found({ since: text })).toEqual(idsOf(expected));
      const before = naiveQuery(statements, {}).filter((one) => microsOf(one.stored) <= micros);
      expect(await found({ until: text })).toEqual(idsOf(before));
    }
  });

  it('any filters together, page by page', async () => {
    let found = 0;
    for (let round = 0; round < 60; round += 1) {
      const maybe = <Value>(share: number, value: () => Value) => (random() < share ? value() : undefined);
      const filters: Filters = {
        agent: maybe(0.5, () => among(agents())),
        verb: maybe(0.3, () => among(VERBS)),
        activity: maybe(0.4, () => among(ACTIVITIES)),
        registration: maybe(0.2, () => among(REGISTRATIONS)),
        related_agents: maybe(0.6, () => random() < 0.8),
        related_activities: maybe(0.6, () => random() < 0.8),
        since: maybe(0.2, () => among(statements).stored),
        until: maybe(0.2, () => among(statements).stored),
        ascending: maybe(0.5, () => random() < 0.5),
      };
      found += await expectFound(filters, among([undefined, 0, 3 + Math.floor(random() * 60)]));
    }
    expect(found).toBeGreaterThan(300);
  });
});

it('XAPI-00181 an agent is the same whatever the case of its e-mail domain, and not that of its name', async () => {
  const actor = { mbox: 'mailto:Learner-9@Example.ORG' };
  await store.ask(STATEMENTS, { body: aStatement({ actor }) });
  const count = async (mbox: string) => (await getStatements(store, { agent: { mbox } })).json.statements.length;
  expect(await count('mailto:Learner-9@example.org')).toBe(1);
  expect(await count('mailto:Learner-9@EXAMPLE.org')).toBe(1);
  expect(await count('mailto:learner-9@Example.ORG')).toBe(0);
  const [stored] = (await getStatements(store, { agent: actor })).json.statements;
  expect(stored.actor).toEqual(actor);
});

function statementsAfter(instant: string): number {
  return naiveQuery(statements, {}).filter(({ stored }) => stored > instant).length;
}

/** Microseconds from 1970; what is finer is cut off. */
function microsOf(instant: string): bigint {
  const [, fraction = ''] = /\.(\d+)/.exec(instant) ?? [];
  return BigInt(Date.parse(instant.replace(/\.\d+/, ''))) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

/** An instant of the store, so many microseconds later. */
function shifted(instant: string, micros: number): string {
  const moved = microsOf(instant) + BigInt(micros);
  return new Date(Number(moved / 1000n)).toISOString().replace('Z', `${String(moved % 1000n).padStart(3, '0')}Z`);
}

function inZone(instant: string): string {
  const [, fraction] = /(\.\d+)Z/.exec(instant)!;
  const local = new Date(Date.parse(instant) + 5.5 * 3_600_000).toISOString();
  return local.replace(/\.\d+Z/, `${fraction}+05:30`);
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import type { ComplianceAnswer } from '../../src/queries/compliance_answers.ts';
import { openLocalStore } from '../support/local_store.ts';
import {
  AGENCIES,
  askedDay,
  decided,
  type Said,
  type Step,
  said,
  steps,
  withdrawnEarned,
} from './arbitrary_learning.ts';
import { agenciesOf, beginDuties, type Duty, doDuty, duties, everyCompliance } from './duties.ts';
import { aWorld, headOf, mergeAll, type World } from './world.ts';

const histories = fc.array(fc.oneof({ weight: 3, arbitrary: duties }, { weight: 2, arbitrary: steps }), {
  minLength: 3,
  maxLength: 14,
});

/** A store of its own for each history: the same names mean the same in all. */
async function inWorld(use: (world: World) => Promise<void>): Promise<void> {
  const store = await openLocalStore(new MemoryLedger());
  try {
    const world = aWorld(store, 0);
    await world.begin();
    await beginDuties(world);
    await use(world);
  } finally {
    store.close();
  }
}

async function does(world: World, one: Duty | Step): Promise<void> {
  if (one.do === 'duty') await doDuty(world, one);
  else await world.does(one);
}

it('what was known of compliance at a revision never changes, whatever is added later', async () => {
  const property = fc.asyncProperty(histories, askedDay, async (done, day) => {
    await inWorld(async (world) => {
      const agencies = agenciesOf(world.store);
      const ofAgencies = (knownAt: number) =>
        Promise.all(
          AGENCIES.flatMap((agency) => [agencies.counts(agency, day, knownAt), agencies.list(agency, day, knownAt)]),
        );
      const view = async (knownAt: number) =>
        JSON.stringify([everyCompliance(world, day, knownAt), (await ofAgencies(knownAt)).map(withoutRevisions)]);
      const known: (readonly [revision: number, answers: string])[] = [];
      for (const some of done) {
        for (const one of [some].flat()) await does(world, one);
        await agencies.catchUp();
        const head = headOf(world.store);
        known.push([head, await view(head)]);
      }
      mergeAll(world.store);
      for (const [revision, answers] of known) expect(await view(revision)).toBe(answers);
      agencies.close();
    });
  });
  await fc.assert(property, { numRuns: 60 });
});

/** Which event made it known is told only of what was worked out when it was. Agencies come up when somebody enters. */
function withoutRevisions(rows: readonly object[]): readonly object[] {
  return rows
    .map((row) => ({ ...row, revision: undefined }))
    .filter((row) => !('counts' in row) || Object.values(row.counts as object).some((count) => count > 0));
}

it("agencies' counts and lists are the learners' own answers, as known at any revision", async () => {
  const property = fc.asyncProperty(
    histories,
    askedDay,
    fc.array(fc.nat(100), { maxLength: 3 }),
    async (done, day, drawn) => {
      await inWorld(async (world) => {
        const agencies = agenciesOf(world.store);
        const first = headOf(world.store);
        for (const [i, some] of done.entries()) {
          for (const one of [some].flat()) await does(world, one);
          if (i % 3 === 0) await agencies.catchUp();
        }
        await agencies.catchUp();
        const head = headOf(world.store);
        const revisions = [head, ...drawn.map((one) => first + (one % (head - first + 1)))];
        for (const knownAt of revisions) {
          const own = everyCompliance(world, day, knownAt);
          for (const agency of AGENCIES) {
            const expected = statusesIn(own, agency);
            const listed = await agencies.list(agency, day, knownAt);
            expect(listed.map(rowText).sort()).toEqual(
              expected
                .filter(({ status }) => status !== 'not-required')
                .map(rowText)
                .sort(),
            );
            for (const { requirement, counts } of await agencies.counts(agency, day, knownAt)) {
              const found = expected.filter((one) => one.requirement === requirement);
              for (const [status, count] of Object.entries(counts)) {
                expect(`${requirement} ${status} ${count}`).toBe(
                  `${requirement} ${status} ${found.filter((one) => one.status === status).length}`,
                );
              }
            }
          }
        }
        agencies.close();
      });
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

interface Row {
  readonly person: string;
  readonly requirement: string;
  readonly status: string;
  readonly until: string | null;
  readonly by: string | null;
  readonly since: string | null;
  readonly missing: readonly string[];
}

const rowText = ({ person, requirement, status, until, by, since, missing }: Row) =>
  JSON.stringify([person, requirement, status, until, by, since, missing]);

/** The statuses in an agency, of each person (whatever their ids) once. */
function statusesIn(answers: readonly (ComplianceAnswer | undefined)[], wanted: string): Row[] {
  const persons = new Map<string, Row[]>();
  for (const answer of answers) {
    if (answer === undefined) continue;
    const person = answer.persons.toSorted()[0]!;
    const statuses = answer.agencies.filter(({ agency }) => agency === wanted).flatMap((one) => one.statuses);
    persons.set(
      person,
      statuses.map(({ until, ...one }) => ({ ...one, person, until: until?.day ?? null })),
    );
  }
  return [...persons.values()].flat();
}

/** What was said, each at a place of its own among what was decided. */
function interleaved(decisions: readonly (Duty | Step)[], sayings: readonly Said[], order: readonly number[]) {
  const sorted = sayings.map((one, i) => ({ one, at: order[i]! })).sort((a, b) => a.at - b.at);
  const all: (Duty | Step)[] = [...decisions];
  for (const { one, at } of sorted.reverse()) all.splice(at % (decisions.length + 1), 0, one);
  return all;
}

it('the order in which statements and voidings arrive changes no status that is known in the end', async () => {
  const statements = fc.uniqueArray(said, {
    selector: (one) => (one.do === 'void' ? `voiding ${one.voiding}` : `statement ${one.statement}`),
    minLength: 2,
    maxLength: 12,
  });
  const order = fc.array(fc.nat(100), { minLength: 12, maxLength: 12 });
  const notRevoked = decided.filter((one) => one.do !== 'revoke');
  const property = fc.asyncProperty(
    fc.array(fc.oneof({ weight: 2, arbitrary: duties }, notRevoked as fc.Arbitrary<Duty | Step>), { maxLength: 16 }),
    statements,
    fc.array(withdrawnEarned, { maxLength: 2 }),
    fc.tuple(order, order),
    askedDay,
    async (decisions, sayings, afterwards, orders, day) => {
      const answers: unknown[] = [];
      for (const order of orders) {
        await inWorld(async (world) => {
          for (const one of [...interleaved(decisions, sayings, order), ...afterwards]) await does(world, one);
          answers.push(shown(everyCompliance(world, day, headOf(world.store)), world));
        });
      }
      expect(answers[1]).toEqual(answers[0]);
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

const NUMBERED = ['revision', 'version', 'terms', 'stored'];

/** Without what depends on revisions: certificates are told by the order in which they were made. */
function shown(answers: unknown, { made }: World): unknown {
  return JSON.parse(JSON.stringify(answers), (_name, value) => {
    if (typeof value === 'string') {
      return value.replace(
        /^recorded:(\d+)$/,
        (_, revision) => `recorded:${made.certificate.indexOf(Number(revision))}`,
      );
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const kept = Object.entries(value).filter(([name]) => !NUMBERED.includes(name));
    // The evidence of a status of another day is told by its revision alone.
    return Object.fromEntries(kept.filter(([name, one]) => name !== 'evidence' || typeof one !== 'number'));
  });
}

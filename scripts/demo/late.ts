import type { Day } from '../../src/events/learning_types.ts';
import { accountsOf } from './accounts.ts';
import { shifted } from './chance.ts';
import { currentOf, type Life, personId } from './life.ts';
import { type DemoRequest, post } from './request.ts';
import type { Reported } from './statements.ts';

const link = (account: string, person: string, basis: string) => post('/api/links', { account, person, basis });

/** Whose the accounts are, as known from the first. */
export function linkRequests(lives: readonly Life[], seed: number): DemoRequest[] {
  return lives.flatMap((life) => {
    const { main, linked } = accountsOf(life, seed);
    return linked === 'at once' ? [link(main.name, life.person, 'As registered at entry on duty.')] : [];
  });
}

/** What becomes known later about accounts: links, and claims with what was decided on them. */
export function lateLinkRequests(lives: readonly Life[], seed: number): DemoRequest[] {
  return lives.flatMap((life) => {
    const { main, linked, former, formerLinked } = accountsOf(life, seed);
    const late = linked === 'late' ? [link(main.name, life.person, 'Confirmed by e-mail.')] : [];
    if (former === undefined) return late;
    if (formerLinked === 'late') return [...late, link(former.name, life.person, 'Moved to the Inspira account.')];
    const decided = {
      claimed: undefined,
      'claim confirmed': post('/api/claims/{revision}/confirm', { basis: 'Shown in person.' }),
      'claim refused': post('/api/claims/{revision}/refuse', { reason: 'It belongs to somebody else.' }),
    }[formerLinked!];
    const proof = { kind: 'letter', value: 'In the personal file.' };
    return [...late, post('/api/claims', { account: former.name, person: life.person, proof }, decided)];
  });
}

/** Some are in the roster twice: what the other number says, and the merge. */
export function enteredTwice(lives: readonly Life[], today: Day): { facts: object[]; merges: DemoRequest[] } {
  const twice = lives.filter(({ number }) => number % 1_000 === 18);
  const pairs = twice.flatMap((life, i) => {
    const agency = currentOf(life, today)?.agency;
    return agency === undefined ? [] : [{ agency, person: life.person, other: personId(lives.length + 1 + i) }];
  });
  return {
    facts: pairs.map(({ agency, other }) => {
      return { person: other, agency, name: 'assigned', value: true, from: shifted(today, -100) };
    }),
    merges: pairs.map(({ person, other }) =>
      post('/api/merges', { persons: [person, other], reason: 'The same index number.' }),
    ),
  };
}

/** Grades that were wrong from the first day on. */
export function corrections(lives: readonly Life[], today: Day): object[] {
  return lives.flatMap((life) => {
    const current = currentOf(life, today);
    if (life.number % 250 !== 77 || current === undefined) return [];
    return [{ person: life.person, agency: current.agency, name: 'grade', value: 'D1', from: current.from }];
  });
}

/** The statements by which platforms take statements back. */
export function voidings(reported: readonly Reported[]): Reported[] {
  return reported.flatMap((one) =>
    one.voided ? [{ ...one, voided: false, statement: voiding(one.statement.id) }] : [],
  );
}

function voiding(id: string) {
  return {
    // The other half of the identifiers: no statement of the demonstration has it.
    id: id.replace(/^(.{14})4/, '$15'),
    actor: { account: { homePage: 'https://inspira.example.org', name: 'learning-office' } },
    verb: { id: 'http://adlnet.gov/expapi/verbs/voided', display: { en: 'voided' } },
    object: { objectType: 'StatementRef', id },
  };
}

import type { CourseDeclared, Day } from '../../src/events/learning_types.ts';
import { catalogueOf } from './catalogue.ts';
import { certificatesOf } from './certificates.ts';
import { enrolmentsOf, participantsOf, partsDone } from './cohort.ts';
import { completionsOf } from './completions.ts';
import { corrections, enteredTwice, lateLinkRequests, linkRequests, voidings } from './late.ts';
import { type Life, lifeOf } from './life.ts';
import { ownPaths } from './own_paths.ts';
import { factsOf } from './person_facts.ts';
import { type DemoRequest, type Phase, PLATFORMS, portions, post, put } from './request.ts';
import { type Reported, statementsOf } from './statements.ts';
import { waiverRequests } from './waivers.ts';
import { MORE_AGENCIES, MORE_COURSES, placeFacts } from './world.ts';

/** What one request of the roster may hold. */
const FACTS_A_REQUEST = 5_000;
const STATEMENTS_A_REQUEST = 100;

export interface Population {
  readonly lives: readonly Life[];
  /** What is known from the first, phase after phase. */
  readonly first: readonly Phase[];
  /** What becomes known after that: it changes what is known of days long gone. */
  readonly later: readonly Phase[];
}

/**
 * A population as the requests that make it: the same for the same arguments.
 * @param courses those of the example policy
 */
export function populationOf(people: number, seed: number, today: Day, courses: readonly CourseDeclared[]): Population {
  const catalogue = catalogueOf([...courses, ...MORE_COURSES]);
  const lives = Array.from({ length: people }, (_, i) => lifeOf(i + 1, seed, today));
  const participants = participantsOf(lives, today);
  const inCohort = new Set(participants);
  const reported = lives.flatMap((life) => {
    const done = completionsOf(life, seed, today);
    const parts = inCohort.has(life) ? partsDone(life, catalogue, seed, today) : [];
    return statementsOf(life, [...done, ...parts], catalogue, seed, today);
  });
  const certificates = lives.flatMap((life) => certificatesOf(life, seed, today));
  const twice = enteredTwice(lives, today);
  const facts = [...placeFacts(today), ...lives.flatMap(factsOf), ...enrolmentsOf(participants, today), ...twice.facts];
  return {
    lives,
    first: [
      { title: 'Agencies and courses', requests: declarations() },
      { title: 'Facts of people and places', requests: rosterRequests(facts) },
      { title: 'Waivers and own paths', requests: [...waiverRequests(lives, today), ...ownPaths(lives)] },
      { title: 'Accounts', requests: linkRequests(lives, seed) },
      { title: 'Certificates from elsewhere', requests: requestsOf(certificates.filter(({ late }) => !late)) },
      { title: 'Statements', requests: statementRequests(reported.filter(({ late }) => !late)) },
    ],
    later: [
      { title: 'Late uploads', requests: statementRequests(reported.filter(({ late }) => late)) },
      { title: 'Late links and claims', requests: lateLinkRequests(lives, seed) },
      { title: 'Late decisions', requests: requestsOf(certificates.filter(({ late }) => late)) },
      { title: 'Voidings', requests: statementRequests(voidings(reported)) },
      { title: 'Corrections', requests: [...rosterRequests(corrections(lives, today)), ...twice.merges] },
    ],
  };
}

const requestsOf = (made: readonly { readonly request: DemoRequest }[]) => made.map(({ request }) => request);

function declarations(): DemoRequest[] {
  return [
    ...MORE_AGENCIES.map(({ agency, ...data }) => put(`/api/agencies/${agency}`, data)),
    ...MORE_COURSES.map(({ course, ...data }) => put(`/api/courses/${course}`, data)),
  ];
}

function rosterRequests(facts: readonly object[]): DemoRequest[] {
  return portions(facts, FACTS_A_REQUEST).map((some) => post('/api/roster', { facts: some }));
}

function statementRequests(reported: readonly Reported[]): DemoRequest[] {
  return PLATFORMS.flatMap((as) => {
    const statements = reported.filter(({ platform }) => platform === as).map(({ statement }) => statement);
    return portions(statements, STATEMENTS_A_REQUEST).map(
      (body): DemoRequest => ({ as, method: 'POST', path: '/xapi/statements', body }),
    );
  });
}

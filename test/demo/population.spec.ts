import { beforeAll, describe, expect, it } from 'vitest';
import { coursesOf, readExamplePolicy } from '../../scripts/demo/example_policy.ts';
import { type Population, populationOf } from '../../scripts/demo/phases.ts';
import type { DemoRequest } from '../../scripts/demo/request.ts';
import { AGENCIES, STATIONS } from '../../scripts/demo/world.ts';
import type { CourseDeclared, Fact } from '../../src/events/learning_types.ts';
import { isDay, isZone } from '../../src/learning/days.ts';
import { compareFacts } from '../../src/learning/roster_conflicts.ts';

const TODAY = '2026-02-28';
let courses: readonly CourseDeclared[];
let population: Population;
beforeAll(async () => {
  courses = coursesOf(await readExamplePolicy());
  population = populationOf(1_500, 1, TODAY, courses);
});

const requestsTo = (path: RegExp): DemoRequest[] =>
  [...population.first, ...population.later].flatMap(({ requests }) => requests).filter((one) => path.test(one.path));
const factsOf = (requests: readonly DemoRequest[]) =>
  requests.flatMap(({ body }) => (body as { readonly facts: readonly Fact[] }).facts);
const statements = () =>
  requestsTo(/^\/xapi\/statements$/).flatMap(({ body }) => body as { id: string; timestamp?: string }[]);

describe('the population of the demonstration', () => {
  it('is the same requests for the same seed, number of people and day', () => {
    const made = (...args: [number, number, string]) => JSON.stringify(populationOf(...args, courses));
    expect(made(80, 7, TODAY)).toBe(made(80, 7, TODAY));
    expect(made(80, 7, TODAY)).not.toBe(made(80, 8, TODAY));
    expect(made(80, 7, TODAY)).not.toBe(made(80, 7, '2026-03-01'));
  });

  it('records facts that agree with one another, on days in order, in requests that are not too large', () => {
    const [first, ...others] = requestsTo(/^\/api\/roster$/);
    expect(others.length).toBeGreaterThan(0);
    for (const request of [first!, ...others]) {
      const facts = factsOf([request]);
      expect(facts.length).toBeLessThanOrEqual(5_000);
      const lines = facts.map((fact, line) => ({ fact, line, column: fact.name }));
      expect(compareFacts(lines, 'element').conflicts).toEqual([]);
    }
    for (const { from, to } of factsOf([first!, ...others])) {
      expect(isDay(from)).toBe(true);
      if (to !== undefined) expect(to >= from).toBe(true);
    }
  });

  it('has people of all agencies at 29 duty stations, of which missions ask for inductions', () => {
    const facts = factsOf(requestsTo(/^\/api\/roster$/));
    const values = (name: string) => new Set(facts.filter((fact) => fact.name === name).map(({ value }) => value));
    expect(STATIONS).toHaveLength(29);
    expect(values('dutyStation')).toEqual(new Set(STATIONS));
    expect(new Set(facts.flatMap((fact) => ('agency' in fact ? fact.agency : [])))).toEqual(new Set(AGENCIES));
    const declared = requestsTo(/^\/api\/courses\//).map(({ path }) => path.replace('/api/courses/', ''));
    const known = [...declared, ...courses.map(({ course }) => course)];
    for (const induction of values('induction')) expect(known).toContain(induction);
    for (const { body } of requestsTo(/^\/api\/agencies\//)) expect(isZone((body as { zone: string }).zone)).toBe(true);
  });

  it('has a cohort of more than 60 participants from many duty stations', () => {
    const facts = factsOf(requestsTo(/^\/api\/roster$/));
    const enrolled = facts.filter(({ name }) => name === 'enrolled');
    expect(enrolled.length).toBeGreaterThan(60);
    const persons = new Set(enrolled.map((fact) => ('person' in fact ? fact.person : '')));
    expect(persons.size).toBe(enrolled.length);
    const stations = population.lives
      .filter(({ person }) => persons.has(person))
      .map(({ assignments }) => assignments.at(-1)!.stations.at(-1)!.value);
    expect(new Set(stations).size).toBeGreaterThan(20);
  });

  it('states nothing twice, and nothing of today or later', () => {
    const all = statements();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { timestamp } of all) if (timestamp !== undefined) expect(timestamp < TODAY).toBe(true);
  });

  it('takes back only what was stated before, by the platform that stated it', () => {
    const platformOf = (requests: readonly DemoRequest[]) =>
      new Map(requests.flatMap(({ as, body }) => (body as { id: string }[]).map(({ id }) => [id, as])));
    const stated = platformOf(population.first.find(({ title }) => title === 'Statements')!.requests);
    const voiding = population.later.find(({ title }) => title === 'Voidings')!.requests;
    const voided = voiding.flatMap(({ as, body }) =>
      (body as { object: { id: string } }[]).map(({ object }) => [as, object.id] as const),
    );
    expect(voided.length).toBeGreaterThan(0);
    for (const [as, id] of voided) expect(stated.get(id)).toBe(as);
  });

  it('keeps some of all kinds for later: uploads, links, claims, decisions, corrections, merges', () => {
    const later = population.later.flatMap(({ requests }) => requests.map(({ path }) => path));
    for (const path of ['/xapi/statements', '/api/links', '/api/claims', '/api/roster', '/api/merges']) {
      expect(later).toContain(path);
    }
    expect(later.some((path) => path.endsWith('/certificates'))).toBe(true);
  });
});

import type { Population } from './population.ts';

export interface BenchQuery {
  readonly name: string;
  /** How often it is asked. */
  readonly count: number;
  /** The path of the i-th time, so that no two in a row are the same. */
  readonly path: (i: number) => string;
}

/**
 * The statements resource's filters and the learner history. @param stored how many statements of the population the
 * store holds
 */
export function queries(people: Population, stored: number): BenchQuery[] {
  const agent = (i: number) =>
    encodeURIComponent(
      JSON.stringify({ account: { homePage: 'https://lms.example.org', name: people.learner(i * 37) } }),
    );
  const verb = (i: number) =>
    encodeURIComponent(`http://adlnet.gov/expapi/verbs/${i % 2 === 0 ? 'completed' : 'passed'}`);
  const module = (i: number) => encodeURIComponent(`${people.course(i * 7)}/module/${i % 20}`);
  const statements = (query: string) => `/xapi/statements?${query}`;
  const day = (i: number) => new Date(Date.now() - i * 1000).toISOString();
  const statement = (i: number) =>
    JSON.parse(people.statement((i * 1_009) % stored)) as { id: string; context: { registration: string } };
  return [
    { name: 'statementId', count: 500, path: (i) => statements(`statementId=${statement(i).id}`) },
    { name: 'newest 100', count: 200, path: (i) => statements(`limit=${100 + (i % 2)}`) },
    { name: 'agent', count: 300, path: (i) => statements(`agent=${agent(i)}&limit=100`) },
    { name: 'verb, 100', count: 200, path: (i) => statements(`verb=${verb(i)}&limit=100`) },
    { name: 'activity, 100', count: 200, path: (i) => statements(`activity=${module(i)}&limit=100`) },
    { name: 'registration', count: 300, path: (i) => statements(`registration=${statement(i).context.registration}`) },
    { name: 'agent and verb', count: 300, path: (i) => statements(`agent=${agent(i)}&verb=${verb(i)}`) },
    {
      name: 'verb and activity, 100',
      count: 200,
      path: (i) => statements(`verb=${verb(i)}&activity=${module(i)}&limit=100`),
    },
    { name: 'related agents', count: 300, path: (i) => statements(`agent=${agent(i)}&related_agents=true&limit=100`) },
    {
      name: 'related activities, 100',
      count: 200,
      path: (i) => statements(`activity=${encodeURIComponent(people.course(i * 7))}&related_activities=true&limit=100`),
    },
    { name: 'since, ascending, 100', count: 200, path: (i) => statements(`since=${day(i)}&ascending=true&limit=100`) },
    { name: 'until and verb, 100', count: 200, path: (i) => statements(`until=${day(i)}&verb=${verb(i)}&limit=100`) },
    {
      name: 'learner history, 100',
      count: 300,
      path: (i) =>
        `/api/learners/${encodeURIComponent(`account:https://lms.example.org|${people.learner(i * 37)}`)}/history`,
    },
  ];
}

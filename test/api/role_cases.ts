/** Everybody who may ask, about a person of `agency-a`; `elsewhere` is `agency-b`. Null: without a credential. */
export const ASKING = {
  administrator: { roles: ['administrator'] },
  auditor: { roles: ['auditor'] },
  platform: { roles: ['platform'] },
  reader: { roles: ['agency-reader:agency-a'] },
  'reader elsewhere': { roles: ['agency-reader:agency-b'] },
  editor: { roles: ['agency-editor:agency-a'] },
  'editor elsewhere': { roles: ['agency-editor:agency-b'] },
  'policy editor': { roles: ['policy-editor:agency-a'] },
  'policy editor elsewhere': { roles: ['policy-editor:agency-b'] },
  'policy editor of all': { roles: ['policy-editor:*'] },
  self: { roles: ['learner:P-1'] },
  'other learner': { roles: ['learner:P-2'] },
  'auditor and editor elsewhere': { roles: ['auditor', 'agency-editor:agency-b'] },
  'no role': { scopes: ['state' as const] },
  stranger: null,
};
export type Asker = keyof typeof ASKING;
export const ASKERS = Object.keys(ASKING) as Asker[];

/** The statuses for each asker: 401 without a credential, and 403 for all who are not told of. */
type Expected = Readonly<Record<Asker, number>>;

function expected(...told: (readonly [status: number, ...askers: Asker[]])[]): Expected {
  const others = ASKERS.map((asker) => [asker, asker === 'stranger' ? 401 : 403]);
  return Object.fromEntries([...others, ...told.flatMap(([status, ...askers]) => askers.map((one) => [one, status]))]);
}

function expectedOf(status: number, ...askers: Asker[]): Partial<Expected> {
  return Object.fromEntries(askers.map((asker) => [asker, status]));
}

export const READ_OF_PERSON = expected(
  [200, 'administrator', 'auditor', 'auditor and editor elsewhere', 'reader', 'editor', 'self'],
  [404, 'reader elsewhere', 'editor elsewhere', 'other learner'],
);
const CHANGE_OF_PERSON = expected(
  [200, 'administrator', 'editor'],
  [404, 'editor elsewhere', 'auditor and editor elsewhere'],
);
const READ_BY_ANY_ROLE = expected([200, ...ASKERS.filter((asker) => asker !== 'no role' && asker !== 'stranger')]);
const BY_READERS = expected([
  200,
  'administrator',
  'auditor',
  'auditor and editor elsewhere',
  'reader',
  'reader elsewhere',
  'editor',
  'editor elsewhere',
  'self',
  'other learner',
]);
const BY_AUDITORS = expected([200, 'administrator', 'auditor', 'auditor and editor elsewhere']);
const READ_OF_AGENCY = { ...BY_AUDITORS, ...expectedOf(200, 'reader', 'editor') };
const BY_ADMINISTRATORS = expected([200, 'administrator']);
const FOR_ALL_AGENCIES = expected([200, 'administrator', 'policy editor of all']);
const FOR_AGENCY_A = expected([200, 'administrator', 'policy editor of all', 'policy editor']);
const OF_ASSIGNMENT = expected([200, 'administrator', 'editor']);

/** What a request names: what is there, made for it where it can be used up, or what is not there. */
export interface Things {
  /** Of `agency-a`. */
  readonly person: string;
  /** Linked to the person. */
  readonly account: string;
  /** Two persons of `agency-a`. */
  pair(): Promise<readonly [string, string]>;
  link(): Promise<number>;
  claim(): Promise<number>;
  merge(): Promise<number>;
  certificate(): Promise<number>;
  /** A course that is common to all. */
  course(): Promise<string>;
  /** A decision of `agency-b`. */
  decision(): Promise<string>;
  /** A waiver for the person, in `agency-a`. */
  waiver(): Promise<string>;
  /** The person's own path. */
  path(): Promise<string>;
  /** A snapshot of `agency-a`. */
  snapshot(): Promise<string>;
}

interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

export interface Case {
  /** As the contract has it. */
  readonly operation: string;
  /** Tells apart several cases of one operation. */
  readonly about?: string;
  readonly expected: Expected;
  readonly ask: (things: Things) => Asked | Promise<Asked>;
}

const CONTENT = { contentType: 'text/plain', base64: Buffer.from('First aid').toString('base64') };
const CONTENT_SHA256 = 'd4d7b17c5d9cd8f5fac4b9fc6ad928adc0a8d9726a375cab402593b110950e17';
const DECIDED = { authority: 'Training unit', reason: 'Not authentic.' };
export const DECISION = {
  effect: 'counts',
  sources: [{ course: 'first-aid' }],
  target: 'safety',
  from: '2021-01-01',
  basis: { document: 'Memo 2021/4' },
  decidedBy: 'Training board',
};
const REVOCATION = { from: '2025-07-01', keep: true, reason: 'The course was shortened.' };
export const REQUIREMENT = {
  title: 'Safety',
  from: '2021-01-01',
  appliesTo: { fact: 'assigned', equals: true },
  satisfiedBy: { course: 'safety' },
};
export const WAIVER = { requirements: ['for-all'], from: '2024-01-01', reason: 'Leave.', grantedBy: 'Board' };
const GROUP = { fact: 'category', equals: 'intern' };
export const PATH = {
  title: 'Path',
  steps: [{ step: 'safety', title: 'Safety', satisfiedBy: { course: 'safety' } }],
};
const PROGRAMME = {
  title: 'Programme',
  parts: [{ part: 'safety', title: 'Safety', kind: 'complete', satisfiedBy: { course: 'safety' } }],
  graduates: { part: 'safety' },
};
const DRAFT = { requirements: [{ requirement: 'drafted', ...REQUIREMENT }] };
const WITHDRAWAL = { reason: 'By mistake.' };
export const COURSE = { title: 'Course', editions: [], completion: [] };

/** A name that was not used before. */
export function fresh(kind: string): string {
  number += 1;
  return `${kind}-${number}`;
}
let number = 0;

/** A certificate from elsewhere. */
export const submitted = () => ({
  course: 'first-aid',
  issuer: 'Red Cross',
  number: fresh('N'),
  completed: '2023-05-10',
  evidence: [CONTENT],
});
/** Facts that say that persons are in the agency. */
export const assigned = (...persons: string[]) => ({
  facts: persons.map((person) => ({ person, agency: 'agency-a', name: 'assigned', value: true, from: '2020-01-01' })),
});
/** An account that is nobody's. */
export const freeAccount = () => `mailto:${fresh('free')}@example.org`;
const path = (name: string) => encodeURIComponent(name);

/** Each operation of the contract, with whom it serves. */
export const CASES: readonly Case[] = [
  {
    operation: 'get /learners/{learner}/history',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/history` }),
  },
  {
    operation: 'get /learners/{learner}/history',
    about: 'by an account',
    expected: READ_OF_PERSON,
    ask: ({ account }) => ({ path: `/learners/${path(account)}/history` }),
  },
  {
    operation: 'get /learners/{learner}/certificates',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/certificates?recognisedBy=agency-b` }),
  },
  {
    operation: 'get /learners/{learner}/certificates',
    about: 'by an account',
    expected: READ_OF_PERSON,
    ask: ({ account }) => ({ path: `/learners/${path(account)}/certificates` }),
  },
  {
    operation: 'get /learners/{learner}/transfer',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/transfer?to=agency-b` }),
  },
  {
    operation: 'post /learners/{learner}/certificates',
    expected: expected(
      [200, 'administrator', 'editor', 'self'],
      [404, 'editor elsewhere', 'auditor and editor elsewhere', 'other learner'],
    ),
    ask: ({ person }) => ({ path: `/learners/${person}/certificates`, body: submitted() }),
  },
  {
    operation: 'get /certificates/{recorded}/evidence/{sha256}',
    expected: READ_OF_PERSON,
    ask: async ({ certificate }) => ({ path: `/certificates/${await certificate()}/evidence/${CONTENT_SHA256}` }),
  },
  {
    operation: 'post /certificates/{recorded}/verify',
    expected: CHANGE_OF_PERSON,
    ask: async ({ certificate }) => ({
      path: `/certificates/${await certificate()}/verify`,
      body: { authority: 'Training unit' },
    }),
  },
  {
    operation: 'post /certificates/{recorded}/refuse',
    expected: CHANGE_OF_PERSON,
    ask: async ({ certificate }) => ({ path: `/certificates/${await certificate()}/refuse`, body: DECIDED }),
  },
  {
    operation: 'post /learners/{learner}/certificates/withdraw',
    expected: CHANGE_OF_PERSON,
    ask: async ({ person, certificate }) => ({
      path: `/learners/${person}/certificates/withdraw`,
      body: { certificate: `recorded:${await certificate()}`, kind: 'revoked', from: '2024-03-01', ...DECIDED },
    }),
  },
  {
    operation: 'post /people/{person}/facts',
    expected: OF_ASSIGNMENT,
    ask: ({ person }) => ({
      path: `/people/${person}/facts`,
      body: { facts: [{ agency: 'agency-a', name: 'grade', value: fresh('P'), from: '2020-01-01' }] },
    }),
  },
  {
    operation: 'get /people/{learner}',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/people/${person}` }),
  },
  {
    operation: 'get /people/{learner}',
    about: 'by an account',
    expected: READ_OF_PERSON,
    ask: ({ account }) => ({ path: `/people/${path(account)}` }),
  },
  {
    operation: 'post /places/{place}/facts',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({
      path: '/places/station-1/facts',
      body: { facts: [{ name: 'requires', key: 'safety', value: true, from: '2022-01-01' }] },
    }),
  },
  {
    operation: 'get /places/{place}',
    expected: READ_BY_ANY_ROLE,
    ask: () => ({ path: '/places/station-1' }),
  },
  {
    operation: 'post /roster',
    expected: OF_ASSIGNMENT,
    ask: ({ person }) => ({ path: '/roster', body: assigned(person) }),
  },
  {
    operation: 'post /roster',
    about: 'only to try it',
    expected: OF_ASSIGNMENT,
    ask: ({ person }) => ({ path: '/roster?dryRun=true', body: assigned(person) }),
  },
  {
    operation: 'post /roster',
    about: 'of a place',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({
      path: '/roster',
      body: { facts: [{ place: 'station-1', name: 'country', value: 'A', from: '2022-01-01' }] },
    }),
  },
  {
    operation: 'post /links',
    expected: CHANGE_OF_PERSON,
    ask: ({ person }) => ({ path: '/links', body: { account: freeAccount(), person } }),
  },
  {
    operation: 'post /links/{link}/withdraw',
    expected: CHANGE_OF_PERSON,
    ask: async ({ link }) => ({ path: `/links/${await link()}/withdraw`, body: { reason: 'Wrong.' } }),
  },
  {
    operation: 'post /claims',
    expected: expected([200, 'administrator', 'self'], [404, 'other learner']),
    ask: ({ person }) => ({ path: '/claims', body: { account: freeAccount(), person } }),
  },
  {
    operation: 'get /claims',
    expected: BY_READERS,
    ask: () => ({ path: '/claims' }),
  },
  {
    operation: 'post /claims/{claim}/confirm',
    expected: CHANGE_OF_PERSON,
    ask: async ({ claim }) => ({ path: `/claims/${await claim()}/confirm`, body: { basis: 'Seen in person.' } }),
  },
  {
    operation: 'post /claims/{claim}/refuse',
    expected: CHANGE_OF_PERSON,
    ask: async ({ claim }) => ({ path: `/claims/${await claim()}/refuse`, body: { reason: "Somebody else's." } }),
  },
  {
    operation: 'post /merges',
    expected: CHANGE_OF_PERSON,
    ask: async ({ pair }) => ({ path: '/merges', body: { persons: await pair() } }),
  },
  {
    operation: 'post /merges/{merge}/undo',
    expected: CHANGE_OF_PERSON,
    ask: async ({ merge }) => ({ path: `/merges/${await merge()}/undo`, body: { reason: 'They are two.' } }),
  },
  {
    operation: 'put /agencies/{agency}',
    expected: BY_ADMINISTRATORS,
    ask: () => ({ path: '/agencies/agency-a', body: { name: 'Agency A' } }),
  },
  {
    operation: 'get /agencies/{agency}',
    expected: READ_BY_ANY_ROLE,
    ask: () => ({ path: '/agencies/agency-a' }),
  },
  { operation: 'get /agencies', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/agencies' }) },
  {
    operation: 'put /platforms/{platform}',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/platforms/campus', body: { name: 'Campus', authorities: [] } }),
  },
  {
    operation: 'get /platforms/{platform}',
    expected: READ_BY_ANY_ROLE,
    ask: () => ({ path: '/platforms/campus' }),
  },
  { operation: 'get /platforms', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/platforms' }) },
  {
    operation: 'put /courses/{course}',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/courses/safety', body: COURSE }),
  },
  {
    operation: 'put /courses/{course}',
    about: "an agency's own",
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/courses/own-a', body: { ...COURSE, agency: 'agency-a' } }),
  },
  {
    operation: 'put /courses/{course}',
    about: 'a common one, for an agency',
    expected: FOR_ALL_AGENCIES,
    ask: async ({ course }) => ({ path: `/courses/${await course()}`, body: { ...COURSE, agency: 'agency-a' } }),
  },
  {
    operation: 'get /courses/{course}',
    expected: READ_BY_ANY_ROLE,
    ask: () => ({ path: '/courses/safety' }),
  },
  { operation: 'get /courses', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/courses' }) },
  {
    operation: 'put /equivalences/{decision}',
    about: 'for all',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/equivalences/for-all', body: DECISION }),
  },
  {
    operation: 'put /equivalences/{decision}',
    about: 'for an agency',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/equivalences/of-a', body: { ...DECISION, agency: 'agency-a' } }),
  },
  {
    operation: 'put /equivalences/{decision}',
    about: "another's, for an agency",
    expected: FOR_ALL_AGENCIES,
    ask: async ({ decision }) => ({
      path: `/equivalences/${await decision()}`,
      body: { ...DECISION, agency: 'agency-a' },
    }),
  },
  {
    operation: 'get /equivalences/{decision}',
    expected: READ_BY_ANY_ROLE,
    ask: () => ({ path: '/equivalences/for-all' }),
  },
  { operation: 'get /equivalences', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/equivalences' }) },
  {
    operation: 'post /equivalences/{decision}/revoke',
    about: 'for all',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/equivalences/revoked-for-all/revoke', body: REVOCATION }),
  },
  {
    operation: 'post /equivalences/{decision}/revoke',
    about: 'of an agency',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/equivalences/revoked-of-a/revoke', body: REVOCATION }),
  },
  {
    operation: 'put /ladders/{ladder}',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/ladders/grade', body: { ranks: ['P1', 'P2'] } }),
  },
  { operation: 'get /ladders/{ladder}', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/ladders/level' }) },
  { operation: 'get /ladders', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/ladders' }) },
  {
    operation: 'put /requirements/{requirement}',
    about: 'of all',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/requirements/for-all', body: REQUIREMENT }),
  },
  {
    operation: 'put /requirements/{requirement}',
    about: 'of an agency',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/requirements/of-a', body: { ...REQUIREMENT, agency: 'agency-a' } }),
  },
  {
    operation: 'put /requirements/{requirement}',
    about: 'one of all, for an agency',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({
      path: '/requirements/for-all',
      body: { ...REQUIREMENT, agency: 'agency-a', from: '2022-01-01' },
    }),
  },
  {
    operation: 'get /requirements/{requirement}',
    expected: READ_BY_ANY_ROLE,
    ask: () => ({ path: '/requirements/for-all' }),
  },
  { operation: 'get /requirements', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/requirements' }) },
  {
    operation: 'post /requirements/{requirement}/withdraw',
    about: 'of all',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/requirements/withdrawn-for-all/withdraw', body: { ...WITHDRAWAL, from: '2021-01-01' } }),
  },
  {
    operation: 'post /requirements/{requirement}/withdraw',
    about: 'of an agency',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/requirements/withdrawn-of-a/withdraw', body: { ...WITHDRAWAL, from: '2021-01-01' } }),
  },
  {
    operation: 'put /waivers/{waiver}',
    about: 'for persons',
    expected: expected([200, 'administrator', 'policy editor of all', 'policy editor', 'editor']),
    ask: ({ person }) => ({
      path: `/waivers/${fresh('waiver')}`,
      body: { ...WAIVER, agency: 'agency-a', persons: [person] },
    }),
  },
  {
    operation: 'put /waivers/{waiver}',
    about: 'for somebody of another agency',
    expected: expected(
      [200, 'administrator', 'policy editor of all', 'policy editor elsewhere'],
      [404, 'editor elsewhere', 'auditor and editor elsewhere'],
    ),
    ask: ({ person }) => ({
      path: `/waivers/${fresh('waiver')}`,
      body: { ...WAIVER, agency: 'agency-b', persons: [person] },
    }),
  },
  {
    operation: 'put /waivers/{waiver}',
    about: 'for a group',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: `/waivers/${fresh('waiver')}`, body: { ...WAIVER, agency: 'agency-a', group: GROUP } }),
  },
  {
    operation: 'put /waivers/{waiver}',
    about: 'in all agencies',
    expected: FOR_ALL_AGENCIES,
    ask: ({ person }) => ({ path: `/waivers/${fresh('waiver')}`, body: { ...WAIVER, persons: [person] } }),
  },
  {
    operation: 'get /waivers/{waiver}',
    expected: {
      ...READ_OF_PERSON,
      ...expectedOf(404, 'platform', 'policy editor', 'policy editor elsewhere', 'policy editor of all'),
    },
    ask: async ({ waiver }) => ({ path: `/waivers/${await waiver()}` }),
  },
  { operation: 'get /waivers', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/waivers' }) },
  {
    operation: 'post /waivers/{waiver}/withdraw',
    expected: expected(
      [200, 'administrator', 'policy editor of all', 'policy editor', 'editor'],
      [404, 'policy editor elsewhere', 'editor elsewhere', 'auditor and editor elsewhere'],
    ),
    ask: async ({ waiver }) => ({ path: `/waivers/${await waiver()}/withdraw`, body: WITHDRAWAL }),
  },
  {
    operation: 'put /paths/{path}',
    about: 'of an agency',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/paths/of-a', body: { ...PATH, agency: 'agency-a' } }),
  },
  {
    operation: 'put /paths/{path}',
    about: 'for all',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/paths/for-all', body: PATH }),
  },
  {
    operation: 'put /paths/{path}',
    about: 'of their own',
    expected: expected([200, 'administrator', 'self']),
    ask: ({ person }) => ({ path: `/paths/${fresh('path')}`, body: { ...PATH, person } }),
  },
  {
    operation: 'get /paths/{path}',
    expected: {
      ...READ_OF_PERSON,
      ...expectedOf(404, 'platform', 'policy editor', 'policy editor elsewhere', 'policy editor of all'),
    },
    ask: async ({ path: own }) => ({ path: `/paths/${await own()}` }),
  },
  { operation: 'get /paths', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/paths' }) },
  {
    operation: 'put /programmes/{programme}',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/programmes/of-a', body: { ...PROGRAMME, agency: 'agency-a' } }),
  },
  {
    operation: 'put /programmes/{programme}',
    about: 'for all',
    expected: FOR_ALL_AGENCIES,
    ask: () => ({ path: '/programmes/for-all', body: PROGRAMME }),
  },
  {
    operation: 'get /programmes/{programme}',
    expected: READ_BY_ANY_ROLE,
    ask: () => ({ path: '/programmes/of-a' }),
  },
  { operation: 'get /programmes', expected: READ_BY_ANY_ROLE, ask: () => ({ path: '/programmes' }) },
  {
    operation: 'get /learners/{learner}/paths',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/paths` }),
  },
  {
    operation: 'get /learners/{learner}/paths/{path}',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/paths/of-a` }),
  },
  {
    operation: 'get /agencies/{agency}/paths/{path}/progress',
    expected: READ_OF_AGENCY,
    ask: () => ({ path: '/agencies/agency-a/paths/of-a/progress' }),
  },
  {
    operation: 'get /programmes/{programme}/cohorts',
    expected: BY_READERS,
    ask: () => ({ path: '/programmes/of-a/cohorts' }),
  },
  {
    operation: 'get /programmes/{programme}/cohorts/{cohort}',
    expected: BY_READERS,
    ask: () => ({ path: '/programmes/of-a/cohorts/2024-a' }),
  },
  {
    operation: 'get /learners/{learner}/programmes',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/programmes` }),
  },
  {
    operation: 'get /learners/{learner}/compliance',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/compliance` }),
  },
  {
    operation: 'get /learners/{learner}/compliance',
    about: 'by an account',
    expected: READ_OF_PERSON,
    ask: ({ account }) => ({ path: `/learners/${path(account)}/compliance?agency=agency-a` }),
  },
  {
    operation: 'get /learners/{learner}/compliance/{requirement}',
    expected: READ_OF_PERSON,
    ask: ({ person }) => ({ path: `/learners/${person}/compliance/for-all` }),
  },
  ...['', '/list', '/trend', '/diff'].flatMap((question): Case[] => {
    const query = question === '/trend' ? '?from=2024-01-01&to=2024-01-31' : '?asOf=2024-01-31';
    return [
      {
        operation: `get /agencies/{agency}/compliance${question}`,
        expected: READ_OF_AGENCY,
        ask: () => ({ path: `/agencies/agency-a/compliance${question}${query}` }),
      },
      {
        operation: `get /compliance${question}`,
        expected: BY_AUDITORS,
        ask: () => ({ path: `/compliance${question}${query}` }),
      },
    ];
  }),
  {
    operation: 'post /agencies/{agency}/compliance/what-if',
    expected: { ...READ_OF_AGENCY, ...expectedOf(200, 'policy editor', 'policy editor of all') },
    ask: () => ({ path: '/agencies/agency-a/compliance/what-if', body: DRAFT }),
  },
  {
    operation: 'post /compliance/what-if',
    expected: { ...BY_AUDITORS, ...expectedOf(200, 'policy editor of all') },
    ask: () => ({ path: '/compliance/what-if', body: DRAFT }),
  },
  {
    operation: 'put /requirements/{requirement}',
    about: 'only to try it',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/requirements/tried-of-a?preview=true', body: { ...REQUIREMENT, agency: 'agency-a' } }),
  },
  {
    operation: 'put /waivers/{waiver}',
    about: 'only to try it',
    // The numbers alone would tell a policy editor how the one person stands.
    expected: expected([200, 'administrator', 'editor']),
    ask: ({ person }) => ({
      path: '/waivers/tried?preview=true',
      body: { ...WAIVER, agency: 'agency-a', persons: [person] },
    }),
  },
  {
    operation: 'put /equivalences/{decision}',
    about: 'only to try it',
    expected: FOR_AGENCY_A,
    ask: () => ({ path: '/equivalences/tried-of-a?preview=true', body: { ...DECISION, agency: 'agency-a' } }),
  },
  {
    operation: 'post /agencies/{agency}/snapshots',
    expected: OF_ASSIGNMENT,
    ask: () => ({ path: '/agencies/agency-a/snapshots', body: { snapshot: fresh('snapshot') } }),
  },
  {
    operation: 'post /snapshots',
    expected: BY_ADMINISTRATORS,
    ask: () => ({ path: '/snapshots', body: { snapshot: fresh('snapshot') } }),
  },
  {
    operation: 'get /snapshots',
    expected: { ...READ_OF_AGENCY, ...expectedOf(200, 'reader elsewhere', 'editor elsewhere') },
    ask: () => ({ path: '/snapshots' }),
  },
  ...['', '/content', '/check'].map(
    (part): Case => ({
      operation: `get /snapshots/{snapshot}${part}`,
      expected: { ...READ_OF_AGENCY, ...expectedOf(404, 'reader elsewhere', 'editor elsewhere') },
      ask: async ({ snapshot }) => ({ path: `/snapshots/${await snapshot()}${part}` }),
    }),
  ),
];

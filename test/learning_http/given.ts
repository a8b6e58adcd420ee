import { join } from 'node:path';
import { ID_MEMBER, readPolicy } from '../../scripts/policy/files.ts';
import { inOrderOfReferences } from '../../scripts/policy/order.ts';
import { issueCredential } from '../../src/main/credentials.ts';
import { type Asking, type Query, withHeaders, withQuery } from '../support/client.ts';
import { did, headOf } from '../support/history.ts';
import { aVoidingOf, type Posted, STATEMENTS } from '../support/statements.ts';
import { KEY, startTestStore, type TestStore } from '../support/store.ts';

const FOLDER = join(import.meta.dirname, '../../scripts/policy/mandatory-learning');
export const AGENCIES = ['secretariat', 'agency-a', 'agency-b'];
export const PASSED = 'http://adlnet.gov/expapi/verbs/passed';
export const COMPLETED = 'http://adlnet.gov/expapi/verbs/completed';
export const FAILED = 'http://adlnet.gov/expapi/verbs/failed';

/** A store that holds the policy of the mandatory learning, and those who deal with it. */
export interface Programme {
  readonly store: TestStore;
  /** Who states: two platforms that the policy trusts, and one that it does not know. */
  readonly inspira: Asking;
  readonly publicSite: Asking;
  readonly stranger: Asking;
  /** Looks after the people of all agencies. */
  readonly editor: Asking;
  /** Decides for all agencies. */
  readonly policy: Asking;
  /** Asks for one agency. */
  reader(agency: string): Promise<Asking>;
  /** Looks after the people of one agency. */
  editorOf(agency: string): Promise<Asking>;
  learner(person: string): Promise<Asking>;
}

/** Starts a store and declares all that the files of the mandatory learning say. */
export async function startProgramme(): Promise<Programme> {
  const store = await startTestStore();
  const { asking: publicSite, key } = await issued(store, { scopes: ['statements/write'] });
  const authorities = new Map([
    ['inspira', [authorityOf(KEY)]],
    ['public-site', [authorityOf(key)]],
  ]);
  const { declarations } = await readPolicy(FOLDER);
  for (const { kind, id, data } of inOrderOfReferences(declarations)) {
    const given = kind === 'platforms' ? { ...data, authorities: authorities.get(id) ?? [] } : data;
    await command(store, 'PUT', `/${kind}/${id}`, { ...given, [ID_MEMBER[kind]]: undefined });
  }
  const withRoles = async (...roles: string[]) => (await issued(store, { roles })).asking;
  return {
    store,
    inspira: store,
    publicSite,
    stranger: (await issued(store, { scopes: ['statements/write'] })).asking,
    editor: await withRoles(...AGENCIES.map((agency) => `agency-editor:${agency}`)),
    policy: await withRoles('policy-editor:*'),
    reader: (agency) => withRoles(`agency-reader:${agency}`),
    editorOf: (agency) => withRoles(`agency-editor:${agency}`),
    learner: (person) => withRoles(`learner:${person}`),
  };
}

async function issued(store: TestStore, rights: { readonly scopes?: ['statements/write']; readonly roles?: string[] }) {
  const { key, secret } = await issueCredential(store.running.store, { name: 'a test', ...rights });
  return { key, asking: withHeaders(store, { authorization: `Basic ${btoa(`${key}:${secret}`)}` }) };
}

function authorityOf(key: string): string {
  return `account:https://ledgerline.example/credentials|${key}`;
}

/** Has something recorded at `/api`, and gives back the answer. @throws when it is refused */
export async function command(asking: Asking, method: string, path: string, body: unknown): Promise<Posted> {
  const answer = await asking.ask(`/api${path}`, { method, body });
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}

/** What `/api` answers to a question. @throws when it is refused */
export async function question(asking: Asking, path: string, query: Query = {}): Promise<Posted> {
  const answer = await asking.ask(withQuery(`/api${path}`, query));
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.json;
}

/** A person who is in an agency, and the account that is linked to them. */
export interface Person {
  readonly person: string;
  readonly actor: Posted;
}

/** A person of whom nobody has heard. */
export function aPerson(): Person {
  const name = crypto.randomUUID();
  return { person: `P-${name}`, actor: { account: { homePage: 'https://inspira.example.org', name } } };
}

/** Records that a new person is in the agency, and links the account. */
export async function hire(editor: Asking, agency = 'secretariat'): Promise<Person> {
  const { person, actor } = aPerson();
  await assign(editor, person, agency, '2000-01-01');
  await link(editor, person, `account:${actor.account.homePage}|${actor.account.name}`);
  return { person, actor };
}

export async function assign(editor: Asking, person: string, agency: string, from: string, to?: string) {
  const assigned = { agency, name: 'assigned', value: true, from, ...(to === undefined ? {} : { to }) };
  return command(editor, 'POST', `/people/${person}/facts`, { facts: [assigned] });
}

/** Links an account; the answer is the number of the link. */
export async function link(editor: Asking, person: string, account: string): Promise<number> {
  return (await command(editor, 'POST', '/links', { account, person })).revision;
}

/** A statement as the ledger keeps it. */
export interface Stored {
  readonly id: string;
  readonly revision: number;
}

/** Has a platform state something; nothing else may be stored meanwhile. @throws when it is refused */
export async function state(platform: Asking, statement: Posted): Promise<Stored> {
  const { status, text, json } = await platform.ask(STATEMENTS, { body: statement });
  if (status !== 200) throw new Error(`${status} ${text}`);
  return { id: json[0], revision: await headOf(platform) };
}

/** Has a platform state that the learner passed a course: the end of its activity's id. */
export function pass(platform: Asking, { actor }: Pick<Person, 'actor'>, course: string, timestamp: string) {
  return state(platform, did(actor, timestamp, { verb: { id: PASSED }, object: aCourse(course) }));
}

export async function voidStatement(platform: Asking, { id }: Stored): Promise<Stored> {
  return state(platform, aVoidingOf(id));
}

export function aCourse(course: string): { id: string } {
  return { id: `https://lms.example.org/course/${course}` };
}

/** What a course of an agency's own, or of a test, is: completed by a pass on either platform. */
export function courseBody(title: string, changes: object = {}) {
  const completion = [{ platforms: ['inspira', 'public-site'], verbs: [PASSED], activities: [aCourse(title).id] }];
  return { title, editions: [], completion, ...changes };
}

/** A decision of an agency that one course counts for another. */
export function decisionBody(source: string | readonly object[], target: string, changes: object = {}) {
  return {
    effect: 'counts',
    sources: typeof source === 'string' ? [{ course: source }] : source,
    target,
    from: '2020-01-01',
    basis: { document: 'Circular 1' },
    decidedBy: 'Training board',
    ...changes,
  };
}

export function certificatesOf(asking: Asking, person: string, query: Query = {}): Promise<Posted> {
  return question(asking, `/learners/${encodeURIComponent(person)}/certificates`, query);
}

/** What a learner's certificates count for, in order of the courses. */
export async function countsFor(asking: Asking, person: string, query: Query = {}): Promise<string[]> {
  const recognitions = recognitionsIn(await certificatesOf(asking, person, query));
  return [...new Set(recognitions.filter(({ counts }) => counts).map(({ course }) => course))].sort();
}

/** What an answer says of one course. */
export function about(answer: Posted, course: string): Posted[] {
  return recognitionsIn(answer).filter((recognition) => recognition.course === course);
}

function recognitionsIn({ certificates }: Posted): Posted[] {
  return certificates.flatMap(({ recognitions }: Posted) => recognitions);
}

/** The states of a learner's certificates, by the course; each course at most once. */
export function statesIn({ certificates }: Posted): Record<string, string> {
  return Object.fromEntries(
    certificates.map(({ certificate }: Posted): [string, string] => [certificate.course, certificate.state]),
  );
}

/** An instant between what is recorded already and what is to come. */
export async function anInstantBetween(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  const instant = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  return instant;
}

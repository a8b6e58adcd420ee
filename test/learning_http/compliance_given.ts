import type { Asking, Query } from '../support/client.ts';
import { did } from '../support/history.ts';
import type { Posted } from '../support/statements.ts';
import { aCourse, command, hire, type Person, type Programme, question, state } from './given.ts';

/** A fact of a person in an agency, or of a place. */
export interface GivenFact {
  readonly name: string;
  readonly value: unknown;
  readonly from: string;
  readonly to?: string;
  readonly key?: string;
}

/** Records facts of a person in the secretariat; the answer says under which revision. */
export function recordFacts(editor: Asking, person: string, ...facts: readonly GivenFact[]) {
  const given = facts.map((fact) => ({ agency: 'secretariat', ...fact }));
  return command(editor, 'POST', `/people/${person}/facts`, { facts: given });
}

export function recordPlace(asking: Asking, place: string, ...facts: readonly GivenFact[]) {
  return command(asking, 'POST', `/places/${place}/facts`, { facts });
}

/** Somebody in the secretariat of whom facts hold since 2000. */
export async function hireWith(editor: Asking, facts: Readonly<Record<string, unknown>>): Promise<Person> {
  const learner = await hire(editor);
  const given = Object.entries(facts).map(([name, value]) => ({ name, value, from: '2000-01-01' }));
  if (given.length > 0) await recordFacts(editor, learner.person, ...given);
  return learner;
}

/** The course is completed on a day, at noon UTC, by the verb that its rule asks for. */
export function complete({ inspira }: Programme, { actor }: Pick<Person, 'actor'>, course: string, day: string) {
  const verb = ATTENDED.test(course) ? 'attended' : 'passed';
  const id = `http://adlnet.gov/expapi/verbs/${verb}`;
  return state(inspira, did(actor, `${day}T12:00:00Z`, { verb: { id }, object: aCourse(course) }));
}

const ATTENDED = /^(induction-.*|ssafe|cpt-residential|senior-leadership)$/;

/** How somebody stands to one requirement in one agency, with the reason; undefined: they have no status. */
export async function standingOf(
  asking: Asking,
  person: string,
  requirement: string,
  { agency = 'secretariat', ...query }: Query & { agency?: string } = {},
): Promise<Posted> {
  const { agencies } = await question(asking, `/learners/${person}/compliance`, { agency, ...query });
  return agencies[0]?.statuses.find((one: Posted) => one.requirement === requirement);
}

/** The same in a few words: `due by 2024-03-31`. */
export async function standing(...asked: Parameters<typeof standingOf>): Promise<string> {
  return inWords(await standingOf(...asked));
}

export function inWords(found: Posted): string {
  if (found === undefined) return 'nothing';
  const { status, until, by, since } = found;
  const more = [until && `until ${until.day} (${until.because})`, by && `by ${by}`, since && `since ${since}`];
  return [status, ...more.filter((one) => one)].join(' ');
}

/** A person's rows in an agency's list, with the times of the answer. */
export async function listedOf(
  asking: Asking,
  person: string,
  { agency = 'secretariat', ...query }: Query & { agency?: string },
): Promise<Posted[]> {
  const found: Posted[] = [];
  let cursor: string | undefined;
  do {
    const page = await question(asking, `/agencies/${agency}/compliance/list`, {
      ...query,
      limit: '500',
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...page.statuses.filter((one: Posted) => one.person === person));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

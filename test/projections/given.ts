import { type IndexChanges, projectStatement, type StatementEvent } from '../../projections/statement_index.ts';
import { keysOf, termText } from '../../projections/statement_keys.ts';
import type { Statement } from '../../src/xapi/statement.ts';

/** What a spec says of a statement; the rest is the same for all. Ids are single letters. */
export interface Told {
  readonly id: string;
  readonly learner?: number;
  readonly verb?: string;
  readonly activity?: string;
  /** The id of the statement that is the object. */
  readonly about?: string;
  readonly voids?: string;
  /** Its authority's name. */
  readonly by?: string;
  /** Its credential may void any statement. */
  readonly any?: boolean;
  /** Members of the statement that are set in their place. */
  readonly more?: object;
}

export const RECORDED = 1_700_000_000_000_000;

/** The UUID that stands behind a letter. */
export function uuid(letter: string): string {
  return `00000000-0000-4000-8000-${letter.charCodeAt(0).toString(16).padStart(12, '0')}`;
}

/** The statement that is told of, as the event with this revision stores it. */
export function eventOf(told: Told, revision: number): StatementEvent {
  const { id, learner = 1, verb = 'did', activity = 'task', about, voids, by = 'one', any = false, more } = told;
  const target = about ?? voids;
  const statement = {
    id: uuid(id),
    actor: { mbox: `mailto:learner-${learner}@example.org` },
    verb: { id: voids === undefined ? `http://example.org/${verb}` : 'http://adlnet.gov/expapi/verbs/voided' },
    object:
      target === undefined
        ? { id: `http://example.org/${activity}` }
        : { objectType: 'StatementRef', id: uuid(target) },
    authority: { account: { homePage: 'http://example.org', name: by } },
    ...more,
  } as Statement;
  const keys = keysOf(statement, { voidsAny: voids !== undefined && any, defines: false, blobs: [] });
  return { revision, recorded: RECORDED + revision, keys };
}

/** What a statement changes, with its terms as texts. */
export interface ToldChanges extends Omit<IndexChanges, 'postings'> {
  readonly postings: readonly { readonly terms: readonly string[]; readonly revision: number }[];
}

/** An index after some statements; `when` gives the changes that one more makes. Revisions count from 0. */
export function given(...before: Told[]): { when(told: Told): ToldChanges } {
  const events = before.map(eventOf);
  return {
    when: (told) => {
      const { postings, voidings } = projectStatement(eventOf(told, events.length), {
        find: (id) => events.find(({ keys }) => keys.id === id),
        referrersOf: (id) => events.filter(({ keys }) => keys.target === id),
      });
      return { voidings, postings: postings.map(({ terms, revision }) => ({ terms: terms.map(termText), revision })) };
    },
  };
}

/** The terms under which a revision is newly listed, in alphabetical order. */
export function termsOf({ postings }: ToldChanges, revision: number): string[] {
  return postings
    .filter((posting) => posting.revision === revision)
    .flatMap(({ terms }) => terms)
    .sort();
}

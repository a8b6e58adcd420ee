import type { LadderDeclared, PathDeclared, ProgrammeDeclared } from '../events/compliance_types.ts';
import type { Day } from '../events/learning_types.ts';
import type { Versioned } from '../learning/model.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import {
  declaredRows,
  inForceOn,
  latestOf,
  requirementsIn,
  type ShownRequirement,
  type ShownWaiver,
  type WaiverFilter,
  waiversIn,
} from './declared_query.ts';
import { learnerOf, maySee, mergedWith, type Viewer } from './learner.ts';

/** What the HTTP side asks of what is declared about compliance; the day is that of both times. */
export type DeclaredRequest =
  | { readonly kind: 'ladders' | 'programmes'; readonly id?: string | undefined }
  | { readonly kind: 'requirement'; readonly id: string }
  | { readonly kind: 'requirements'; readonly agency?: string | undefined }
  | {
      readonly kind: 'waivers';
      readonly filter: WaiverFilter & { readonly person?: string | undefined };
      readonly viewer: Viewer;
    }
  | { readonly kind: 'paths'; readonly id?: string | undefined; readonly viewer: Viewer };

export interface DeclaredAnswers {
  ladders: readonly Versioned<LadderDeclared>[];
  programmes: readonly Versioned<ProgrammeDeclared>[];
  /** All declarations of one, as they were made. */
  requirement: readonly ShownRequirement[];
  /** Those in force on the day. */
  requirements: readonly ShownRequirement[];
  /** Of persons those that who asks may know of. */
  waivers: readonly ShownWaiver[];
  paths: readonly Versioned<PathDeclared>[];
}

/** Answers from one snapshot, about a day as known at a revision. */
export function answerDeclared(
  snapshot: Snapshot,
  request: DeclaredRequest,
  asOf: Day,
  knownAt: number,
): DeclaredAnswers[DeclaredRequest['kind']] {
  const { learning } = snapshot;
  switch (request.kind) {
    case 'ladders':
      return latestOf<LadderDeclared>(declaredRows(learning, ['ladder'], knownAt, request.id));
    case 'programmes':
      return latestOf<ProgrammeDeclared>(declaredRows(learning, ['programme'], knownAt, request.id));
    case 'requirement':
      return requirementsIn(declaredRows(learning, ['requirement', 'requirement-withdrawn'], knownAt, request.id));
    case 'requirements': {
      const rows = declaredRows(learning, ['requirement', 'requirement-withdrawn'], knownAt);
      return inForceOn(requirementsIn(rows), asOf, request.agency);
    }
    case 'waivers': {
      const { person, ...filter } = request.filter;
      const rows = declaredRows(learning, ['waiver', 'waiver-withdrawn'], knownAt, filter.waiver);
      const sees = seesIn(snapshot, request.viewer, asOf, knownAt);
      const named = person === undefined ? undefined : mergedWith(snapshot, person, knownAt);
      return waiversIn(rows, filter, asOf)
        .flatMap((waiver) => visibleWaiver(waiver, sees))
        .filter(({ persons }) => named === undefined || persons?.some((one) => named.includes(one)));
    }
    case 'paths': {
      const sees = seesIn(snapshot, request.viewer, asOf, knownAt);
      const paths = latestOf<PathDeclared>(declaredRows(learning, ['path'], knownAt, request.id));
      return paths.filter(({ data }) => data.person === undefined || sees(data.person));
    }
  }
}

/** A waiver names only persons that may be known; where there is none, it is not shown. */
function visibleWaiver(waiver: ShownWaiver, sees: (person: string) => boolean): ShownWaiver[] {
  if (waiver.persons === undefined) return [waiver];
  const persons = waiver.persons.filter(sees);
  return persons.length === 0 ? [] : [{ ...waiver, persons }];
}

function seesIn(snapshot: Snapshot, viewer: Viewer, asOf: Day, knownAt: number): (person: string) => boolean {
  const seen = new Map<string, boolean>();
  return (person) =>
    seen.getOrInsertComputed(person, () => {
      const learner = learnerOf(snapshot, { person }, knownAt) ?? { persons: [person], accounts: [] };
      return maySee(snapshot, viewer, learner, asOf, knownAt);
    });
}
